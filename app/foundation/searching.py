"""Looking for words in columns, and a page of what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

T = TypeVar("T")
#: words of a search beyond these add nothing but work for the database
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A page of what matches, and how many match in all."""

    rows: Sequence[T]
    total: int


def holds_words(
    words: str, *columns: sa.SQLColumnExpression[str] | sa.SQLColumnExpression[str | None]
) -> sa.ColumnElement[bool]:
    """Does every word stand in one of the columns, small or capital? True of every row where there are no words."""
    return sa.and_(
        sa.true(),
        *(
            sa.or_(*(column.icontains(word, autoescape=True) for column in columns))
            for word in words.split()[:_MOST_WORDS]
        ),
    )


def at_or_below(path: InstrumentedAttribute[str], paths: Sequence[str]) -> sa.ColumnElement[bool]:
    """Is the place at one of these paths or below it? Of no place where there are none."""
    return sa.or_(sa.false(), *(path.startswith(one, autoescape=True) for one in paths))
