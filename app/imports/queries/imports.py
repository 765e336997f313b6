"""Reading imports: runs that brought a file, at a place and below."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.imports.models import StagedPost
from app.imports.rules.exports import brings_posts
from app.metrics.models import Run, StagedFigure
from app.metrics.rules.dictionary import FurtherMetric, Metric
from app.metrics.rules.runs import RunKind, RunState

_METRICS = frozenset(Metric)
#: a file in one of these states is the same import when it is given again
_UNDECIDED = (RunState.WAITING, RunState.RUNNING, RunState.MATCHING, RunState.CHECKED, RunState.IMPORTING)


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


def imports_at(session: Session, *, within: Scope, most: int = 50) -> Sequence[Run]:
    """The newest imports of a place and below that were carried out or taken back."""
    ended = _imports(within).where(Run.state.in_((RunState.DONE, RunState.UNDONE)))
    return session.scalars(ended.order_by(None).order_by(Run.started_at.desc(), Run.id.desc()).limit(most)).all()


def failed_imports(session: Session, *, within: Scope, since: datetime, most: int) -> Sequence[Run]:
    """Imports of the scope that failed after a moment, with account and place, the latest first."""
    failed = _imports(within).where(Run.state == RunState.FAILED, Run.started_at > since)
    return session.scalars(failed.order_by(None).order_by(Run.started_at.desc(), Run.id).limit(most)).all()


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
    return tuple(Metric(name) for name in run.metrics.split() if name in _METRICS)


def further_metrics_of(run: Run) -> tuple[FurtherMetric, ...]:
    """What it brings beside them."""
    return tuple(FurtherMetric(name) for name in run.metrics.split() if name not in _METRICS)


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
