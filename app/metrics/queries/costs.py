"""Reading what pulls cost: sums of a month, by platform and by account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account, ConnectionCheck
from app.consortia.models import Place
from app.metrics.models import Run, SetAside
from app.metrics.rules.costs import Pull, first_of_next_month


@dataclass(frozen=True, slots=True)
class AccountCost:
    """What the pulls of one account cost in a month, in millionths of the currency."""

    account: Account
    pulls: int
    micros: int


def spent_in(session: Session, *, month: datetime, within: Scope) -> int:
    """What all pulls and tests of connections cost in the month that began at this instant, in millionths.

    What pulls have set aside counts as spent: by those that are at it, and by those that were killed and cannot tell.
    """
    until = first_of_next_month(month)
    pulls = sa.select(sa.func.coalesce(sa.func.sum(Run.cost_micros), 0)).where(
        Run.consortium_id == within.consortium_id, Run.started_at >= month, Run.started_at < until
    )
    tests = sa.select(sa.func.coalesce(sa.func.sum(ConnectionCheck.cost_micros), 0)).where(
        ConnectionCheck.consortium_id == within.consortium_id,
        ConnectionCheck.checked_at >= month,
        ConnectionCheck.checked_at < until,
    )
    aside = sa.select(sa.func.coalesce(sa.func.sum(SetAside.micros), 0)).where(
        SetAside.consortium_id == within.consortium_id, SetAside.made_at >= month, SetAside.made_at < until
    )
    return sum(int(session.scalar(sums) or 0) for sums in (pulls, tests, aside))


def costs_by_account(session: Session, *, month: datetime, within: Scope) -> Sequence[AccountCost]:
    """The accounts of the scope whose pulls cost something in the month, the dearest first."""
    sums = (
        sa.select(Run.account_id, sa.func.count().label("pulls"), sa.func.sum(Run.cost_micros).label("micros"))
        .where(
            Run.consortium_id == within.consortium_id,
            Run.started_at >= month,
            Run.started_at < first_of_next_month(month),
            Run.cost_micros > 0,
        )
        .group_by(Run.account_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Account, sums.c.pulls, sums.c.micros)
        .join(sums, sums.c.account_id == Account.id)
        .join(Account.place)
        .where(
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(Account.place))
        .order_by(sums.c.micros.desc(), Account.handle, Account.id)
    )
    return [AccountCost(account, int(pulls), int(micros)) for account, pulls, micros in rows]


def priced_pulls(session: Session, *, since: datetime, within: Scope) -> list[Pull]:
    """Each pull since then that cost something."""
    rows = session.execute(
        sa.select(Run.account_id, Account.platform, Run.cost_micros)
        .join(Account, Account.id == Run.account_id)
        .where(
            Run.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Run.started_at >= since,
            Run.cost_micros > 0,
        )
        .order_by(Run.started_at, Run.id)
    )
    return [Pull(account_id or 0, platform, micros) for account_id, platform, micros in rows]
