"""Whole numbers as files write them: plain or with thousands set apart, blank, or in a platform's own word for nothing."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from app.foundation.figures import Figure, Reason

#: what a column of the day's row can hold
LARGEST = 2_147_483_647
#: a number of more digits is not even read
_DIGITS = 30
_TOO_LARGE = "“{text}” is larger than any count can be."
_BELOW_ZERO = "“{text}” is below zero."

_WHOLE = re.compile(r"-?[0-9]+(?:\.0*)?", re.ASCII)
_UNREADABLE = (
    (
        re.compile(r"-?[0-9]{1,3}(?:[.,\u00a0\u202f '\u2019][0-9]{3})+\Z"),
        "“{text}” can be read as more than one number; write it without separators.",
    ),
    (re.compile(r"-?[0-9]*[.,][0-9]+\Z"), "“{text}” is not a whole number."),
    (re.compile(r"[=@+]|-."), "“{text}” is a formula; paste the number itself."),
)
#: what platforms write where they have no figure; in a file of our own such a word is a slip of somebody
PLATFORM_BLANKS: Mapping[str, Reason] = MappingProxyType(
    {"undefined": Reason.NOT_COLLECTED}
    | dict.fromkeys(("-", "--", "–", "—", "n/a", "n.a.", "na", "nan", "null"), Reason.BLANK)
)


class NumberStyle(StrEnum):
    """How the whole numbers of a file are written."""

    PLAIN = "plain"
    COMMAS = "commas"
    POINTS = "points"
    BLANKS = "blanks"

    @property
    def label(self) -> str:
        """An example."""
        return {"plain": "1234", "commas": "1,234", "points": "1.234", "blanks": "1 234"}[self.value]

    @property
    def grouped(self) -> re.Pattern[str]:
        """A whole number with its thousands set apart, and perhaps a fraction of nothing."""
        return _GROUPED[self]


_GROUPED = {
    NumberStyle.PLAIN: re.compile(r"(?!)"),
    NumberStyle.COMMAS: re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.0*)?", re.ASCII),
    NumberStyle.POINTS: re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+(?:,0*)?", re.ASCII),
    NumberStyle.BLANKS: re.compile(r"-?[0-9]{1,3}(?:[ \u00a0\u202f'\u2019][0-9]{3})+(?:[.,]0*)?", re.ASCII),
}


def number_styles(texts: Sequence[str]) -> tuple[NumberStyle, ...]:
    """The ways of setting thousands apart that a sample shows; more than one cannot all be meant."""
    return tuple(style for style in NumberStyle if any(style.grouped.fullmatch(text.strip()) for text in texts))


def guess_number_style(texts: Sequence[str]) -> NumberStyle:
    """The one way of setting thousands apart that a sample shows; plain where it shows none, or more than one."""
    seen = number_styles(texts)
    return seen[0] if len(seen) == 1 else NumberStyle.PLAIN


#: reads a cell: its figure, or a sentence with a blank for the cell's text
CellReader = Callable[[str], Figure | str]


def cell_reader(style: NumberStyle, *, blanks: Mapping[str, Reason] | None = None, lowest: int = 0) -> CellReader:
    """How cells of a column are read: thousands set apart so, ``blanks`` as words for nothing, none below ``lowest``."""
    words = dict(blanks or {}) | {"": Reason.BLANK}

    @lru_cache(maxsize=65_536)  # small counts come again and again; halves the time of a large file
    def read(cell: str) -> Figure | str:
        plain = cell.strip()
        reason = words.get(plain.casefold())
        return _number(plain, style, lowest) if reason is None else Figure.missing(reason)

    return read


def _number(cell: str, style: NumberStyle, lowest: int) -> Figure | str:
    text = cell.replace("\u2212", "-")  # the typographic minus of a word processor
    if style is not NumberStyle.PLAIN and style.grouped.fullmatch(text):
        text = _without_groups(text, style)
    if _WHOLE.fullmatch(text):
        digits = text.partition(".")[0]
        return _whole(digits, lowest) if len(digits) <= _DIGITS else _TOO_LARGE
    for pattern, sentence in _UNREADABLE:
        if pattern.match(text):
            return sentence
    return "“{text}” is not a number; leave the cell blank where there is none."


def _without_groups(text: str, style: NumberStyle) -> str:
    """The digits alone; a fraction, which is nothing but zeros here, is dropped."""
    fraction = {NumberStyle.COMMAS: ".", NumberStyle.POINTS: ","}.get(style, "")
    whole = text.split(fraction, maxsplit=1)[0] if fraction else re.split(r"[.,]", text)[0]
    return "".join(sign for sign in whole if sign.isdigit() or sign == "-")


def _whole(digits: str, lowest: int) -> Figure | str:
    value = int(digits)
    if value < lowest:
        return _BELOW_ZERO
    return Figure.of(value) if value <= LARGEST else _TOO_LARGE
