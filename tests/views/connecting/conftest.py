"""A platform's sign-in on real HTTP, and an account that lives there."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.background.worker import drain, find_due
from app.foundation.database import enter_tenant
from tests.factories.world import World
from tests.platforms.api_server import ApiServer, Asked, NoDescription, Told, running


@dataclass(slots=True)
class SignInServer:
    """A server that lets people in by OAuth 2.0, strict in what it takes, and answers as a Mastodon server does."""

    api: ApiServer
    #: by client id: its secret and the address that people are sent back to
    clients: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: codes handed out: what was asked for
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    #: refresh tokens that serve; each serves once
    refreshing: set[str] = field(default_factory=set)
    #: tokens that serve now, in the order in which they were given
    tokens: list[str] = field(default_factory=list)
    expires_in: int | None = None
    scope: str = "read"

    @property
    def base_url(self) -> str:
        return self.api.base_url

    def allow(self, link: str) -> dict[str, str]:
        """What a browser comes back with after somebody followed the link and said yes."""
        parts = urlsplit(link)
        asked = dict(parse_qsl(parts.query))
        assert f"{parts.scheme}://{parts.netloc}" == self.base_url
        assert self.clients[asked["client_id"]][1] == asked["redirect_uri"]
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def respond(self, asked: Asked) -> Told:
        """One answer."""
        posted = dict(parse_qsl(asked.posted.decode()))
        if asked.path == "/api/v1/apps":
            client_id = f"client-{len(self.clients)}"
            self.clients[client_id] = (f"secret-{client_id}", posted["redirect_uris"])
            return Told({"client_id": client_id, "client_secret": f"secret-{client_id}"})
        if asked.path.endswith("token"):
            return self._token(asked, posted)
        return self._read(asked)

    def _token(self, asked: Asked, posted: dict[str, str]) -> Told:
        if not self._knows(asked, posted):
            return Told({"error": "invalid_client"}, 401)
        if posted["grant_type"] == "refresh_token":
            if posted["refresh_token"] not in self.refreshing:
                return Told({"error": "invalid_grant", "error_description": posted["refresh_token"]}, 400)
            self.refreshing.remove(posted["refresh_token"])
            return self._given()
        wanted = self.codes.pop(posted.get("code", ""), None)
        if wanted is None or wanted["redirect_uri"] != posted.get("redirect_uri"):
            return Told({"error": "invalid_grant"}, 400)
        if challenge := wanted.get("code_challenge"):
            digest = hashlib.sha256(posted.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
                return Told({"error": "invalid_grant"}, 400)
        return self._given()

    def _knows(self, asked: Asked, posted: dict[str, str]) -> bool:
        if basic := asked.headers.get("authorization", "").removeprefix("Basic "):
            name, _, secret = base64.b64decode(basic).decode().partition(":")
        else:
            name, secret = posted.get("client_id", ""), posted.get("client_secret", "")
        return name in self.clients and self.clients[name][0] == secret

    def _given(self) -> Told:
        token = f"granted-token-{len(self.tokens)}"
        self.tokens.append(token)
        answer: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "scope": self.scope}
        if self.expires_in is not None:
            refresh = f"refresh-{token}"
            self.refreshing.add(refresh)
            answer |= {"expires_in": self.expires_in, "refresh_token": refresh}
        return Told(answer)

    def _read(self, asked: Asked) -> Told:
        account = {
            "id": "7", "acct": "greeneast", "username": "greeneast", "display_name": "Green East", "url": "",
            "followers_count": 212, "following_count": 3, "statuses_count": 40,
        }  # fmt: skip
        if asked.headers.get("authorization", "") not in {"", *(f"Bearer {token}" for token in self.tokens)}:
            return Told({"error": "The access token is invalid"}, 401)
        if asked.path.endswith("/notifications"):
            return Told({"error": "This action is outside the authorized scopes"}, 403)
        if asked.path.endswith("/statuses"):
            return Told([])
        return Told(account)


@pytest.fixture(params=["sqlite"])
def application(request: pytest.FixtureRequest, application: Flask) -> Flask:
    """One engine will do for what happens in a browser."""
    return application


@pytest.fixture(scope="session")
def sign_in_api() -> Iterator[ApiServer]:
    with running(ApiServer(NoDescription(), refuse=lambda why: Told({"error": why}, 400))) as api:
        yield api


@pytest.fixture
def server(sign_in_api: ApiServer) -> SignInServer:
    """The server as new."""
    server = SignInServer(sign_in_api)
    sign_in_api.respond = server.respond
    sign_in_api.asked.clear()
    return server


@pytest.fixture
def connecting(application: Flask) -> Iterator[Flask]:
    """An installation that X knows, and that may contact this machine."""
    before = application.config["SETTINGS"]
    update = {"allow_private_hosts": True, "x_client_id": "ours", "x_client_secret": "x-secret"}
    application.config["SETTINGS"] = before.model_copy(update=update)
    yield application
    application.config["SETTINGS"] = before


@pytest.fixture
def account(session: Session, world: World, server: SignInServer, connecting: Flask) -> Account:
    """The east branch's account, on that server."""
    enter_tenant(session, world.consortium.id)
    world.account.base_url = server.base_url
    session.commit()
    return world.account


@pytest.fixture
def run_cli(application: Flask) -> Iterator[Callable[..., Result]]:
    """A command of the command line; the keys of the vault are the application's own again afterwards."""
    before = application.extensions["vault"]
    yield lambda *words: application.test_cli_runner().invoke(args=list(words))
    application.extensions["vault"] = before


@pytest.fixture
def pulled(connecting: Flask, session: Session, signed_in_there: Account) -> Callable[[], Account]:
    """Pull the account that a test's module signed in; it as it stands afterwards."""

    def pull() -> Account:
        find_due(connecting)
        drain(connecting, kinds=["metrics.pull"])
        enter_tenant(session, signed_in_there.consortium_id)
        session.refresh(signed_in_there)
        session.commit()
        return signed_in_there

    return pull
