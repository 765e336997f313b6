"""Secrets that change while a worker may die: a token that is prolonged, and keys that are turned over."""

import json
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlencode, urlsplit

import sqlalchemy as sa
import time_machine
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.importers.tokens import fresh_token
from app.accounts.models import Account, Credential, OAuthGrant
from app.accounts.rules.connecting import PROLONG_WITHIN
from app.consortia.queries import all_consortia
from app.factory import create_app
from app.foundation.clock import now
from app.foundation.crypto import Vault
from app.foundation.database import db, enter_tenant
from app.foundation.installation import vault
from config import Settings
from tests.factories.world import make_world
from tests.platforms.api_server import Asked, Told

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class Rotating:
    """A platform that gives a new refresh token each time; the one before serves until the new one was used."""

    def __init__(self) -> None:
        self.given = 0
        self.serving = {"refresh-0"}

    def respond(self, asked: Asked) -> Told:
        """One answer: a token, whether a pair serves, or the beginning anew."""
        if asked.path == "/anew":
            self.serving = {"refresh-0"}
            return Told({})
        if asked.path == "/serves":
            return Told({"serves": asked.query["refresh"] in self.serving and asked.query["access"] == self._access()})
        used = dict(parse_qsl(asked.posted.decode()))["refresh_token"]
        if used not in self.serving:
            return Told({"error": "invalid_grant"}, 400)
        self.given += 1
        self.serving = {used, f"refresh-{self.given}"}
        return Told({"access_token": self._access(), "refresh_token": f"refresh-{self.given}", "expires_in": 7200})

    def _access(self) -> str:
        return f"access-{self.given}"


def build(settings: Settings) -> Flask:
    """An installation that X knows, with two keys."""
    known = {"allow_private_hosts": True, "x_client_id": "ours", "x_client_secret": "x-secret"}
    app = create_app(settings.model_copy(update=known))
    app.extensions["vault"] = Vault([NEW, OLD])
    return app


def prepare(session: Session, *, base_url: str) -> None:
    """An account on X whose token ends in a minute; all of it sealed with the old key."""
    world = make_world(session, slug="green-valley", name="Green Valley", prefix="gv")
    account, old = world.account, Vault([OLD])
    account.platform, account.handle, account.url = "x", "@greeneast", "https://x.com/greeneast"
    account.base_url = base_url
    both = {"consortium_id": account.consortium_id, "account_id": account.id}
    session.add(Credential(**both, sealed=old.seal("ending"), kept_at=now()))
    ends = now() + timedelta(minutes=1)
    session.add(OAuthGrant(**both, sealed=old.seal("refresh-0"), token_until=ends, granted_at=now()))
    session.commit()


def prolong(app: Flask) -> None:
    """What a worker does before it asks the platform."""
    with app.app_context():
        account = _account(db.session)
        within = Scope(account.consortium_id)
        db.session.rollback()
        fresh_token(db.session, account.id, within=within)


def prolong_anew(app: Flask) -> None:
    """The same, of a platform that has heard nothing yet."""
    with app.app_context():
        base_url = _account(db.session).base_url
        db.session.rollback()
    _told(base_url, "/anew")
    prolong(app)


def prolong_later(app: Flask) -> None:
    """What the next worker does, when the time of the first is over."""
    with time_machine.travel(now() + PROLONG_WITHIN + timedelta(seconds=1)):
        prolong(app)


def is_served(session: Session) -> bool:
    """Is what is kept what the platform takes?"""
    account = _account(session)
    asked = urlencode(dict(zip(("access", "refresh"), _opened(session, vault()), strict=True)))
    return bool(_told(account.base_url, f"/serves?{asked}")["serves"])


def turn_over(app: Flask) -> None:
    """As whoever runs the installation does; it says that all of them open."""
    done = app.test_cli_runner().invoke(args=["accounts", "rotate-key"])
    assert done.exit_code == 0, done.output


def with_the_new_key(session: Session) -> tuple[str, str]:
    """What is kept, opened without the old key."""
    return _opened(session, Vault([NEW]))


def _told(base_url: str | None, path: str) -> dict[str, bool]:
    """By the plainest client there is: others read every certificate of this machine first, in each fork."""
    connection = HTTPConnection(urlsplit(base_url or "").netloc, timeout=10)
    try:
        connection.request("GET", path)
        told: dict[str, bool] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return told


def _opened(session: Session, keys: Vault) -> tuple[str, str]:
    account = _account(session)
    access, refresh = (
        session.scalars(
            sa.select(table.sealed).where(table.consortium_id == account.consortium_id, table.account_id == account.id)
        ).one()
        for table in (Credential, OAuthGrant)
    )
    return keys.open(access or b""), keys.open(refresh or b"")


def _account(session: Session) -> Account:
    [consortium] = all_consortia(session)
    enter_tenant(session, consortium.id)
    on_x = sa.select(Account).where(Account.consortium_id == consortium.id, Account.platform == "x")
    return session.scalars(on_x).one()
