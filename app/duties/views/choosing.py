"""Who a duty could be given to: the choices of the form, and those with free hours first."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import request

from app.access.context import whole_consortium
from app.access.rules import Scope
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.duties.queries.load import PositionLoad, candidates, teams_near
from app.duties.rules.load import Load, hours_in_words, load_of
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.models import Position, Team

_MOST_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody with free hours, and the load the duty would leave them with."""

    value: str
    candidate: PositionLoad
    after: Load


@dataclass(frozen=True, slots=True)
class Choosing:
    """The positions and teams a reader may choose from."""

    positions: list[PositionLoad]
    teams: list[Team]
    is_wide: bool

    @property
    def options(self) -> list[tuple[str, str]]:
        """For the form: the most free hours first, then teams."""
        return [
            ("", "Choose"),
            *((f"p{each.position.id}", _label(each)) for each in self.positions),
            *((f"t{team.id}", f"{team.name} (team)") for team in self.teams),
        ]

    def holder(self, value: str | None) -> Position | Team:
        """The position or team of a choice; refuses what was not offered."""
        by_value: dict[str, Position | Team] = {f"p{each.position.id}": each.position for each in self.positions}
        by_value |= {f"t{team.id}": team for team in self.teams}
        found = by_value.get(value or "")
        if found is None:
            raise Refused("Choose a position or a team.", field="holder")
        return found

    def suggestions(self, hours: Decimal, *, taken: set[int]) -> list[Suggestion]:
        """People with free hours who do not hold this duty yet, with the resulting load."""
        free = [
            each
            for each in self.positions
            if each.people and each.load.free_hours > 0 and each.position.id not in taken
        ]
        return [
            Suggestion(
                f"p{each.position.id}", each, load_of([each.load.assigned, hours], agreed=each.position.agreed_hours)
            )
            for each in free[:_MOST_SUGGESTIONS]
        ]


def choosing(place: Place, *, on: date) -> Choosing:
    """The positions of the place's library and of the places above it; with ``?wider=1`` of every library."""
    whole = whole_consortium()
    is_wide = request.args.get("wider") == "1"
    near = whole if is_wide else library_scope(place)
    return Choosing(
        positions=candidates(db.session, near=near, within=whole, on=on),
        teams=teams_near(db.session, near=near, within=whole),
        is_wide=is_wide,
    )


def library_scope(place: Place) -> Scope:
    """The library around a place; the place itself where it is a library or stands above one."""
    above = consortia.ancestors_of(db.session, place, within=whole_consortium())
    library = next((step for step in above if step.kind is PlaceKind.LIBRARY), place)
    return Scope(library.consortium_id, library.id, library.path)


def _label(each: PositionLoad) -> str:
    who = each.names or "Vacant"
    free = f"{hours_in_words(each.load.free_hours)} free" if each.load.agreed is not None else "no hours agreed"
    return f"{who}, {each.position.title}, {each.position.place.name} ({free})"
