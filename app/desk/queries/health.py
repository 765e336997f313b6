"""How the connections of a place fare: which accounts need somebody, and which days they lack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_by_id
from app.accounts.queries.connecting import expiries_of
from app.accounts.queries.health import troubled_ids
from app.accounts.rules.connecting import WARN_BEFORE
from app.metrics.queries.holes import hole_days, holes_of
from app.metrics.queries.standing import DifferingDays, days_that_differ
from app.metrics.rules.holes import LOOKED_BACK_DAYS, Hole


@dataclass(frozen=True, slots=True)
class AccountFaring:
    """One account that needs somebody: when its token ends, and the days it lacks."""

    account: Account
    expires_at: datetime | None
    holes: Sequence[Hole]
    #: days of which two sources tell different things; None where there are none
    differing: DifferingDays | None = None

    @property
    def missing(self) -> int:
        """How many days it lacks."""
        return sum(hole.period.days for hole in self.holes)


@dataclass(frozen=True, slots=True)
class Faring:
    """A page of the accounts that need somebody, and the sums over all of them."""

    accounts: Sequence[AccountFaring]
    total: int
    #: accounts whose connection is not as it should be, and accounts that lack days
    troubled: int
    with_holes: int
    missing_days: int
    #: accounts of which two sources tell different things
    with_differences: int


def faring_of(
    session: Session, *, within: Scope, on: date, at: datetime, shown: str, offset: int, limit: int
) -> Faring:
    """Accounts of a place and below, those in trouble first, then those that lack the most days, then what differs.

    ``shown`` narrows to "trouble", "holes" or "differences". Eight statements, however many accounts there are.
    """
    troubled = troubled_ids(session, within=within, until=at + WARN_BEFORE)
    missing = hole_days(session, within=within, on=on)
    differing = days_that_differ(session, within=within, since=on - timedelta(days=LOOKED_BACK_DAYS))
    ids = _ordered(troubled, missing, differing, shown)
    page = ids[offset : offset + limit]
    known = accounts_by_id(session, page, within=within)
    expiries = expiries_of(session, page, within=within)
    found = holes_of(session, page, within=within, on=on)
    return Faring(
        accounts=[
            AccountFaring(known[one], expiries.get(one), found.get(one, []), differing.get(one))
            for one in page
            if one in known
        ],
        total=len(ids),
        troubled=len(troubled),
        with_holes=len(missing),
        missing_days=sum(missing.values()),
        with_differences=len(differing),
    )


def _ordered(
    troubled: Sequence[int], missing: Mapping[int, int], differing: Mapping[int, DifferingDays], shown: str
) -> list[int]:
    most_first = sorted(missing, key=lambda one: (-missing[one], one))
    differ = sorted(differing, key=lambda one: (-differing[one].count, one))
    if shown == "trouble":
        return list(troubled)
    if shown == "holes":
        return most_first
    if shown == "differences":
        return differ
    return list(dict.fromkeys([*troubled, *most_first, *differ]))
