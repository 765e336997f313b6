"""Imports of daily figures: staged while nothing is saved, looked at, and carried out once by one short transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.accounts.queries import account_for_change
from app.background.actions import ask
from app.foundation.errors import Refused
from app.foundation.figures import Reason
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.actions.staging import STAGE, clear_stage, stage
from app.metrics.actions.storing import Batch, merge, tally
from app.metrics.models import Run, RunProblem
from app.metrics.queries.runs import find_same_file, metrics_of
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.files import DailyRow, RowProblem
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.layouts import MOST_COLUMNS
from app.metrics.rules.runs import RunKind, RunState, Tally

#: the kind of background work that checks a file
CHECK = "metrics.check_file"
#: so many problems are kept of one file; all are counted
MOST_PROBLEMS = 1000
_SHOWN = 80
#: of a cell with a problem so much is kept, to be given back
_LONGEST_CELL = 300


@dataclass(frozen=True, slots=True)
class GivenFile:
    """The file of an import: its name and SHA-256, and the upload that keeps it (None for a file of the command line)."""

    name: str
    sha256: str
    upload_id: int | None = None


def begin_import(session: Session, account: Account, file: GivenFile, *, by: Actor, at: datetime) -> Run:
    """The import of a file into an account; the same file that waits to be decided on is the same import.

    From an upload, the check is asked for in the background.
    """
    within = Scope(consortium_id=account.consortium_id)
    same = find_same_file(session, account, file.sha256, within=within)
    if same is not None and file.upload_id is not None:
        return same
    run = Run(
        id=new_id(),
        consortium_id=account.consortium_id,
        account_id=account.id,
        account=account,
        kind=RunKind.IMPORT,
        state=RunState.WAITING,
        started_at=at,
        person_id=by.person_id,
        upload_id=file.upload_id,
        file_name=file.name[:255],
        file_sha256=file.sha256,
    )
    session.add(run)
    session.flush()
    if file.upload_id is not None:
        row = ask(session, CHECK, {"run_id": run.id}, consortium_id=run.consortium_id, at=at, key=str(run.id))
        run.background_row_id = row.id
        session.flush()
    return run


def begin_check(session: Session, run: Run, metrics: Sequence[Metric]) -> None:
    """Start with an empty stage, whatever a check that was cut off left there; refuses one that is decided."""
    if run.state not in {RunState.WAITING, RunState.RUNNING}:
        raise Refused("This file has been checked already.")
    clear_check(session, run)
    run.metrics = " ".join(metrics)
    run.state, run.rows_read, run.problems = RunState.RUNNING, 0, 0
    session.flush()


def stage_rows(session: Session, run: Run, outcomes: Sequence[DailyRow | RowProblem]) -> None:
    """Put a batch of a file's rows on the stage, and keep the problems of those that stay out."""
    rows = [outcome for outcome in outcomes if isinstance(outcome, DailyRow)]
    problems = [outcome for outcome in outcomes if isinstance(outcome, RowProblem)]
    days = [AccountDay(_account_id(run), row.day, row.figures) for row in rows]
    stage(session, days, consortium_id=run.consortium_id, run_id=run.id, lines=[row.line for row in rows])
    for problem in problems[: max(MOST_PROBLEMS - run.problems, 0)]:
        session.add(_kept(run, problem))
    run.rows_read += len(rows) + len({problem.line for problem in problems})
    run.problems += len(problems)
    session.flush()


def end_check(session: Session, run: Run, *, at: datetime) -> Tally:
    """Count what the file would do; refuses one without a row."""
    if run.rows_read == 0:
        raise Refused("The file has headings and no rows under them.")
    found = tally(session, _batch(run, at=at))
    _tell(run, found)
    run.state = RunState.CHECKED
    run.message = f"{found.words}; nothing is saved yet."
    session.flush()
    return found


def apply_import(session: Session, run: Run, *, by: Actor, at: datetime) -> Tally:
    """Carry out a checked import, once: merge, clear the stage, one deed; the run must be locked.

    Refuses one that was carried out or given up already, and one without a good row.
    """
    if run.state is RunState.DONE:
        raise Refused("This file was imported already.")
    if run.state is RunState.MATCHING:
        raise Refused("Say what each column means first.")
    if run.state is not RunState.CHECKED:
        raise Refused("This file has not been checked. Choose it again.")
    if run.rows_added + run.rows_changed + run.rows_same == 0:
        raise Refused("No row of this file can be imported. Correct the rows listed and choose it again.")
    within = Scope(consortium_id=run.consortium_id)
    account = account_for_change(session, _account_id(run), within=within)
    done = merge(session, _batch(run, at=at))
    clear_stage(session, STAGE, consortium_id=run.consortium_id, run_id=run.id)
    _tell(run, done)
    run.state, run.ended_at, run.message = RunState.DONE, at, f"{done.words}."
    session.flush()
    detail = {"file": run.file_name, "account": account.handle, "added": done.added, "changed": done.changed}
    record(session, Deed.FIGURES_IMPORTED, run, by=by, at=at, place_path=account.place.path, detail=detail)
    return done


def fail_check(session: Session, run: Run, sentence: str, *, at: datetime) -> None:
    """The file cannot be read: keep the sentence and nothing of the file."""
    clear_check(session, run)
    run.state, run.ended_at, run.message = RunState.FAILED, at, sentence[:500]
    session.flush()


def give_up_import(session: Session, run: Run, *, at: datetime) -> None:
    """Leave a file that waits for a decision; refuses one that was carried out."""
    if run.state is RunState.DONE:
        raise Refused("This file was imported already.")
    fail_check(session, run, "Not imported: the file was put aside.", at=at)


def hold_import(session: Session, run: Run, *, at: datetime) -> None:
    """Import nothing until every row is right: the problems stay to be downloaded, the good rows go.

    Refuses a file that waits for no decision.
    """
    if run.state is not RunState.CHECKED:
        raise Refused("This file waits for no decision.")
    clear_stage(session, STAGE, consortium_id=run.consortium_id, run_id=run.id)
    run.state, run.ended_at = RunState.FAILED, at
    run.message = "Nothing was imported. Mend the rows with problems and choose the mended file."
    session.flush()


def _account_id(run: Run) -> int:
    if run.account_id is None:
        raise ValueError("An import is of one account.")
    return run.account_id


def _batch(run: Run, *, at: datetime) -> Batch:
    return Batch(STAGE, run, Source.IMPORT, at, metrics_of(run), otherwise=Reason.BLANK)


def _tell(run: Run, found: Tally) -> None:
    run.rows_added, run.rows_changed, run.rows_same = found.added, found.changed, found.same


def _kept(run: Run, problem: RowProblem) -> RunProblem:
    return RunProblem(
        consortium_id=run.consortium_id,
        run_id=run.id,
        line=problem.line,
        column=problem.column[:_SHOWN],
        value=problem.value[:_SHOWN],
        sentence=problem.sentence[:300],
        cells=[cell[:_LONGEST_CELL] for cell in problem.cells[:MOST_COLUMNS]],
    )


def clear_check(session: Session, run: Run) -> None:
    """Forget what a check found: rows on the stage, and problems."""
    clear_stage(session, STAGE, consortium_id=run.consortium_id, run_id=run.id)
    session.execute(
        sa.delete(RunProblem).where(RunProblem.consortium_id == run.consortium_id, RunProblem.run_id == run.id)
    )
