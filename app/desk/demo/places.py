"""The demo's tree: libraries and service points with their identifiers, residents and closures."""

from datetime import timedelta

from app.consortia import actions, queries
from app.consortia.models import Closure, Place
from app.consortia.rules import BranchFacts, LibraryFacts, PlaceFacts, PlaceKind, Population, PopulationMethod
from app.desk.demo.cast import SLUG, BranchCast, LibraryCast
from app.desk.demo.stage import Stage
from app.desk.demo.turns import write_hours, write_turns

_POPULATION_YEAR_BEHIND = 1


def write_places(stage: Stage) -> None:
    """The tree below the root with what has happened to it, and the vote on showing each other's names."""
    settings = queries.settings_of(stage.session, within=stage.within)
    settings.time_zone = stage.cast.time_zone
    root = queries.root_of(stage.session, within=stage.within)
    stage.places[SLUG] = root
    for library in stage.cast.libraries:
        _write_library(stage, library, root)
    stage.session.flush()
    write_hours(stage)
    write_turns(stage)
    # last, since the days before are judged by their own clock
    settings.is_demo, settings.demo_as_of = True, stage.calendar.as_of
    settings.names_shared_on = stage.founded + timedelta(days=1)
    stage.session.flush()


def _write_library(stage: Stage, library: LibraryCast, root: Place) -> None:
    if library.joined is not None:
        codes = [library.code, *(branch.code for branch in library.branches)]
        stage.joined.update(dict.fromkeys(codes, stage.calendar.day(library.joined)))
    facts = PlaceFacts(
        population=_population(stage, library.residents, PopulationMethod.OFFICIAL),
        library=LibraryFacts(
            fscs_key=library.fscs_key,
            isil=library.isil,
            city=library.city,
            fiscal_year_start_month=library.fiscal_year_start_month,
        ),
    )
    place = _add(stage, root, PlaceKind.LIBRARY, library.name, library.code, facts)
    for number, branch in enumerate(library.branches, start=2):
        _write_branch(stage, library, branch, place, number=number)


def _write_branch(stage: Stage, library: LibraryCast, branch: BranchCast, parent: Place, *, number: int) -> None:
    former = branch.former
    residents = (former.residents if former else None) or branch.residents
    facts = PlaceFacts(
        population=_population(stage, residents, branch.method),
        branch=BranchFacts(
            branch_type=branch.type,
            fscs_key=library.fscs_key,
            fscs_sequence=f"{number:03}",
            city=library.city,
            locale=branch.locale,
        ),
    )
    name = (former.name if former else None) or branch.name
    place = _add(stage, parent, PlaceKind.BRANCH, name, branch.code, facts)
    if branch.closed:
        stage.session.add(
            Closure(
                consortium_id=stage.consortium_id,
                place_id=place.id,
                first_on=stage.calendar.day(branch.closed.first),
                last_on=stage.calendar.later(branch.closed.last),
                reason=branch.closed.reason,
            )
        )


def _add(stage: Stage, parent: Place, kind: PlaceKind, name: str, code: str, facts: PlaceFacts) -> Place:
    at = stage.begins_at(code)
    place = actions.add_place(
        stage.session, parent=parent, kind=kind, name=name, code=code, facts=facts, by=stage.by, at=at
    )
    stage.places[code] = place
    return place


def _population(stage: Stage, residents: int, method: PopulationMethod) -> Population:
    return Population(residents, method, stage.founded.year - _POPULATION_YEAR_BEHIND)
