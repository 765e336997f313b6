"""What a worker does for metrics, and what has come due by the clock."""

from collections.abc import Mapping

from app.background.registry import Handler, LastWord
from app.metrics.actions import asking
from app.metrics.actions.answering import COUNT_QUESTIONS
from app.metrics.actions.mentions import FORGET_MENTIONS
from app.metrics.actions.replacing import FORGET_REPLACED
from app.metrics.tasks import forgetting, pulling
from app.metrics.tasks.forgetting import find_due_replaced
from app.metrics.tasks.pulling import find_due_forgetting, find_due_pulls, find_due_recounts, meter_for

__all__ = [
    "HANDLERS",
    "LAST_WORDS",
    "find_due_forgetting",
    "find_due_pulls",
    "find_due_recounts",
    "find_due_replaced",
    "meter_for",
]

#: what a worker does, by kind of work
HANDLERS: Mapping[str, Handler] = {
    asking.PULL: pulling.pull,
    FORGET_MENTIONS: pulling.forget_mentions,
    COUNT_QUESTIONS: pulling.recount,
    FORGET_REPLACED: forgetting.forget_what_was_replaced,
}

#: what is told where such work has failed for good
LAST_WORDS: Mapping[str, LastWord] = {asking.PULL: pulling.pull_given_up}
