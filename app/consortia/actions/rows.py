"""Rows of the tree, made and checked the same way by every action."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia import queries
from app.consortia.models import BranchDetail, LibraryDetail, Place, PlaceEvent
from app.consortia.rules import BranchFacts, EventKind, LibraryFacts, PlaceKind, Population, code_problem
from app.foundation.errors import Refused
from app.foundation.ids import new_id

_LONGEST_NAME = 200


def new_place(consortium_id: int, *, parent: Place | None, kind: PlaceKind, code: str, name: str) -> Place:
    """A place below its parent, not written yet; its id is made here, since its path ends in it."""
    place_id = new_id()
    return Place(
        id=place_id,
        consortium_id=consortium_id,
        kind=kind,
        code=code,
        name=name,
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else ''}{place_id}/",
    )


def state_population(place: Place, population: Population | None) -> None:
    """Put the residents with their method and year on a place; None where no method has been stated."""
    place.population = population.residents if population else None
    place.population_method = population.method if population else None
    place.population_year = population.year if population else None


def detail_of(place: Place, library: LibraryFacts, branch: BranchFacts) -> LibraryDetail | BranchDetail | None:
    """The details of the place's own kind; None for a consortium and a system."""
    if place.kind == PlaceKind.LIBRARY:
        return LibraryDetail(
            consortium_id=place.consortium_id,
            place_id=place.id,
            fscs_key=library.fscs_key,
            state_id=library.state_id,
            isil=library.isil,
            city=library.city,
            fiscal_year_start_month=library.fiscal_year_start_month,
            shares_name=library.shares_name,
        )
    if place.kind == PlaceKind.BRANCH:
        return BranchDetail(
            consortium_id=place.consortium_id,
            place_id=place.id,
            branch_type=branch.branch_type,
            fscs_key=branch.fscs_key,
            fscs_sequence=branch.fscs_sequence,
            city=branch.city,
            locale=branch.locale,
        )
    return None


def clean_name(name: str) -> str:
    """The name without needless blanks; refuses an empty and an overlong one."""
    name = " ".join(name.split())
    if not name:
        raise Refused("Write the name.", field="name")
    if len(name) > _LONGEST_NAME:
        raise Refused(f"The name is longer than {_LONGEST_NAME} characters. Shorten it.", field="name")
    return name


def free_code(session: Session, code: str, *, consortium_id: int) -> str:
    """The code, where it is well formed and nobody has it; refused with a sentence else."""
    if problem := code_problem(code):
        raise Refused(problem, field="code")
    if taken := queries.find_place(session, code, within=Scope(consortium_id=consortium_id)):
        raise Refused(f"The code {code} belongs to {taken.name}. Choose another one.", field="code")
    return code


def lock_tree(session: Session, *places: Place) -> None:
    """Let two changes of the tree follow each other, and know these places as the one before left them."""
    consortium_id = places[0].consortium_id
    queries.root_for_change(session, within=Scope(consortium_id=consortium_id))
    queries.reread(session, *places)


def keep_event(session: Session, place: Place, event: PlaceEvent, *, at: datetime) -> None:
    """Write down what happened to a place on the event's day, and when that was recorded."""
    _add_event(session, place, event, at=at)
    session.flush()


def _add_event(session: Session, place: Place, event: PlaceEvent, *, at: datetime) -> None:
    event.consortium_id, event.place_id, event.recorded_at = place.consortium_id, place.id, at
    session.add(event)


@dataclass(frozen=True, slots=True)
class Was:
    """What a place was before an import changed it, as far as its history keeps it."""

    name: str
    key: str
    population: Population | None
    closed_on: date | None


def as_it_is(entry: queries.PlaceEntry) -> Was:
    """To be kept before an import changes the place."""
    known = entry.identifiers
    key = "-".join(known[name] for name in ("fscs_key", "fscs_sequence") if name in known)
    return Was(entry.place.name, key, queries.population_of(entry.place), entry.place.closed_on)


def keep_changes(session: Session, entry: queries.PlaceEntry, was: Was, *, on: date, at: datetime) -> None:
    """Write down what an import has changed, as if it had been done by hand that day; the caller flushes."""
    now = as_it_is(entry)
    if now.name != was.name:
        _add_event(session, entry.place, PlaceEvent(kind=EventKind.RENAMED, happened_on=on, former=was.name), at=at)
    if was.key and now.key != was.key:
        _add_event(session, entry.place, PlaceEvent(kind=EventKind.KEYED, happened_on=on, former=was.key), at=at)
    if now.population != was.population:
        _add_event(session, entry.place, counted(was.population, on=on), at=at)
    if now.closed_on and now.closed_on != was.closed_on:
        closing = PlaceEvent(kind=EventKind.CLOSED, happened_on=now.closed_on, reason="As the imported file says")
        _add_event(session, entry.place, closing, at=at)


def counted(former: Population | None, *, on: date) -> PlaceEvent:
    """The event of residents stated anew, with the figure until then."""
    return PlaceEvent(
        kind=EventKind.COUNTED,
        happened_on=on,
        former_population=former.residents if former else None,
        former_method=former.method if former else None,
        former_year=former.year if former else None,
    )
