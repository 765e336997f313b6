"""Reading runs: pulls and imports, and their problems."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.metrics.models import Run, RunProblem


def runs_of(session: Session, account: Account, *, within: Scope, most: int = 10) -> Sequence[Run]:
    """The newest pulls and imports of an account, newest first."""
    return session.scalars(
        sa.select(Run)
        .where(Run.consortium_id == within.consortium_id, Run.account_id == account.id)
        .order_by(Run.started_at.desc(), Run.id.desc())
        .limit(most)
    ).all()


def runs_by_id(session: Session, ids: Iterable[int], *, within: Scope) -> dict[int, Run]:
    """Runs of the consortium by their id."""
    statement = sa.select(Run).where(Run.consortium_id == within.consortium_id, Run.id.in_(sorted(set(ids))))
    return {run.id: run for run in session.scalars(statement.order_by(Run.id))}


def problems_of(session: Session, run: Run, *, within: Scope) -> Sequence[RunProblem]:
    """The rows of a file that were left out, in the order of the file; no more than an import keeps."""
    return session.scalars(
        sa.select(RunProblem)
        .where(RunProblem.consortium_id == within.consortium_id, RunProblem.run_id == run.id)
        .order_by(RunProblem.line, RunProblem.id)
    ).all()
