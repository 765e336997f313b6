"""Merging a place into another one: what it would leave behind, and what of it moves along."""

from collections.abc import Sequence
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.consortia.models import Place
from app.consortia.queries import subtree, today_of
from app.consortia.rules import find_named
from app.desk.actions import Merging, merge_places
from app.desk.forms import MergeForm
from app.desk.queries.merging import Left, left_behind
from app.desk.views.homes import blueprint
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.guard import place_in_path
from app.platforms.catalogue import get_platform

#: offered while one types; more would make a heavy page
_MOST_OFFERED = 300


@blueprint.route("/places/<string:place>/merge", methods=["GET", "POST"])
@requires(Permission.PLACES_WRITE, at=place_in_path)
def merge(place: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard loads it
    """Close it because another place takes it in; ticked accounts and positions go there."""
    here: Place = current_place()
    on = today_of(db.session, within=whole_consortium(), at=now())
    left, others = left_behind(db.session, here, on=on), _others(here, on)
    form = _form(left, on)
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                into = find_named(others, form.into.data or "", field="into")
                merge_places(db.session, here, _merging(form, left, into, on), by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{here.name} is merged into {into.name}.", "ok")
            return redirect(url_for("consortia.show", place=here.code))
    offered = others if len(others) <= _MOST_OFFERED else ()
    labels = {account.platform: get_platform(account.platform).label for account in left.accounts}
    return render_template("desk/merge.html", form=form, place=here, left=left, offered=offered, labels=labels)


def _form(left: Left, on: date) -> MergeForm:
    """Everything is ticked at first."""
    form = MergeForm(on=on)
    form.accounts.choices = [(account.id, account.handle) for account in left.accounts]
    form.positions.choices = [(position.id, position.title) for position in left.positions]
    if request.method == "GET":
        form.accounts.data = [account.id for account in left.accounts]
        form.positions.data = [position.id for position in left.positions]
    return form


def _merging(form: MergeForm, left: Left, into: Place, today: date) -> Merging:
    return Merging(
        into,
        form.on.data or today,
        [account for account in left.accounts if account.id in (form.accounts.data or ())],
        [position for position in left.positions if position.id in (form.positions.data or ())],
    )


def _others(place: Place, on: date) -> Sequence[Place]:
    """Open places of the same kind."""
    every = subtree(db.session, within=Scope(place.consortium_id))
    return [each for each in every if each.kind is place.kind and each.id != place.id and each.is_open(on)]
