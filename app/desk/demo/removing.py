"""Removing the demo: every row of its consortium and nothing of any other."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia import queries as places
from app.consortia.models import Consortium
from app.foundation.crypto import token_hash
from app.foundation.database import Base, enter_tenant
from app.foundation.errors import Refused
from app.people.models import (
    LinkRequest,
    LinkToken,
    Login,
    LoginChoice,
    LoginConsortium,
    LoginLink,
    LoginSession,
    SignInAttempt,
)

_TENANT = "consortium_id"


def remove(session: Session, consortium: Consortium) -> None:
    """Delete a demo consortium with all it holds, and the logins that no other consortium uses.

    Refuses a consortium that is not a demo.
    """
    enter_tenant(session, consortium.id)
    if not places.settings_of(session, within=Scope(consortium_id=consortium.id)).is_demo:
        raise Refused(f"{consortium.name} is not a demo, so it stays.")
    logins = _logins_of_its_own(session, consortium)
    for table in reversed(Base.metadata.sorted_tables):
        if _TENANT in table.columns:
            _empty(session, table, consortium_id=consortium.id)
    _forget(session, logins)
    session.execute(sa.delete(Consortium).where(Consortium.id == consortium.id))
    session.expunge_all()
    enter_tenant(session, None)


def _empty(session: Session, table: sa.Table, *, consortium_id: int) -> None:
    mine = table.c[_TENANT] == consortium_id
    for key in table.foreign_key_constraints:
        if key.referred_table is table:  # rows that lean on each other are let go of first
            leaning = [column.name for column in key.columns if column.name != _TENANT]
            session.execute(sa.update(table).where(mine).values(dict.fromkeys(leaning)))
    session.execute(sa.delete(table).where(mine))


def _logins_of_its_own(session: Session, consortium: Consortium) -> dict[int, str]:
    """Id and address of the logins that are people here and nowhere else."""
    elsewhere = sa.select(LoginConsortium.login_id).where(LoginConsortium.consortium_id != consortium.id)
    rows = session.execute(
        sa.select(Login.id, Login.email)
        .join(LoginConsortium, LoginConsortium.login_id == Login.id)
        .where(LoginConsortium.consortium_id == consortium.id, Login.id.not_in(elsewhere))
        .order_by(Login.id)
    )
    return {row.id: row.email for row in rows}


def _forget(session: Session, logins: dict[int, str]) -> None:
    tries = [token_hash(email) for email in logins.values()]
    # a try is counted under the address and under where it came from, which only its moment tells
    tried = session.scalars(sa.select(SignInAttempt.tried_at).where(SignInAttempt.email_hash.in_(tries))).all()
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.tried_at.in_(tried)))
    session.execute(sa.delete(LoginSession).where(LoginSession.login_id.in_(logins)))
    links = session.scalars(
        sa.delete(LoginLink).where(LoginLink.login_id.in_(logins)).returning(LoginLink.link_token_id)
    ).all()
    session.execute(sa.delete(LinkToken).where(LinkToken.id.in_(links)))
    asked = session.scalars(sa.select(LinkRequest.asked_at).where(LinkRequest.email_hash.in_(tries))).all()
    session.execute(sa.delete(LinkRequest).where(LinkRequest.asked_at.in_(asked)))
    session.execute(sa.delete(LoginChoice).where(LoginChoice.login_id.in_(logins)))
    session.execute(sa.delete(Login).where(Login.id.in_(logins)))
