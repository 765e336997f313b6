"""Giving a code or a refresh token for a token, and making ourselves known to a server, all through the guard.

For workers: a page never waits for a platform.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
_LONGEST = 4000
#: a life that no token has
_MOST_SECONDS = 20 * 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in brought; never logged or shown."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    #: None where the platform does not say
    until: datetime | None = None


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
    return tokens if tokens.refresh else Tokens(tokens.access, refresh, tokens.until)


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
        raise SignInExpired(_of_oauth(str(error.error))) from error
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
    seconds = answer.get("expires_in")
    try:
        lasts = min(max(int(seconds), 0), _MOST_SECONDS) if seconds is not None else None
    except (TypeError, ValueError):
        lasts = None
    until = asked_at.astimezone(UTC) + timedelta(seconds=lasts) if lasts else None
    return Tokens(str(access), str(refresh) if _is_plain(refresh) else None, until)


def _is_plain(text: object) -> bool:
    if not isinstance(text, str):
        return False
    return 0 < len(text) <= _LONGEST and text.isascii() and text.isprintable() and " " not in text


def _of_oauth(word: str) -> str:
    """The platform's refusal in our words; its own text may repeat what was sent."""
    if word == "invalid_client":
        return (
            "The platform does not know this installation any more. Ask whoever runs it to check its sign-in settings."
        )
    if word in {"invalid_grant", "access_denied"}:
        return "The platform does not accept this sign-in any more. Sign in again."
    return "The platform refused the sign-in. Sign in again, or paste a token."


def _of_requests(error: requests.RequestException) -> PlatformError:
    if isinstance(error, requests.Timeout):
        return Unreachable("The platform did not answer the sign-in in time.")
    response = error.response
    if response is not None and response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return Unreachable("The platform asks us to wait before it signs anybody in.")
    return Unreachable("The platform could not be reached for the sign-in.")
