"""Reading runs: pulls and imports, their problems, and what an import would change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.metrics.models import Run, RunProblem, StagedFigure, StagedPost
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.exports import brings_posts
from app.metrics.rules.runs import RunKind, RunState

#: a file in one of these states is the same import when it is given again
_UNDECIDED = (RunState.WAITING, RunState.RUNNING, RunState.MATCHING, RunState.CHECKED, RunState.IMPORTING)


@dataclass(frozen=True, slots=True)
class StagedDay:
    """A row of a checked file: what it brings, and what the day holds now (None for a new day)."""

    day: date
    line: int
    came: tuple[int | None, ...]
    held: tuple[int | None, ...] | None

    @property
    def outcome(self) -> str:
        """What importing it would do."""
        if self.held is None:
            return "New"
        differs = any(came is not None and came != held for came, held in zip(self.came, self.held, strict=True))
        return "Changed" if differs else "Same"


def get_import(session: Session, run_id: int, *, within: Scope) -> Run:
    """An import with its account and place, at the scope's place or below; NotFound otherwise."""
    found = session.scalars(_imports(within).where(Run.id == run_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such import here.")
    return found


def import_for_change(session: Session, run_id: int, *, within: Scope) -> Run:
    """The same as it stands now, locked until the transaction ends."""
    statement = _imports(within).where(Run.id == run_id).with_for_update(of=Run)
    found = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There is no such import here.")
    return found


def find_same_file(session: Session, account: Account, sha256: str, *, within: Scope) -> Run | None:
    """An import of this very file into this account that nobody has decided on yet."""
    return session.scalars(
        _imports(within)
        .where(
            Run.account_id == account.id,
            Run.file_sha256 == sha256,
            Run.state.in_(_UNDECIDED),
            Run.upload_id.is_not(None),
        )
        .order_by(Run.started_at.desc())
        .limit(1)
    ).one_or_none()


def find_done_import(session: Session, account: Account, sha256: str, *, within: Scope) -> Run | None:
    """The latest import of this very file into this account that was carried out."""
    return session.scalars(
        _imports(within)
        .where(Run.account_id == account.id, Run.file_sha256 == sha256, Run.state == RunState.DONE)
        .order_by(Run.started_at.desc())
        .limit(1)
    ).one_or_none()


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


def rows_left(session: Session, run: Run, *, within: Scope) -> int:
    """How many rows of the file are on the stage; the days that posts amount to are not counted."""
    table = StagedPost if brings_posts(run.layout) else StagedFigure
    statement = sa.select(sa.func.count()).where(table.consortium_id == within.consortium_id, table.run_id == run.id)
    return session.scalar(statement) or 0


def rows_stored(run: Run) -> int:
    """How many rows of the file were stored, or would be."""
    return run.rows_added + run.rows_changed + run.rows_same


def metrics_of(run: Run) -> tuple[Metric, ...]:
    """The metrics that an imported file brings."""
    return tuple(Metric(name) for name in run.metrics.split())


def _imports(within: Scope) -> sa.Select[Run]:
    return (
        sa.select(Run)
        .join(Run.account)
        .join(Account.place)
        .where(
            Run.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Run.kind == RunKind.IMPORT,
        )
        .options(contains_eager(Run.account).contains_eager(Account.place))
        .order_by(Run.id)
    )
