"""What ``duty.required`` asks for: which duties somebody must hold, on which accounts, how deep and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.accounts.rules import AccountMode
from app.foundation.errors import Refused


class Depth(StrEnum):
    """How many people deep a duty is held."""

    PRIMARY = "primary"
    PRIMARY_AND_BACKUP = "primary_and_backup"

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return {Depth.PRIMARY: "A primary", Depth.PRIMARY_AND_BACKUP: "A primary and a backup"}[self]


class DutyHours(StrEnum):
    """When somebody must be there to carry the duty out."""

    OPEN_HOURS = "open_hours"
    FIXED = "fixed"
    NONE = "none"

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return {
            DutyHours.OPEN_HOURS: "In open hours",
            DutyHours.FIXED: "At fixed hours",
            DutyHours.NONE: "At no set hours",
        }[self]


#: The families of duties a policy may ask for, with what their holder does.
#: The room of duties stands above this one and keeps the families; a test holds the two lists equal.
FAMILY_DEEDS = MappingProxyType(
    {
        "listen": "listen",
        "post": "post",
        "follow": "follow and connect",
        "answer": "answer questions",
        "critics": "respond to critics",
        "other": "do the other social media duties",
    }
)


@dataclass(frozen=True, slots=True)
class DutyAsked:
    """A duty that somebody must hold on every account of the named types."""

    family: str
    account_types: tuple[AccountMode, ...]
    depth: Depth
    hours: DutyHours

    @property
    def words(self) -> str:
        """Such as "A primary and a backup to answer questions on every conversational account, in open hours."."""
        when = "" if self.hours is DutyHours.NONE else f", {self.hours.label.lower()}"
        return f"{self.depth.label} to {FAMILY_DEEDS[self.family]} on every {self._accounts}account{when}."

    @property
    def _accounts(self) -> str:
        if set(self.account_types) == set(AccountMode):
            return ""
        *others, last = (kind.label.lower() for kind in self.account_types)
        return f"{', '.join(others)} or {last} " if others else f"{last} "

    def as_json(self) -> dict[str, object]:
        """The form a JSON column keeps; :func:`parse_duties_asked` reads it back."""
        return {
            "family": self.family,
            "account_types": [kind.value for kind in self.account_types],
            "depth": self.depth.value,
            "hours": self.hours.value,
        }


def parse_duties_asked(raw: object) -> tuple[DutyAsked, ...]:
    """Read the list of duties a rule asks for; refuses an empty list, an unknown word and a duty named twice."""
    if not isinstance(raw, list | tuple) or not raw:
        raise Refused("Name at least one duty that somebody must hold.", field="duties")
    asked = tuple(item if isinstance(item, DutyAsked) else _duty_asked(item) for item in raw)
    seen: set[tuple[str, AccountMode]] = set()
    for duty in asked:
        for kind in duty.account_types:
            if (duty.family, kind) in seen:
                deed, accounts = FAMILY_DEEDS[duty.family], kind.label.lower()
                raise Refused(f"The duty to {deed} is asked for twice on {accounts} accounts.", field="duties")
            seen.add((duty.family, kind))
    return asked


def _duty_asked(raw: object) -> DutyAsked:
    if not isinstance(raw, Mapping):
        raise Refused("Each duty asked for names a family, account types, a depth and hours.", field="duties")
    family = _one_of(raw.get("family"), list(FAMILY_DEEDS), what="family")
    kinds = raw.get("account_types")
    if not isinstance(kinds, list | tuple) or not kinds:
        raise Refused(f"Name the types of account on which somebody must {FAMILY_DEEDS[family]}.", field="duties")
    named = {_one_of(kind, [mode.value for mode in AccountMode], what="account type") for kind in kinds}
    return DutyAsked(
        family=family,
        account_types=tuple(kind for kind in AccountMode if kind.value in named),
        depth=Depth(_one_of(raw.get("depth"), [depth.value for depth in Depth], what="depth")),
        hours=DutyHours(_one_of(raw.get("hours"), [hours.value for hours in DutyHours], what="hours")),
    )


def _one_of(raw: object, allowed: list[str], *, what: str) -> str:
    if isinstance(raw, str) and raw in allowed:
        return raw
    words = ", ".join(allowed)
    raise Refused(f"A duty's {what} is one of {words}.", field="duties")
