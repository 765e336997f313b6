"""A figure is a value, or a reason why there is none: never 0 for missing, never a bare None."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a figure is missing. A closed list: a new reason is a decision, since every page must word it."""

    NOT_SUPPORTED = "not_supported_by_platform"
    BELOW_THRESHOLD = "below_platform_threshold"
    WITHDRAWN = "metric_withdrawn"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of a reason, not a secret
    API_ERROR = "api_error"
    COST_CAP = "cost_cap_reached"
    NOT_COLLECTED = "not_collected_yet"
    ACCOUNT_CLOSED = "account_closed"
    NOT_OWNED = "account_not_owned"
    SUPPRESSED = "suppressed"
    HIDDEN = "hidden_by_platform"
    RATE_LIMITED = "rate_limited"
    NOT_INDEXED = "not_indexed_yet"
    BLANK = "blank_in_file"
    NO_CASES = "no_cases"

    @property
    def label(self) -> str:
        """The words a reader sees in the cell where the number would be."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    Reason.NOT_SUPPORTED: "Not offered by the platform",
    Reason.BELOW_THRESHOLD: "Too small for the platform to say",
    Reason.WITHDRAWN: "Withdrawn by the platform",
    Reason.TOKEN_REVOKED: "Sign-in expired",
    Reason.API_ERROR: "The platform answered with an error",
    Reason.COST_CAP: "Cost cap reached",
    Reason.NOT_COLLECTED: "Not collected yet",
    Reason.ACCOUNT_CLOSED: "Account closed",
    Reason.NOT_OWNED: "Not our account",
    Reason.SUPPRESSED: "Withheld, too few people",
    Reason.HIDDEN: "Hidden by the platform",
    Reason.RATE_LIMITED: "The platform asked us to wait",
    Reason.NOT_INDEXED: "Not indexed yet",
    Reason.BLANK: "Blank in the file",
    Reason.NO_CASES: "Nothing to count",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with the number of cases it rests on, or the reason there is none.

    Build one with :meth:`of` or :meth:`missing`; exactly one of ``value`` and ``reason`` is set.
    """

    value: float | None = None
    reason: Reason | None = None
    #: cases behind the value (denominator of a share), None where counting cases has no meaning
    n: int | None = None

    def __post_init__(self) -> None:
        """A figure with both or neither of value and reason is a bug."""
        if (self.value is None) == (self.reason is None):
            raise ValueError("A figure is a value or a reason, never both and never neither.")

    @classmethod
    def of(cls, value: float, *, n: int | None = None) -> "Figure":
        """A known figure."""
        return cls(value=value, n=n)

    @classmethod
    def missing(cls, reason: Reason) -> "Figure":
        """A figure that is not there, and why."""
        return cls(reason=reason)

    @property
    def is_known(self) -> bool:
        """Is there a value?"""
        return self.value is not None
