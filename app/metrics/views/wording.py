"""Words of where two sources differ about a figure."""

from dataclasses import dataclass

from app.foundation.clock import local_day
from app.metrics.models import FigureDifference, Run
from app.metrics.rules.dictionary import Source
from app.metrics.rules.standing import apart
from app.web.filters import day, number


@dataclass(frozen=True, slots=True)
class DifferenceSeen:
    """Where two sources differ much about a figure, in words, and what lets the other stand."""

    words: str
    is_decided: bool
    other_value: int
    button: str


def difference_seen(found: FigureDifference, run: Run, *, zone: str) -> DifferenceSeen:
    """For the page of the day."""
    other = number(found.other_value)
    whose = {Source.IMPORT: f"the file’s {other}", Source.BY_HAND: f"{other}, entered by hand,"}
    button = f"Let {whose.get(found.other_source, f'the platform’s {other}')} stand"
    return DifferenceSeen(_in_words(found, run, zone=zone), found.is_decided, found.other_value, button)


def _in_words(found: FigureDifference, run: Run, *, zone: str) -> str:
    """Such as "differs by 4% from the file oct.csv of Nov 3, 2026: 104"."""
    percent = max(round(100 * apart(found.value, found.other_value)), 1)
    on = day(local_day(run.ended_at or run.started_at, zone))
    named = {
        Source.IMPORT: f"the file {run.file_name} of {on}",
        Source.BY_HAND: "what was entered by hand",
    }
    other = named.get(found.other_source, f"what the platform said on {on}")
    return f"differs by {percent}% from {other}: {number(found.other_value)}"
