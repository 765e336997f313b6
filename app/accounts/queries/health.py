"""How the accounts of a place fare as a whole: how many bring figures, which stopped, and what each platform does."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account, Credential
from app.accounts.rules import AccountState, Connection
from app.accounts.rules.connecting import WARN_BEFORE
from app.accounts.rules.states import FILES_STALE_AFTER_DAYS
from app.consortia.models import Place
from app.platforms.catalogue import platforms

#: connections that a person has to mend
IN_TROUBLE = (Connection.SIGN_IN_EXPIRED, Connection.FAILING)
_IN_USE = (AccountState.ACTIVE, AccountState.ON_WATCH)


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many accounts figures are collected for, how many of them are up to date, and the newest day there is."""

    watched: int
    fresh: int
    in_trouble: int
    newest_on: date | None


@dataclass(frozen=True, slots=True)
class PlatformHealth:
    """How the accounts on one platform are connected."""

    platform: str
    working: int
    failed: int
    file_only: int
    not_connected: int

    @property
    def total(self) -> int:
        """All accounts in use there."""
        return self.working + self.failed + self.file_only + self.not_connected


def completeness_of(session: Session, *, within: Scope, on: date) -> Completeness:
    """How complete the figures of a place and all below it are on a day; one statement."""
    recent = _is_fresh(on)
    statement = (
        sa.select(
            sa.func.count(Account.id),
            _count(recent),
            _count(Account.connection.in_(IN_TROUBLE)),
            sa.func.max(Account.newest_figure_on),
        )
        .join(Account.place)
        .where(*_in_use(within), Account.connection != Connection.NOT_CONNECTED)
    )
    watched, fresh, in_trouble, newest_on = session.execute(statement).one()
    return Completeness(watched, int(fresh or 0), int(in_trouble or 0), newest_on)


def accounts_in_trouble(session: Session, *, within: Scope, most: int) -> Sequence[Account]:
    """Accounts whose connection a person has to mend, with their places, the longest broken first."""
    return session.scalars(
        sa.select(Account)
        .join(Account.place)
        .where(*_in_use(within), Account.connection.in_(IN_TROUBLE))
        .options(contains_eager(Account.place))
        .order_by(Account.connection_since, Place.path, Account.id)
        .limit(most)
    ).all()


def count_in_trouble(session: Session, *, within: Scope) -> int:
    """How many accounts of a place and all below it have a connection that a person has to mend."""
    statement = sa.select(sa.func.count(Account.id)).join(Account.place)
    return session.scalars(statement.where(*_in_use(within), Account.connection.in_(IN_TROUBLE))).one()


def troubled_ids(session: Session, *, within: Scope, until: datetime) -> Sequence[int]:
    """Ids of accounts whose connection a person has to mend, is limited, or whose token ends before then; longest first."""
    ends = sa.exists().where(
        Credential.consortium_id == within.consortium_id,
        Credential.account_id == Account.id,
        Credential.expires_at <= until,
    )
    is_mended_by_people = Account.connection.in_(IN_TROUBLE)
    return session.scalars(
        sa.select(Account.id)
        .join(Account.place)
        .where(*_in_use(within), sa.or_(is_mended_by_people, Account.connection == Connection.LIMITED, ends))
        .order_by(sa.case((is_mended_by_people, 0), else_=1), Account.connection_since, Account.id)
    ).all()


def tokens_ending(session: Session, *, within: Scope, on: date, most: int) -> list[tuple[Account, date]]:
    """Accounts whose connection works and whose token ends within 14 days, with that day in UTC, the soonest first."""
    begins = datetime.combine(on, time.min, tzinfo=UTC)
    rows = session.execute(
        sa.select(Account, Credential.expires_at)
        .join(Account.place)
        .join(
            Credential, sa.and_(Credential.consortium_id == Account.consortium_id, Credential.account_id == Account.id)
        )
        .where(
            *_in_use(within),
            Credential.consortium_id == within.consortium_id,
            Credential.expires_at.between(begins, begins + WARN_BEFORE),
            Account.connection.not_in(IN_TROUBLE),
        )
        .options(contains_eager(Account.place))
        .order_by(Credential.expires_at, Account.id)
        .limit(most)
    )
    return [(account, ends_at.date()) for account, ends_at in rows if ends_at is not None]


def health_by_platform(session: Session, *, within: Scope) -> list[PlatformHealth]:
    """How the accounts on each platform are connected, the most failures first; one statement."""
    rows = session.execute(
        sa.select(
            Account.platform,
            _count(Account.connection.in_([Connection.WORKING, Connection.LIMITED])),
            _count(Account.connection.in_(IN_TROUBLE)),
            _count(Account.connection == Connection.FILE_ONLY),
            _count(Account.connection == Connection.NOT_CONNECTED),
        )
        .join(Account.place)
        .where(*_in_use(within))
        .group_by(Account.platform)
        .order_by(Account.platform)
    )
    found = [
        PlatformHealth(platform, int(working), int(failed), int(files), int(nothing))
        for platform, working, failed, files, nothing in rows
    ]
    return sorted(found, key=lambda each: (-each.failed, -each.total, each.platform))


def accounts_by_place(session: Session, *, within: Scope) -> dict[int, int]:
    """How many accounts in use each place owns, by place id; places without one are left out."""
    rows = session.execute(
        sa.select(Account.place_id, sa.func.count(Account.id))
        .join(Account.place)
        .where(*_in_use(within))
        .group_by(Account.place_id)
        .order_by(Account.place_id)
    )
    return dict(rows.all())


def _is_fresh(on: date) -> sa.ColumnElement[bool]:
    """Is the newest figure recent enough for the way in which it comes in?"""
    by_file = Account.connection == Connection.FILE_ONLY
    limits: dict[int, list[str]] = defaultdict(list)
    for platform in platforms():
        limits[platform.stale_after_days].append(platform.name)
    pulled = [
        sa.and_(Account.platform.in_(names), Account.newest_figure_on >= on - timedelta(days=days))
        for days, names in sorted(limits.items())
    ]
    from_files = Account.newest_figure_on >= on - timedelta(days=FILES_STALE_AFTER_DAYS)
    return sa.or_(sa.and_(by_file, from_files), sa.and_(~by_file, sa.or_(*pulled)))


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _in_use(within: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Account.consortium_id == within.consortium_id,
        Place.consortium_id == within.consortium_id,
        Place.path.startswith(within.path, autoescape=True),
        Account.state.in_(_IN_USE),
    )
