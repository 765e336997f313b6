"""What is here before an import of accounts: places, the register, its contacts, and who can be one."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.importers.planning import AccountFacts, Colleague, KnownAccount, Register
from app.accounts.models import Account, AccountContact, AccountDetail
from app.accounts.rules.contacts import ContactRank
from app.accounts.rules.life import AccountKind
from app.accounts.rules.states import AccountState
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.people.models import Person

_Contacts = Mapping[ContactRank, tuple[int, date]]


def register_of(session: Session, *, within: Scope, at: datetime) -> Register:
    """What is here; a handful of statements, whatever the number of accounts."""
    today = consortia.today_of(session, within=within, at=at)
    places = {place.id: place for place in consortia.subtree(session, within=within)}
    return Register(
        places={place.code: place for place in places.values()},
        accounts=_accounts(session, within, places),
        colleagues=_colleagues(session, within, today=today),
        today=today,
    )


def _accounts(session: Session, within: Scope, places: Mapping[int, Place]) -> dict[tuple[str, str], KnownAccount]:
    kinds, contacts = _kinds(session, within), _contacts(session, within)
    rows = session.execute(
        sa.select(
            Account.id,
            Account.place_id,
            Account.platform,
            Account.url,
            Account.mode,
            Account.purpose,
            Account.state,
            Account.opened_on,
        )
        .where(Account.consortium_id == within.consortium_id)
        .order_by(sa.case((Account.state == AccountState.RETIRED, 0), else_=1), Account.id)
    )
    found = {}  # of two with one address the one in use
    for account_id, place_id, platform, url, mode, purpose, state, opened_on in rows:
        named = contacts[account_id]
        ids = {rank: person_id for rank, (person_id, _) in named.items()}
        facts = AccountFacts(
            mode=mode,
            kind=kinds.get(account_id, AccountKind.GENERAL),
            purpose=purpose,
            state=state,
            opened_on=opened_on,
            primary=ids.get(ContactRank.PRIMARY),
            second=ids.get(ContactRank.SECOND),
        )
        since = {rank: first_on for rank, (_, first_on) in named.items()}
        found[platform, url] = KnownAccount(account_id, places[place_id], facts, since)
    return found


def _kinds(session: Session, within: Scope) -> dict[int, AccountKind]:
    rows = session.execute(
        sa.select(AccountDetail.account_id, AccountDetail.kind)
        .where(AccountDetail.consortium_id == within.consortium_id)
        .order_by(AccountDetail.id)
    )
    return {row.account_id: row.kind for row in rows}


def _contacts(session: Session, within: Scope) -> Mapping[int, _Contacts]:
    found: dict[int, dict[ContactRank, tuple[int, date]]] = defaultdict(dict)
    rows = session.execute(
        sa.select(AccountContact.account_id, AccountContact.rank, AccountContact.person_id, AccountContact.first_on)
        .where(AccountContact.consortium_id == within.consortium_id, AccountContact.last_on.is_(None))
        .order_by(AccountContact.first_on, AccountContact.id)
    )
    for account_id, rank, person_id, first_on in rows:
        found[account_id][rank] = (person_id, first_on)
    return found


def _colleagues(session: Session, within: Scope, *, today: date) -> dict[str, Colleague]:
    rows = session.execute(
        sa.select(Person.email, Person.id, Person.name, Person.left_on)
        .where(Person.consortium_id == within.consortium_id, Person.email.is_not(None))
        .order_by(Person.id)
    )
    return {
        email: Colleague(person_id, name, left_on is not None and left_on < today)
        for email, person_id, name, left_on in rows
        if email
    }
