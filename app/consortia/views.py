"""The pages of places: the whole tree, and the import of the Public Libraries Survey in two steps."""

from datetime import date
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.access.context import current_actor, current_scope
from app.access.marks import anywhere, requires
from app.access.rules import Permission, Scope, may
from app.background.actions import drop_upload, keep_upload, open_upload
from app.background.models import Upload
from app.background.queries import get_upload
from app.consortia import actions, queries
from app.consortia.forms import ApplyForm, SurveyForm
from app.consortia.importers import read_survey
from app.consortia.models import Place
from app.consortia.rules import ImportPlan, PlaceKind
from app.foundation.clock import local_day, now
from app.foundation.database import db
from app.foundation.errors import NotFound, Refused
from app.foundation.installation import settings
from app.web.filters import plural

PAGE_SIZE = 50
#: problems drawn on the page; the command prints all
MOST_PROBLEMS_SHOWN = 200
_TO_BYTES = 1_000_000

blueprint = Blueprint("consortia", __name__, template_folder="templates")


def _root(**_others: object) -> Place:
    return queries.root_of(db.session, within=Scope(consortium_id=current_actor().consortium_id))


@blueprint.get("/places")
@requires(Permission.PLACES_READ, at=anywhere)
def index() -> str:
    """Every library with its branches, in the order of the tree; ``q`` filters, ``page`` turns."""
    words = request.args.get("q", "").strip()
    entries = queries.entries_matching(db.session, words, within=current_scope())
    page = _page(len(entries))
    return render_template(
        "consortia/index.html",
        consortium=queries.consortium_of(db.session, within=current_scope()),
        entries=entries[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        counts=_counts_in_words(entries),
        total=len(entries),
        page=page,
        page_size=PAGE_SIZE,
        words=words,
        today=_today(),
        may_import=may(current_actor(), Permission.PLACES_WRITE, _root().path),
        url_of_page=lambda number: url_for(".index", q=words or None, page=number),
    )


@blueprint.route("/places/import", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=_root)
def choose_survey() -> ResponseReturnValue:
    """Choose the two files; they are kept and read, and nothing is written to the tree yet."""
    form = SurveyForm()
    if form.validate_on_submit():
        try:
            libraries = _keep(form.libraries.data, field="libraries")
            outlets = _keep(form.outlets.data, field="outlets")
            _plan(libraries, outlets)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for(".check_survey", libraries_id=libraries.id, outlets_id=outlets.id))
    return render_template("consortia/choose_survey.html", form=form)


@blueprint.route("/places/import/<int:libraries_id>/<int:outlets_id>", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=_root)
def check_survey(libraries_id: int, outlets_id: int) -> ResponseReturnValue:
    """What the import would change and which rows it leaves out; its button applies it, once."""
    form = ApplyForm()
    try:
        libraries, outlets = (
            get_upload(db.session, kept, within=current_scope()) for kept in (libraries_id, outlets_id)
        )
        plan = _plan(libraries, outlets)
        if form.validate_on_submit():
            plan = _apply(plan, libraries, outlets)
            flash(_result(plan), "ok")
            return redirect(url_for(".index"))
    except NotFound:
        flash("These files have been imported already, or are no longer kept. Choose them again to see.", "watch")
        return redirect(url_for(".choose_survey"))
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "off")
        return redirect(url_for(".choose_survey"))
    return render_template("consortia/check_survey.html", form=form, plan=plan, **_told(plan))


def _apply(plan: ImportPlan, libraries: Upload, outlets: Upload) -> ImportPlan:
    """Write the plan and let the files go."""
    applied = actions.apply_plan(db.session, plan, by=current_actor(), at=now())
    for upload in (libraries, outlets):
        drop_upload(db.session, upload, folder=_folder())
    db.session.commit()
    return applied


def _keep(file: FileStorage, *, field: str) -> Upload:
    limit = settings().max_upload_mb * _TO_BYTES
    name, by = file.filename or field, current_actor()
    try:
        return keep_upload(db.session, file.stream, name=name, by=by, at=now(), folder=_folder(), limit_bytes=limit)
    except Refused as refusal:
        raise Refused(str(refusal), field=field) from None


def _plan(libraries: Upload, outlets: Upload) -> ImportPlan:
    with open_upload(libraries, folder=_folder()) as first, open_upload(outlets, folder=_folder()) as second:
        directory = read_survey(first.read(), second.read())
    return actions.plan_directory(db.session, directory, within=current_scope())


def _folder() -> Path:
    return settings().instance_path / "uploads"


def _told(plan: ImportPlan) -> dict[str, object]:
    branches = [planned for planned in plan.places if planned.values.kind == PlaceKind.BRANCH]
    return {
        "counts": [(kind, plan.counts(kind)) for kind in (PlaceKind.LIBRARY, PlaceKind.BRANCH)],
        "problems": plan.problems[:MOST_PROBLEMS_SHOWN],
        "unstated": sum(planned.values.population is None for planned in branches),
    }


def _result(plan: ImportPlan) -> str:
    libraries, branches = plan.counts(PlaceKind.LIBRARY), plan.counts(PlaceKind.BRANCH)
    return (
        f"Libraries: {libraries.added:,} added, {libraries.changed:,} changed, {libraries.same:,} the same."
        f" Branches: {branches.added:,} added, {branches.changed:,} changed, {branches.same:,} the same."
        f" {plural(len(plan.problems), 'row', 'rows')} left out."
    )


def _counts_in_words(entries: list[queries.PlaceEntry]) -> str:
    libraries = sum(entry.place.kind == PlaceKind.LIBRARY for entry in entries)
    branches = sum(entry.place.kind == PlaceKind.BRANCH for entry in entries)
    return f"{plural(libraries, 'library', 'libraries')}, {plural(branches, 'branch', 'branches')}"


def _page(total: int) -> int:
    """The page asked for, as near as there is one."""
    asked = request.args.get("page", 1, type=int)
    return min(max(asked, 1), max(-(-total // PAGE_SIZE), 1))


def _today() -> date:
    return local_day(now(), queries.settings_of(db.session, within=current_scope()).time_zone)
