"""Many files at once: given for a place, looked at on one page, imported together, and what was imported lately."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_to_feed
from app.background.actions import drop_upload, keep_upload
from app.background.queries import get_work, uploads_by_id
from app.consortia.models import Place
from app.consortia.queries import settings_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.installation import settings
from app.imports.actions import batches
from app.imports.forms import FilesForm, StandForm
from app.imports.models import BatchFile, ImportBatch
from app.imports.queries.batches import batch_for_change, batches_at, files_of, get_batch
from app.imports.queries.imports import imports_at, rows_stored
from app.imports.rules.batches import BatchState
from app.imports.rules.exports import export_named
from app.imports.views.places import blueprint
from app.imports.views.taking_back import looking_again
from app.metrics.models import ImportChoice
from app.metrics.queries.standing import choices_of
from app.metrics.rules.runs import RunState
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform
from app.web.filters import plural

_TO_BYTES = 1_000_000


def _place_of_batch(given_id: int) -> Place:
    return get_batch(db.session, given_id, within=Scope(consortium_id=current_actor().consortium_id)).place


@blueprint.route("/at/<string:place>/imports", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_in_path)
def index(place: str) -> ResponseReturnValue:
    """Give an archive, or several files, for the accounts of a place; and what was imported there lately."""
    form = FilesForm()
    if form.validate_on_submit():
        try:
            given_id = _begin(form.files.data, current_place())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for(".batch", given_id=given_id))
    runs = imports_at(db.session, within=current_scope())
    return render_template(
        "imports/index.html",
        place=current_place(),
        code=place,
        form=form,
        runs=runs,
        choices=choices_of(db.session, [run.id for run in runs], within=whole_consortium()),
        batches=batches_at(db.session, within=current_scope()),
        at=now(),
        zone=settings_of(db.session, within=whole_consortium()).time_zone,
        megabytes=settings().max_upload_mb,
        may_settle=may_here(Permission.PLACES_WRITE) and current_place().parent_id is None,
        label_of=lambda name: get_platform(name).label,
    )


def _begin(files: list[FileStorage], here: Place) -> int:
    by, at, folder = current_actor(), now(), settings().uploads_path
    limit = settings().max_upload_mb * _TO_BYTES
    uploads = [
        keep_upload(db.session, file.stream, name=file.filename or "", by=by, at=at, folder=folder, limit_bytes=limit)
        for file in files
    ]
    return batches.begin_batch(db.session, here, uploads, by=by, at=at).id


@blueprint.route("/imports/together/<int:given_id>", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=_place_of_batch)
def batch(given_id: int) -> ResponseReturnValue:
    """Each file with its account, what it is and what it would change; the ticked ones are imported together."""
    if request.method == "POST":
        return _decide(given_id)
    found = get_batch(db.session, given_id, within=whole_consortium())
    files = files_of(db.session, found, within=whole_consortium())
    accounts = accounts_to_feed(db.session, within=Scope(found.consortium_id, found.place_id, found.place.path))
    ready = [file for file in files if _state(file) == "ready"]
    waits = found.state is BatchState.UNPACKING or any(_state(file) in {"working", "storing"} for file in files)
    choices = _choices(files)
    page = render_template(
        "imports/batch.html",
        batch=found,
        files=files,
        state_of=_state,
        words_of=_words,
        what_of=_what,
        account_choices=lambda file: _account_choices(file, accounts),
        choices=choices,
        stand=StandForm(formdata=None),
        **_restating([each for file in ready if (each := choices.get(file.run_id or 0))]),
        ready=ready,
        chosen=[file for file in ready if file.is_chosen],
        asked=[file for file in files if _state(file) == "asked"],
        done=[file for file in files if _state(file) == "done"],
        storing=[file for file in files if _state(file) == "storing"],
        waits=waits,
        work=get_work(db.session, found.background_row_id, within=whole_consortium())
        if found.background_row_id
        else None,
        zone=settings_of(db.session, within=whole_consortium()).time_zone,
    )
    return looking_again(page) if waits else page


def _account_choices(file: BatchFile, accounts: Sequence[Account]) -> list[tuple[str, str]]:
    """The accounts that a file can be of: those of its platform, and the one it was given to."""
    export = export_named(file.layout)
    fitting = [
        each for each in accounts if export is None or each.platform in export.platforms or each.id == file.account_id
    ]
    return [("", "Whose is it?"), *((str(each.id), _label(each)) for each in fitting)]


def _restating(choices: Sequence[ImportChoice]) -> dict[str, object]:
    """Does importing any of the files need a reason, and for how many old days?"""
    return {
        "restates": any(choice.late or choice.conflicting for choice in choices),
        "late": sum(choice.late for choice in choices),
    }


def _choices(files: Any) -> Mapping[int, ImportChoice]:
    return choices_of(db.session, [file.run_id for file in files if file.run_id], within=whole_consortium())


def _decide(given_id: int) -> ResponseReturnValue:
    found = batch_for_change(db.session, given_id, within=whole_consortium())
    if request.form.get("do") == "cancel":
        return _cancel(found)
    try:
        with db.session.begin_nested():
            given = _give(found)
            if request.form.get("do") == "import" and not given:
                chosen = {int(text) for text in request.form.getlist("file") if text.isdigit()}
                count = batches.choose_files(
                    db.session, found, chosen, why=StandForm().why.data or "", by=current_actor(), at=now()
                )
                words = f"{plural(count, 'file is', 'files are')} being imported. You can leave this page."
            else:
                words = f"{plural(given, 'file is', 'files are')} being checked." if given else "Nothing was changed."
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "watch")
        return redirect(url_for(".batch", given_id=given_id))
    db.session.commit()
    flash(words, "ok")
    return redirect(url_for(".batch", given_id=given_id))


def _cancel(found: ImportBatch) -> ResponseReturnValue:
    gone = batches.cancel_batch(db.session, found, by=current_actor(), at=now())
    for upload in uploads_by_id(db.session, gone, within=whole_consortium()):
        drop_upload(db.session, upload, folder=settings().uploads_path)
    db.session.commit()
    flash("Canceled. What was imported already stays; it can be taken back file by file.", "ok")
    return redirect(url_for(".batch", given_id=found.id))


def _give(found: ImportBatch) -> int:
    """Give files to the accounts that a person says they are of; how many changed hands."""
    if found.state is not BatchState.OPEN:
        raise Refused("These files are being worked on. Look again in a moment.")
    within = Scope(found.consortium_id, found.place_id, found.place.path)
    accounts = {str(each.id): each for each in accounts_to_feed(db.session, within=within)}
    given = 0
    for file in files_of(db.session, found, within=whole_consortium()):
        account = accounts.get(request.form.get(f"account-{file.id}", ""))
        if account is None or account.id == file.account_id or file.upload_id is None:
            continue
        batches.give_as_said(db.session, file, account, by=current_actor(), at=now())
        given += 1
    return given


def _state(file: BatchFile) -> str:
    """How a file of a batch stands, for the page."""
    if file.refusal:
        return "left_out"
    if file.run is None:
        return "asked" if file.account_id is None else "left_out"
    if file.run.state.is_storing:
        return "storing"
    if file.run.state.is_open:
        return "working"
    if file.run.state is RunState.CHECKED and not rows_stored(file.run):
        return "all_wrong"
    return {
        RunState.CHECKED: "ready",
        RunState.MATCHING: "columns",
        RunState.DONE: "done",
        RunState.UNDONE: "undone",
    }.get(file.run.state, "left_out")


_STATE_WORDS = {
    "asked": ("watch", "Whose is it?"),
    "working": ("none", "Being checked"),
    "storing": ("none", "Being imported"),
    "ready": ("ok", "Ready"),
    "columns": ("watch", "Columns to match"),
    "done": ("ok", "Imported"),
    "undone": ("none", "Taken back"),
    "all_wrong": ("off", "Left out"),
    "left_out": ("off", "Left out"),
}


def _words(file: BatchFile) -> tuple[str, str]:
    return _STATE_WORDS[_state(file)]


def _what(file: BatchFile) -> str:
    export = export_named(file.layout)
    return export.label if export else "A file of our own columns"


def _label(account: Account) -> str:
    return f"{account.place.name}: {get_platform(account.platform).label} {account.handle}"
