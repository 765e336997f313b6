"""What can be said of a mention: what it is, what became of it, and why one stays without an answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.foundation.errors import Refused


class MentionClass(StrEnum):
    """What somebody said to an account, whoever they are: the words are about the mention, never about the person."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    CRITICISM = "criticism"
    MISINFORMATION = "misinformation"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    EMERGENCY = "emergency"
    SPAM = "spam"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As on screen."""
        return _CLASS_LABELS.get(self, self.value.capitalize())


_CLASS_LABELS = {
    MentionClass.MISINFORMATION: "Wrong information",
    MentionClass.EMERGENCY: "Threat or emergency",
    MentionClass.OTHER: "Something else",
}


class QuietReason(StrEnum):
    """Why a mention stays without an answer."""

    NOTHING_TO_ANSWER = "nothing_to_answer"
    ANSWERED_ALREADY = "answered_already"
    NOT_ABOUT_US = "not_about_us"
    DUPLICATE = "duplicate"
    ABUSE = "abuse"
    SATIRE = "satire"
    SPAM = "spam"
    HANDED_ON = "handed_on"

    @property
    def label(self) -> str:
        """As on screen."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    QuietReason.NOTHING_TO_ANSWER: "No answer needed",
    QuietReason.ANSWERED_ALREADY: "Answered already elsewhere",
    QuietReason.NOT_ABOUT_US: "Not about us",
    QuietReason.DUPLICATE: "Said before",
    QuietReason.ABUSE: "Abuse",
    QuietReason.SATIRE: "Satire",
    QuietReason.SPAM: "Spam",
    QuietReason.HANDED_ON: "A threat, handed on for safety",
}


class Outcome(StrEnum):
    """What became of a mention."""

    HANDLED = "handled"
    QUIET = "quiet"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"handled": "Handled", "quiet": "Left quiet"}[self.value]


class MentionState(StrEnum):
    """Where a mention stands, as a list is narrowed by it; what is overdue is still to do."""

    TO_DO = "to_do"
    OVERDUE = "overdue"
    HANDLED = "handled"
    QUIET = "quiet"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"to_do": "To do", "overdue": "Overdue", "handled": "Handled", "quiet": "Left quiet"}[self.value]


def state_of(outcome: Outcome | None, due_at: datetime | None, *, at: datetime) -> MentionState:
    """Where a mention stands at an instant."""
    if outcome is not None:
        return MentionState(outcome.value)
    return MentionState.OVERDUE if due_at is not None and due_at < at else MentionState.TO_DO


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of mentions; what is None stays as it is."""

    kind: MentionClass | None = None
    #: what became of them; with ``is_open`` they are to do again
    outcome: Outcome | None = None
    quiet_reason: QuietReason | None = None
    #: when the answer stood on the platform; None: when it was seen there, else now
    answered_at: datetime | None = None
    is_open: bool = False

    @property
    def words(self) -> str:
        """Such as "Question; Left quiet: Not about us"."""
        ended = self.outcome.label if self.outcome else "To do again" if self.is_open else ""
        if self.quiet_reason:
            ended = f"{ended}: {self.quiet_reason.label}"
        return "; ".join(word for word in (self.kind.label if self.kind else "", ended) if word)


def refuse_saying(said: Said) -> None:
    """Refuse to say nothing, and to leave a mention quiet without a reason."""
    if said.kind is None and said.outcome is None and not said.is_open:
        raise Refused("Say what kind of mention it is, or what became of it.", field="kind")
    if said.outcome is Outcome.QUIET and said.quiet_reason is None:
        raise Refused("Choose why it stays without an answer.", field="reason")


def refuse_answer_time(answered_at: datetime | None, *, said_at: datetime, at: datetime) -> None:
    """Refuse an answer from before the mention, and one that is still to come."""
    if answered_at is not None and not said_at <= answered_at <= at:
        raise Refused("The answer came after the mention and before now. Check its day and time.", field="answered_on")
