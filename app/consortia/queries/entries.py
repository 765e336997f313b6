"""Places with the details of their kind: the tree as a list, and what the survey knows of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import BranchDetail, LibraryDetail, Place
from app.consortia.queries.dated import FormerName
from app.consortia.queries.tree import below
from app.consortia.rules import BranchType, KnownPlace, PlaceKind, Population, SurveyPlace, Tree, in_tree_order
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


def entries_matching(
    session: Session, words: str, *, within: Scope, former: Mapping[int, Sequence[FormerName]] | None = None
) -> list[PlaceEntry]:
    """Libraries, systems and branches whose name, code or town holds every one of the words; all without words.

    ``former``: names of earlier days by place id, in which the words are looked for too.
    """
    wanted = words.casefold().split()
    known = former or {}
    return [
        entry
        for entry in entries_of(session, within=within)
        if entry.place.kind != PlaceKind.CONSORTIUM
        and all(word in _words_of(entry, known.get(entry.place.id, ())) for word in wanted)
    ]


def _words_of(entry: PlaceEntry, former: Sequence[FormerName]) -> str:
    names = " ".join(each.name for each in former)
    return f"{entry.place.name} {entry.place.code} {entry.city} {names}".casefold()


def find_entry_by_fscs(session: Session, key: str, sequence: str | None, *, within: Scope) -> PlaceEntry | None:
    """The library with this key, or the outlet with this key and sequence; None where no place has it."""
    holds = (
        LibraryDetail.fscs_key == key
        if sequence is None
        else sa.and_(BranchDetail.fscs_key == key, BranchDetail.fscs_sequence == sequence)
    )
    row = session.execute(_with_details(within).where(holds)).one_or_none()
    return PlaceEntry(*row, depth=0) if row else None


def find_central_of(session: Session, library_id: int, *, on: date, within: Scope) -> Place | None:
    """A library's central that is open on a day; the survey knows at most one."""
    rows = session.execute(
        _with_details(within).where(Place.parent_id == library_id, BranchDetail.branch_type == BranchType.CENTRAL)
    )
    return next((place for place, _, _ in rows if place.is_open(on)), None)


def get_entry(session: Session, place: Place, *, within: Scope) -> PlaceEntry:
    """One place with the details of its kind."""
    row = session.execute(_with_details(within).where(Place.id == place.id)).one_or_none()
    if row is None:
        raise NotFound("There is no such place here.")
    _, library, branch = row
    return PlaceEntry(place, library, branch, depth=0)


def population_of(place: Place) -> Population | None:
    """Residents with the method they were counted by; None where no method has been stated."""
    if place.population is None or place.population_method is None:
        return None
    return Population(place.population, place.population_method, place.population_year)


def _with_details(within: Scope) -> sa.Select[Place, LibraryDetail, BranchDetail]:
    def details(model: type[LibraryDetail] | type[BranchDetail]) -> sa.ColumnElement[bool]:
        return sa.and_(model.consortium_id == Place.consortium_id, model.place_id == Place.id)

    return (
        sa.select(Place, LibraryDetail, BranchDetail)
        .outerjoin(LibraryDetail, details(LibraryDetail))
        .outerjoin(BranchDetail, details(BranchDetail))
        .where(Place.consortium_id == within.consortium_id, *below(within))
        .order_by(Place.name, Place.id)
    )


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
