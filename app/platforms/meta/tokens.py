"""What Meta says of a token itself: until when it serves, and which permissions it has."""

from collections.abc import Mapping
from typing import Any

from app.platforms.contract import Malformed, Reach, SignInExpired, TokenReading
from app.platforms.guard import Limits
from app.platforms.meta.calls import GraphCalls, graph_calls
from app.platforms.meta.trouble import NOT_META, PermissionMissing, answer_error
from app.platforms.meta.values import part, second

_PATH = "debug_token"


def read_token(reach: Reach, *, limits: Limits) -> TokenReading | None:
    """Asked as the app that this installation is, then with the token itself, as a developer of its app may.

    None where Meta tells neither of them, as with a token of an app that is not ours. The token that is asked about
    stands in the address, which Meta leaves no choice in; the one that asks stands in a header. Raises SignInExpired
    for a token that no longer serves.
    """
    own = graph_calls(reach, limits=limits)
    asking = [own]
    if reach.known_as:
        asking.insert(0, own.with_token("|".join(reach.known_as)))
    for calls in asking:
        if facts := _facts(calls, str(reach.token).strip(), is_own=calls is own):
            return TokenReading(
                ends_at=second(facts.get("expires_at", "")),
                access_ends_at=second(facts.get("data_access_expires_at", 0)),
                scopes=_scopes(facts.get("scopes")),
            )
    return None


def _facts(calls: GraphCalls, token: str, *, is_own: bool) -> Mapping[str, Any] | None:
    """What Meta tells whoever asks; None where it tells them nothing."""
    try:
        facts = part(calls.ask(_PATH, {"input_token": token}), "data")
    except (Malformed, PermissionMissing):
        return None
    except SignInExpired:
        if is_own:
            raise
        return None  # it is the app's name and secret that Meta does not know
    wrong = part(facts, "error")
    trouble = answer_error(200, {}, {"error": {**wrong, "error_subcode": wrong.get("subcode")}}) if wrong else None
    if isinstance(trouble, SignInExpired):
        raise trouble
    if trouble or not facts:
        return None  # such as that the token is another app's
    if facts.get("is_valid") is not True:
        raise SignInExpired("Meta says that this token no longer serves. Make a new one.")
    return facts


def _scopes(value: Any) -> frozenset[str]:
    if not isinstance(value, list):
        raise Malformed(NOT_META)
    return frozenset(scope for scope in value if isinstance(scope, str))
