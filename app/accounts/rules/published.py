"""How much an account has published lately, as its list shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.foundation.figures import Figure


@dataclass(frozen=True, slots=True)
class Published:
    """The posts of an account in some days."""

    posts: Figure
    #: days of which the number is known
    known_days: int = 0
    #: by weeks, the oldest first; None where nothing of a week is known
    weeks: Sequence[int | None] = ()
