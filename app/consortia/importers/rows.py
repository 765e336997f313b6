"""One row of the survey, cell by cell: what it says, what it leaves unsaid, and what cannot be read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.consortia.rules import BranchType

_NOTHING = frozenset({"", "M", "-1", "-3", "-4", "-9"})
#: structure change code 03: closed (README of the public-use files, appendix A)
_CLOSED_FOR_GOOD = frozenset({"03", "3"})
_KEY = re.compile(r"[A-Z]{2}[0-9]{4}", re.ASCII)
_SEQUENCE = re.compile(r"[0-9]{1,3}", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_LOCALE = re.compile(r"[1-4][1-3]", re.ASCII)
_FORMULA_STARTS = ("=", "+", "@", "-")
_LONGEST = {"LIBNAME": 200, "CITY": 100, "LIBID": 30}
_SHOWN = 40
_EARLIEST_YEAR = 1900


class UnreadableError(Exception):
    """A cell that cannot be read; the sentence goes into the row's problem."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file by column name, and the line it begins on."""

    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """A cell in one line without control characters; "" where nothing was said. Refuses formulas."""
        plain = "".join(letter if letter.isprintable() else " " for letter in self.cells.get(column, ""))
        text = " ".join(plain.split())
        if text in _NOTHING:
            return ""
        if text.startswith(_FORMULA_STARTS):
            raise UnreadableError(f"{column} “{_short(text)}” begins as a formula does. Write the text itself.")
        if len(text) > _LONGEST.get(column, len(text)):
            raise UnreadableError(f"{column} is longer than {_LONGEST[column]} characters. Shorten it.")
        return text

    def key(self) -> str:
        """The library's FSCS key."""
        key = self.cells["FSCSKEY"].strip().upper()
        if not _KEY.fullmatch(key):
            raise UnreadableError(f"FSCSKEY “{_short(key)}” is not two letters and four digits, such as WI0001.")
        return key

    def name(self) -> str:
        """The name, which nothing can do without."""
        if name := self.text("LIBNAME"):
            return name
        raise UnreadableError("LIBNAME is blank. Write the name.")

    def population(self) -> int | None:
        """Residents of the legal service area; None where the survey says nothing."""
        text = self.cells["POPU_LSA"].strip()
        if text in _NOTHING:
            return None
        if not _WHOLE.fullmatch(text):
            raise UnreadableError(f"POPU_LSA “{_short(text)}” is not a whole number. Write digits only.")
        return int(text)

    def day(self, column: str) -> date | None:
        """A date as the survey writes it, 06/30/2015; None where nothing was said."""
        text = self.cells.get(column, "").strip()
        if text in _NOTHING:
            return None
        try:
            day = datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            day = None
        if day is None or day.year < _EARLIEST_YEAR:
            raise UnreadableError(f"{column} “{_short(text)}” is not a date such as 06/30/2015.")
        return day

    def sequence(self) -> str:
        """The outlet's number below its library, three digits; zeros that a spreadsheet dropped come back."""
        text = self.cells["FSCS_SEQ"].strip()
        if not _SEQUENCE.fullmatch(text):
            raise UnreadableError(f"FSCS_SEQ “{_short(text)}” is not three digits, such as 002.")
        return text.zfill(3)

    def branch_type(self) -> BranchType:
        """Central, branch, bookmobile or books-by-mail."""
        text = self.cells["C_OUT_TY"].strip().upper()
        if text not in {kind.value for kind in BranchType}:
            raise UnreadableError(f"C_OUT_TY “{_short(text)}” is not one of {', '.join(BranchType)}.")
        return BranchType(text)

    def locale(self) -> str | None:
        """The two-digit locale; None where there is none."""
        text = self.cells.get("LOCALE", "").strip()
        return text if _LOCALE.fullmatch(text) else None

    def closed_on(self, period_ends_on: date | None) -> date | None:
        """The last day of the reporting period where the structure code says closed for good in it.

        The survey tells no nearer day. A place closed for a time (code 23) stays in the tree, open.
        """
        if self.cells.get("STATSTRU", "").strip() not in _CLOSED_FOR_GOOD:
            return None
        if period_ends_on is None:
            raise UnreadableError("STATSTRU says closed, but ENDDATE in the first file does not say by when.")
        return period_ends_on


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
