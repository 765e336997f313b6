"""Copying the duties of another place: choosing it, seeing line by line what comes of it, one confirmation, undo."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope, may, paths_where
from app.consortia.models import Place
from app.consortia.queries import find_place, today_of
from app.duties.actions.copying import copy_duties, withdraw_copied
from app.duties.queries.assignments import get_assignment
from app.duties.queries.copying import copied_with, lines_to_copy, places_to_copy
from app.duties.rules.days import as_of
from app.duties.rules.load import hours_in_words
from app.duties.views.choosing import library_scope
from app.duties.views.matrix import blueprint
from app.duties.views.page import account_label
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound, Refused
from app.people.guard import place_in_path
from app.web.fields import Form

_LONGEST_SEARCH = 100


@blueprint.route("/at/<string:place>/duties/copy", methods=["GET", "POST"])
@requires(Permission.DUTIES_WRITE, at=place_in_path)
def copy(place: str) -> ResponseReturnValue:
    """Choose a place to copy from, see what would be given and what is left out, and give it."""
    here, on = current_place(), _day()
    source = _source(here, request.values.get("from", ""))
    if source is None:
        return _choose(here, on)
    problem = ""
    if Form().validate_on_submit():
        try:
            with db.session.begin_nested():
                made = copy_duties(db.session, source, here, first_on=on, by=current_actor(), at=now())
        except Refused as refusal:
            problem = str(refusal)
        else:
            db.session.commit()
            return redirect(url_for(".index", place=place, view="duty", copied=made[0].id))
    lines = lines_to_copy(db.session, source, here, within=whole_consortium(), on=on)
    return render_template(
        "duties/copy.html",
        place=here,
        source=source,
        on=on,
        given=[line for line in lines if not line.why_not],
        left=[line for line in lines if line.why_not],
        problem=problem,
        account_label=account_label,
        hours=hours_in_words,
    )


@blueprint.post("/at/<string:place>/assignments/<int:assignment_id>/undo-copy")
@requires(Permission.DUTIES_WRITE, at=place_in_path)
def undo_copy(place: str, assignment_id: int) -> ResponseReturnValue:
    """Take back everything that was copied together with an assignment."""
    here = current_place()
    one = get_assignment(db.session, assignment_id, within=current_scope())
    if one.place_id != here.id:
        raise NotFound("There is no such assignment here.")
    made = copied_with(db.session, one, within=whole_consortium())
    try:
        with db.session.begin_nested():
            withdraw_copied(db.session, made, place=here, by=current_actor(), at=now())
    except Refused as refusal:
        flash(str(refusal), "off")
    else:
        db.session.commit()
        flash("Undone. Everything is as it was before.", "ok")
    return redirect(url_for(".index", place=place))


def _choose(here: Place, on: date) -> str:
    words = " ".join(request.args.get("q", "")[:_LONGEST_SEARCH].replace("\x00", "").split())
    paths = {library_scope(here).path, *paths_where(current_actor(), Permission.DUTIES_READ)}
    found = places_to_copy(db.session, here, within=whole_consortium(), paths=paths, on=on, words=words)
    return render_template("duties/copy_choose.html", place=here, on=on, words=words, found=found)


def _source(here: Place, code: str) -> Place | None:
    """The other place that the address names: of the same library, or one whose duties the reader may see."""
    if not code:
        return None
    found = find_place(db.session, code, within=whole_consortium())
    library: Scope = library_scope(here)
    if found is None or found.id == here.id:
        raise NotFound("There is no such place to copy from.")
    if not (found.path.startswith(library.path) or may(current_actor(), Permission.DUTIES_READ, found.path)):
        raise NotFound("There is no such place to copy from.")
    return found


def _day() -> date:
    """The first day of what is copied: the one that is asked for, not before today."""
    today = today_of(db.session, within=whole_consortium(), at=now())
    return max(as_of(request.values.get("on", ""), today=today).on, today)
