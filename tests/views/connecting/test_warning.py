"""People are told of an account in trouble: once for each spell, those who look after it, and by mail if they want."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import AccountWarning, Credential
from app.accounts.rules import Connection
from app.accounts.rules.connecting import Trouble
from app.accounts.tasks.warning import WARN
from app.background.worker import drain, find_due
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.people.actions.logins import choose_notices
from app.people.queries.sessions import find_login


@pytest.fixture
def tell(mailing, session, world):
    """Let the clock find what is due, and the workers do it; what was told of so far."""

    def run():
        with mailing.app_context():
            find_due(mailing)
        drain(mailing, kinds=[WARN, "mail.send"])
        enter_tenant(session, world.consortium.id)
        found = session.scalars(
            sa.select(AccountWarning)
            .where(AccountWarning.consortium_id == world.consortium.id)
            .order_by(AccountWarning.told_at, AccountWarning.id)
        ).all()
        session.commit()
        return found

    return run


def stands(session, world, connection, *, since, **more):
    enter_tenant(session, world.consortium.id)
    world.account.connection, world.account.connection_since = connection, since
    for name, value in more.items():
        setattr(world.account, name, value)
    session.commit()


def test_an_expired_sign_in_is_told_once_for_each_spell(tell, session, world, mail_server):
    stands(session, world, Connection.SIGN_IN_EXPIRED, since=now() - timedelta(hours=1))
    assert [(one.trouble, one.person_ids, one.mails) for one in tell()] == [
        (Trouble.SIGN_IN_EXPIRED, [world.manager.id], 1)
    ]
    assert len(tell()) == 1
    (mail,) = mail_server.taken
    assert mail["To"] == world.manager.email
    assert "the sign-in has expired" in mail["Subject"]
    assert f"/accounts/{world.account.id}/connect" in mail.get_content()
    stands(session, world, Connection.SIGN_IN_EXPIRED, since=now())  # it was mended, and expired again
    assert len(tell()) == 2


def test_a_token_that_ends_within_two_weeks_is_told(tell, session, world, mail_server):
    stands(session, world, Connection.WORKING, since=now())
    both = {"consortium_id": world.consortium.id, "account_id": world.account.id, "sealed": b"-", "kept_at": now()}
    kept = Credential(**both, expires_at=now() + timedelta(days=15))
    session.add(kept)
    session.commit()
    assert tell() == []
    kept.expires_at = now() + timedelta(days=13)
    session.commit()
    assert [one.trouble for one in tell()] == [Trouble.TOKEN_ENDS]
    assert len(mail_server.taken) == 1


def test_pulls_that_fail_for_three_days_are_told(tell, session, world):
    stands(session, world, Connection.FAILING, since=now() - timedelta(days=1), last_pull_at=now() - timedelta(days=2))
    assert tell() == []
    stands(session, world, Connection.FAILING, since=now() - timedelta(days=2), last_pull_at=now() - timedelta(days=4))
    assert [one.trouble for one in tell()] == [Trouble.PULLS_FAIL]


def test_whoever_wants_no_mail_gets_none(tell, session, world, mail_server):
    enter_tenant(session, None)
    login = find_login(session, world.manager.email)
    choose_notices(session, login, hears_of_sign_ins=False, hears_of_accounts=False)
    session.commit()
    stands(session, world, Connection.SIGN_IN_EXPIRED, since=now())
    assert [(one.person_ids, one.mails) for one in tell()] == [([world.manager.id], 0)]
    assert mail_server.taken == []


def test_where_no_mail_is_set_up_nothing_is_posted(application, session, world):
    stands(session, world, Connection.SIGN_IN_EXPIRED, since=now())
    with application.app_context():
        find_due(application)
    drain(application, kinds=[WARN])
    enter_tenant(session, world.consortium.id)
    warned = session.scalars(sa.select(AccountWarning).where(AccountWarning.consortium_id == world.consortium.id)).one()
    assert warned.mails == 0
