"""How a place and what it consists of stand in the last whole quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.foundation.clock import local_day
from app.foundation.periods import Period, last_whole_quarter
from app.goals import queries as goals
from app.goals.queries import Measurement
from app.goals.rules import State
from app.metrics.queries.closing import find_closing
from app.scorecards.models import Scorecard
from app.scorecards.queries.cards import cards_within

_UNMEASURED_LAST = 99


@dataclass(frozen=True, slots=True)
class PlaceStanding:
    """A place with how it stood in the period; None where no scorecard was made for it yet."""

    place: Place
    card: Scorecard | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A place, its parts, and what was measured at it in one period."""

    place: Place
    on: date
    period: Period
    #: since when its scorecards stay as they were; None: it is open
    closed_on: date | None
    own: PlaceStanding
    #: what it consists of and is open that day, worst first
    parts: Sequence[PlaceStanding]
    on_track_before: int | None
    measured: Mapping[str, Measurement]

    @property
    def is_measured(self) -> bool:
        """Has it, or any of its parts, a scorecard of the period?"""
        return self.own.card is not None or any(part.card for part in self.parts)

    @property
    def on_track(self) -> int:
        """How many of its parts are on track."""
        return sum(part.card is not None and part.card.state is State.ON_TRACK for part in self.parts)


def standing_of(session: Session, place: Place, *, within: Scope, on: date) -> Standing:
    """How a place stands on a day; five statements, however many branches it has, and one more once a period is closed."""
    period = last_whole_quarter(on)
    parts = [part for part in _parts(session, place, within=within) if part.is_open(on)]
    kinds = {place.kind, *(part.kind for part in parts)}
    cards = cards_within(session, within=within, kinds=kinds, period=period)
    before = cards_within(session, within=within, kinds=kinds - {place.kind}, period=period.before())
    known = [before[part.id] for part in parts if part.id in before]
    return Standing(
        place=place,
        on=on,
        period=period,
        closed_on=_closed_on(session, period, within=within),
        own=PlaceStanding(place, cards.get(place.id)),
        parts=sorted((PlaceStanding(part, cards.get(part.id)) for part in parts), key=_worst_first),
        on_track_before=sum(card.state is State.ON_TRACK for card in known) if known else None,
        measured=goals.measurements_of(session, place, within=within, period=period),
    )


def _closed_on(session: Session, period: Period, *, within: Scope) -> date | None:
    closing = find_closing(session, period, within=within)
    if closing is None:
        return None
    return local_day(closing.closed_at, consortia.settings_of(session, within=within).time_zone)


def _parts(session: Session, place: Place, *, within: Scope) -> list[Place]:
    if place.kind is PlaceKind.BRANCH:
        return []
    if place.kind is PlaceKind.LIBRARY:
        return consortia.branches_of(session, within=within)
    return consortia.libraries_of(session, within=within)


def _worst_first(standing: PlaceStanding) -> tuple[int, str]:
    return (standing.card.state.order if standing.card else _UNMEASURED_LAST), standing.place.name
