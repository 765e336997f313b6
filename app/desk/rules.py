"""The sentences of the homes: how places stand, what has been waiting for how long, what would close a gap."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

from app.access.rules import Actor, Role
from app.duties.rules.catalogue import Family
from app.goals.rules import Direction, State, Target
from app.policies.rules.catalogue import RuleFamily, get_kind

#: "what changed" looks this far back
RECENTLY = timedelta(days=30)
#: the duties that a family of rules speaks of
_FAMILY_OF = {
    RuleFamily.LISTENING: Family.LISTEN,
    RuleFamily.POSTING: Family.POST,
    RuleFamily.RESPONSE: Family.ANSWER,
    RuleFamily.CRITICS: Family.CRITICS,
    RuleFamily.CONTENTS: Family.POST,
}
_A_DAY = timedelta(days=1)
_WORKING_DAYS = 5
_STEP = 5
_NOON, _EVENING = 12, 18
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@dataclass(frozen=True, slots=True)
class Task:
    """Something that asks for a decision: what, why in one line, and where to act."""

    title: str
    why: str
    url: str
    #: None for a reader who may only look
    button: str | None = None
    #: where the button leads, if not where the title does
    button_url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the three steps of a first day; ``url`` and ``button`` "" where the reader cannot take it."""

    title: str
    why: str
    is_done: bool
    url: str = ""
    button: str = ""


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
    return f"{sentence} {joined_sentence(parts)}".strip()


def spelled(count: int) -> str:
    """Small counts as words, inside a sentence in lower case."""
    return _NUMBERS[count].lower() if count < len(_NUMBERS) else f"{count:,}"


def role_at(actor: Actor, path: str) -> Role | None:
    """The widest role a person holds at a place, in the order of :class:`Role`; None where they hold none there."""
    held = {grant.role for grant in actor.grants if path.startswith(grant.path)}
    return next((role for role in Role if role in held), None)


def concerns(rule_key: str, families: Collection[Family]) -> bool:
    """Is a rule about duties of these families? One that asks for people concerns whoever holds any."""
    about = get_kind(rule_key).family
    return bool(families) if about is RuleFamily.DUTIES else _FAMILY_OF.get(about) in families


def next_step(steps: Iterable[Step]) -> Step | None:
    """The first step that is not done yet."""
    return next((step for step in steps if not step.is_done), None)


def is_late(newest_on: date | None, *, on: date) -> bool:
    """Are the newest figures older than 24 hours: neither of the day nor of the day before?"""
    return newest_on is not None and on - newest_on > _A_DAY


def waiting_words(since: date, *, on: date) -> str:
    """How long something has been open, such as "Open for 12 days" or "Open since today"."""
    days = max((on - since).days, 0)
    if days == 0:
        return "Open since today"
    return f"Open for {days:,} {'day' if days == 1 else 'days'}"


def closing_words(numerator: float, cases: int, target: Target, *, direction: Direction) -> str:
    """What would close the gap of a share: "13 more of 51 would have reached it"; "" where nothing is missing."""
    if direction is Direction.DOWN:
        over = ceil(round(numerator - target.value / 100 * cases, 6))
        return f"{over:,} fewer of {cases:,} would have kept to it." if over > 0 else ""
    short = ceil(round(target.value / 100 * cases - numerator, 6))
    return f"{short:,} more of {cases:,} would have reached it." if short > 0 else ""


def minutes_a_day(hours_a_week: Decimal) -> int:
    """A weekly duty on one of five working days, to the nearest five minutes and never less than five."""
    minutes = hours_a_week * 60 / _WORKING_DAYS
    return max(_STEP, int((minutes / _STEP).to_integral_value()) * _STEP) if hours_a_week else 0


def duration(minutes: int) -> str:
    """Such as "45 min" or "1 h 15 min"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def part_of_day(hour: int) -> str:
    """The greeting for an hour of the reader's day."""
    if hour < _NOON:
        return "Good morning"
    return "Good afternoon" if hour < _EVENING else "Good evening"


def joined_sentence(parts: Iterable[str]) -> str:
    """Clauses as one sentence: "Two policies are due for review, and one account does not answer."."""
    said = [part for part in parts if part]
    if not said:
        return ""
    rest = ", and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)
    return f"{rest[0].upper()}{rest[1:]}."
