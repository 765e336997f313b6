"""What holds for the accounts of a whole consortium, and what may be chosen."""

from dataclasses import dataclass

#: an account is looked at once in so many days, and an emergency account is drilled
A_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Norms:
    """What a consortium asks of its accounts."""

    #: hours of duty a week that an account in use needs
    hours_per_account: int = 2
    #: days without a post after which an account is quiet
    quiet_after_days: int = 60
