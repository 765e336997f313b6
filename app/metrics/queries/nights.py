"""Reading how the pulls of a night went: sums, what went wrong, one by one, and what is under way now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.metrics.models import PlatformHold, Run
from app.metrics.rules.runs import RunKind, RunState

#: so many different reasons are told; the rest are together
_MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which pulls a list holds: of an instant up to another one, that outside; None does not narrow."""

    since: datetime
    until: datetime
    state: RunState | None = None
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class NightSums:
    """What all pulls of a night came to; ``micros`` is their cost in millionths."""

    done: int
    failed: int
    accounts: int
    added: int
    changed: int
    micros: int
    first_at: datetime | None
    last_at: datetime | None

    @property
    def is_empty(self) -> bool:
        """Was nothing pulled?"""
        return not self.done and not self.failed


@dataclass(frozen=True, slots=True)
class RunsSeen:
    """One page of pulls with their accounts and places, newest first, and how many there are in all."""

    runs: Sequence[Run]
    count: int


def night_sums(session: Session, wanted: RunFilter, *, within: Scope) -> NightSums:
    """The sums over the pulls that the filter leaves."""
    mine = _pulls(wanted, within).with_only_columns(
        sa.func.count().filter(Run.state == RunState.DONE),
        sa.func.count().filter(Run.state == RunState.FAILED),
        sa.func.count(Run.account_id.distinct()).filter(Run.state == RunState.DONE),
        sa.func.coalesce(sa.func.sum(Run.rows_added), 0),
        sa.func.coalesce(sa.func.sum(Run.rows_changed), 0),
        sa.func.coalesce(sa.func.sum(Run.cost_micros), 0),
        sa.func.min(Run.started_at),
        sa.func.max(Run.ended_at),
    )
    done, failed, accounts, added, changed, micros, first_at, last_at = session.execute(mine.order_by(None)).one()
    return NightSums(done, failed, accounts, int(added), int(changed), int(micros), first_at, last_at)


def failures_of(session: Session, wanted: RunFilter, *, within: Scope) -> list[tuple[str, int]]:
    """Why pulls failed and how many for each reason, most first."""
    count = sa.func.count()
    statement = _pulls(wanted, within).with_only_columns(Run.message, count).where(Run.state == RunState.FAILED)
    rows = session.execute(
        statement.group_by(Run.message).order_by(None).order_by(count.desc(), Run.message).limit(_MOST_REASONS)
    )
    return [(message, number) for message, number in rows]


def pulls_listed(session: Session, wanted: RunFilter, *, within: Scope, page: int, page_size: int) -> RunsSeen:
    """The pulls that the filter leaves, one page of them."""
    statement = _pulls(wanted, within)
    count = session.scalar(statement.with_only_columns(sa.func.count()).order_by(None))
    rows = statement.limit(page_size).offset((page - 1) * page_size).options(*_WITH_PLACE)
    return RunsSeen(session.scalars(rows).all(), count or 0)


def get_run(session: Session, run_id: int, *, within: Scope) -> Run:
    """A pull or an import with its account and place, at the scope's place or below; NotFound otherwise."""
    statement = _runs(within).where(Run.id == run_id).options(*_WITH_PLACE)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("There is no such pull or import here.")
    return found


def holds_at(session: Session, at: datetime, *, within: Scope) -> Sequence[PlatformHold]:
    """The servers that have asked to be left alone for longer, the longest first."""
    return session.scalars(
        sa.select(PlatformHold)
        .where(PlatformHold.consortium_id == within.consortium_id, PlatformHold.until_at > at)
        .order_by(PlatformHold.until_at.desc(), PlatformHold.id)
    ).all()


_WITH_PLACE = (contains_eager(Run.account).contains_eager(Account.place),)


def _pulls(wanted: RunFilter, within: Scope) -> sa.Select[Run]:
    statement = _runs(within).where(
        Run.kind == RunKind.PULL, Run.started_at >= wanted.since, Run.started_at < wanted.until
    )
    if wanted.state is not None:
        statement = statement.where(Run.state == wanted.state)
    if wanted.platform is not None:
        statement = statement.where(Account.platform == wanted.platform)
    return statement


def _runs(within: Scope) -> sa.Select[Run]:
    return (
        sa.select(Run)
        .join(Run.account)
        .join(Account.place)
        .where(
            Run.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .order_by(Run.started_at.desc(), Run.id.desc())
    )
