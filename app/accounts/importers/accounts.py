"""Importing a file of accounts: the plan of what it would change, and writing it as one deed."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.actions.contacts import name_contacts
from app.accounts.actions.registering import may_be_pulled
from app.accounts.importers.known import register_of
from app.accounts.importers.planning import (
    AccountChange,
    AccountFacts,
    plan_account_rows,
)
from app.accounts.importers.rows import ACCOUNTS_LAYOUT
from app.accounts.models import Account, AccountContact, AccountDetail
from app.accounts.queries import accounts_at
from app.accounts.rules.contacts import ContactRank
from app.accounts.rules.life import AccountKind
from app.accounts.rules.states import AccountState, Connection
from app.consortia import queries as consortia
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.foundation.imports import Change, Plan
from app.foundation.tables import Table, read_table
from app.history.actions import record
from app.history.rules import Deed
from app.people.models import Person
from app.platforms.catalogue import get_platform


def plan_accounts(
    session: Session, data: bytes | Table, *, within: Scope, allow_own_network: bool, at: datetime
) -> Plan[AccountChange]:
    """What importing a file of accounts would change at a place and below it; writes nothing.

    Refuses what is no such file. Rows at other places are problems, and so are accounts that another place has.
    """
    table = read_table(data, ACCOUNTS_LAYOUT) if isinstance(data, bytes) else data
    register = register_of(session, within=Scope(consortium_id=within.consortium_id), at=at)
    return plan_account_rows(table, register, within=within, allow_own_network=allow_own_network)


def import_accounts(
    session: Session, plan: Plan[AccountChange], *, within: Scope, allow_own_network: bool, by: Actor, at: datetime
) -> Plan[AccountChange]:
    """Write a plan, as one deed; answers the plan as it was when it was written.

    The consortium is locked and compared once more, so that a file imported twice, or by two people, changes nothing
    the second time. Accounts that can be pulled are due at once. Refuses a file of which no row can go in.
    """
    whole = Scope(consortium_id=within.consortium_id)
    root = consortia.root_for_change(session, within=whole)
    plan = plan_accounts(session, plan.table, within=within, allow_own_network=allow_own_network, at=at)
    if not plan.rows:
        raise Refused("None of the rows can be imported. Mend their problems and choose the file again.")
    if not plan.changes:
        return plan
    on = consortia.today_of(session, within=whole, at=at)
    _add(session, [row.values for row in plan.rows if row.change is Change.ADDED], whole, on=on, at=at)
    place = consortia.find_place_by_id(session, within.place_id, within=whole) if within.place_id else root
    counts = plan.counts
    detail = {"added": counts.added, "changed": counts.changed, "problems": len(plan.problems)}
    record(session, Deed.ACCOUNTS_IMPORTED, place or root, by=by, at=at, place_path=within.path, detail=detail)
    _change(session, [row.values for row in plan.rows if row.change is Change.CHANGED], whole, on=on, by=by, at=at)
    return plan


def _add(session: Session, changes: list[AccountChange], within: Scope, *, on: date, at: datetime) -> None:
    pulled = may_be_pulled(session, within)
    ids = [new_id() for _ in changes]
    accounts = [
        {"id": account_id, **_values(change, pulled=pulled, at=at)}
        for account_id, change in zip(ids, changes, strict=True)
    ]
    details = [
        {"account_id": account_id, "kind": change.facts.kind}
        for account_id, change in zip(ids, changes, strict=True)
        if change.facts.kind is not AccountKind.GENERAL
    ]
    contacts = [
        {"account_id": account_id, "rank": rank, "person_id": person_id, "first_on": on}
        for account_id, change in zip(ids, changes, strict=True)
        for rank, person_id in _contacts(change.facts).items()
        if person_id is not None
    ]
    for model, rows in ((Account, accounts), (AccountDetail, details), (AccountContact, contacts)):
        if rows:
            session.execute(sa.insert(model), [{"consortium_id": within.consortium_id, **row} for row in rows])


def _values(change: AccountChange, *, pulled: bool, at: datetime) -> dict[str, object]:
    identity, facts = change.row.identity, change.facts
    is_pulled = get_platform(identity.platform).is_pulled_unconnected
    is_due = is_pulled and pulled and facts.state is AccountState.ACTIVE
    return {
        "place_id": change.place.id,
        **asdict(identity),
        "mode": facts.mode,
        "state": facts.state,
        "purpose": facts.purpose,
        "opened_on": facts.opened_on,
        "connection": Connection.NOT_CONNECTED if is_pulled else Connection.FILE_ONLY,
        "connection_since": at,
        "next_pull_at": at if is_due else None,
    }


def _contacts(facts: AccountFacts) -> dict[ContactRank, int | None]:
    return {ContactRank.PRIMARY: facts.primary, ContactRank.SECOND: facts.second}


def _change(
    session: Session, changes: list[AccountChange], within: Scope, *, on: date, by: Actor, at: datetime
) -> None:
    """Accounts that are here already; their contacts are named as on their pages, with the day of the import."""
    ids = [change.account_id for change in changes if change.account_id is not None]
    accounts = {account.id: account for account in accounts_at(session, within=within) if account.id in ids}
    details = {detail.account_id: detail for detail in _rows(session, AccountDetail, ids, within)}
    wanted = {person_id for change in changes for person_id in _contacts(change.facts).values()}
    people = {person.id: person for person in _people(session, wanted, within)}
    for change in changes:
        account, facts = accounts[change.account_id or 0], change.facts
        account.mode, account.purpose, account.opened_on = facts.mode, facts.purpose, facts.opened_on
        if facts.kind != change.before.kind:
            _describe(session, account, details.get(account.id), facts.kind)
        before = _contacts(change.before)
        named = {
            rank: people[person_id]
            for rank, person_id in _contacts(facts).items()
            if person_id is not None and person_id != before[rank]
        }
        if named:
            name_contacts(session, account, named, on=on, by=by, at=at)
    session.flush()


def _describe(session: Session, account: Account, detail: AccountDetail | None, kind: AccountKind) -> None:
    if detail is None:
        detail = AccountDetail(consortium_id=account.consortium_id, account_id=account.id)
        session.add(detail)
    detail.kind = kind


def _rows(session: Session, model: type[AccountDetail], ids: list[int], within: Scope) -> Iterable[AccountDetail]:
    statement = sa.select(model).where(model.consortium_id == within.consortium_id, model.account_id.in_(ids))
    return session.scalars(statement.order_by(model.id))


def _people(session: Session, ids: Iterable[int | None], within: Scope) -> Iterable[Person]:
    wanted = sorted(person_id for person_id in ids if person_id is not None)
    statement = sa.select(Person).where(Person.consortium_id == within.consortium_id, Person.id.in_(wanted))
    return session.scalars(statement.order_by(Person.id))
