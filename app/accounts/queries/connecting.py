"""Reading how accounts are connected: sign-ins under way, what they brought, what was found readable, what to warn of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Role, Scope
from app.accounts.models import (
    Account,
    AccountWarning,
    ConnectionCheck,
    Credential,
    OAuthApp,
    OAuthAttempt,
    OAuthGrant,
)
from app.accounts.rules.connecting import SIGN_IN_WITHIN, WARN_AFTER, WARN_BEFORE, Trouble
from app.accounts.rules.states import AccountState, Connection
from app.consortia.models import Place
from app.consortia.rules import ids_in
from app.foundation.crypto import token_hash
from app.foundation.errors import NotFound
from app.foundation.installation import settings, vault
from app.people.models import Login, LoginChoice, LoginConsortium, Membership, Person
from app.platforms.catalogue import SignIn, get_platform
from app.platforms.consent import Client, server_of

_IN_USE = (AccountState.ACTIVE, AccountState.ON_WATCH)


@dataclass(frozen=True, slots=True)
class Due:
    """A spell of trouble with an account of which nobody was told yet."""

    account: Account
    trouble: Trouble
    since: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to tell, and whether they want a mail of it."""

    person: Person
    wants_mail: bool


def find_check(session: Session, account: Account, *, within: Scope) -> ConnectionCheck | None:
    """The latest look at what can be read of an account."""
    return session.scalars(
        sa.select(ConnectionCheck)
        .where(ConnectionCheck.consortium_id == within.consortium_id, ConnectionCheck.account_id == account.id)
        .order_by(ConnectionCheck.checked_at.desc(), ConnectionCheck.id.desc())
        .limit(1)
    ).one_or_none()


def find_grant(session: Session, account_id: int, *, within: Scope) -> OAuthGrant | None:
    """What a sign-in brought beside the token, as it stands now; None where a token was pasted, or none is kept."""
    statement = sa.select(OAuthGrant).where(
        OAuthGrant.consortium_id == within.consortium_id, OAuthGrant.account_id == account_id
    )
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def find_app(session: Session, server: str, *, within: Scope) -> OAuthApp | None:
    """How a server knows us, where it was told."""
    return session.scalars(
        sa.select(OAuthApp).where(OAuthApp.consortium_id == within.consortium_id, OAuthApp.server == server)
    ).one_or_none()


def find_attempt(session: Session, state: str, *, within: Scope) -> OAuthAttempt | None:
    """The sign-in that this state belongs to."""
    statement = sa.select(OAuthAttempt).where(
        OAuthAttempt.consortium_id == within.consortium_id, OAuthAttempt.state_hash == token_hash(state)
    )
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def get_attempt(session: Session, attempt_id: int, *, within: Scope) -> OAuthAttempt:
    """One sign-in; NotFound where it was cleared away."""
    statement = sa.select(OAuthAttempt).where(
        OAuthAttempt.consortium_id == within.consortium_id, OAuthAttempt.id == attempt_id
    )
    found = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("This sign-in is over. Begin it again.")
    return found


def latest_attempt(
    session: Session, account: Account, *, login_session_id: int, at: datetime, within: Scope
) -> OAuthAttempt | None:
    """The sign-in that this browser has begun for the account and that is still of any interest."""
    return session.scalars(
        sa.select(OAuthAttempt)
        .where(
            OAuthAttempt.consortium_id == within.consortium_id,
            OAuthAttempt.account_id == account.id,
            OAuthAttempt.login_session_id == login_session_id,
            OAuthAttempt.begun_at > at - SIGN_IN_WITHIN,
        )
        .order_by(OAuthAttempt.begun_at.desc(), OAuthAttempt.id.desc())
        .limit(1)
    ).one_or_none()


def known_to(sign_in: SignIn) -> tuple[str, str] | None:
    """What a platform knows this installation by: name and secret; None where its settings do not say."""
    if not sign_in.client:
        return None
    held = settings()
    name, secret = getattr(held, f"{sign_in.client}_client_id"), getattr(held, f"{sign_in.client}_client_secret")
    return (name, secret) if name and secret else None


def may_sign_in(platform: str) -> bool:
    """Can people sign in there, instead of pasting a token?"""
    sign_in = get_platform(platform).sign_in
    return sign_in is not None and (bool(sign_in.registers) or known_to(sign_in) is not None)


def client_for(session: Session, account: Account, *, redirect_uri: str, within: Scope) -> Client | None:
    """This installation as the account's platform or server knows it; None where it does not know us (any more)."""
    sign_in = get_platform(account.platform).sign_in
    if sign_in is None:
        return None
    server = server_of(sign_in, account.base_url)
    if sign_in.registers:
        app = find_app(session, server, within=within) if server else None
        if app is None or (redirect_uri and app.redirect_uri != redirect_uri):
            return None
        return Client(sign_in, app.client_id, vault().open(app.sealed), app.redirect_uri, server)
    known = known_to(sign_in)
    return Client(sign_in, *known, redirect_uri, server) if known else None


def expiries_of(session: Session, account_ids: Collection[int], *, within: Scope) -> dict[int, datetime]:
    """When the tokens of these accounts end, as far as that is known, by account."""
    rows = session.execute(
        sa.select(Credential.account_id, Credential.expires_at)
        .where(
            Credential.consortium_id == within.consortium_id,
            Credential.account_id.in_(sorted(account_ids)),
            Credential.expires_at.is_not(None),
        )
        .order_by(Credential.account_id)
    )
    return {account_id: expires_at for account_id, expires_at in rows if expires_at is not None}


def untold(session: Session, *, within: Scope, at: datetime, most: int) -> list[Due]:
    """Spells of trouble of which nobody was told, of accounts in use: three statements."""
    ends = Credential.expires_at
    of_token = sa.and_(Credential.consortium_id == Account.consortium_id, Credential.account_id == Account.id)
    ending = (
        sa.select(Account, ends)
        .join(Account.place)
        .join(Credential, of_token)
        .where(Credential.consortium_id == within.consortium_id, ends > at, ends <= at + WARN_BEFORE)
    )
    since = Account.connection_since
    expired = sa.select(Account, since).join(Account.place).where(Account.connection == Connection.SIGN_IN_EXPIRED)
    good = sa.func.coalesce(Account.last_pull_at, since, type_=Account.last_pull_at.type)
    failing = (
        sa.select(Account, good)
        .join(Account.place)
        .where(Account.connection == Connection.FAILING, good <= at - WARN_AFTER)
    )
    asked = (
        (Trouble.TOKEN_ENDS, ending, ends),
        (Trouble.SIGN_IN_EXPIRED, expired, since),
        (Trouble.PULLS_FAIL, failing, good),
    )
    found: list[Due] = []
    for trouble, statement, begins in asked:
        rows = session.execute(_untold(statement, trouble, begins, within=within).limit(most))
        found += [Due(account, trouble, begun) for account, begun in rows if begun is not None]
    return found


def _untold(
    statement: sa.Select[Account, datetime | None],
    trouble: Trouble,
    begins: sa.SQLColumnExpression[Any],
    *,
    within: Scope,
) -> sa.Select[Account, datetime | None]:
    is_told = sa.exists().where(
        AccountWarning.consortium_id == within.consortium_id,
        AccountWarning.account_id == Account.id,
        AccountWarning.trouble == trouble,
        AccountWarning.since == begins,
    )
    return (
        statement.where(
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Account.state.in_(_IN_USE),
            begins.is_not(None),
            ~is_told,
        )
        .options(contains_eager(Account.place))
        .order_by(Account.id)
    )


def people_to_tell(session: Session, person_ids: Collection[int], *, within: Scope) -> list[Told]:
    """These people as far as they are here, and who of them wants a mail of their accounts; by name."""
    rows = session.execute(
        sa.select(Person, LoginChoice.hears_of_accounts)
        .outerjoin(
            LoginConsortium,
            sa.and_(LoginConsortium.consortium_id == Person.consortium_id, LoginConsortium.person_id == Person.id),
        )
        .outerjoin(Login, Login.id == LoginConsortium.login_id)
        .outerjoin(LoginChoice, LoginChoice.login_id == Login.id)
        .where(
            Person.consortium_id == within.consortium_id,
            Person.id.in_(sorted(person_ids)),
            Person.left_on.is_(None),
            Person.anonymized_at.is_(None),
        )
        .order_by(Person.name, Person.id)
    )
    return [Told(person, bool(person.email) and hears is not False) for person, hears in rows]


def keepers_of(session: Session, place: Place, *, within: Scope) -> Sequence[int]:
    """Ids of those who look after a place: its manager, else the nearest director above, else the admins."""
    rows = session.execute(
        sa.select(Membership.role, Place.path, Membership.person_id)
        .join(Membership.place)
        .join(Membership.person)
        .where(
            Membership.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Person.consortium_id == within.consortium_id,
            Membership.place_id.in_(ids_in(place.path)),
            Membership.ended_at.is_(None),
            Person.left_on.is_(None),
        )
        .order_by(Place.path.desc(), Membership.person_id)
    ).all()
    for role in (Role.BRANCH_MANAGER, Role.DIRECTOR, Role.CONSORTIUM_ADMIN):
        nearest = next((path for held, path, _ in rows if held is role), None)
        if nearest is not None:
            return [person_id for held, path, person_id in rows if held is role and path == nearest]
    return []
