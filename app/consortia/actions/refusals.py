"""What may not be written of a place, each in a sentence at its field."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia import queries
from app.consortia.models import Place
from app.consortia.rules import (
    BranchFacts,
    BranchType,
    EventKind,
    LibraryFacts,
    Population,
    fscs_key_problem,
    fscs_sequence_problem,
    isil_problem,
)
from app.foundation.errors import Refused
from app.web.filters import day

_MOST_RESIDENTS = 100_000_000
_FIRST_YEAR = 1900
_MONTHS = range(1, 13)


def refuse_library_facts(session: Session, facts: LibraryFacts, *, place: Place | None, within: Scope) -> None:
    """Refuse a malformed key, ISIL or month, and a key that another library has; ``place`` None for a new one."""
    if facts.fiscal_year_start_month is not None and facts.fiscal_year_start_month not in _MONTHS:
        raise Refused("A fiscal year starts in a month from 1 to 12.", field="fiscal_year_start_month")
    if facts.isil and (problem := isil_problem(facts.isil)):
        raise Refused(problem, field="isil")
    if not facts.fscs_key:
        return
    if problem := fscs_key_problem(facts.fscs_key):
        raise Refused(problem, field="fscs_key")
    holder = queries.find_entry_by_fscs(session, facts.fscs_key, None, within=within)
    if holder and (place is None or holder.place.id != place.id):
        raise Refused(f"The FSCS key {facts.fscs_key} belongs to {holder.place.name}.", field="fscs_key")


def refuse_branch_facts(
    session: Session, facts: BranchFacts, *, place: Place | None, library_id: int | None, on: date, within: Scope
) -> None:
    """Refuse a malformed key or sequence, a pair another branch has, and a second central of the library."""
    _refuse_outlet_key(session, facts, place=place, within=within)
    if facts.branch_type is not BranchType.CENTRAL or library_id is None:
        return
    central = queries.find_central_of(session, library_id, on=on, within=within)
    if central and (place is None or central.id != place.id):
        sentence = f"{central.name} is the central of this library already. A library has at most one."
        raise Refused(sentence, field="branch_type")


def _refuse_outlet_key(session: Session, facts: BranchFacts, *, place: Place | None, within: Scope) -> None:
    if facts.fscs_sequence and (problem := fscs_sequence_problem(facts.fscs_sequence)):
        raise Refused(problem, field="fscs_sequence")
    if facts.fscs_key and (problem := fscs_key_problem(facts.fscs_key)):
        raise Refused(problem, field="fscs_key")
    if facts.fscs_sequence and not facts.fscs_key:
        raise Refused("A sequence needs the library's FSCS key beside it.", field="fscs_key")
    if not facts.fscs_key or not facts.fscs_sequence:
        return
    holder = queries.find_entry_by_fscs(session, facts.fscs_key, facts.fscs_sequence, within=within)
    if holder and (place is None or holder.place.id != place.id):
        pair = f"{facts.fscs_key}-{facts.fscs_sequence}"
        raise Refused(f"The FSCS key {pair} belongs to {holder.place.name}.", field="fscs_sequence")


def refuse_population(population: Population | None, *, today: date) -> None:
    """Refuse a number of residents that cannot be, and a year that is not known yet."""
    if population is None:
        return
    if not 0 < population.residents <= _MOST_RESIDENTS:
        raise Refused("Write a number of residents from 1 to 100,000,000.", field="residents")
    if population.year is not None and not _FIRST_YEAR <= population.year <= today.year:
        raise Refused(f"Write a year from {_FIRST_YEAR} to {today.year}.", field="year")


def refuse_untimely(session: Session, place: Place, kind: EventKind, *, on: date, at: datetime) -> None:
    """Refuse a day to come, a day before the place opened, and one before the last event of this kind."""
    within = Scope(consortium_id=place.consortium_id)
    if on > queries.today_of(session, within=within, at=at):
        raise Refused("This day is still to come. Choose today or an earlier day.", field="on")
    if place.opened_on and on < place.opened_on:
        raise Refused(f"{place.name} opened on {day(place.opened_on)}. Choose a later day.", field="on")
    last = queries.last_event(session, place, kind, within=within)
    if last and on < last.happened_on:
        raise Refused(f"It was {kind.value} on {day(last.happened_on)}. Choose that day or a later one.", field="on")
