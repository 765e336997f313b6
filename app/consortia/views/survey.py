"""The import of the Public Libraries Survey, in two steps: choose the files, check what would change."""

from pathlib import Path

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.access.context import current_actor, current_scope
from app.access.marks import requires
from app.access.rules import Permission
from app.background.actions import drop_upload, keep_upload, open_upload
from app.background.models import Upload
from app.background.queries import get_upload
from app.consortia import actions
from app.consortia.forms import ApplyForm, SurveyForm
from app.consortia.importers import read_survey
from app.consortia.rules import ImportPlan, PlaceKind
from app.consortia.views.listing import blueprint, root_place
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound, Refused
from app.foundation.installation import settings
from app.web.filters import plural

#: problems drawn on the page; the command prints all
MOST_PROBLEMS_SHOWN = 200
_TO_BYTES = 1_000_000


@blueprint.route("/places/import", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=root_place)
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
@requires(Permission.PLACES_WRITE, at=root_place)
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
    return settings().uploads_path


def _told(plan: ImportPlan) -> dict[str, object]:
    branches = [planned for planned in plan.places if planned.values.kind == PlaceKind.BRANCH]
    return {
        "counts": [(kind.plural.capitalize(), plan.counts(kind)) for kind in (PlaceKind.LIBRARY, PlaceKind.BRANCH)],
        "problems": [
            (problem.line, problem.file.label, problem.sentence) for problem in plan.problems[:MOST_PROBLEMS_SHOWN]
        ],
        "unstated": sum(planned.values.population is None for planned in branches),
    }


def _result(plan: ImportPlan) -> str:
    libraries, branches = plan.counts(PlaceKind.LIBRARY), plan.counts(PlaceKind.BRANCH)
    return (
        f"Libraries: {libraries.added:,} added, {libraries.changed:,} changed, {libraries.same:,} the same."
        f" Branches: {branches.added:,} added, {branches.changed:,} changed, {branches.same:,} the same."
        f" {plural(len(plan.problems), 'row', 'rows')} left out."
    )
