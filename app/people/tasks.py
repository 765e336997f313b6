"""What a worker does for people: when a last day has passed, doors close; some time later, names are erased."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.actions import ask
from app.background.registry import Handler, Work
from app.consortia.queries import all_consortia, settings_of, today_of
from app.foundation.clock import now
from app.foundation.database import tenant
from app.people.actions.anonymizing import anonymize
from app.people.actions.leaving import close_doors
from app.people.queries.leaving import due_for_erasure, left_with_keys
from app.people.queries.persons import get_person
from app.web.filters import plural

LEAVERS = "people.leavers"


def see_off(work: Work) -> str:
    """Close the doors of those who left, then erase the names that are due: each person is committed by themselves."""
    session, at, within = work.session, now(), Scope(work.consortium_id)
    on = today_of(session, within=within, at=at)
    by = Actor.machine("Worker", consortium_id=work.consortium_id)
    left = left_with_keys(session, within=within, on=on, at=at)
    months = settings_of(session, within=within).anonymize_after_months
    erased = due_for_erasure(session, within=within, on=on, months=months, at=at)
    session.rollback()
    for person_id in left:
        work.renew()
        person = get_person(session, person_id, within=within)
        if person.left_on is not None and person.left_on < on:  # else they are back since the list was read
            close_doors(session, person, by=by, at=now())
        session.commit()
    for person_id in erased:
        work.renew()
        person = get_person(session, person_id, within=within)
        if person.left_on is not None and person.anonymized_at is None:
            anonymize(session, person, by=by, at=now())
        session.commit()
    return f"{plural(len(left), 'person', 'people')} left, {plural(len(erased), 'name', 'names')} erased."


def find_due_leavers(session: Session, at: datetime) -> None:
    """Ask for it where somebody's last day has passed or somebody's name is due: in the night after, as a rule."""
    for consortium in all_consortia(session):
        within = Scope(consortium.id)
        with tenant(session, consortium.id):
            on = today_of(session, within=within, at=at)
            months = settings_of(session, within=within).anonymize_after_months
            if left_with_keys(session, within=within, on=on, at=at) or due_for_erasure(
                session, within=within, on=on, months=months, at=at
            ):
                ask(session, LEAVERS, {}, consortium_id=consortium.id, at=at, key=LEAVERS)


HANDLERS: Mapping[str, Handler] = {LEAVERS: see_off}
