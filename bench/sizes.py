"""How large the installations are on which we measure, and which days they cover."""

from dataclasses import dataclass
from datetime import date

from app.foundation.periods import Period, add_months, last_whole_quarter

#: the last day with figures; fixed, so that a built database stays good, and in the middle of a month, as most days are
AS_OF = date(2026, 11, 15)


@dataclass(frozen=True, slots=True)
class Size:
    """One consortium: its places, its accounts, and for how many months before this one it has daily figures."""

    name: str
    libraries: int
    branches: int
    accounts: int
    months: int

    @property
    def days(self) -> Period:
        """The days with figures."""
        return Period(add_months(AS_OF.replace(day=1), -self.months), AS_OF)


SIZES = {
    size.name: size
    for size in (
        Size("S", libraries=6, branches=60, accounts=200, months=24),
        Size("M", libraries=60, branches=1200, accounts=5000, months=36),
    )
}
#: the period that the comparison opens with
QUARTER = last_whole_quarter(AS_OF)
