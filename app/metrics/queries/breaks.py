"""Reading where series break: what the dictionary says of a platform, what was noted, where a source counts otherwise."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.foundation.errors import NotFound
from app.metrics.models import SeriesBreak
from app.metrics.queries.sources import recounted
from app.metrics.rules.breaks import Break, breaks_of_platform


def breaks_of(session: Session, account: Account, *, within: Scope) -> Sequence[Break]:
    """Where the series of an account break, oldest first."""
    return breaks_by_account(session, [account], within=within).get(account.id, ())


def breaks_by_account(session: Session, accounts: Sequence[Account], *, within: Scope) -> Mapping[int, Sequence[Break]]:
    """The same for many accounts, by account; those without a break are left out."""
    noted: dict[int, list[Break]] = defaultdict(list)
    rows = session.execute(
        sa.select(SeriesBreak.account_id, SeriesBreak.metric, SeriesBreak.from_on, SeriesBreak.why, SeriesBreak.id)
        .where(SeriesBreak.consortium_id == within.consortium_id)
        .order_by(SeriesBreak.account_id, SeriesBreak.from_on, SeriesBreak.metric)
    )
    for account_id, metric, from_on, why, row_id in rows:
        noted[account_id].append(Break(metric, from_on, why, row_id))
    anew = recounted(session, accounts, within=within)
    found = {
        account.id: _once([*breaks_of_platform(account.platform), *noted[account.id], *anew.get(account.id, ())])
        for account in accounts
    }
    return {
        account_id: sorted(breaks, key=lambda each: (each.from_on, each.metric))
        for account_id, breaks in found.items()
        if breaks
    }


def _once(breaks: Sequence[Break]) -> list[Break]:
    """Of several breaks of one metric on one day the first."""
    return list({(each.metric, each.from_on): each for each in reversed(breaks)}.values())


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
