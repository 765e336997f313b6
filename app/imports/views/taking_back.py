"""Taking an import back: what that does, day by day and post by post, then the deed itself."""

from datetime import datetime

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.accounts.queries import accounts_by_id
from app.background.models import BackgroundRow
from app.background.queries import find_open_row
from app.consortia.queries import settings_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.imports.actions.undoing import UNDO, ask_undo
from app.imports.queries.imports import get_import, import_for_change
from app.imports.queries.undo import counts_to_undo, days_to_undo, posts_to_undo
from app.imports.views.places import blueprint, place_of_import
from app.metrics.models import ImportChoice, Run
from app.metrics.queries.standing import find_choice
from app.metrics.rules.runs import RunState
from app.web.paging import PAGE_SIZE, page_asked

_LOOK_AGAIN_SECONDS = "2"


@blueprint.route("/imports/<int:run_id>/undo", methods=["GET", "POST"])
@requires(Permission.METRICS_IMPORT, at=place_of_import)
def undo(run_id: int) -> ResponseReturnValue:
    """What taking an import back does, fifty days and posts a page; its button does it, in the background."""
    if request.method == "POST":
        return _take_back(run_id)
    within = whole_consortium()
    run = get_import(db.session, run_id, within=within)
    if not can_undo(run, find_choice(db.session, run, within=within), at=now()) or find_undoing(run):
        return redirect(url_for(".check_file", run_id=run_id))
    of_days, of_posts = counts_to_undo(db.session, run, within=within)
    number = page_asked(of_days + of_posts)
    first = (number - 1) * PAGE_SIZE
    days = days_to_undo(db.session, run, within=within, offset=first, limit=PAGE_SIZE)
    posts = posts_to_undo(db.session, run, within=within, offset=max(first - of_days, 0), limit=PAGE_SIZE - len(days))
    return render_template(
        "imports/undo.html",
        run=run,
        days=days,
        posts=posts,
        of_days=of_days,
        of_posts=of_posts,
        accounts=accounts_by_id(
            db.session, [each.account_id for each in days] + [each.account_id for each in posts], within=within
        ),
        number=number,
        page_size=PAGE_SIZE,
        url_of_page=lambda page: url_for(".undo", run_id=run_id, page=page),
        zone=settings_of(db.session, within=within).time_zone,
    )


def _take_back(run_id: int) -> ResponseReturnValue:
    run = import_for_change(db.session, run_id, within=whole_consortium())
    try:
        ask_undo(db.session, run, by=current_actor(), at=now())
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "watch")
    else:
        db.session.commit()
        flash("The import is being taken back. You can leave this page.", "ok")
    return redirect(url_for(".check_file", run_id=run_id))


def can_undo(run: Run, choice: ImportChoice | None, *, at: datetime) -> bool:
    """May this import still be taken back?"""
    return run.state is RunState.DONE and choice is not None and choice.can_go_back(at)


def find_undoing(run: Run) -> BackgroundRow | None:
    """The work that takes it back, where that was asked for and is not done yet."""
    return find_open_row(db.session, UNDO, str(run.id), consortium_id=run.consortium_id)


def looking_again(page: str) -> Response:
    """The page asks for itself again, script or not."""
    response = make_response(page)
    response.headers["Refresh"] = _LOOK_AGAIN_SECONDS
    return response
