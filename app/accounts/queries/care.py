"""Reading how accounts are looked after: reviews, drills, retirements under way, and what holds for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import (
    Account,
    AccountDetail,
    AccountDrill,
    AccountNorms,
    AccountRetirement,
    AccountReview,
    RetirementTick,
)
from app.accounts.rules.life import AccountKind
from app.accounts.rules.norms import Norms
from app.accounts.rules.retiring import RetirementTask
from app.accounts.rules.states import AccountState
from app.consortia.models import Place
from app.people.models import Person

_IN_USE = (AccountState.ACTIVE, AccountState.ON_WATCH)


@dataclass(frozen=True, slots=True)
class Ticked:
    """One thing of a checklist that is done, and by whom, "" for the machine."""

    tick: RetirementTick
    by: str


def find_norms(session: Session, *, within: Scope) -> AccountNorms | None:
    """What a consortium wrote down for its accounts."""
    return session.scalars(
        sa.select(AccountNorms).where(AccountNorms.consortium_id == within.consortium_id)
    ).one_or_none()


def norms_of(session: Session, *, within: Scope) -> Norms:
    """What holds for the accounts of a consortium; the usual where nothing was written down."""
    kept = find_norms(session, within=within)
    return Norms(kept.hours_per_account, kept.quiet_after_days) if kept else Norms()


def accounts_in_use(session: Session, *, within: Scope) -> Sequence[Account]:
    """The accounts of a place and all below it that are in use, with their places, in the order of the tree."""
    return session.scalars(_in_use(sa.select(Account), within).options(contains_eager(Account.place))).all()


def emergency_ids(session: Session, *, within: Scope) -> frozenset[int]:
    """Which accounts of the consortium are kept for emergencies only."""
    found = session.scalars(
        sa.select(AccountDetail.account_id)
        .where(AccountDetail.consortium_id == within.consortium_id, AccountDetail.kind == AccountKind.EMERGENCY_ONLY)
        .order_by(AccountDetail.account_id)
    )
    return frozenset(found)


def last_reviews(session: Session, *, within: Scope) -> Mapping[int, date]:
    """When each account was looked at last, by account; one that never was is left out."""
    return _latest(session, AccountReview.account_id, AccountReview.reviewed_on, AccountReview.consortium_id, within)


def last_drills(session: Session, *, within: Scope) -> Mapping[int, date]:
    """When each account was drilled last, by account; one that never was is left out."""
    return _latest(session, AccountDrill.account_id, AccountDrill.held_on, AccountDrill.consortium_id, within)


def drills_of(session: Session, account: Account, *, within: Scope) -> Sequence[AccountDrill]:
    """The drills of an account with who held them, the latest first."""
    return session.scalars(
        sa.select(AccountDrill)
        .join(Person, sa.and_(Person.consortium_id == AccountDrill.consortium_id, Person.id == AccountDrill.holder_id))
        .where(
            AccountDrill.consortium_id == within.consortium_id,
            Person.consortium_id == within.consortium_id,
            AccountDrill.account_id == account.id,
        )
        .options(contains_eager(AccountDrill.holder))
        .order_by(AccountDrill.held_on.desc(), AccountDrill.id.desc())
    ).all()


def find_review(session: Session, account: Account, *, within: Scope) -> AccountReview | None:
    """The last time somebody looked whether the account is wanted."""
    return session.scalars(
        sa.select(AccountReview)
        .where(AccountReview.consortium_id == within.consortium_id, AccountReview.account_id == account.id)
        .order_by(AccountReview.reviewed_on.desc(), AccountReview.id.desc())
        .limit(1)
    ).one_or_none()


def find_retirement(session: Session, account: Account, *, within: Scope) -> AccountRetirement | None:
    """The retirement that is under way, or was when the account was closed."""
    return session.scalars(
        sa.select(AccountRetirement).where(
            AccountRetirement.consortium_id == within.consortium_id, AccountRetirement.account_id == account.id
        )
    ).one_or_none()


def find_tick(session: Session, account: Account, task: RetirementTask, *, within: Scope) -> RetirementTick | None:
    """The row of one thing of the checklist, where it is done."""
    return session.scalars(
        sa.select(RetirementTick).where(
            RetirementTick.consortium_id == within.consortium_id,
            RetirementTick.account_id == account.id,
            RetirementTick.task == task,
        )
    ).one_or_none()


def ticks_of(session: Session, account: Account, *, within: Scope) -> list[Ticked]:
    """What is done of the checklist, with who did it."""
    rows = session.execute(
        sa.select(RetirementTick, Person.name)
        .outerjoin(
            Person, sa.and_(Person.consortium_id == RetirementTick.consortium_id, Person.id == RetirementTick.person_id)
        )
        .where(RetirementTick.consortium_id == within.consortium_id, RetirementTick.account_id == account.id)
        .order_by(RetirementTick.id)
    )
    return [Ticked(row, name or "") for row, name in rows]


def retirements_under_way(session: Session, *, within: Scope) -> dict[int, int]:
    """How many things are done of each retirement that is under way at a place and below it, by account."""
    rows = session.execute(
        _in_use(
            sa.select(AccountRetirement.account_id, sa.func.count(RetirementTick.id))
            .join(
                Account,
                sa.and_(
                    Account.consortium_id == AccountRetirement.consortium_id,
                    Account.id == AccountRetirement.account_id,
                ),
            )
            .outerjoin(
                RetirementTick,
                sa.and_(
                    RetirementTick.consortium_id == AccountRetirement.consortium_id,
                    RetirementTick.account_id == AccountRetirement.account_id,
                ),
            )
            .where(AccountRetirement.consortium_id == within.consortium_id),
            within,
        )
        .order_by(None)
        .group_by(AccountRetirement.account_id)
        .order_by(AccountRetirement.account_id)
    )
    return {account_id: int(done) for account_id, done in rows}


def _in_use(statement: Any, within: Scope) -> Any:
    return (
        statement.join(Account.place)
        .where(
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Account.state.in_(_IN_USE),
        )
        .order_by(Place.path, Account.platform, Account.handle, Account.id)
    )


def _latest(session: Session, account_id: Any, day: Any, consortium_id: Any, within: Scope) -> dict[int, date]:
    found = session.execute(
        sa.select(account_id, sa.func.max(day))
        .where(consortium_id == within.consortium_id)
        .group_by(account_id)
        .order_by(account_id)
    )
    return {row[0]: row[1] for row in found}
