"""What the weekly check-in asks of whom: managers of their place, everybody else of the accounts they hold a duty for."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.queries import accounts_by_id
from app.duties.models import Assignment
from app.duties.queries.assignments import assignments_held
from app.metrics.queries.check_in import Asked, asked_of, last_week
from app.people.queries.persons import get_person
from app.people.queries.positions import incumbencies_of


def asked_of_holder(session: Session, actor: Actor, *, within: Scope, on: date) -> list[Asked]:
    """The accounts of which a person is asked: those on which they hold a duty, wherever these are."""
    whole = Scope(consortium_id=within.consortium_id)
    person = get_person(session, actor.person_id or 0, within=whole)
    stays = incumbencies_of(session, person, within=whole)
    positions = [
        stay.position_id for stay in stays if stay.first_on <= on and (stay.last_on is None or stay.last_on >= on)
    ]
    return asked_of_held(session, assignments_held(session, positions, within=whole, on=on), within=whole, on=on)


def asked_of_held(session: Session, held: Iterable[Assignment], *, within: Scope, on: date) -> list[Asked]:
    """The same where the duties are at hand."""
    accounts = accounts_by_id(session, {each.account_id for each in held}, within=within)
    return asked_of(session, accounts.values(), last_week(on), within)
