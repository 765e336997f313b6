"""Tokens: prolonged by one worker before they end, sealed anew with the newest key, and nowhere to be read."""

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from app.access.rules import Scope
from app.accounts.actions.connecting import claim_grant
from app.accounts.importers.tokens import BeingProlonged, fresh_token
from app.accounts.models import Credential, OAuthGrant
from app.accounts.queries.connecting import find_grant
from app.background.worker import drain
from app.foundation.clock import now
from app.foundation.crypto import Vault
from app.foundation.database import Base, db, enter_tenant
from app.foundation.installation import vault
from app.platforms.contract import SignInExpired, Unreachable
from tests.platforms.api_server import Told

TOKEN = "tok-in-nobodys-sight-4711"


@pytest.fixture
def granted(session, connecting, server, account):
    """An account on X whose token ends in two minutes, with what prolongs it."""
    account.platform, account.handle, account.url = "x", "@greeneast", "https://x.com/greeneast"
    server.clients["ours"] = ("x-secret", "")
    server.expires_in = 7200
    server.refreshing.add("refresh-0")
    with connecting.app_context():
        sealed, refresh = vault().seal("ending"), vault().seal("refresh-0")
    both = {"consortium_id": account.consortium_id, "account_id": account.id}
    session.add(Credential(**both, sealed=sealed, kept_at=now()))
    session.add(OAuthGrant(**both, sealed=refresh, token_until=now() + timedelta(minutes=2), granted_at=now()))
    session.commit()
    return account


@pytest.fixture
def fresh(connecting, granted):
    """What a worker asks for before it asks the platform."""

    def ask():
        with connecting.app_context():
            enter_tenant(db.session, granted.consortium_id)
            return fresh_token(db.session, granted.id, within=Scope(granted.consortium_id))

    return ask


def test_a_token_is_prolonged_once_and_kept_before_it_is_used(fresh, connecting, session, server, granted):
    assert (fresh().text, fresh().text) == ("granted-token-0", "granted-token-0")
    assert [asked.path for asked in server.api.asked].count("/2/oauth2/token") == 1
    enter_tenant(session, granted.consortium_id)
    grant = find_grant(session, granted.id, within=Scope(granted.consortium_id))
    with connecting.app_context():
        assert vault().open(grant.sealed) == "refresh-granted-token-0"
    assert grant.claimed_until is None
    session.commit()


def test_while_one_worker_prolongs_it_another_waits(fresh, session, server, granted):
    enter_tenant(session, granted.consortium_id)
    grant = find_grant(session, granted.id, within=Scope(granted.consortium_id))
    assert claim_grant(session, grant, at=now())
    assert not claim_grant(session, grant, at=now())
    session.commit()
    with pytest.raises(BeingProlonged):
        fresh()
    assert server.api.asked == []
    # the worker died: after its time another takes over, with what was kept
    session.execute(
        sa.update(OAuthGrant)
        .where(OAuthGrant.consortium_id == granted.consortium_id)
        .values(claimed_until=now() - timedelta(seconds=1))
    )
    session.commit()
    assert fresh().text == "granted-token-0"


def test_what_the_platform_refuses_or_does_not_answer_loses_nothing(fresh, server, granted):
    server.api.fault(Told({"error": "server_error"}, 503), path="token")
    with pytest.raises(Unreachable):
        fresh()
    server.api.fault(Told(b"<html>", headers={"Content-Type": "text/html"}), path="token")
    with pytest.raises(Exception, match="cannot be read"):
        fresh()
    server.api.fault(Told({"error": "invalid_grant", "error_description": "refresh-0 is old"}, 400), path="token")
    with pytest.raises(SignInExpired) as refused:
        fresh()
    assert "refresh-0" not in str(refused.value)
    assert fresh().text == "granted-token-0"


def test_secrets_are_sealed_anew_batch_by_batch(application, session, world, run_cli):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    enter_tenant(session, world.consortium.id)
    both = {"consortium_id": world.consortium.id, "account_id": world.account.id}
    session.add(Credential(**both, sealed=Vault([old]).seal(TOKEN), kept_at=now()))
    session.add(OAuthGrant(**both, sealed=Vault([old]).seal(f"{TOKEN}-refresh"), granted_at=now()))
    session.commit()
    application.extensions["vault"] = Vault([new, old])
    assert "sealed with an older key. Run flask accounts rotate-key" in run_cli("doctor").output
    first, second = run_cli("accounts", "rotate-key"), run_cli("accounts", "rotate-key")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "tokens: 1 of 1 sealed again" in first.output
    assert "refresh tokens: 1 of 1 sealed again" in first.output
    assert "tokens: 0 of 1 sealed again" in second.output
    assert TOKEN not in first.output + second.output
    kept = session.scalars(
        sa.select(Credential)
        .where(Credential.consortium_id == world.consortium.id)
        .execution_options(populate_existing=True)
    ).one()
    assert Vault([new]).open(kept.sealed) == TOKEN
    session.commit()
    application.extensions["vault"] = Vault([Fernet.generate_key().decode()])
    lost = run_cli("accounts", "rotate-key")
    assert lost.exit_code == 1
    assert "1 do not open" in lost.output


def test_a_token_is_nowhere_to_be_read(as_admin, connecting, session, server, account, capsys):
    server.tokens.append(TOKEN)
    as_admin.post(f"/accounts/{account.id}/connect", data={"token": TOKEN})
    drain(connecting)  # the look at what can be read, and the pull
    pages = [
        f"/accounts/{account.id}", f"/accounts/{account.id}/connect", f"/accounts/{account.id}/figures",
        "/at/green-east/accounts", "/at/green-east/accounts.csv", "/at/green-east/accounts/health",
        "/at/green-valley/pulls",
    ]  # fmt: skip
    for path in pages:
        answer = as_admin.get(path)
        assert answer.status_code == 200, path
        assert TOKEN.encode() not in answer.data, path
    told = capsys.readouterr()
    assert TOKEN not in told.out + told.err
    enter_tenant(session, account.consortium_id)
    for table in Base.metadata.sorted_tables:
        rows = [tuple(row) for row in session.connection().execute(sa.select(table))]
        assert TOKEN not in json.dumps(rows, default=_plain), table.name
    session.rollback()


def test_what_can_be_read_is_said_part_by_part(as_admin, connecting, server, account):
    server.tokens.append(TOKEN)
    as_admin.post(f"/accounts/{account.id}/connect", data={"token": TOKEN})
    drain(connecting, kinds=["accounts.check"])
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", as_admin.get(f"/accounts/{account.id}").text))
    assert "The account: yes Green East: 212 followers, 3 following and 40 posts." in words
    assert "Posts: yes 0 posts of the last two days came." in words
    assert "Mentions: no" in words
    assert "Statistics by day: not offered" in words


def _plain(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
