"""What a duty is given by: the cell of a place's matrix and the terms; and the lock on it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts import queries as accounts
from app.accounts.models import Account
from app.consortia.models import Place
from app.duties.rules.assigning import Span
from app.duties.rules.catalogue import Family
from app.foundation.errors import Refused


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a place's matrix: a family of duties on an account that the place has or shares."""

    place: Place
    account: Account
    family: Family

    @property
    def whole(self) -> Scope:
        """The consortium: a holder may come from anywhere in it."""
        return Scope(consortium_id=self.place.consortium_id)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a duty is given: as primary or as backup, with how many hours a week, between which days."""

    is_primary: bool
    hours_per_week: Decimal
    first_on: date
    last_on: date | None = None

    @property
    def span(self) -> Span:
        """From the first to the last day."""
        return Span(self.first_on, self.last_on)


def lock_account(session: Session, spot: Spot) -> None:
    """Lock the account, so that changes of its cells follow each other; refuse one that this place does not serve."""
    account = accounts.account_for_change(session, spot.account.id, within=spot.whole)
    served = accounts.accounts_serving(session, spot.place, within=spot.whole)
    if account.id not in {each.id for each in served}:
        raise Refused(f"{spot.place.name} neither has nor shares this account.")
