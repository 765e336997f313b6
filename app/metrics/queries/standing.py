"""Reading whose figures stand, where sources differ, and what is kept to take an import back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.metrics.models import FigureDifference, FigureSettings, ImportChoice, Run
from app.metrics.rules.standing import Precedence


def precedence_of(session: Session, *, within: Scope) -> Precedence:
    """Whose figures stand in the consortium where nobody chose otherwise for a file."""
    statement = sa.select(FigureSettings.precedence).where(FigureSettings.consortium_id == within.consortium_id)
    return session.scalars(statement).one_or_none() or Precedence.PLATFORM


def find_choice(session: Session, run: Run, *, within: Scope) -> ImportChoice | None:
    """What an import met and what was chosen for it; None for one of before there was a choice."""
    return session.scalars(
        sa.select(ImportChoice).where(ImportChoice.consortium_id == within.consortium_id, ImportChoice.run_id == run.id)
    ).one_or_none()


def choices_of(session: Session, run_ids: Collection[int], *, within: Scope) -> dict[int, ImportChoice]:
    """The same of several runs, by the run."""
    statement = sa.select(ImportChoice).where(
        ImportChoice.consortium_id == within.consortium_id, ImportChoice.run_id.in_(sorted(run_ids))
    )
    return {choice.run_id: choice for choice in session.scalars(statement.order_by(ImportChoice.id))}


def is_firm(session: Session, run: Run, *, within: Scope) -> bool:
    """Do the figures of this file stand over the platform's?"""
    choice = find_choice(session, run, within=within)
    return (choice.precedence if choice else precedence_of(session, within=within)) is Precedence.FILE


def firm_runs(session: Session, run_ids: Collection[int], *, within: Scope) -> frozenset[int]:
    """Those of some runs whose figures stand over the platform's."""
    found = choices_of(session, run_ids, within=within)
    return frozenset(run_id for run_id, choice in found.items() if choice.precedence is Precedence.FILE)


def differences_on(session: Session, account: Account, day: date, *, within: Scope) -> Sequence[FigureDifference]:
    """Where two sources differ much about a day."""
    return session.scalars(
        sa.select(FigureDifference)
        .where(
            FigureDifference.consortium_id == within.consortium_id,
            FigureDifference.account_id == account.id,
            FigureDifference.day == day,
        )
        .order_by(FigureDifference.metric)
    ).all()


@dataclass(frozen=True, slots=True)
class DifferingDays:
    """On how many days two sources differ much about an account, and the latest of them."""

    count: int
    latest: date


def days_that_differ(session: Session, *, within: Scope, since: date) -> dict[int, DifferingDays]:
    """By account of the scope's place and below, the days since then on which two sources differ much."""
    rows = session.execute(
        sa.select(
            FigureDifference.account_id,
            sa.func.count(FigureDifference.day.distinct()),
            sa.func.max(FigureDifference.day),
        )
        .join(
            Account,
            sa.and_(Account.consortium_id == FigureDifference.consortium_id, Account.id == FigureDifference.account_id),
        )
        .join(Place, sa.and_(Place.consortium_id == Account.consortium_id, Place.id == Account.place_id))
        .where(
            FigureDifference.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            FigureDifference.day >= since,
        )
        .group_by(FigureDifference.account_id)
        .order_by(FigureDifference.account_id)
    )
    return {account_id: DifferingDays(count, latest) for account_id, count, latest in rows}


def choices_past(session: Session, at: datetime, *, within: Scope) -> Sequence[ImportChoice]:
    """The imports that can be taken back no more and of which still is kept what they replaced."""
    return session.scalars(
        sa.select(ImportChoice)
        .where(ImportChoice.consortium_id == within.consortium_id, ImportChoice.undo_until < at)
        .order_by(ImportChoice.id)
    ).all()
