"""Meta's sign-in in front of a fake Graph interface, on real HTTP, strict in what it takes.

It follows Meta's pages "Manually Build a Login Flow", "Long-Lived Access Tokens" and "Handling Errors"
(developers.facebook.com/docs): the dialog's question, how a no comes back, a code that serves once for a token of an
hour or two, its exchange by ``fb_exchange_token`` for one of about 60 days, and errors as an object with a number.
The pages show both exchanges as GET; POST is answered as well, and keeps the secret out of addresses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.platforms.api_server import ApiServer, Asked, Told
from tests.platforms.graph_server import PERSONS_TOKEN, GraphServer, error, running_graph
from tests.platforms.graph_tokens import CLIENT_ID, CLIENT_SECRET
from tests.platforms.sign_in_server import Consent, bearer_of, given_in, stand_before

_VERSION = "v26.0"
_TOKEN_PATH = f"/{_VERSION}/oauth/access_token"
_SHORT, LONG = timedelta(hours=1), timedelta(seconds=5_183_944)


@dataclass(slots=True)
class MetaServer:
    """The running fake: a person who was let in, and their pages behind it."""

    graph: GraphServer
    consent: Consent
    #: codes that served once
    used: set[str] = field(default_factory=set)
    #: the permissions that the person gives
    allowed: tuple[str, ...] = ("pages_show_list", "pages_read_engagement", "read_insights", "pages_read_user_content")
    #: the subcode with which a token that does not serve is refused: 463 where it has expired, 458 where the app was removed
    ended_by: int = 463

    @property
    def api(self) -> ApiServer:
        return self.graph.api

    @property
    def tokens(self) -> dict[str, datetime]:
        return self.consent.tokens

    def allow(self, link: str) -> dict[str, str]:
        """What a browser comes back with after somebody followed the link and said yes."""
        self._asked(link)
        return self.consent.allow(link)

    def deny(self, link: str) -> dict[str, str]:
        """And after they said no."""
        words = {"error_reason": "user_denied", "error": "access_denied", "error_description": "Permissions error"}
        return {**words, "error_code": "200", "state": self._asked(link)["state"]}

    def remove_app(self) -> None:
        """The person takes their yes back, in the settings of their Facebook account."""
        self.tokens.clear()
        self.ended_by = 458

    def respond(self, asked: Asked) -> Told:
        """One answer, of the sign-in or of the Graph interface."""
        if asked.path == _TOKEN_PATH:
            return self._token({**asked.query, **given_in(asked)})
        if asked.path.endswith("/debug_token"):
            return self.graph.respond(asked)
        bearer = bearer_of(asked)
        if bearer in self.graph.tokens and bearer != PERSONS_TOKEN:
            return self.graph.respond(asked)
        if not self.consent.serves(bearer):
            return error("Error validating access token", code=190, error_subcode=self.ended_by, status=400)
        return self.graph.respond(replace(asked, headers={"authorization": f"Bearer {PERSONS_TOKEN}"}))

    def _asked(self, link: str) -> dict[str, str]:
        asked = self.consent.asked(link)
        assert "pages_show_list" in asked["scope"].split(" ")
        return asked

    def _token(self, given: dict[str, str]) -> Told:
        if given.get("client_id") != CLIENT_ID:
            return error("Error validating application. Cannot get application info due to a system error.", code=101)
        if given.get("client_secret") != CLIENT_SECRET:
            return error("Error validating client secret.", code=1)
        if given.get("grant_type") == "fb_exchange_token":
            if not self.consent.serves(given["fb_exchange_token"]):
                return error("Error validating access token", code=190, error_subcode=463)
            return self._given("long", LONG)
        return self._for_code(given.get("code", ""), given)

    def _for_code(self, code: str, given: dict[str, str]) -> Told:
        if code in self.used:
            return error("This authorization code has been used.", code=100, error_subcode=36009)
        asked = self.consent.codes.get(code)
        if asked is None:
            return error("Invalid verification code format.", code=100)
        if asked["redirect_uri"] != given.get("redirect_uri"):
            words = (
                "Error validating verification code. Please make sure your redirect_uri is identical to the one used"
            )
            return error(words, code=100, error_subcode=36008)
        self.used.add(code)
        return self._given("short", _SHORT)

    def _given(self, kind: str, lasts: timedelta) -> Told:
        token = self.consent.give(f"EAAB-{kind}-", lasts)
        self.graph.desk.know(token, *self.allowed, ends=self.tokens[token])
        return Told({"access_token": token, "token_type": "bearer", "expires_in": int(lasts.total_seconds())})


@contextmanager
def running_meta(redirect_uri: str) -> Iterator[MetaServer]:
    """A fake Meta, which sends people back to this address; the Graph interface's part must keep its description."""
    with running_graph() as graph:
        address = f"{graph.base_url}/{_VERSION}/dialog/oauth"
        consent = Consent(address=address, client_id=CLIENT_ID, redirect_uri=redirect_uri, code="AQB-")
        server = MetaServer(graph, consent)
        stand_before(graph.api, server, token_path=_TOKEN_PATH)
        yield server
