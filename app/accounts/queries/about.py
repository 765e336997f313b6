"""Reading what stands beside an account: its details, the steps of its life, its contacts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account, AccountContact, AccountDetail, AccountStep
from app.accounts.rules.contacts import ContactRank, ContactSeen, contact_seen
from app.accounts.rules.life import Details
from app.people.models import Person


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step with the name of whoever took it, "" for the machine."""

    step: AccountStep
    by: str


def find_detail(session: Session, account: Account, *, within: Scope) -> AccountDetail | None:
    """What else was said about an account."""
    return session.scalars(
        sa.select(AccountDetail).where(
            AccountDetail.consortium_id == within.consortium_id, AccountDetail.account_id == account.id
        )
    ).one_or_none()


def details_in(kept: AccountDetail | None) -> Details:
    """The words of a row, or what holds without one."""
    if kept is None:
        return Details()
    return Details(kept.kind, kept.audience, kept.speakers, kept.site_link, kept.planned_end_on)


def steps_of(session: Session, account: Account, *, within: Scope) -> list[StepTaken]:
    """The steps of an account's life, the newest first."""
    rows = session.execute(
        sa.select(AccountStep, Person.name)
        .outerjoin(
            Person, sa.and_(Person.consortium_id == AccountStep.consortium_id, Person.id == AccountStep.person_id)
        )
        .where(AccountStep.consortium_id == within.consortium_id, AccountStep.account_id == account.id)
        .order_by(AccountStep.recorded_at.desc(), AccountStep.id.desc())
    )
    return [StepTaken(step, name or "") for step, name in rows]


def find_last_step(session: Session, account: Account, *, within: Scope) -> AccountStep | None:
    """The step that brought an account to where it stands."""
    return session.scalars(
        sa.select(AccountStep)
        .where(AccountStep.consortium_id == within.consortium_id, AccountStep.account_id == account.id)
        .order_by(AccountStep.recorded_at.desc(), AccountStep.id.desc())
        .limit(1)
    ).one_or_none()


def named_contacts(session: Session, account: Account, *, within: Scope) -> list[AccountContact]:
    """Everyone who is or was named a contact of an account, with the person, the newest first."""
    return list(session.scalars(_contacts(within).where(AccountContact.account_id == account.id)))


def contacts_of(session: Session, account: Account, *, within: Scope, on: date) -> tuple[ContactSeen, ...]:
    """How the first and the second contact of an account stand on a day."""
    return latest_contacts(session, [account.id], within=within, on=on)[account.id]


def latest_contacts(
    session: Session, account_ids: Iterable[int], *, within: Scope, on: date
) -> Mapping[int, tuple[ContactSeen, ...]]:
    """The same for many accounts, each in it; one statement."""
    ids = sorted(set(account_ids))
    found: dict[int, list[AccountContact]] = defaultdict(list)
    for contact in session.scalars(_contacts(within).where(AccountContact.account_id.in_(ids))):
        found[contact.account_id].append(contact)
    return {one: tuple(_seen(rank, found[one], on=on) for rank in ContactRank) for one in ids}


def _contacts(within: Scope) -> sa.Select[AccountContact]:
    return (
        sa.select(AccountContact)
        .join(AccountContact.person)
        .where(AccountContact.consortium_id == within.consortium_id, Person.consortium_id == within.consortium_id)
        .options(contains_eager(AccountContact.person))
        .order_by(AccountContact.first_on.desc(), AccountContact.id.desc())
    )


def _seen(rank: ContactRank, named: Sequence[AccountContact], *, on: date) -> ContactSeen:
    """The newest naming of the rank decides."""
    newest = next((each for each in named if each.rank is rank), None)
    if newest is None:
        return ContactSeen(rank)
    return contact_seen(
        rank,
        name=newest.person.name,
        person_id=newest.person_id,
        first_on=newest.first_on,
        last_on=newest.last_on,
        left_on=newest.person.left_on,
        on=on,
    )
