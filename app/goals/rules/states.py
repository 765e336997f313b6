"""The words for where a KPI, a goal or a place stands, and the closed list of reasons why it cannot be said."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

#: from this share of judged parts on track, the whole is on track (rule "share of parts on track")
ON_TRACK_FROM = 0.8
#: from this share of judged parts on track, the whole is at risk; below it, off track
AT_RISK_FROM = 0.5


class State(StrEnum):
    """Where something stands. The order is "worst first", as lists show it."""

    OFF_TRACK = "off_track"
    AT_RISK = "at_risk"
    ON_TRACK = "on_track"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """The words on screen."""
        return _STATE_LABELS[self]

    @property
    def is_judged(self) -> bool:
        """Was there enough to say?"""
        return self in JUDGED

    @property
    def order(self) -> int:
        """0 for the worst; what cannot be judged comes after everything that can."""
        return _ORDER[self]


_STATE_LABELS = {
    State.OFF_TRACK: "Off track",
    State.AT_RISK: "At risk",
    State.ON_TRACK: "On track",
    State.NO_DATA: "No data",
    State.NOT_APPLICABLE: "Does not apply",
}
_ORDER = {state: place for place, state in enumerate(State)}
JUDGED = frozenset({State.OFF_TRACK, State.AT_RISK, State.ON_TRACK})


class StandingReason(StrEnum):
    """Why a standing is not judged. A closed list; where several hold, the first in this order is given."""

    NO_ACCOUNT = "no_such_account"
    CLOSED = "closed"
    NO_TARGET = "no_target"
    NO_OWNER = "no_owner"
    NO_PARTS = "nothing_to_judge"
    NO_POPULATION = "no_population"
    WITHDRAWN = "withdrawn"
    NOT_OFFERED = "not_offered"
    NOT_COLLECTED = "not_collected"
    STALE = "stale"
    INCOMPLETE = "incomplete"
    TOO_FEW = "too_few"

    @property
    def label(self) -> str:
        """The words in the cell where the state's word would be."""
        return _REASON_LABELS[self]

    @property
    def state(self) -> State:
        """No account and a closed branch make the KPI not apply; every other reason is a lack of data."""
        return State.NOT_APPLICABLE if self in _NOT_APPLICABLE else State.NO_DATA

    @property
    def order(self) -> int:
        """0 for the reason that is given before all others."""
        return _REASON_ORDER[self]


_REASON_LABELS = {
    StandingReason.NO_ACCOUNT: "No such account",
    StandingReason.CLOSED: "Closed",
    StandingReason.NO_TARGET: "No target",
    StandingReason.NO_OWNER: "No owner",
    StandingReason.NO_PARTS: "Nothing to judge",
    StandingReason.NO_POPULATION: "No population stated",
    StandingReason.WITHDRAWN: "Withdrawn or counted anew",
    StandingReason.NOT_OFFERED: "Not offered by the platform",
    StandingReason.NOT_COLLECTED: "Not collected",
    StandingReason.STALE: "Figures too old",
    StandingReason.INCOMPLETE: "Less than 80% complete",
    StandingReason.TOO_FEW: "Too few to judge",
}
_REASON_ORDER = {reason: place for place, reason in enumerate(StandingReason)}
_NOT_APPLICABLE = frozenset({StandingReason.NO_ACCOUNT, StandingReason.CLOSED})


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    BAND = "band"

    @property
    def label(self) -> str:
        """The words on screen."""
        return _DIRECTION_LABELS[self]


_DIRECTION_LABELS = {
    Direction.UP: "Higher is better",
    Direction.DOWN: "Lower is better",
    Direction.BAND: "Within a band",
}


class RollUpRule(StrEnum):
    """How the parts decide the whole; a tenant's choice, shown beside every state."""

    WEAKEST = "weakest"
    SHARE_ON_TRACK = "share_on_track"

    @property
    def label(self) -> str:
        """The words on screen."""
        return _ROLL_UP_LABELS[self]


_ROLL_UP_LABELS = {
    RollUpRule.WEAKEST: "The weakest judged part decides",
    RollUpRule.SHARE_ON_TRACK: "The share of parts on track decides",
}


@dataclass(frozen=True, slots=True)
class Whole:
    """The state of a goal (its KPIs), a branch (its goals) or a library (its branches).

    ``total`` leaves out the parts that do not apply; ``total - judged`` could not be judged.
    """

    state: State
    judged: int
    total: int
    on_track: int

    @property
    def words(self) -> str:
        """What stands beside the state, such as "2 of 5 cannot be judged"; empty when everything was judged."""
        missing = self.total - self.judged
        return f"{missing} of {self.total} cannot be judged" if missing else ""


def roll_up(parts: Iterable[State], *, rule: RollUpRule) -> Whole:
    """The state of the whole by the tenant's rule."""
    return weakest(parts) if rule is RollUpRule.WEAKEST else share_on_track(parts)


def weakest(parts: Iterable[State]) -> Whole:
    """The weakest judged part decides; nothing judged is no data, nothing that applies does not apply."""
    states = list(parts)
    judged = [state for state in states if state.is_judged]
    if not judged:
        return _whole(states, _unjudged(states))
    return _whole(states, min(judged, key=lambda state: state.order))


def share_on_track(parts: Iterable[State]) -> Whole:
    """The share of the judged parts that are on track decides: 80% is on track, 50% is at risk, less is off track."""
    states = list(parts)
    judged = [state for state in states if state.is_judged]
    if not judged:
        return _whole(states, _unjudged(states))
    share = judged.count(State.ON_TRACK) / len(judged)
    if share >= ON_TRACK_FROM:
        return _whole(states, State.ON_TRACK)
    return _whole(states, State.AT_RISK if share >= AT_RISK_FROM else State.OFF_TRACK)


def _unjudged(states: list[State]) -> State:
    all_do_not_apply = bool(states) and all(state is State.NOT_APPLICABLE for state in states)
    return State.NOT_APPLICABLE if all_do_not_apply else State.NO_DATA


def _whole(states: list[State], state: State) -> Whole:
    return Whole(
        state=state,
        judged=sum(part.is_judged for part in states),
        total=sum(part is not State.NOT_APPLICABLE for part in states),
        on_track=states.count(State.ON_TRACK),
    )
