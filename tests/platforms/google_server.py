"""Google's sign-in in front of a fake YouTube, on real HTTP, strict in what it takes.

It follows "Using OAuth 2.0 for Web Server Applications" (developers.google.com/identity/protocols/oauth2/web-server):
what the question must carry, that only ``access_type=offline`` brings a refresh token and only the first consent or
``prompt=consent`` another, that a refresh brings no new one, and how a refusal is worded. A token that serves no more
is refused by the API with the error ``authError``.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.platforms.api_server import ApiServer, Asked, Told
from tests.platforms.sign_in_server import Consent, bearer_of, given_in, stand_before
from tests.platforms.youtube_server import KEY, YouTubeServer, running_youtube

SCOPE = "https://www.googleapis.com/auth/youtube.readonly https://www.googleapis.com/auth/yt-analytics.readonly"
CLIENT_ID, CLIENT_SECRET = "ours.apps.googleusercontent.com", "GOCSPX-secret"
_TOKEN_PATH = "/token"
_LASTS = timedelta(seconds=3599)


@dataclass(slots=True)
class GoogleServer:
    """The running fake: who was let in, and a YouTube behind it."""

    youtube: YouTubeServer
    consent: Consent
    #: refresh tokens that serve
    refreshing: list[str] = field(default_factory=list)
    #: has this person said yes before?
    is_known: bool = False
    #: told where access is granted for a time only, as to an app that is being tried out
    refresh_ends_in: int | None = None

    @property
    def api(self) -> ApiServer:
        return self.youtube.api

    @property
    def tokens(self) -> dict[str, datetime]:
        return self.consent.tokens

    def allow(self, link: str) -> dict[str, str]:
        """What a browser comes back with after somebody followed the link and said yes."""
        asked = self._asked(link)
        back = {"scope": asked["scope"], "iss": self.youtube.base_url, "authuser": "0", "prompt": "consent"}
        return {**self.consent.allow(link), **back}

    def deny(self, link: str) -> dict[str, str]:
        """And after they said no."""
        return {"error": "access_denied", "state": self._asked(link)["state"]}

    def revoke(self) -> None:
        """The person takes their yes back, in the settings of their Google account."""
        self.tokens.clear()
        self.refreshing.clear()

    def respond(self, asked: Asked) -> Told:
        """One answer, of the sign-in or of YouTube."""
        if asked.path == _TOKEN_PATH:
            return self._token(given_in(asked))
        bearer = bearer_of(asked)
        if not bearer:
            return self.youtube.respond(asked)
        if not self.consent.serves(bearer):
            wrong = {"domain": "global", "reason": "authError", "message": "Invalid Credentials"}
            told = {"code": 401, "message": "Invalid Credentials", "errors": [wrong], "status": "UNAUTHENTICATED"}
            return Told({"error": told}, 401)
        return self.youtube.respond(replace(asked, headers={**asked.headers, "x-goog-api-key": KEY}))

    def _asked(self, link: str) -> dict[str, str]:
        asked = self.consent.asked(link)
        assert asked["scope"] == SCOPE
        assert (asked["access_type"], asked["code_challenge_method"]) == ("offline", "S256")
        return asked

    def _token(self, posted: Mapping[str, str]) -> Told:
        if (posted.get("client_id"), posted.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return Told({"error": "invalid_client", "error_description": "Unauthorized"}, 401)
        if posted["grant_type"] == "refresh_token":
            if posted["refresh_token"] not in self.refreshing:
                words = "Token has been expired or revoked."
                return Told({"error": "invalid_grant", "error_description": words}, 400)
            return Told(self._access())
        asked = self.consent.codes.pop(posted["code"], None)
        if asked is None:
            return Told({"error": "invalid_grant", "error_description": "Bad Request"}, 400)
        return self._for_code(asked, posted)

    def _for_code(self, asked: dict[str, str], posted: Mapping[str, str]) -> Told:
        if asked["redirect_uri"] != posted["redirect_uri"]:
            return Told({"error": "redirect_uri_mismatch", "error_description": "Bad Request"}, 400)
        digest = hashlib.sha256(posted["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return Told({"error": "invalid_grant", "error_description": "Invalid code verifier."}, 400)
        return Told(self._granted(asked))

    def _granted(self, asked: dict[str, str]) -> dict[str, Any]:
        granted = self._access()
        if not self.is_known or asked.get("prompt") == "consent":
            self.refreshing.append(f"1//refresh-{len(self.refreshing)}")
            granted["refresh_token"] = self.refreshing[-1]
        self.is_known = True
        return granted

    def _access(self) -> dict[str, Any]:
        told = {
            "access_token": self.consent.give("ya29.access-", _LASTS),
            "expires_in": int(_LASTS.total_seconds()),
            "scope": SCOPE,
            "token_type": "Bearer",
        }
        return told | ({"refresh_token_expires_in": self.refresh_ends_in} if self.refresh_ends_in else {})


@contextmanager
def running_google(redirect_uri: str) -> Iterator[GoogleServer]:
    """A fake Google, which sends people back to this address; YouTube's part must keep its description."""
    with running_youtube() as youtube:
        address = f"{youtube.base_url}/o/oauth2/v2/auth"
        consent = Consent(address=address, client_id=CLIENT_ID, redirect_uri=redirect_uri, code="4/0A-")
        server = GoogleServer(youtube, consent)
        stand_before(youtube.api, server, token_path=_TOKEN_PATH)
        yield server
