"""The sentences of the homes: how many places are where they want to be, and where nobody answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.goals.rules import State

#: "what changed" looks this far back
RECENTLY = timedelta(days=30)
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@dataclass(frozen=True, slots=True)
class Task:
    """Something that asks for a decision: what, why in one line, and where to act."""

    title: str
    why: str
    url: str
    button: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened lately at a place."""

    on: date
    words: str


def verdict(states: Sequence[State], *, places: int, one: str, many: str, unanswered: int) -> str:
    """A home's first sentence.

    Such as "14 of 22 branches are on track. Two are off track, and three have gaps in who answers the public."
    ``states`` are those of the parts that have a scorecard, out of ``places``; ``one`` and ``many`` name the parts; ``unanswered`` is how many of them have a question duty that nobody holds.
    """
    if not places:
        return f"There are no {many} here yet."
    if not states:
        return f"{places:,} {one if places == 1 else many}, none measured yet."
    on_track = sum(state is State.ON_TRACK for state in states)
    off_track = sum(state is State.OFF_TRACK for state in states)
    unjudged = sum(not state.is_judged for state in states)
    noun = one if len(states) == 1 else many
    sentence = f"{on_track} of {len(states)} {noun} {'is' if on_track == 1 else 'are'} on track."
    parts = [
        f"{spelled(off_track)} {'is' if off_track == 1 else 'are'} off track" if off_track else "",
        f"{spelled(unjudged)} cannot be judged" if unjudged else "",
        f"{spelled(unanswered)} {'has' if unanswered == 1 else 'have'} gaps in who answers the public"
        if unanswered
        else "",
    ]
    said = [part for part in parts if part]
    if not said:
        return sentence
    rest = ", and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)
    return f"{sentence} {rest[0].upper()}{rest[1:]}."


def spelled(count: int) -> str:
    """Small counts as words, inside a sentence in lower case."""
    return _NUMBERS[count].lower() if count < len(_NUMBERS) else f"{count:,}"
