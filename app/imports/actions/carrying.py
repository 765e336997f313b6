"""Carrying out a checked import part by part, so that others work on meanwhile; canceled, it leaves nothing."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_for_change, get_account
from app.background.actions import ask
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.imports.actions.checking import account_id_of, batch_of, choice_for, give_up_import, tell
from app.imports.actions.post_files import keep_some_posts
from app.imports.actions.rows import clear_file
from app.imports.actions.undoing import AfterPart, take_back
from app.imports.queries.imports import rows_stored
from app.imports.rules.exports import brings_posts
from app.metrics.actions.furthering import store_staged_further
from app.metrics.actions.replacing import UNDO_FOR
from app.metrics.actions.staging import STAGE, WHOLE, Part, clear_part, next_part, rows_in, set_apart
from app.metrics.actions.storing import merge
from app.metrics.models import Run
from app.metrics.rules.runs import RunState, Tally

#: the kind of background work that imports a file, and takes back what it stored where it is canceled
IMPORT = "metrics.import_file"
_CANCELED = "Canceled: nothing of this file was kept."


class Canceled(Exception):  # noqa: N818 - reads as what happened
    """A person said stop while the file was being stored: whatever is stored is to be taken back."""


def go_on(run: Run) -> None:
    """Raises ``Canceled`` where a person said stop."""
    if run.state is RunState.CANCELING:
        raise Canceled(run.message)


def ask_import(session: Session, run: Run, *, by: Actor, at: datetime) -> None:
    """Import a checked file in the background; the run must be locked.

    Refuses one that was carried out, is being carried out or was given up, and one without a good row.
    """
    _begin(session, run)
    _ask(session, run, by=by, at=at)


def _ask(session: Session, run: Run, *, by: Actor, at: datetime) -> None:
    payload = {"run_id": run.id, "person_id": by.person_id}
    row = ask(session, IMPORT, payload, consortium_id=run.consortium_id, at=at, key=str(run.id))
    run.background_row_id = row.id
    session.flush()


def apply_file(session: Session, run: Run, *, by: Actor, at: datetime, after_part: AfterPart = lambda: None) -> Tally:
    """Carry out a checked import, once: its posts and its days, one deed; the run must be locked.

    Goes on where it was cut off after a part. Refuses as :func:`ask_import` does.
    """
    if run.state is not RunState.IMPORTING:
        _begin(session, run)
    if brings_posts(run.layout):
        words = _store_posts(session, run, at=at, after_part=after_part)
    else:
        words = _store_days(session, run, at=at, after_part=after_part)
    return _end(session, run, words=words, by=by, at=at)


def cancel_import(session: Session, run: Run, *, by: Actor, at: datetime) -> None:
    """Stop an import wherever it is; what was stored is taken back in the background. The run must be locked.

    Refuses one that was carried out: that is taken back by itself.
    """
    if not run.state.is_storing:
        give_up_import(session, run, at=at)
        return
    run.state, run.message = RunState.CANCELING, _CANCELED
    _ask(session, run, by=by, at=at)


def end_canceled(session: Session, run: Run, *, at: datetime, why: str, after_part: AfterPart = lambda: None) -> None:
    """Take back what was stored of an import that was canceled, or that cannot go on; the run must be locked.

    Goes on where it was cut off after a part.
    """
    # whoever finds it half taken back neither stores the rest nor forgets why
    run.state, run.message = RunState.CANCELING, why[:500]
    clear_file(session, consortium_id=run.consortium_id, run_id=run.id)
    done = take_back(session, run, at=at, after_part=after_part)
    run.state, run.ended_at = RunState.FAILED, at
    run.message = f"{why} {done.words}."[:500] if done.left or done.posts_left else why
    tell(run, Tally())
    session.flush()


def _begin(session: Session, run: Run) -> None:
    if run.state is RunState.DONE:
        raise Refused("This file was imported already.")
    if run.state.is_storing:
        raise Refused("This file is being imported already.")
    if run.state is RunState.MATCHING:
        raise Refused("Say what each column means first.")
    if run.state is not RunState.CHECKED:
        raise Refused("This file has not been checked. Choose it again.")
    if rows_stored(run) == 0:
        raise Refused("No row of this file can be imported. Correct the rows listed and choose it again.")
    run.state = RunState.IMPORTING
    tell(run, Tally())
    choice = choice_for(session, run)
    choice.conflicting = choice.late = 0
    session.flush()


def _store_days(session: Session, run: Run, *, at: datetime, after_part: AfterPart) -> str:
    part = next_part(session, run)
    while True:
        _add(session, run, _merge(session, run, part, at=at))
        if part.until is None:
            return _so_far(session, run).words
        after_part()
        part = next_part(session, run, after=part.until)


def _store_posts(session: Session, run: Run, *, at: datetime, after_part: AfterPart) -> str:
    while (done := keep_some_posts(session, run, _locked(session, run, WHOLE))) is not None:
        _add(session, run, done)
        after_part()
    days = _merge(session, run, WHOLE, at=at)
    _add(session, run, Tally(conflicting=days.conflicting, late=days.late))
    return f"{_so_far(session, run).tell('post', 'posts')}; {days.words}"


def _merge(session: Session, run: Run, part: Part, *, at: datetime) -> Tally:
    """Merge days on the run's stage into those that are kept."""
    _locked(session, run, part)
    beside = store_staged_further(session, run, part, at=at)
    batch = batch_of(session, run, part, at=at, beside=beside)
    done = merge(session, replace(batch, table=set_apart(session, run, part)))
    clear_part(session, run, part)
    return done


def _locked(session: Session, run: Run, part: Part) -> Account:
    """The account of the import, locked as all others of the part are, in one order for everybody who locks them."""
    within = Scope(consortium_id=run.consortium_id)
    others = session.scalars(sa.select(STAGE.c.account_id).where(rows_in(STAGE, run, part)).distinct())
    own = account_id_of(run)
    return accounts_for_change(session, {own, *others}, within=within)[own]


def _add(session: Session, run: Run, done: Tally) -> None:
    """Note what a part did, and what it met."""
    choice = choice_for(session, run)
    choice.conflicting += done.conflicting
    choice.late += done.late
    tell(run, _so_far(session, run) + done)
    session.flush()


def _so_far(session: Session, run: Run) -> Tally:
    choice = choice_for(session, run)
    return Tally(run.rows_added, run.rows_changed, run.rows_same, choice.conflicting, choice.late)


def _end(session: Session, run: Run, *, words: str, by: Actor, at: datetime) -> Tally:
    """Note what was done: the run's outcome and one deed."""
    clear_file(session, consortium_id=run.consortium_id, run_id=run.id)
    run.state, run.ended_at, run.message = RunState.DONE, at, f"{words}."
    choice_for(session, run).undo_until = at + UNDO_FOR
    session.flush()
    account = get_account(session, account_id_of(run), within=Scope(consortium_id=run.consortium_id))
    detail = {"file": run.file_name, "account": account.handle, "added": run.rows_added, "changed": run.rows_changed}
    record(session, Deed.FIGURES_IMPORTED, run, by=by, at=at, place_path=account.place.path, detail=detail)
    return _so_far(session, run)
