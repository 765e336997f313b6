"""Reading the register of accounts: one, those of a place, those that are due, and what their connections say."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account, AccountShare, Credential
from app.accounts.rules.states import FILES_STALE_AFTER_DAYS, AccountState, Connection
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.platforms.catalogue import get_platform

#: more words than these narrow nothing further
_MOST_WORDS = 6
#: made once: every pull asks it
_ALONE = (
    sa.select(Account)
    .where(Account.consortium_id == sa.bindparam("of_consortium"), Account.id == sa.bindparam("of_account"))
    .with_for_update(of=Account)
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What a list of accounts is narrowed to; None does not narrow."""

    platform: str | None = None
    connection: Connection | None = None
    state: AccountState | None = None
    #: each must stand somewhere in the place's name or code, or in the handle
    words: str = ""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How recent an account's figures are."""

    account_id: int
    connection: Connection
    last_pull_at: datetime | None
    newest_figure_on: date | None
    platform: str

    @property
    def stale_after_days(self) -> int:
        """Figures older than so many days are stale, by how they come in."""
        is_by_file = self.connection is Connection.FILE_ONLY
        return FILES_STALE_AFTER_DAYS if is_by_file else get_platform(self.platform).stale_after_days


def get_account(session: Session, account_id: int, *, within: Scope) -> Account:
    """The account with this id and its place, at the scope's place or below; NotFound otherwise."""
    found = session.scalars(_accounts(within).where(Account.id == account_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such account here.")
    return found


def account_for_change(session: Session, account_id: int, *, within: Scope) -> Account:
    """The same as it stands in the database now, locked until the transaction ends."""
    statement = _accounts(within).where(Account.id == account_id).with_for_update(of=Account)
    found = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There is no such account here.")
    return found


def accounts_for_change(session: Session, account_ids: Collection[int], *, within: Scope) -> dict[int, Account]:
    """Several, as they stand in the database now, locked by one statement until the transaction ends; by id.

    They are locked in the order of their ids, so that two who want the same ones wait and never block each other.
    Raises NotFound where one of them is not in the scope.
    """
    wanted = set(account_ids)
    statement = _accounts(within).where(Account.id.in_(sorted(wanted))).order_by(None).order_by(Account.id)
    locked = session.scalars(statement.with_for_update(of=Account).execution_options(populate_existing=True))
    found = {account.id: account for account in locked}
    if wanted - found.keys():
        raise NotFound("There is no such account here.")
    return found


def account_alone_for_change(session: Session, account_id: int, *, within: Scope) -> Account:
    """The same without its place, anywhere in the consortium: for the machine, which works for the whole of it."""
    found = session.scalars(_ALONE, {"of_consortium": within.consortium_id, "of_account": account_id}).one_or_none()
    if found is None:
        raise NotFound("There is no such account here.")
    return found


def find_account_by_url(session: Session, platform: str, url: str, *, within: Scope) -> Account | None:
    """The account with this canonical address that is not retired."""
    here = (Account.platform == platform, Account.url == url, Account.state != AccountState.RETIRED)
    return session.scalars(_accounts(within).where(*here)).one_or_none()


def accounts_of_address(session: Session, account: Account, *, within: Scope) -> Sequence[Account]:
    """The other accounts that have or had this account's address: at most one in use, then the last retired first."""
    statement = _accounts(within).where(
        Account.platform == account.platform, Account.url == account.url, Account.id != account.id
    )
    is_retired = sa.case((Account.state == AccountState.RETIRED, 1), else_=0)
    return session.scalars(statement.order_by(None).order_by(is_retired, Account.id.desc())).all()


def accounts_at(session: Session, *, within: Scope, narrowed: AccountFilter | None = None) -> Sequence[Account]:
    """The accounts of a place and all below it with their places, in the order of the tree, then by platform."""
    return session.scalars(accounts_in(within, narrowed or AccountFilter())).all()


def accounts_to_feed(session: Session, *, within: Scope) -> list[Account]:
    """The accounts of a place and below that take figures."""
    return [
        account
        for account in accounts_at(session, within=within)
        if account.state is not AccountState.RETIRED and account.retired_on is None
    ]


def accounts_in(within: Scope, wanted: AccountFilter) -> sa.Select[Account]:
    """The statement for the accounts of a place and below, narrowed, with their places."""
    statement = _accounts(within)
    if wanted.platform is not None:
        statement = statement.where(Account.platform == wanted.platform)
    if wanted.connection is not None:
        statement = statement.where(Account.connection == wanted.connection)
    if wanted.state is not None:
        statement = statement.where(Account.state == wanted.state)
    for word in wanted.words.split()[:_MOST_WORDS]:
        held = (Place.name, Place.code, Account.handle)
        statement = statement.where(sa.or_(*(column.icontains(word, autoescape=True) for column in held)))
    return statement


def accounts_by_id(session: Session, ids: Iterable[int], *, within: Scope) -> dict[int, Account]:
    """Accounts of the scope by their id, with their places."""
    statement = _accounts(within).where(Account.id.in_(sorted(set(ids))))
    return {account.id: account for account in session.scalars(statement)}


def accounts_serving(session: Session, place: Place, *, within: Scope) -> Sequence[Account]:
    """A place's own accounts and those that others share with it, retired ones left out."""
    shared = sa.select(AccountShare.account_id).where(
        AccountShare.consortium_id == within.consortium_id, AccountShare.place_id == place.id
    )
    whole = Scope(consortium_id=within.consortium_id)
    return session.scalars(
        _accounts(whole).where(
            sa.or_(Account.place_id == place.id, Account.id.in_(shared)), Account.state != AccountState.RETIRED
        )
    ).all()


def due_account_ids(session: Session, *, within: Scope, at: datetime, most: int | None = None) -> Sequence[int]:
    """Accounts whose next pull is due, longest waiting first; no more than ``most``."""
    return session.scalars(
        sa.select(Account.id)
        .where(
            Account.consortium_id == within.consortium_id,
            Account.next_pull_at <= at,
            Account.state != AccountState.RETIRED,
        )
        .order_by(Account.next_pull_at, Account.id)
        .limit(most)
    ).all()


def find_credential(session: Session, account: Account, *, within: Scope) -> Credential | None:
    """The account's sealed token, None where it is read without one."""
    return session.scalars(
        sa.select(Credential).where(
            Credential.consortium_id == within.consortium_id, Credential.account_id == account.id
        )
    ).one_or_none()


def freshness_of(session: Session, *, within: Scope) -> list[Freshness]:
    """How recent the figures of each account of the scope are, retired ones left out; one statement."""
    statement = (
        sa.select(Account.id, Account.connection, Account.last_pull_at, Account.newest_figure_on, Account.platform)
        .join(Account.place)
        .where(
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Account.state != AccountState.RETIRED,
        )
        .order_by(Place.path, Account.platform, Account.id)
    )
    return [Freshness(*row) for row in session.execute(statement)]


def _accounts(within: Scope) -> sa.Select[Account]:
    return (
        sa.select(Account)
        .join(Account.place)
        .where(
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(Account.place))
        .order_by(Place.path, Account.platform, Account.handle, Account.id)
    )
