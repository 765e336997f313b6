"""What a cell of a CSV table says: text, a day, a number, one word of a few; what cannot be read is a problem."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from app.foundation.tables import Layout, Problem, Row

_FORMULA_STARTS = ("=", "+", "@", "-")
_WHOLE = re.compile(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,12}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,6}([.][0-9]{1,2})?", re.ASCII)
_DAYS = ("%Y-%m-%d", "%m/%d/%Y")
_EARLIEST, _LATEST = date(1600, 1, 1), date(2199, 12, 31)
_YES = frozenset({"yes", "y", "true", "1", "x"})
_NO = frozenset({"no", "n", "false", "0", ""})
_SHOWN = 40
Word = TypeVar("Word", bound=StrEnum)


class CellError(Exception):
    """A cell, or a row, that cannot go in; the column's title is "" where it is the row's."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column

    def at(self, line: int) -> Problem:
        """As the problem of the row on this line."""
        return Problem(line, self.column, str(self))


@dataclass(frozen=True, slots=True)
class Cells:
    """A row that is read cell by cell; a column that the file has not is blank."""

    row: Row
    layout: Layout

    @property
    def line(self) -> int:
        """The line the row begins on."""
        return self.row.line

    def problem(self, name: str, sentence: str) -> CellError:
        """An error of this column."""
        return CellError(self.layout.column(name).title, sentence)

    def text(self, name: str) -> str:
        """In one line without control characters. Refuses what begins as a formula and what is too long."""
        column = self.layout.column(name)
        plain = "".join(letter if letter.isprintable() else " " for letter in self.row.cells.get(name, ""))
        text = " ".join(plain.split())
        if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS):
            text = text[1:]  # as our own downloads write it
        if text.startswith(_FORMULA_STARTS) and text[0] not in column.may_begin_with:
            raise self.problem(name, f"“{short(text)}” begins as a formula does. Write the text itself.")
        if len(text) > column.longest:
            raise self.problem(name, f"The text is longer than {column.longest} characters. Shorten it.")
        return text

    def needed(self, name: str) -> str:
        """A text that nothing can do without."""
        if text := self.text(name):
            return text
        raise self.problem(name, "The cell is blank. It is needed.")

    def day(self, name: str) -> date | None:
        """A day as 2026-11-09 or 11/09/2026; None for a blank."""
        text = self.text(name)
        if not text:
            return None
        for form in _DAYS:
            try:
                day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
            except ValueError:
                continue
            if _EARLIEST <= day <= _LATEST:
                return day
        raise self.problem(name, f"“{short(text)}” is not a day. Write it as 2026-11-09 or 11/09/2026.")

    def whole(self, name: str, *, least: int = 0, most: int = 2**31 - 1) -> int | None:
        """A whole number between two others; None for a blank."""
        text = self.text(name)
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise self.problem(name, f"“{short(text)}” is not a whole number. Write digits only.")
        value = int(text.replace(",", ""))
        if not least <= value <= most:
            raise self.problem(name, f"{value} is not between {least} and {most}.")
        return value

    def hours(self, name: str, *, most: int) -> Decimal | None:
        """Hours with at most two decimals, such as 37.5; None for a blank."""
        text = self.text(name)
        if not text:
            return None
        if not _DECIMAL.fullmatch(text) or Decimal(text) > most:
            raise self.problem(name, f"“{short(text)}” is not a number of hours between 0 and {most}, such as 37.5.")
        return Decimal(text).quantize(Decimal("0.01"))

    def yes(self, name: str) -> bool:
        """Yes or no; a blank is no."""
        text = self.text(name).lower()
        if text in _YES | _NO:
            return text in _YES
        raise self.problem(name, f"“{short(text)}” is neither yes nor no.")

    def one_of(self, name: str, words: dict[str, Word]) -> Word | None:
        """One of a few words, in any case; None for a blank."""
        text = self.text(name)
        if not text:
            return None
        for told, word in words.items():
            if told.casefold() == text.casefold():
                return word
        first = {word: told for told, word in reversed(words.items())}  # some words are told in two ways
        raise self.problem(name, f"“{short(text)}” is not one of {', '.join(reversed(first.values()))}.")


def short(text: str) -> str:
    """A text as a sentence quotes it."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
