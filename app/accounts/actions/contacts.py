"""Naming the two contacts of an account."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts import queries
from app.accounts.actions.registering import note, refuse_retired
from app.accounts.models import Account, AccountContact
from app.accounts.rules.contacts import ContactRank
from app.foundation.errors import Refused
from app.history.rules import Deed
from app.people.models import Person


def name_contact(
    session: Session, account: Account, rank: ContactRank, person: Person | None, *, on: date, by: Actor, at: datetime
) -> None:
    """Make a person the first or second contact from a day on, in place of the one before; None names nobody.

    The same person again changes nothing. Refuses somebody who has left, the person who is the other contact, and a
    day before the present contact began.
    """
    refuse_retired(account)
    within = Scope(consortium_id=account.consortium_id)
    named = queries.named_contacts(session, account, within=within)
    before = next((each for each in named if each.rank is rank and each.last_on is None), None)
    if (before.person_id if before else None) == (person.id if person else None):
        return
    if person is not None:
        _refuse_person(person, [each for each in named if each.rank is not rank], on=on)
    if before is not None:
        _end(session, before, on=on)
    if person is not None:
        session.add(
            AccountContact(
                consortium_id=account.consortium_id, account_id=account.id, rank=rank, person_id=person.id, first_on=on
            )
        )
    session.flush()
    name = person.name if person else "nobody"
    note(session, Deed.ACCOUNT_CONTACT_NAMED, account, by=by, at=at, contact=rank.label, person=name, since=on)


def name_contacts(
    session: Session,
    account: Account,
    people: Mapping[ContactRank, Person | None],
    *,
    on: date,
    by: Actor,
    at: datetime,
) -> None:
    """Name several contacts at once, so that two people may change places; refusals are those of one."""
    within = Scope(consortium_id=account.consortium_id)
    for contact in queries.named_contacts(session, account, within=within):
        wanted = people.get(contact.rank)
        moves = any(rank is not contact.rank and one and one.id == contact.person_id for rank, one in people.items())
        if contact.last_on is None and moves and (wanted is None or wanted.id != contact.person_id):
            name_contact(session, account, contact.rank, None, on=on, by=by, at=at)
    for rank, person in people.items():
        name_contact(session, account, rank, person, on=on, by=by, at=at)


def _refuse_person(person: Person, others: list[AccountContact], *, on: date) -> None:
    if person.left_on is not None and person.left_on < on:
        raise Refused(f"{person.name} has left. Choose somebody who works here.")
    if any(each.person_id == person.id and each.last_on is None for each in others):
        raise Refused(f"{person.name} is the other contact already. Two different people can be reached.")


def _end(session: Session, contact: AccountContact, *, on: date) -> None:
    """The day before the next one begins is the last; a naming of the same day was a slip and goes."""
    if on < contact.first_on:
        raise Refused(f"The contact before began on {contact.first_on.isoformat()}. Write that day or a later one.")
    if on == contact.first_on:
        session.delete(contact)
    else:
        contact.last_on = on - timedelta(days=1)
    session.flush()
