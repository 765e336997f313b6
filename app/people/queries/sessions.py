"""Reading logins, their sessions and their consortia (before a tenant is known), and who acts."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Grant, Scope
from app.consortia.models import Consortium
from app.foundation.crypto import token_hash
from app.people.models import Login, LoginConsortium, LoginSession, SignInAttempt
from app.people.queries.persons import get_person
from app.people.queries.roles import memberships_of
from app.people.rules import LOCK_WINDOW

# what every request asks first is put together once: that takes longer than asking it
_LIVE = sa.select(LoginSession).where(
    LoginSession.token_hash == sa.bindparam("token_hash"),
    LoginSession.revoked_at.is_(None),
    LoginSession.expires_at > sa.bindparam("at", type_=LoginSession.expires_at.type),
)
_CONSORTIA = (
    sa.select(LoginConsortium, Consortium)
    .join(Consortium, Consortium.id == LoginConsortium.consortium_id)
    .where(LoginConsortium.login_id == sa.bindparam("of_login"))
    .order_by(Consortium.name)
)


def find_login(session: Session, email: str) -> Login | None:
    """The login with this address, in lower case."""
    return session.scalar(sa.select(Login).where(Login.email == email))


def find_live_session(session: Session, token: str, *, at: datetime) -> LoginSession | None:
    """The signed-in browser that holds this token, unless it ended, expired or was revoked."""
    return session.scalar(_LIVE, {"token_hash": token_hash(token), "at": at})


def failed_tries(session: Session, email_hash: str, *, at: datetime) -> list[datetime]:
    """Failed tries under a hash within the lock-out window since the last success under it, newest first."""
    rows = session.execute(
        sa.select(SignInAttempt.tried_at, SignInAttempt.succeeded)
        .where(SignInAttempt.email_hash == email_hash, SignInAttempt.tried_at > at - LOCK_WINDOW)
        .order_by(SignInAttempt.tried_at.desc())
    )
    failed: list[datetime] = []
    for tried_at, succeeded in rows:
        if succeeded:
            break
        failed.append(tried_at)
    return failed


def consortia_of(session: Session, login_id: int) -> list[tuple[LoginConsortium, Consortium]]:
    """The consortia a login is a person in, by name."""
    rows = session.execute(_CONSORTIA, {"of_login": login_id})
    return [(entry, consortium) for entry, consortium in rows]


def actor_of(session: Session, entry: LoginConsortium, *, on: date) -> Actor:
    """The person behind a login in one consortium with the grants they hold now; its tenant must be entered.

    Whoever left holds none, even where the worker has not ended their roles yet: a day later at the latest, since the
    day may have begun elsewhere.
    """
    scope = Scope(consortium_id=entry.consortium_id)
    person = get_person(session, entry.person_id, within=scope)
    if person.left_on is not None and person.left_on < on - timedelta(days=1):
        return Actor(person.name, entry.consortium_id, person.id, entry.login_id)
    grants = tuple(Grant(m.role, m.place_id, m.place.path) for m in memberships_of(session, person, within=scope))
    return Actor(person.name, entry.consortium_id, person.id, entry.login_id, grants)
