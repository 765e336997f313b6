"""Reading the capacity of a place: its accounts, and the hours a week that duties on them have."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries.care import emergency_ids, norms_of
from app.accounts.queries.requests import promised_accounts
from app.accounts.rules.states import AccountState
from app.consortia.models import Place
from app.duties.models import Assignment
from app.duties.rules.capacity import Capacity

_IN_USE = (AccountState.ACTIVE, AccountState.ON_WATCH)


def capacity_with(session: Session, place: Place, *, hours: Decimal, within: Scope, on: date) -> Capacity:
    """The capacity of a place on a day with one account more, for which ``hours`` a week are offered.

    Counted are the place's own accounts in use, without those for emergencies, and those that are approved and not in
    use yet with the hours that were offered for them, unless duties are assigned on them by now. Five statements.
    """
    held = hours_by_account(session, place, within=within, on=on)
    here = Scope(within.consortium_id, place.id)
    promised = promised_accounts(session, within=here)
    in_use = _accounts_in_use(session, place, within=within) - emergency_ids(session, within=within)
    offered = sum((one.hours for one in promised if one.account_id not in held), Decimal(0))
    return Capacity(
        accounts=len(in_use) + len(promised) + 1,
        hours=sum(held.values(), Decimal(0)) + offered + hours,
        needed=norms_of(session, within=within).hours_per_account,
    )


def hours_by_account(session: Session, place: Place, *, within: Scope, on: date) -> Mapping[int, Decimal]:
    """The hours a week that duties at a place have on a day, by account."""
    rows = session.execute(
        sa.select(Assignment.account_id, sa.func.sum(Assignment.hours_per_week))
        .where(
            Assignment.consortium_id == within.consortium_id,
            Assignment.place_id == place.id,
            Assignment.first_on <= on,
            sa.or_(Assignment.last_on.is_(None), Assignment.last_on >= on),
        )
        .group_by(Assignment.account_id)
        .order_by(Assignment.account_id)
    )
    return {account_id: Decimal(hours) for account_id, hours in rows}


def _accounts_in_use(session: Session, place: Place, *, within: Scope) -> set[int]:
    found = session.scalars(
        sa.select(Account.id)
        .where(Account.consortium_id == within.consortium_id, Account.place_id == place.id, Account.state.in_(_IN_USE))
        .order_by(Account.id)
    )
    return set(found)
