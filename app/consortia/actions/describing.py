"""What is known of a place: its name, the facts of its kind, and how many residents it serves."""

from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia import queries
from app.consortia.actions.refusals import (
    refuse_branch_facts,
    refuse_library_facts,
    refuse_population,
    refuse_untimely,
)
from app.consortia.actions.rows import clean_name, counted, keep_event, lock_tree, state_population
from app.consortia.models import Place, PlaceEvent
from app.consortia.rules import BranchFacts, EventKind, LibraryFacts, PlaceKind, Population
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed


def rename(session: Session, place: Place, *, name: str, on: date, by: Actor, at: datetime) -> None:
    """Give a place a new name from a day on; the old one is kept and found.

    Refuses the same name, a day to come, and a day before the last renaming.
    """
    name = clean_name(name)
    lock_tree(session, place)
    within = Scope(consortium_id=place.consortium_id)
    if name == place.name:
        raise Refused("This is its name already.", field="name")
    refuse_untimely(session, place, EventKind.RENAMED, on=on, at=at)
    former, place.name = place.name, name
    if place.kind is PlaceKind.CONSORTIUM:
        queries.consortium_of(session, within=within).name = name
    keep_event(session, place, PlaceEvent(kind=EventKind.RENAMED, happened_on=on, former=former), at=at)
    detail = {"name": name, "former": former, "on": on}
    record(session, Deed.PLACE_RENAMED, place, by=by, at=at, place_path=place.path, detail=detail)


def change_library(session: Session, place: Place, facts: LibraryFacts, *, by: Actor, at: datetime) -> None:
    """Write a library's identifiers, town, fiscal year and whether others see its name; a former key is kept.

    Refuses a malformed FSCS key or ISIL, and a key that another library has.
    """
    lock_tree(session, place)
    within = Scope(consortium_id=place.consortium_id)
    refuse_library_facts(session, facts, place=place, within=within)
    library = queries.get_entry(session, place, within=within).library
    if library is None:
        raise Refused(f"{place.name} is not a library.")
    former = LibraryFacts(
        library.fscs_key, library.state_id, library.isil, library.city, library.fiscal_year_start_month,
        library.shares_name,
    )  # fmt: skip
    if facts == former:
        return
    library.fscs_key, library.state_id, library.isil = facts.fscs_key, facts.state_id, facts.isil
    library.city, library.fiscal_year_start_month = facts.city, facts.fiscal_year_start_month
    library.shares_name = facts.shares_name
    session.flush()
    _keep_key(session, place, former.fscs_key, facts.fscs_key, at=at)
    detail = _changed(former, facts)
    record(session, Deed.PLACE_CHANGED, place, by=by, at=at, place_path=place.path, detail=detail)


def change_branch(session: Session, place: Place, facts: BranchFacts, *, by: Actor, at: datetime) -> None:
    """Write a branch's type, identifiers and town; a former key is kept.

    Refuses a malformed key or sequence, a pair that another branch has, and a second central of a library.
    """
    lock_tree(session, place)
    within = Scope(consortium_id=place.consortium_id)
    branch = queries.get_entry(session, place, within=within).branch
    if branch is None:
        raise Refused(f"{place.name} is not a branch.")
    former = BranchFacts(branch.branch_type, branch.fscs_key, branch.fscs_sequence, branch.city, branch.locale)
    if facts == former:
        return
    on = queries.today_of(session, within=within, at=at)
    refuse_branch_facts(session, facts, place=place, library_id=place.parent_id, on=on, within=within)
    branch.branch_type, branch.fscs_key, branch.fscs_sequence = facts.branch_type, facts.fscs_key, facts.fscs_sequence
    branch.city, branch.locale = facts.city, facts.locale
    session.flush()
    _keep_key(session, place, _outlet_key(former), _outlet_key(facts), at=at)
    detail = _changed(former, facts)
    record(session, Deed.PLACE_CHANGED, place, by=by, at=at, place_path=place.path, detail=detail)


def count_residents(session: Session, place: Place, population: Population | None, *, by: Actor, at: datetime) -> None:
    """State how many residents a place serves, by which method and for which year; None takes the figure away.

    The figure until then is kept with the day. Refuses a figure that cannot be, and a year to come.
    """
    lock_tree(session, place)
    today = queries.today_of(session, within=Scope(consortium_id=place.consortium_id), at=at)
    refuse_population(population, today=today)
    former = queries.population_of(place)
    if population == former:
        return
    state_population(place, population)
    keep_event(session, place, counted(former, on=today), at=at)
    detail = {"residents": population.residents, "method": population.method} if population else {"residents": None}
    record(session, Deed.PLACE_COUNTED, place, by=by, at=at, place_path=place.path, detail=detail)


def _keep_key(session: Session, place: Place, former: str | None, key: str | None, *, at: datetime) -> None:
    """The survey's keys are not stable, so one that ends is kept with its day."""
    if former and former != key:
        today = queries.today_of(session, within=Scope(consortium_id=place.consortium_id), at=at)
        keep_event(session, place, PlaceEvent(kind=EventKind.KEYED, happened_on=today, former=former), at=at)


def _outlet_key(facts: BranchFacts) -> str | None:
    return f"{facts.fscs_key}-{facts.fscs_sequence}" if facts.fscs_key and facts.fscs_sequence else facts.fscs_key


def _changed(former: LibraryFacts | BranchFacts, facts: LibraryFacts | BranchFacts) -> dict[str, object]:
    before, after = asdict(former), asdict(facts)
    return {name: value for name, value in after.items() if value != before[name]}
