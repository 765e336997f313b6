"""What the columns of an import's file mean: guessed, said anew by a person, and remembered for the next file."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.actions import ask
from app.foundation.errors import Refused
from app.imports.actions.checking import CHECK, clear_check
from app.imports.models import ImportMatch, SavedMatch
from app.imports.queries.matching import find_saved_match, get_match, layout_of
from app.imports.rules.dates import DateOrder
from app.imports.rules.layouts import Guess, Layout, fingerprint, match_columns, year_question
from app.imports.rules.meanings import DAY, PUBLISHED
from app.metrics.models import Run
from app.metrics.rules.runs import RunState

#: of a heading, or a value under it, so much is kept
_LONGEST = 200


def keep_guess(
    session: Session, run: Run, guess: Guess, *, header: Sequence[str], sample: Sequence[Sequence[str]]
) -> ImportMatch:
    """Keep how a file seems to be laid out; a layout that people remembered for these headings goes before the guess."""
    within = Scope(consortium_id=run.consortium_id)
    saved = find_saved_match(session, fingerprint(header), within=within)
    if saved is not None:
        guess = _as_remembered(saved, guess, sample)
    first = next((row for row in sample if any(cell.strip() for cell in row)), ())
    match = ImportMatch(
        consortium_id=run.consortium_id,
        run_id=run.id,
        header=[heading[:_LONGEST] for heading in header],
        first_values=[(first[at] if at < len(first) else "")[:_LONGEST] for at in range(len(header))],
        question=guess.question[:600],
    )
    _write(match, guess.layout)
    match.export = guess.layout.export
    session.add(match)
    session.flush()
    return match


def _as_remembered(saved: SavedMatch, guess: Guess, sample: Sequence[Sequence[str]]) -> Guess:
    """The remembered layout; the year of days without one is asked for each time, since the next file is of another."""
    layout = replace(
        layout_of(saved), export=guess.layout.export if saved.meanings == list(guess.layout.meanings) else ""
    )
    day_at = next((at for at, meaning in enumerate(layout.meanings) if meaning in {DAY, PUBLISHED}), 0)
    example = next((row[day_at] for row in sample if day_at < len(row) and row[day_at].strip()), "")
    return Guess(layout, year_question(layout.date_order, None, example))


def ask_for_match(session: Session, run: Run, match: ImportMatch) -> None:
    """The file waits until a person says how it is laid out."""
    run.state, run.message = RunState.MATCHING, match.question[:500]
    session.flush()


def match_again(session: Session, run: Run, layout: Layout, *, at: datetime) -> None:
    """Check a file anew as a person says it is laid out; the run must be locked.

    Refuses a file that waits for no decision, or is kept no more, and a layout that cannot be used.
    """
    if not run.state.is_undecided or run.upload_id is None:
        raise Refused("This file waits for no decision. Choose it again.")
    match = get_match(session, run, within=Scope(consortium_id=run.consortium_id))
    if len(layout.meanings) != len(match.header):
        raise Refused("The page is out of date. Match the columns again.")
    layout = replace(layout, export=match.export)
    match_columns(match.header, layout)
    if layout.date_order is DateOrder.YEARLESS and layout.year is None:
        raise Refused("Write the year in which the last day of the file lies.", field="year")
    _write(match, layout)
    match.question = ""
    clear_check(session, run)
    run.state, run.rows_read, run.problems, run.message = RunState.WAITING, 0, 0, ""
    row = ask(session, CHECK, {"run_id": run.id}, consortium_id=run.consortium_id, at=at, key=str(run.id))
    run.background_row_id = row.id
    session.flush()


def remember_match(session: Session, run: Run, *, at: datetime) -> None:
    """Read the next file with these headings in the same way, whoever in the consortium gives it."""
    within = Scope(consortium_id=run.consortium_id)
    match = get_match(session, run, within=within)
    mark = fingerprint(match.header)
    saved = find_saved_match(session, mark, within=within)
    if saved is None:
        saved = SavedMatch(consortium_id=run.consortium_id, fingerprint=mark)
        session.add(saved)
    saved.saved_at = at
    _write(saved, layout_of(match))
    session.flush()


def _write(record: ImportMatch | SavedMatch, layout: Layout) -> None:
    record.meanings = list(layout.meanings)
    record.date_order, record.number_style = layout.date_order, layout.number_style
    if isinstance(record, ImportMatch):
        record.year = layout.year
