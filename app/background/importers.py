"""The steps of importing one CSV file, the same in every room: choose it, check what it would do, import it once.

The file is kept between the steps and belongs to whoever gave it; nothing but the file is written before the last.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from flask import Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.access.context import current_actor, whole_consortium
from app.background.actions import drop_upload, keep_upload, open_upload
from app.background.models import Upload
from app.background.queries import get_upload
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound, Refused
from app.foundation.imports import Plan
from app.foundation.installation import settings
from app.web.filters import plural
from app.web.imports import ApplyForm, FileForm, ImportPages, problems_response

#: problems drawn on the page; the download holds all
MOST_PROBLEMS_SHOWN = 200
_MOST_ROWS_SHOWN = 5
_TO_BYTES = 1_000_000
#: such a file is read as a whole; no table with as many rows as a layout allows comes near
_MOST_MB = 20
_GONE = "This file has been imported already, or is no longer kept. Choose it again to see."
Values = TypeVar("Values")


def choose_file(pages: ImportPages, *, plan: Callable[[bytes], Plan[Values]]) -> ResponseReturnValue:
    """Choose the file; it is kept and read, and nothing else is written yet."""
    form = FileForm()
    if form.validate_on_submit():
        try:
            upload = _keep(form.file.data)
            plan(_bytes_of(upload))
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(pages.check_url(upload.id))
    return render_template("imports/choose.html", form=form, pages=pages)


def check_file(
    pages: ImportPages,
    upload_id: int,
    *,
    plan: Callable[[bytes], Plan[Values]],
    apply: Callable[[Plan[Values]], Plan[Values]],
) -> ResponseReturnValue:
    """What the import would change and which rows it leaves out; its button applies it, once."""
    form = ApplyForm()
    try:
        upload = _own_upload(upload_id)
        found = plan(_bytes_of(upload))
        if form.validate_on_submit():
            found = apply(found)
            drop_upload(db.session, upload, folder=_folder())
            db.session.commit()
            flash(result_of(pages, found), "ok")
            return redirect(pages.back_url)
    except NotFound:
        flash(_GONE, "watch")
        return redirect(pages.choose_url)
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "off")
        return redirect(pages.choose_url)
    shown = found.problems[:MOST_PROBLEMS_SHOWN]
    return render_template(
        "imports/check.html",
        form=form,
        pages=pages,
        plan=found,
        file_name=upload.name,
        counted=[("Rows", found.counts)],
        problems=[(problem.line, problem.column or "Row", problem.sentence) for problem in shown],
        problems_url=pages.problems_url(upload_id),
        preview=_preview(found),
    )


def problem_rows(
    pages: ImportPages, upload_id: int, *, plan: Callable[[bytes], Plan[Values]]
) -> Response | ResponseReturnValue:
    """The rows that would be left out, as a file."""
    try:
        found = plan(_bytes_of(_own_upload(upload_id)))
    except (NotFound, Refused):
        flash(_GONE, "watch")
        return redirect(pages.choose_url)
    return problems_response(pages, found.table, found.problems)


def result_of(pages: ImportPages, plan: Plan[Values]) -> str:
    """What an import did, in words."""
    counts = plan.counts
    return (
        f"{plural(counts.total, pages.row, pages.rows).capitalize()}: {counts.added:,} added,"
        f" {counts.changed:,} changed, {counts.same:,} the same. {plural(len(plan.problems), 'row', 'rows')} left out."
    )


def _preview(plan: Plan[Values]) -> list[tuple[object, str]]:
    """The first rows with what becomes of each."""
    effects = {row.line: row.change.label for row in plan.rows}
    return [(row, effects.get(row.line, "Left out")) for row in plan.table.rows[:_MOST_ROWS_SHOWN]]


def _own_upload(upload_id: int) -> Upload:
    """A file that the reader gave; NotFound for another person's, which may name people they may not see."""
    upload = get_upload(db.session, upload_id, within=whole_consortium())
    if upload.person_id != current_actor().person_id:
        raise NotFound("The file is no longer kept. Give it again.")
    return upload


def _keep(file: FileStorage) -> Upload:
    limit = min(settings().max_upload_mb, _MOST_MB) * _TO_BYTES
    name, by = file.filename or "file", current_actor()
    return keep_upload(db.session, file.stream, name=name, by=by, at=now(), folder=_folder(), limit_bytes=limit)


def _bytes_of(upload: Upload) -> bytes:
    with open_upload(upload, folder=_folder()) as kept:
        return kept.read()


def _folder() -> Path:
    return settings().uploads_path
