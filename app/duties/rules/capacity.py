"""Capacity: whether the hours of duty at a place suffice for the accounts it has and one more."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from app.duties.rules.load import hours_in_words


@dataclass(frozen=True, slots=True)
class Capacity:
    """Accounts and hours a week of a place, the asked-for ones included, against what one account needs."""

    accounts: int
    hours: Decimal
    #: hours a week that an account needs; 0 checks nothing
    needed: int

    @property
    def has_room(self) -> bool:
        """Do the hours suffice?"""
        return self.hours >= self.accounts * self.needed

    @property
    def missing_hours(self) -> Decimal:
        """Hours a week that would have to be added; 0 where they suffice."""
        return max(Decimal(0), self.accounts * self.needed - self.hours)

    @property
    def surplus_accounts(self) -> int:
        """How many accounts fewer would do; 0 where the hours suffice."""
        if not self.needed:
            return 0
        return int((self.missing_hours / self.needed).to_integral_value(ROUND_CEILING))

    @property
    def sentence(self) -> str:
        """Such as “4 accounts on 5 h a week: below 2 hours an account. Retire 2, or add 3 h.”."""
        accounts = "1 account" if self.accounts == 1 else f"{self.accounts} accounts"
        hours = "1 hour" if self.needed == 1 else f"{self.needed} hours"
        said = f"{accounts} on {hours_in_words(self.hours)} a week:"
        if self.has_room:
            return f"{said} at least {hours} an account."
        fewer = "one" if self.surplus_accounts == 1 else str(self.surplus_accounts)
        add = f"add {hours_in_words(self.missing_hours)}"
        if self.surplus_accounts >= self.accounts:
            return f"{said} below {hours} an account. {add.capitalize()}."
        return f"{said} below {hours} an account. Retire {fewer}, or {add}."
