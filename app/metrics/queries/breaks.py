"""Reading where series break: what the dictionary says of a platform, and what was noted of single accounts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.foundation.errors import NotFound
from app.metrics.models import SeriesBreak
from app.metrics.rules.breaks import Break, breaks_of_platform


def breaks_of(session: Session, account: Account, *, within: Scope) -> Sequence[Break]:
    """Where the series of an account break, oldest first."""
    return breaks_by_account(session, [account], within=within).get(account.id, ())


def breaks_by_account(session: Session, accounts: Iterable[Account], *, within: Scope) -> Mapping[int, Sequence[Break]]:
    """The same for many accounts, by account; those without a break are left out. One statement."""
    noted: dict[int, list[Break]] = defaultdict(list)
    rows = session.execute(
        sa.select(SeriesBreak.account_id, SeriesBreak.metric, SeriesBreak.from_on, SeriesBreak.why, SeriesBreak.id)
        .where(SeriesBreak.consortium_id == within.consortium_id)
        .order_by(SeriesBreak.account_id, SeriesBreak.from_on, SeriesBreak.metric)
    )
    for account_id, metric, from_on, why, row_id in rows:
        noted[account_id].append(Break(metric, from_on, why, row_id))
    found = {account.id: breaks_of_platform(account.platform) + noted[account.id] for account in accounts}
    return {
        account_id: sorted(breaks, key=lambda each: (each.from_on, each.metric))
        for account_id, breaks in found.items()
        if breaks
    }


def break_for_change(session: Session, account: Account, row_id: int, *, within: Scope) -> SeriesBreak:
    """The noted break with this id; NotFound where this account has none such."""
    found = session.scalars(
        sa.select(SeriesBreak).where(
            SeriesBreak.consortium_id == within.consortium_id,
            SeriesBreak.account_id == account.id,
            SeriesBreak.id == row_id,
        )
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such break of a series here.")
    return found
