"""Reading the tree: a place, what stands above and below it, its details and closures, and what the survey knows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import BranchDetail, Closure, Consortium, ConsortiumSettings, LibraryDetail, Place
from app.consortia.rules import (
    BranchType,
    KnownPlace,
    PlaceKind,
    Population,
    SurveyPlace,
    Tree,
    ids_in,
    in_tree_order,
)
from app.foundation.clock import local_day
from app.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place with the details of its kind; ``depth`` counts from 0 at the top of what was asked for."""

    place: Place
    library: LibraryDetail | None
    branch: BranchDetail | None
    depth: int
    #: name of the place directly above, "" at the top of what was asked for
    below: str = ""

    @property
    def type(self) -> BranchType | None:
        """Central, branch, bookmobile or books-by-mail; None for what is no service point."""
        return self.branch.branch_type if self.branch else None

    @property
    def city(self) -> str:
        """The town, "" where none is known."""
        detail = self.library or self.branch
        return detail.city if detail else ""

    @property
    def identifiers(self) -> dict[str, str]:
        """The outside world's names for it, those that are known."""
        found = {
            "fscs_key": self.library.fscs_key if self.library else self.branch.fscs_key if self.branch else None,
            "fscs_sequence": self.branch.fscs_sequence if self.branch else None,
            "state_id": self.library.state_id if self.library else None,
            "isil": self.library.isil if self.library else None,
        }
        return {name: value for name, value in found.items() if value}


def find_consortium_by_slug(session: Session, slug: str) -> Consortium | None:
    """A consortium of this installation, whoever asks."""
    return session.scalars(sa.select(Consortium).where(Consortium.slug == slug)).one_or_none()


def get_consortium_by_slug(session: Session, slug: str) -> Consortium:
    """A consortium of this installation, whoever asks; NotFound where no one has the slug."""
    if consortium := find_consortium_by_slug(session, slug):
        return consortium
    raise NotFound(f"There is no consortium “{slug}” in this installation.")


def all_consortia(session: Session) -> list[Consortium]:
    """Every consortium of this installation, by name: for set-up and the machine, never for a page of a tenant."""
    return list(session.scalars(sa.select(Consortium).order_by(Consortium.name, Consortium.id)))


def consortium_of(session: Session, *, within: Scope) -> Consortium:
    """The reader's own consortium: its name and slug."""
    return session.scalars(sa.select(Consortium).where(Consortium.id == within.consortium_id)).one()


def settings_of(session: Session, *, within: Scope) -> ConsortiumSettings:
    """What holds for the whole consortium."""
    statement = sa.select(ConsortiumSettings).where(ConsortiumSettings.consortium_id == within.consortium_id)
    return session.scalars(statement).one()


def today_of(session: Session, *, within: Scope, at: datetime) -> date:
    """The day that pages and checks speak of: the consortium's local day, or a demo's own last day; one statement."""
    settings = settings_of(session, within=within)
    return settings.demo_as_of or local_day(at, settings.time_zone)


def root_of(session: Session, *, within: Scope) -> Place:
    """The place that stands for the whole consortium."""
    return session.scalars(_root(within)).one()


def root_for_change(session: Session, *, within: Scope) -> Place:
    """The same, locked until the transaction ends: two changes of many places follow each other."""
    return session.scalars(_root(within).with_for_update()).one()


def get_place(session: Session, code: str, *, within: Scope) -> Place:
    """The place with this code; NotFound for a code that is not in the scope."""
    if place := find_place(session, code, within=within):
        return place
    raise NotFound(f"There is no place with the code “{code}” here.")


def find_place(session: Session, code: str, *, within: Scope) -> Place | None:
    """The place with this code, None where it is not in the scope."""
    return session.scalars(_places(within).where(Place.code == code)).one_or_none()


def get_place_by_id(session: Session, place_id: int, *, within: Scope) -> Place:
    """The place with this id; NotFound for another consortium's and for one outside the scope."""
    if place := find_place_by_id(session, place_id, within=within):
        return place
    raise NotFound("There is no such place here.")


def find_place_by_id(session: Session, place_id: int, *, within: Scope) -> Place | None:
    """The place with this id, None where it is not in the scope."""
    return session.scalars(_places(within).where(Place.id == place_id)).one_or_none()


def places_by_id(session: Session, ids: Iterable[int] | None = None, *, within: Scope) -> dict[int, Place]:
    """Places of the scope by their id, in the order of the tree; all of them where no ids are given."""
    return {place.id: place for place in subtree(session, within=within, ids=ids)}


def subtree(session: Session, *, within: Scope, ids: Iterable[int] | None = None) -> list[Place]:
    """The scope's place and all below it, each before what it holds, neighbors by name."""
    statement = _places(within)
    if ids is not None:
        statement = statement.where(Place.id.in_(sorted(set(ids))))
    return in_tree_order(session.scalars(statement))


def children_of(session: Session, place: Place, *, within: Scope) -> list[Place]:
    """What stands directly below a place, by name."""
    return list(session.scalars(_places(within).where(Place.parent_id == place.id)))


def ancestors_of(session: Session, place: Place, *, within: Scope) -> list[Place]:
    """The trail from the consortium down to the place itself, which is its last; as far up as the scope reaches."""
    ids = ids_in(place.path)
    found = {step.id: step for step in session.scalars(_places(within).where(Place.id.in_(ids)))}
    return [found[step] for step in ids if step in found]


def libraries_of(session: Session, *, within: Scope) -> list[Place]:
    """The libraries of the scope, by name, closed ones too."""
    return list(session.scalars(_places(within).where(Place.kind == PlaceKind.LIBRARY)))


def branches_of(session: Session, *, within: Scope) -> list[Place]:
    """The branches of the scope, by name, closed ones too."""
    return list(session.scalars(_places(within).where(Place.kind == PlaceKind.BRANCH)))


def entries_of(session: Session, *, within: Scope) -> list[PlaceEntry]:
    """The scope's place and all below it with their details, in the order of the tree; one statement."""
    rows = {place.id: (place, library, branch) for place, library, branch in session.execute(_with_details(within))}
    depths: dict[int | None, int] = {}
    entries = []
    for place in in_tree_order(place for place, _, _ in rows.values()):
        depths[place.id] = depths.get(place.parent_id, -1) + 1
        _, library, branch = rows[place.id]
        above = rows.get(place.parent_id) if place.parent_id else None
        entries.append(PlaceEntry(place, library, branch, depths[place.id], above[0].name if above else ""))
    return entries


def entries_matching(session: Session, words: str, *, within: Scope) -> list[PlaceEntry]:
    """Libraries, systems and branches whose name, code or town holds every one of the words; all without words."""
    wanted = words.casefold().split()
    return [
        entry
        for entry in entries_of(session, within=within)
        if entry.place.kind != PlaceKind.CONSORTIUM
        and all(word in f"{entry.place.name} {entry.place.code} {entry.city}".casefold() for word in wanted)
    ]


def get_entry(session: Session, place: Place, *, within: Scope) -> PlaceEntry:
    """One place with the details of its kind."""
    row = session.execute(_with_details(within).where(Place.id == place.id)).one_or_none()
    if row is None:
        raise NotFound("There is no such place here.")
    _, library, branch = row
    return PlaceEntry(place, library, branch, depth=0)


def closures_within(session: Session, *, within: Scope) -> dict[int, list[Closure]]:
    """Days on which places of the scope are closed though they exist, by place id, oldest first."""
    statement = (
        sa.select(Closure)
        .join(Place, sa.and_(Place.consortium_id == Closure.consortium_id, Place.id == Closure.place_id))
        .where(Closure.consortium_id == within.consortium_id, *_below(within))
        .order_by(Closure.first_on, Closure.id)
    )
    found: dict[int, list[Closure]] = {}
    for closure in session.scalars(statement):
        found.setdefault(closure.place_id, []).append(closure)
    return found


def surveyed_tree(session: Session, *, within: Scope) -> Tree:
    """What an import of the survey is compared with; always the whole consortium."""
    whole = Scope(consortium_id=within.consortium_id)
    # read anew: the caller may have looked before it held the lock
    rows = session.execute(_with_details(whole).execution_options(populate_existing=True)).all()
    key_of = {place.id: library.fscs_key for place, library, _ in rows if library}
    unlisted = Counter(
        key_of.get(place.parent_id)
        for place, _, branch in rows
        if branch and not branch.fscs_key and place.closed_on is None and place.parent_id
    )
    return Tree(
        consortium_id=whole.consortium_id,
        places=tuple(KnownPlace(row[0].id, values) for row in rows if (values := _survey_values(*row))),
        codes=frozenset(place.code for place, _, _ in rows),
        unlisted={key: count for key, count in unlisted.items() if key},
    )


def _survey_values(place: Place, library: LibraryDetail | None, branch: BranchDetail | None) -> SurveyPlace | None:
    """A place as the survey would put it; None where the survey has no key for it."""
    detail = library or branch
    if detail is None or not detail.fscs_key:
        return None
    return SurveyPlace(
        kind=place.kind,
        code=place.code,
        fscs_key=detail.fscs_key,
        sequence=branch.fscs_sequence if branch else None,
        name=place.name,
        population=population_of(place),
        closed_on=place.closed_on,
        city=detail.city,
        state_id=library.state_id if library else None,
        fiscal_year_start_month=library.fiscal_year_start_month if library else None,
        branch_type=branch.branch_type if branch else None,
        locale=branch.locale if branch else None,
    )


def population_of(place: Place) -> Population | None:
    """Residents with the method they were counted by; None where no method has been stated."""
    if place.population is None or place.population_method is None:
        return None
    return Population(place.population, place.population_method, place.population_year)


def _root(within: Scope) -> sa.Select[Place]:
    return sa.select(Place).where(Place.consortium_id == within.consortium_id, Place.kind == PlaceKind.CONSORTIUM)


def _places(within: Scope) -> sa.Select[Place]:
    return (
        sa.select(Place)
        .where(Place.consortium_id == within.consortium_id, *_below(within))
        .order_by(Place.name, Place.id)
    )


def _below(within: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    return (Place.path.startswith(within.path, autoescape=True),) if within.path else ()


def _with_details(within: Scope) -> sa.Select[Place, LibraryDetail, BranchDetail]:
    def details(model: type[LibraryDetail] | type[BranchDetail]) -> sa.ColumnElement[bool]:
        return sa.and_(model.consortium_id == Place.consortium_id, model.place_id == Place.id)

    return (
        sa.select(Place, LibraryDetail, BranchDetail)
        .outerjoin(LibraryDetail, details(LibraryDetail))
        .outerjoin(BranchDetail, details(BranchDetail))
        .where(Place.consortium_id == within.consortium_id, *_below(within))
        .order_by(Place.name, Place.id)
    )
