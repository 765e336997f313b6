"""Giving a code or a refresh token for a token, and making ourselves known to a server, all through the guard.

For workers: a page never waits for a platform.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from app.foundation.clock import now
from app.platforms.consent import Client
from app.platforms.contract import Malformed, PlatformError, SignInExpired, Unreachable
from app.platforms.guard import GuardedAdapter, Limits, guarded_session, resolve
from app.platforms.guard.limits import USER_AGENT

#: a token is a few hundred bytes
LIMITS = Limits(timeout=10, total=20, max_bytes=100_000, max_redirects=0)
_NOT_OURS = "The sign-in's answer cannot be read. Try again, or paste a token."
_UNKNOWN_HERE = (
    "The platform does not know this installation any more. Ask whoever runs it to check its sign-in settings."
)
_NOT_ACCEPTED = "The platform does not accept this sign-in any more. Sign in again."
_WAITS = "The platform asks us to wait before it signs anybody in."
#: Meta's numbers: no such app, or an address that is not among those it may send people back to; too many calls
_META_KNOWS_NOT, _META_WAITS, _META_FAILED = {"101", "191"}, {"4", "17", "32", "341", "613"}, {"1", "2"}
_LONGEST = 4000
#: a life that no token has
_MOST_SECONDS = 20 * 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in brought; never logged or shown."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    #: when the token ends; None where the platform does not say
    until: datetime | None = None
    #: when what prolongs it ends, and a person has to sign in again; None where it lasts, or the platform does not say
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """How a server knows us from now on."""

    client_id: str
    client_secret: str = field(repr=False)


def exchanged(client: Client, *, code: str, verifier: str, allow_private: bool) -> Tokens:
    """The token for a code; one that soon ends is changed for a long one where the platform does that."""
    with _session(client, allow_private=allow_private) as session:
        more = {"code_verifier": verifier} if client.sign_in.pkce else {}
        tokens = _asked(
            lambda: session.fetch_token(
                client.token_url,
                grant_type="authorization_code",
                code=code,
                redirect_uri=client.redirect_uri,
                allow_redirects=False,
                **more,
            )
        )
        if grant := client.sign_in.prolongs_by:
            tokens = _asked(
                lambda: session.fetch_token(
                    client.token_url, grant_type=grant, allow_redirects=False, **{grant: tokens.access}
                )
            )
    return tokens


def refreshed(client: Client, refresh: str, *, allow_private: bool) -> Tokens:
    """A new token for a refresh token; the one before it stays where the platform sends no other."""
    with _session(client, allow_private=allow_private) as session:
        tokens = _asked(
            lambda: session.refresh_token(client.token_url, refresh_token=refresh, scope="", allow_redirects=False)
        )
    return tokens if tokens.refresh else replace(tokens, refresh=refresh)


def registered(
    server: str, apps: str, *, redirect_uri: str, scopes: str, website: str, allow_private: bool
) -> Registered:
    """Make ourselves known to a server; it answers with a name and a secret."""
    form = {"client_name": "Concordance", "redirect_uris": redirect_uri, "scopes": scopes, "website": website}
    with guarded_session(allow_private=allow_private, limits=LIMITS) as session:
        try:
            response = session.post(urljoin(server, apps), data=form, timeout=LIMITS.timeout, allow_redirects=False)
            answer = response.json() if response.ok else None
        except requests.RequestException as error:
            raise _of_requests(error) from error
        except ValueError as error:
            raise Malformed("The server does not let programs make themselves known. Paste a token.") from error
    if not isinstance(answer, Mapping):
        raise Unreachable(f"The server answered with an error ({response.status_code}). Try again, or paste a token.")
    client_id, secret = answer.get("client_id"), answer.get("client_secret")
    if not (_is_plain(client_id) and _is_plain(secret)):
        raise Malformed("The server does not let programs make themselves known. Paste a token.")
    return Registered(str(client_id), str(secret))


def _session(client: Client, *, allow_private: bool) -> OAuth2Session:
    session = OAuth2Session(
        client.client_id, client.client_secret, token_endpoint_auth_method=f"client_secret_{client.sign_in.secret_in}"
    )
    session.trust_env = False
    session.headers["User-Agent"] = USER_AGENT
    session.default_timeout = LIMITS.timeout
    adapter = GuardedAdapter(allow_private=allow_private, limits=LIMITS, resolver=resolve)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


def _asked(ask: Callable[[], Any]) -> Tokens:
    """One question for a token; every way in which it can go wrong is an error of the contract."""
    asked_at = now()
    try:
        answer = ask()
    except AuthlibBaseError as error:
        raise _of_answer(error.error) from error
    except requests.RequestException as error:
        raise _of_requests(error) from error
    except (ValueError, TypeError, AttributeError, KeyError) as error:  # what is no answer of OAuth, Authlib trips over
        raise Malformed(_NOT_OURS) from error
    return _tokens(answer, asked_at)


def _tokens(answer: Any, asked_at: datetime) -> Tokens:
    access = answer.get("access_token") if isinstance(answer, Mapping) else None
    if not _is_plain(access):
        raise Malformed(_NOT_OURS)
    refresh = answer.get("refresh_token")
    return Tokens(
        str(access),
        str(refresh) if _is_plain(refresh) else None,
        _after(answer.get("expires_in"), asked_at),
        _after(answer.get("refresh_token_expires_in"), asked_at),
    )


def _after(seconds: Any, asked_at: datetime) -> datetime | None:
    """The instant after so many seconds; None for what is no number, or none above zero."""
    try:
        lasts = min(max(int(seconds), 0), _MOST_SECONDS)
    except (TypeError, ValueError, OverflowError):
        return None
    return asked_at.astimezone(UTC) + timedelta(seconds=lasts) if lasts else None


def _is_plain(text: object) -> bool:
    if not isinstance(text, str):
        return False
    return 0 < len(text) <= _LONGEST and text.isascii() and text.isprintable() and " " not in text


def _of_answer(error: object) -> PlatformError:
    """The platform's refusal in our words; its own text may repeat what was sent.

    The standard has a word for it (RFC 6749, 5.2), Meta an object with a number.
    """
    if isinstance(error, Mapping):
        return _of_meta(error)
    word = str(error)
    if word in {"invalid_client", "unauthorized_client"}:
        return SignInExpired(_UNKNOWN_HERE)
    if word in {"invalid_grant", "access_denied"}:
        return SignInExpired(_NOT_ACCEPTED)
    return SignInExpired("The platform refused the sign-in. Sign in again, or paste a token.")


def _of_meta(error: Mapping[str, Any]) -> PlatformError:
    code = str(error.get("code"))
    if code in _META_KNOWS_NOT or "client secret" in str(error.get("message")):
        return SignInExpired(_UNKNOWN_HERE)
    if code in _META_WAITS:
        return Unreachable(_WAITS)
    if code in _META_FAILED:
        return Unreachable("The platform answered the sign-in with an error. Try again later.")
    return SignInExpired(_NOT_ACCEPTED)


def _of_requests(error: requests.RequestException) -> PlatformError:
    if isinstance(error, requests.Timeout):
        return Unreachable("The platform did not answer the sign-in in time.")
    response = error.response
    if response is not None and response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return Unreachable(_WAITS)
    return Unreachable("The platform could not be reached for the sign-in.")
