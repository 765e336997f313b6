"""Reading whose figures stand, where sources differ, and what is kept to take an import back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.metrics.models import FigureDifference, FigureSettings, ImportChoice, Run
from app.metrics.queries.runs import runs_by_id
from app.metrics.rules.runs import RunKind
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


@dataclass(frozen=True, slots=True)
class StandingPosts:
    """Of some posts, by the platform's id: those that another kind of source brought, and whose counts stay."""

    of_another_source: frozenset[str] = frozenset()
    stays: frozenset[str] = frozenset()


def standing_posts(
    session: Session, run: Run, held: Mapping[str, Mapping[str, object]], *, within: Scope
) -> StandingPosts:
    """Which of the posts that a run meets keep their counts: a pull's against a file, but for a file chosen to stand."""
    other = {RunKind.IMPORT: RunKind.PULL, RunKind.PULL: RunKind.IMPORT}.get(run.kind)
    by_run: dict[int, set[str]] = {}
    for external_id, post in held.items():
        by_run.setdefault(int(str(post["run_id"])), set()).add(external_id)
    runs = runs_by_id(session, by_run, within=within) if by_run and other else {}
    others = {run_id for run_id, found in runs.items() if found.kind is other}
    if not others:
        return StandingPosts()
    if run.kind is RunKind.IMPORT:
        staying = frozenset() if is_firm(session, run, within=within) else frozenset(others)
    else:
        staying = firm_runs(session, others, within=within)
    return StandingPosts(*(frozenset(one for run_id in found for one in by_run[run_id]) for found in (others, staying)))


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


def find_difference(
    session: Session, account: Account, day: date, metric: str, *, within: Scope
) -> FigureDifference | None:
    """Where two sources differ much about a figure."""
    found = differences_on(session, account, day, within=within)
    return next((each for each in found if each.metric == metric), None)


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
        .where(
            ImportChoice.consortium_id == within.consortium_id,
            ImportChoice.undo_until < at,
            ImportChoice.undone.is_(None),  # half taken back, it needs what is kept
        )
        .order_by(ImportChoice.id)
    ).all()
