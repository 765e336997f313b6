"""Which questions count on which day: each on the day its time ran out, answered or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.foundation.periods import Period
from app.metrics.rules.handling import MentionClass, Outcome

#: until somebody says what a mention is, it may be a question that falls due on one of so many days
_OPEN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A mention as it counts."""

    said_at: datetime
    kind: MentionClass | None
    outcome: Outcome | None
    due_at: datetime | None
    answered_at: datetime | None

    @property
    def is_undecided(self) -> bool:
        """May it still turn out to be a question of some day: not sorted yet, or a question without a deadline?"""
        if self.outcome is Outcome.QUIET:
            return False
        return self.kind is None or (self.kind is MentionClass.QUESTION and self.due_at is None)

    @property
    def is_due(self) -> bool:
        """Is it a question that wants an answer? One left quiet for a reason is taken out."""
        return self.kind is MentionClass.QUESTION and self.outcome is not Outcome.QUIET and self.due_at is not None

    @property
    def is_in_time(self) -> bool:
        """Was it answered before its time ran out?"""
        return self.answered_at is not None and self.due_at is not None and self.answered_at <= self.due_at


@dataclass(frozen=True, slots=True)
class QuestionSeen:
    """A question with its deadline; ``minutes`` to its answer by the clock of the rule, None while there is none."""

    due_at: datetime
    answered_at: datetime | None
    minutes: int | None

    @property
    def is_in_time(self) -> bool:
        """Was it answered before its time ran out?"""
        return self.answered_at is not None and self.answered_at <= self.due_at


@dataclass(slots=True)
class Questions:
    """How many fell due on a day, and how many of them were answered in time."""

    due: int = 0
    in_time: int = 0


def count_questions(mentions: Sequence[Weighed], *, days: Period, zone: ZoneInfo) -> dict[date, Questions]:
    """The counts of each day that can be told; a day for which a mention is still undecided is left out."""
    counted = {days.first + timedelta(days=step): Questions() for step in range(days.days)}
    for mention in mentions:
        if mention.is_undecided:
            heard_on = mention.said_at.astimezone(zone).date()
            for step in range(_OPEN_FOR.days + 1):
                counted.pop(heard_on + timedelta(days=step), None)
    for mention in mentions:
        if not mention.is_due or mention.due_at is None:
            continue
        day = counted.get(mention.due_at.astimezone(zone).date())
        if day is not None:
            day.due += 1
            day.in_time += mention.is_in_time
    return counted
