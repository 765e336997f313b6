"""Silence from evidence: an account is quiet only where complete figures say so; no figures is not silence."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.accounts.rules.norms import A_YEAR_DAYS

#: of the days of a window so many are known at the least, however late figures come
_ENOUGH = 0.8


class Voice(StrEnum):
    """Whether an account speaks."""

    SPEAKS = "speaks"
    QUIET = "quiet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Posting:
    """What figures and posts say of an account: the last day with a post, and on how many days of the window it is known."""

    #: as far back as was looked
    last_post_on: date | None
    #: days of the window on which the number of posts is known
    known_days: int
    newest_figure_on: date | None
    #: figures that are so many days old are as new as they come
    stale_after_days: int


@dataclass(frozen=True, slots=True)
class Heard:
    """Whether an account speaks, with the evidence."""

    voice: Voice
    last_post_on: date | None
    complete_until: date | None


def window(on: date, *, days: int) -> tuple[date, date]:
    """The first and the last day that silence is judged by, as of a day: the day itself is not over."""
    return on - timedelta(days=days), on - timedelta(days=1)


def heard(posting: Posting, *, on: date, days: int) -> Heard:
    """Is it quiet? Only where every day of the window is known but the newest few, and none has a post."""
    first, _ = window(on, days=days)
    said = Heard(Voice.UNKNOWN, posting.last_post_on, posting.newest_figure_on)
    if posting.last_post_on is not None and posting.last_post_on >= first:
        return Heard(Voice.SPEAKS, said.last_post_on, said.complete_until)
    if posting.newest_figure_on is None or posting.newest_figure_on < on - timedelta(days=posting.stale_after_days):
        return said
    if posting.known_days < max(days - posting.stale_after_days, _ENOUGH * days):
        return said
    return Heard(Voice.QUIET, said.last_post_on, said.complete_until)


def drill_due_on(last_post_on: date | None, last_drill_on: date | None) -> date | None:
    """The day by which an emergency account is drilled: a year after it was last heard; None: at once."""
    last = max((day for day in (last_post_on, last_drill_on) if day), default=None)
    return last + timedelta(days=A_YEAR_DAYS) if last else None
