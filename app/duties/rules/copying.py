"""Which holder and which account of one place stand for those of another: matched by title, and by platform."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

_Thing = TypeVar("_Thing")


def same_title(title: str, other: str) -> bool:
    """Do two titles say the same, whatever their case and their blanks?"""
    return title.casefold().split() == other.casefold().split()


def only_one(found: Iterable[_Thing], *, none: str, many: str) -> tuple[_Thing | None, str]:
    """The one that fits, or why none does: guessing between two would give somebody else's duty."""
    fitting: Sequence[_Thing] = list(found)
    if len(fitting) == 1:
        return fitting[0], ""
    return None, many if fitting else none
