"""Importing a file of daily figures in two steps: it is checked in the background, then imported or put aside."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.access.context import current_actor, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts.models import Account
from app.accounts.queries import get_account
from app.background.actions import drop_upload, keep_upload
from app.background.queries import get_work
from app.consortia.models import Place
from app.consortia.queries import settings_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import settings
from app.metrics.actions.imports import MOST_PROBLEMS, GivenFile, apply_import, begin_import, give_up_import
from app.metrics.forms import DecideForm, FileForm
from app.metrics.models import Run
from app.metrics.queries.runs import (
    find_done_import,
    get_import,
    import_for_change,
    metrics_of,
    preview_of,
    problems_of,
)
from app.metrics.rules.runs import RunState
from app.metrics.views.figures import blueprint, place_of_account
from app.platforms.catalogue import get_platform
from app.web.exports import csv_response

__all__ = ["blueprint"]
_LOOK_AGAIN_SECONDS = "2"
_STEPS = {RunState.WAITING: 2, RunState.RUNNING: 2, RunState.CHECKED: 2}
_TO_BYTES = 1_000_000
_SHOWN_PROBLEMS = 50
files: Blueprint = blueprint


def _place_of_import(run_id: int, **_others: object) -> Place:
    run = get_import(db.session, run_id, within=Scope(consortium_id=current_actor().consortium_id))
    return _account_of(run).place


@files.route("/accounts/<int:account_id>/import", methods=["GET", "POST"])
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
    return render_template("metrics/choose_file.html", form=form, account=account, platform=platform)


def _begin(account_id: int, file: FileStorage) -> Run:
    db.session.rollback()  # the file is written to the disk with no transaction open
    by, at = current_actor(), now()
    limit, folder = settings().max_upload_mb * _TO_BYTES, settings().instance_path / "uploads"
    upload = keep_upload(
        db.session, file.stream, name=file.filename or "", by=by, at=at, folder=folder, limit_bytes=limit
    )
    account = get_account(db.session, account_id, within=whole_consortium())
    run = begin_import(db.session, account, GivenFile(upload.name, upload.sha256, upload.id), by=by, at=at)
    if run.upload_id != upload.id:  # the form was posted twice
        drop_upload(db.session, upload, folder=folder)
    return run


@files.route("/imports/<int:run_id>", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=_place_of_import)
def check_file(run_id: int) -> ResponseReturnValue:
    """How the check goes, then what the file would change; its button imports it, once."""
    form = DecideForm()
    if form.validate_on_submit():
        return _import(run_id)
    within = whole_consortium()
    run = get_import(db.session, run_id, within=within)
    account = _account_of(run)
    page = render_template(
        "metrics/check_file.html",
        form=form,
        run=run,
        account=account,
        step=_STEPS.get(run.state, 3),
        work=get_work(db.session, run.background_row_id, within=within) if run.background_row_id else None,
        problems=problems_of(db.session, run, within=within)[:_SHOWN_PROBLEMS],
        most_problems=MOST_PROBLEMS,
        metrics=metrics_of(run),
        preview=preview_of(db.session, run, within=within),
        good=run.rows_added + run.rows_changed + run.rows_same,
        done_before=find_done_import(db.session, account, run.file_sha256, within=within),
        zone=settings_of(db.session, within=within).time_zone,
    )
    return _looking_again(page) if run.state.is_open else page


def _import(run_id: int) -> ResponseReturnValue:
    run = import_for_change(db.session, run_id, within=whole_consortium())
    try:
        done = apply_import(db.session, run, by=current_actor(), at=now())
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "watch")
        return redirect(url_for(".check_file", run_id=run_id))
    db.session.commit()
    flash(f"Imported: {done.words}.", "ok")
    return redirect(url_for(".figures", account_id=run.account_id))


@files.post("/imports/<int:run_id>/put-aside")
@requires(Permission.METRICS_IMPORT, at=_place_of_import)
def put_aside(run_id: int) -> ResponseReturnValue:
    """Leave a checked file; nothing of it is saved."""
    run = import_for_change(db.session, run_id, within=whole_consortium())
    try:
        give_up_import(db.session, run, at=now())
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "watch")
        return redirect(url_for(".check_file", run_id=run_id))
    db.session.commit()
    return redirect(url_for(".choose_file", account_id=run.account_id))


@files.get("/imports/<int:run_id>/problems.csv")
@requires(Permission.METRICS_IMPORT, at=_place_of_import)
def problems(run_id: int) -> Response:
    """The rows that were left out, each with its line and a sentence."""
    run = get_import(db.session, run_id, within=whole_consortium())
    rows = problems_of(db.session, run, within=whole_consortium())
    return csv_response(
        f"problems-{run.file_name}",
        ["line", "column", "value", "problem"],
        ([row.line, row.column, row.value, row.sentence] for row in rows),
    )


def _looking_again(page: str) -> Response:
    """The page asks for itself again, script or not."""
    response = make_response(page)
    response.headers["Refresh"] = _LOOK_AGAIN_SECONDS
    return response


def _account_of(run: Run) -> Account:
    if run.account is None:
        raise ValueError("An import is of one account.")
    return run.account
