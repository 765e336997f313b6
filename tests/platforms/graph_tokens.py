"""Meta's ``GET /debug_token``: who may ask, what is told of a token, and how a no is worded.

It follows Meta's pages "Debug-Token /debug_token" and "Debug and Handle Errors" (developers.facebook.com/docs): an
app's own token may ask of its app's tokens, and so may a token of one of its developers; times are seconds since 1970,
and 0 is never; what no longer serves is told with ``is_valid`` false and an error inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.platforms.api_server import Asked, Told

CLIENT_ID, CLIENT_SECRET = "1029384756", "meta-secret"
APP_TOKEN = f"{CLIENT_ID}|{CLIENT_SECRET}"
_NOBODY = "(#100) You must provide an app access token, or a user access token that is an owner or developer of the app"
_OTHER_APP = "The App_id in the input_token did not match the Viewing App"


@dataclass(slots=True)
class TokenDesk:
    """What is known of tokens, by token."""

    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: tokens that may ask of the tokens of their app
    developers: set[str] = field(default_factory=set)

    def know(
        self,
        token: str,
        *scopes: str,
        ends: datetime | None = None,
        access_ends: datetime | None = None,
        app_id: str = CLIENT_ID,
    ) -> None:
        """A token that serves, with these permissions."""
        self.known[token] = {
            "app_id": app_id,
            "type": "PAGE",
            "application": "Concordance",
            "data_access_expires_at": int(access_ends.timestamp()) if access_ends else 0,
            "expires_at": int(ends.timestamp()) if ends else 0,
            "is_valid": True,
            "scopes": list(scopes),
            "profile_id": "7000",
            "user_id": "10215241773831025",
        }

    def respond(self, asked: Asked) -> Told:
        """One answer."""
        asking = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if asking != APP_TOKEN and asking not in self.known:
            return _refusal("Invalid OAuth access token signature.", code=190)
        told = self.known.get(asked.query["input_token"])
        if asking != APP_TOKEN and asking not in self.developers:
            return _refusal(_NOBODY, code=100)
        if told is None:
            return Told({"data": {**_wrong(190, "Invalid OAuth access token."), "is_valid": False, "scopes": []}})
        asking_app = CLIENT_ID if asking == APP_TOKEN else self.known[asking]["app_id"]
        if told["app_id"] != asking_app:
            return Told({"data": {**_wrong(100, _OTHER_APP), "is_valid": False, "scopes": []}})
        return Told({"data": told})


def _refusal(message: str, *, code: int) -> Told:
    return Told({"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Aabc"}}, 400)


def _wrong(code: int, message: str, **more: int) -> Mapping[str, Any]:
    return {"error": {"code": code, "message": message, **more}}
