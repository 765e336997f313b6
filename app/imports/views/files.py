"""Importing a file of daily figures in two steps: it is checked in the background, then imported or put aside."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.access.context import current_actor, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts.models import Account
from app.accounts.queries import get_account
from app.background.actions import drop_upload, keep_upload
from app.background.queries import WorkView, get_work, uploads_by_id
from app.consortia.queries import settings_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import settings
from app.imports.actions import matching
from app.imports.actions.carrying import ask_import, cancel_import
from app.imports.actions.checking import MOST_PROBLEMS, GivenFile, begin_import, choose, hold_import
from app.imports.forms import MEND, DecideForm, FileForm, MatchForm, StandForm
from app.imports.models import ImportMatch
from app.imports.queries.imports import find_done_import, get_import, import_for_change, rows_left, rows_stored
from app.imports.queries.matching import (
    PAGE_LINES,
    find_match,
    held_sources,
    last_line,
    metrics_shown,
    problem_rows,
    rows_between,
)
from app.imports.queries.post_files import counted_days
from app.imports.rules.dates import DateOrder
from app.imports.rules.exports import brings_posts, export_named
from app.imports.rules.layouts import Layout
from app.imports.rules.numbers import NumberStyle
from app.imports.views.places import blueprint, place_of_account, place_of_import
from app.imports.views.taking_back import can_undo, find_undoing, looking_again
from app.metrics.models import Run
from app.metrics.queries.closing import staged_in_closed
from app.metrics.queries.standing import find_choice
from app.metrics.rules.runs import RunState
from app.metrics.rules.standing import Precedence
from app.platforms.catalogue import get_platform
from app.web.paging import page_asked

_STEPS = {RunState.WAITING: 2, RunState.RUNNING: 2, RunState.MATCHING: 2, RunState.CHECKED: 2}
_TO_BYTES = 1_000_000


@blueprint.route("/accounts/<int:account_id>/import", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_of_account)
def choose_file(account_id: int) -> ResponseReturnValue:
    """Choose a file; it is kept and checked in the background, and no figure is saved yet."""
    form = FileForm()
    if form.validate_on_submit():
        try:
            run = _begin(account_id, form.file.data)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for(".check_file", run_id=run.id))
    account = get_account(db.session, account_id, within=whole_consortium())
    platform = get_platform(account.platform)
    return render_template("imports/choose_file.html", form=form, account=account, platform=platform)


def _begin(account_id: int, file: FileStorage) -> Run:
    db.session.rollback()  # the file is written to the disk with no transaction open
    by, at = current_actor(), now()
    limit, folder = settings().max_upload_mb * _TO_BYTES, settings().uploads_path
    upload = keep_upload(
        db.session, file.stream, name=file.filename or "", by=by, at=at, folder=folder, limit_bytes=limit
    )
    account = get_account(db.session, account_id, within=whole_consortium())
    run = begin_import(db.session, account, GivenFile(upload.name, upload.sha256, upload.id), by=by, at=at)
    if run.upload_id != upload.id:  # the form was posted twice
        drop_upload(db.session, upload, folder=folder)
    return run


@blueprint.route("/imports/<int:run_id>", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_of_import)
def check_file(run_id: int) -> ResponseReturnValue:
    """How the check goes, what the columns mean, then what the file would change; its button imports it, once."""
    form = DecideForm()
    if form.validate_on_submit():
        return _decide(run_id, form.bad_rows.data)
    return _page(run_id, form, None)


@blueprint.post("/imports/<int:run_id>/match")
@requires(Permission.METRICS_IMPORT, at=place_of_import)
def match_columns(run_id: int) -> ResponseReturnValue:
    """Check the file again with what a person says its columns mean."""
    form = MatchForm()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                _match(run_id, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for(".check_file", run_id=run_id))
    return _page(run_id, DecideForm(formdata=None), form)


def _match(run_id: int, form: MatchForm) -> None:
    run = import_for_change(db.session, run_id, within=whole_consortium())
    meanings = tuple(entry.data for entry in form.meanings)
    order = DateOrder(form.date_order.data)
    year = form.year.data if order is DateOrder.YEARLESS else None
    layout = Layout(meanings, order, NumberStyle(form.number_style.data), year)
    matching.match_again(db.session, run, layout, at=now())
    if form.remember.data:
        matching.remember_match(db.session, run, at=now())


def _page(run_id: int, decide: DecideForm, form: MatchForm | None) -> ResponseReturnValue:
    within = whole_consortium()
    run = get_import(db.session, run_id, within=within)
    account = _account_of(run)
    match = find_match(db.session, run, within=within) if run.state.is_undecided else None
    choice = find_choice(db.session, run, within=within)
    undoing = find_undoing(run)
    work = get_work(db.session, run.background_row_id, within=within) if run.background_row_id else None
    page = render_template(
        "imports/check_file.html",
        choice=choice,
        stand=StandForm(formdata=None, precedence=(choice.precedence if choice else Precedence.PLATFORM).value),
        undoing=undoing,
        can_undo=can_undo(run, choice, at=now()) and not undoing,
        decide=decide,
        form=form or (_form_of(match) if match else None),
        match=match,
        run=run,
        account=account,
        platform=get_platform(account.platform),
        step=_STEPS.get(run.state, 3),
        work=work,
        stored=rows_stored(run),
        in_all=_in_all(run, work, within),
        metrics=metrics_shown(run),
        export=export_named(match.export if match else run.layout),
        things=("post", "posts") if brings_posts(run.layout) else ("day", "days"),
        good=rows_stored(run),
        done_before=find_done_import(db.session, account, run.file_sha256, within=within),
        zone=settings_of(db.session, within=within).time_zone,
        in_closed=staged_in_closed(db.session, run, within=within) if run.state is RunState.CHECKED else 0,
        **(_preview(run, within) if run.state is RunState.CHECKED else {}),
    )
    return looking_again(page) if run.state.is_open or undoing else page


def _in_all(run: Run, work: WorkView | None, within: Scope) -> int:
    """How many rows the file has: counted once it is read, until then by how far the reading is."""
    if run.state.is_storing:
        return rows_stored(run) + rows_left(db.session, run, within=within)
    if work is None or not work.steps_done:
        return run.rows_read
    return round(run.rows_read * work.steps_total / work.steps_done)


def _form_of(match: ImportMatch) -> MatchForm:
    return MatchForm(
        formdata=None,
        meanings=match.meanings,
        date_order=match.date_order.value,
        number_style=match.number_style.value,
        year=match.year,
        remember=True,
    )


def _preview(run: Run, within: Scope) -> dict[str, Any]:
    """The rows with problems between their neighbors, or every line of the file, fifty a page."""
    wants_all = request.args.get("rows") == "all" or run.problems == 0
    lines = last_line(db.session, run, within=within) - 1
    number = page_asked(lines, size=PAGE_LINES)
    first = (number - 1) * PAGE_LINES + 2
    rows = (
        rows_between(db.session, run, first=first, last=first + PAGE_LINES - 1, within=within)
        if wants_all
        else problem_rows(db.session, run, within=within)
    )
    return {
        "rows": rows,
        "shows_all": wants_all,
        "lines": lines,
        "number": number,
        "page_lines": PAGE_LINES,
        "bad": run.rows_read - rows_stored(run),
        "held": held_sources(db.session, run, within=within),
        "counted": counted_days(db.session, run, within=within) if brings_posts(run.layout) else 0,
        "wrong": [row for row in rows if row.problems],
        "url_of_page": lambda page: url_for(".check_file", run_id=run.id, rows="all", page=page),
    }


def _decide(run_id: int, bad_rows: str) -> ResponseReturnValue:
    run = import_for_change(db.session, run_id, within=whole_consortium())
    try:
        if bad_rows == MEND:
            hold_import(db.session, run, at=now())
            if run.problems <= MOST_PROBLEMS:  # else the download reads the file again
                _drop_file(run)
            words = run.message
        else:
            _choose(run)
            ask_import(db.session, run, by=current_actor(), at=now())
            words = "The file is being imported. You can leave this page."
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "watch")
        return redirect(url_for(".check_file", run_id=run_id))
    db.session.commit()
    flash(words, "ok")
    return redirect(url_for(".check_file", run_id=run_id))


def _choose(run: Run) -> None:
    """Whose figures stand, where the page asked."""
    form = StandForm()
    if form.precedence.data in {each.value for each in Precedence}:
        choose(db.session, run, Precedence(form.precedence.data), why=form.why.data or "", at=now())


@blueprint.post("/imports/<int:run_id>/put-aside")
@requires(Permission.METRICS_IMPORT, at=place_of_import)
def put_aside(run_id: int) -> ResponseReturnValue:
    """Leave a file, or cancel its import while it runs; nothing of it stays."""
    run = import_for_change(db.session, run_id, within=whole_consortium())
    try:
        cancel_import(db.session, run, by=current_actor(), at=now())
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "watch")
        return redirect(url_for(".check_file", run_id=run_id))
    if run.state.is_open:
        db.session.commit()
        return redirect(url_for(".check_file", run_id=run_id))
    _drop_file(run)
    db.session.commit()
    return redirect(url_for(".choose_file", account_id=run.account_id))


def _drop_file(run: Run) -> None:
    """It was kept until somebody decided; files of runs before that was so are gone already."""
    for upload in uploads_by_id(db.session, [run.upload_id], within=whole_consortium()):
        drop_upload(db.session, upload, folder=settings().uploads_path)


def _account_of(run: Run) -> Account:
    if run.account is None:
        raise ValueError("An import is of one account.")
    return run.account
