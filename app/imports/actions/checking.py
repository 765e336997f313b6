"""Imports of daily figures: begun, staged while nothing is saved, decided on, or left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.background.actions import ask
from app.foundation.errors import Refused
from app.foundation.figures import Reason
from app.foundation.ids import new_id
from app.imports.actions.rows import clear_file, put_on_stage
from app.imports.queries.imports import find_same_file, metrics_of
from app.imports.rules.exports import brings_posts
from app.imports.rules.files import RowProblem
from app.imports.rules.other_tables import MOST_COLUMNS
from app.imports.rules.plain_rows import DailyRow
from app.metrics.actions.batching import Batch
from app.metrics.actions.furthering import Beside, weigh_staged_further
from app.metrics.actions.revising import Cell
from app.metrics.actions.staging import STAGE, Part, next_part, rows_in
from app.metrics.actions.storing import tally
from app.metrics.models import ImportChoice, Run, RunProblem
from app.metrics.queries.standing import find_choice, precedence_of
from app.metrics.rules.dictionary import FurtherMetric, Metric, Source
from app.metrics.rules.runs import RunKind, RunState, Tally
from app.metrics.rules.standing import Precedence

#: the kind of background work that checks a file; rows of before the room was made name it so
CHECK = "metrics.check_file"
#: so many problems are kept of one file; all are counted
MOST_PROBLEMS = 1000
_SHOWN = 80
#: of a cell with a problem so much is kept, to be given back
_LONGEST_CELL = 5000


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


def begin_check(session: Session, run: Run, metrics: Sequence[Metric | FurtherMetric], *, layout: str = "") -> None:
    """Start with an empty stage, whatever a check that was cut off left there; refuses one that is decided.

    ``layout`` names the platform's file that this is, "" for one of our own columns.
    """
    if run.state not in {RunState.WAITING, RunState.RUNNING}:
        raise Refused("This file has been checked already.")
    clear_check(session, run)
    run.metrics, run.layout = " ".join(metrics), layout
    run.state, run.rows_read, run.problems = RunState.RUNNING, 0, 0
    session.flush()
    choice_for(session, run)


def stage_rows(session: Session, run: Run, outcomes: Sequence[DailyRow | RowProblem]) -> None:
    """Put a batch of a file's rows on the stage, and keep the problems of those that stay out."""
    rows = [outcome for outcome in outcomes if isinstance(outcome, DailyRow)]
    put_on_stage(session, rows, consortium_id=run.consortium_id, run_id=run.id, account_id=account_id_of(run))
    keep_problems(session, run, [outcome for outcome in outcomes if isinstance(outcome, RowProblem)], good=len(rows))


def keep_problems(session: Session, run: Run, problems: Sequence[RowProblem], *, good: int) -> None:
    """Note the problems of a batch's rows, beside so many good ones; the first of a file are kept, all are counted."""
    for problem in problems[: max(MOST_PROBLEMS - run.problems, 0)]:
        session.add(_kept(run, problem))
    run.rows_read += good + len({problem.line for problem in problems})
    run.problems += len(problems)
    session.flush()


def end_check(session: Session, run: Run, *, at: datetime) -> Tally:
    """Count what the file would do; refuses one without a row."""
    found = Tally() if run.rows_read == 0 else _tally(session, run, at=at)
    note_checked(session, run, found, words=found.words)
    return found


def note_checked(session: Session, run: Run, found: Tally, *, words: str) -> None:
    """The file was read to its end and would do so much; refuses one without a row."""
    if run.rows_read == 0:
        raise Refused("The file has headings and no rows under them.")
    tell(run, found)
    run.state, run.message = RunState.CHECKED, f"{words}; nothing is saved yet."
    note_met(session, run, found)


def fail_check(session: Session, run: Run, sentence: str, *, at: datetime) -> None:
    """The file cannot be read: keep the sentence and nothing of the file."""
    clear_check(session, run)
    run.state, run.ended_at, run.message = RunState.FAILED, at, sentence[:500]
    session.flush()


def give_up_import(session: Session, run: Run, *, at: datetime) -> None:
    """Leave a file that nobody has said yes to, whether it was checked or is being checked.

    Refuses one that was carried out, and one that is being carried out: that is canceled.
    """
    if run.state is RunState.DONE:
        raise Refused("This file was imported already.")
    if run.state.is_storing:
        raise Refused("This file is being imported. Cancel that first.")
    fail_check(session, run, "Not imported: the file was put aside.", at=at)


def refuse_if_left(run: Run) -> None:
    """Ends the check of a file that a person has left meanwhile."""
    if run.state is not RunState.RUNNING:
        raise Refused("The file was put aside.")


def clear_if_left(session: Session, run: Run) -> bool:
    """Was the file left while it was checked? Then nothing stays of what was staged since."""
    if run.state is not RunState.FAILED:
        return False
    clear_check(session, run)
    return True


def hold_import(session: Session, run: Run, *, at: datetime) -> None:
    """Import nothing until every row is right: the problems stay to be downloaded, the good rows go.

    Refuses a file that waits for no decision.
    """
    if run.state is not RunState.CHECKED:
        raise Refused("This file waits for no decision.")
    clear_file(session, consortium_id=run.consortium_id, run_id=run.id)
    run.state, run.ended_at = RunState.FAILED, at
    run.message = "Nothing was imported. Mend the rows with problems and choose the mended file."
    session.flush()


def account_id_of(run: Run) -> int:
    """The account that a file was given for."""
    if run.account_id is None:
        raise ValueError("An import is of one account.")
    return run.account_id


def batch_of(session: Session, run: Run, part: Part, *, at: datetime, beside: Beside) -> Batch:
    """Days on the run's stage, and what becomes of what is told beside them.

    A day that was counted from posts has no blank cells.
    """
    otherwise = None if brings_posts(run.layout) else Reason.BLANK
    reasons = _reasons(session, run, part)
    metrics = metrics_of(run)
    return Batch(STAGE, run, Source.IMPORT, at, metrics, reasons=reasons, otherwise=otherwise, part=part, beside=beside)


def _reasons(session: Session, run: Run, part: Part) -> dict[Cell, Reason]:
    rows = session.execute(
        sa.select(STAGE.c.account_id, STAGE.c.day, STAGE.c.reasons)
        .where(rows_in(STAGE, run, part), STAGE.c.reasons.is_not(None))
        .order_by(STAGE.c.account_id, STAGE.c.day)
    )
    return {
        (account_id, day, Metric(name)): Reason(reason)
        for account_id, day, reasons in rows
        for name, reason in reasons.items()
    }


def choose(session: Session, run: Run, precedence: Precedence, *, why: str, at: datetime) -> None:
    """Whose figures stand for this file, and why it changes figures older than a week.

    The run must be locked and checked; what it would do is counted anew where the choice changes it.
    """
    choice = choice_for(session, run)
    choice.why = why[:200]
    if choice.precedence is precedence or run.state is not RunState.CHECKED or brings_posts(run.layout):
        choice.precedence = precedence
        session.flush()
        return
    choice.precedence = precedence
    session.flush()
    found = _tally(session, run, at=at)
    note_checked(session, run, found, words=found.words)


def give_reason(session: Session, run: Run, why: str) -> None:
    """Say why the file changes figures older than a week, or meets another source's; said of no other."""
    choice = choice_for(session, run)
    if choice.late or choice.conflicting:
        choice.why = why[:200]
        session.flush()


def _tally(session: Session, run: Run, *, at: datetime) -> Tally:
    """What merging the stage would do, part by part."""
    total, part = Tally(), next_part(session, run)
    while True:
        beside = weigh_staged_further(session, run, part, at=at)
        total += tally(session, batch_of(session, run, part, at=at, beside=beside))
        if part.until is None:
            return total
        part = next_part(session, run, after=part.until)


def choice_for(session: Session, run: Run) -> ImportChoice:
    """What was chosen for the file, by default as the consortium has it."""
    within = Scope(consortium_id=run.consortium_id)
    choice = find_choice(session, run, within=within)
    if choice is None:
        choice = ImportChoice(
            consortium_id=run.consortium_id, run_id=run.id, precedence=precedence_of(session, within=within)
        )
        session.add(choice)
        session.flush()
    return choice


def note_met(session: Session, run: Run, found: Tally) -> None:
    """Keep what else the file met: days of which another source tells, and days that are changed late."""
    choice = choice_for(session, run)
    choice.conflicting, choice.late = found.conflicting, found.late
    session.flush()


def tell(run: Run, found: Tally) -> None:
    """Say so much of the run's rows."""
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
    clear_file(session, consortium_id=run.consortium_id, run_id=run.id)
    session.execute(
        sa.delete(RunProblem).where(RunProblem.consortium_id == run.consortium_id, RunProblem.run_id == run.id)
    )
