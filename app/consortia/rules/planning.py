"""What importing a directory would change: pure comparison with the tree, nothing is written here."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from app.consortia.rules.directory import (
    Directory,
    ImportPlan,
    KnownPlace,
    PlannedPlace,
    RowProblem,
    SurveyFile,
    SurveyLibrary,
    SurveyOutlet,
    SurveyPlace,
    Tree,
)
from app.consortia.rules.places import PlaceKind, Population, PopulationMethod
from app.foundation.imports import Change


def plan_import(directory: Directory, *, tree: Tree) -> ImportPlan:
    """Compare a directory with the tree.

    A new place whose code another place has is a problem. A figure or a town that the files leave blank stays as it
    is; so do a population that people stated by another method and the day a place closed. Places the files do not
    name are left alone.
    """
    known = {place.values.key: place for place in tree.places}
    places: list[PlannedPlace] = []
    problems = list(directory.problems)
    refused: set[str] = set()
    for file, line, values in _wanted(directory, tree):
        place = known.get(values.key)
        problem = None if place else _why_not(values, tree, refused)
        if problem:
            refused.add(values.fscs_key)
            problems.append(RowProblem(file, line, problem))
        else:
            places.append(_planned(values, place))
    problems.sort(key=lambda problem: (problem.file, problem.line))
    return ImportPlan(tree.consortium_id, directory, tuple(places), tuple(problems))


def _wanted(directory: Directory, tree: Tree) -> Iterator[tuple[SurveyFile, int, SurveyPlace]]:
    """Every row as a place: libraries first, so that each stands before its outlets."""
    only = _only_open_outlets(directory, tree)
    library_of = {row.fscs_key: row for row in directory.libraries}
    for library in directory.libraries:
        yield SurveyFile.LIBRARIES, library.line, _of_library(library)
    for outlet in directory.outlets:
        whole = library_of[outlet.fscs_key] if outlet.code in only else None
        yield SurveyFile.OUTLETS, outlet.line, _of_outlet(outlet, whole)


def _why_not(values: SurveyPlace, tree: Tree, refused: set[str]) -> str | None:
    if values.code in tree.codes:
        return f"{values.kind.value} {values.code} cannot be added: another place here already has that code."
    if values.kind == PlaceKind.BRANCH and values.fscs_key in refused:
        return f"outlet {values.code} cannot be added, since its library {values.fscs_key} cannot."
    return None


def _planned(values: SurveyPlace, place: KnownPlace | None) -> PlannedPlace:
    if place is None:
        return PlannedPlace(Change.ADDED, values, None)
    merged = _merged(values, place.values)
    return PlannedPlace(Change.SAME if merged == place.values else Change.CHANGED, merged, place.place_id)


def _merged(new: SurveyPlace, old: SurveyPlace) -> SurveyPlace:
    """The survey's word, except where it says nothing or a person has said something it cannot know."""
    stated = old.population is not None and old.population.method != PopulationMethod.OFFICIAL
    unsaid = new.population is None and new.kind == PlaceKind.LIBRARY
    return replace(
        new,
        code=old.code,
        population=old.population if stated or unsaid else new.population,
        closed_on=old.closed_on or new.closed_on,
        city=new.city or old.city,
        state_id=new.state_id or old.state_id,
        fiscal_year_start_month=new.fiscal_year_start_month or old.fiscal_year_start_month,
        locale=new.locale or old.locale,
    )


def _only_open_outlets(directory: Directory, tree: Tree) -> set[str]:
    """Codes of outlets that are the only open one of their library, in the files and in the tree together."""
    open_of: dict[str, set[str]] = defaultdict(set)
    for outlet in directory.outlets:
        if outlet.closed_on is None:
            open_of[outlet.fscs_key].add(outlet.code)
    named = {outlet.code for outlet in directory.outlets}
    for values in (place.values for place in tree.places):
        key = f"{values.fscs_key}-{values.sequence}"
        if values.kind == PlaceKind.BRANCH and values.closed_on is None and key not in named:
            open_of[values.fscs_key].add(key)
    return {code for key, codes in open_of.items() if len(codes) + tree.unlisted.get(key, 0) == 1 for code in codes}


def _of_library(row: SurveyLibrary) -> SurveyPlace:
    return SurveyPlace(
        kind=PlaceKind.LIBRARY,
        code=row.fscs_key,
        fscs_key=row.fscs_key,
        sequence=None,
        name=row.name,
        population=_official(row),
        closed_on=row.closed_on,
        city=row.city,
        state_id=row.state_id,
        fiscal_year_start_month=row.fiscal_year_start_month,
    )


def _of_outlet(row: SurveyOutlet, whole: SurveyLibrary | None) -> SurveyPlace:
    """``whole``: its library, where all of the library's residents are served here; a share is never guessed."""
    return SurveyPlace(
        kind=PlaceKind.BRANCH,
        code=row.code,
        fscs_key=row.fscs_key,
        sequence=row.sequence,
        name=row.name,
        population=None if whole is None else _official(whole),
        closed_on=row.closed_on,
        city=row.city,
        branch_type=row.branch_type,
        locale=row.locale,
    )


def _official(row: SurveyLibrary) -> Population | None:
    if row.population is None:
        return None
    year = row.period_ends_on.year if row.period_ends_on else None
    return Population(row.population, PopulationMethod.OFFICIAL, year)
