"""One duty on one account: who holds it and who could, and the forms that change that."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, current_scope, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia.models import Place
from app.duties import actions
from app.duties.actions import Spot, Terms
from app.duties.forms import AssignForm, ExemptForm
from app.duties.models import Assignment, DutyExemption
from app.duties.queries.assignments import find_exemption
from app.duties.queries.coverage import Row, row_of
from app.duties.queries.past import held_in_cell
from app.duties.rules.catalogue import Family, lead_duty
from app.duties.rules.days import AsOf
from app.duties.rules.matrix import Cell
from app.duties.rules.words import missing_role
from app.duties.views.choosing import Choosing, Suggestion, choosing
from app.duties.views.matrix import blueprint
from app.duties.views.page import account_label, as_asked
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound, Refused
from app.people.guard import place_in_path

_CELL = "/at/<string:place>/duties/<string:family>/<int:account_id>"


@dataclass(frozen=True)
class _Opened:
    """The cell an address names, as it stands on the day looked at."""

    spot: Spot
    row: Row
    when: AsOf

    @property
    def cell(self) -> Cell:
        """Its judged state and holders."""
        return self.row.cells[self.spot.family]


def _open(family: str, account_id: int) -> _Opened:
    if family not in set(Family):
        raise NotFound("There is no such duty.")
    when = as_asked()
    row = row_of(db.session, account_id, within=current_scope(), on=when.on)
    return _Opened(Spot(current_place(), row.account, Family(family)), row, when)


@blueprint.get(_CELL)
@requires(Permission.DUTIES_READ, at=place_in_path)
def cell(place: str, family: str, account_id: int) -> str:  # noqa: ARG001 - the guard loads it
    """Who holds the duty, who held it, what asks for it; and the forms, for those who may change it."""
    opened = _open(family, account_id)
    return _page(opened, _blank(opened), _blank_exemption(opened))


@blueprint.post(_CELL)
@requires(Permission.DUTIES_WRITE, at=place_in_path)
def assign(place: str, family: str, account_id: int) -> ResponseReturnValue:
    """Give the duty to a position or a team."""
    opened = _open(family, account_id)
    form = AssignForm()
    choices = choosing(current_place(), on=opened.when.on)
    form.holder.choices = choices.options
    if form.validate_on_submit():
        try:
            made = _assign(form, opened.spot, choices)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for("duties.index", place=place, done=made.id))
    return _page(opened, form, _blank_exemption(opened), choices=choices)


def _assign(form: AssignForm, spot: Spot, choices: Choosing) -> Assignment:
    hours, first_on = form.hours_per_week.data, form.first_on.data
    if hours is None or first_on is None:
        raise Refused("Write the hours a week and the first day.")
    terms = Terms(form.role.data == "primary", hours, first_on, form.last_on.data)
    holder = choices.holder(form.holder.data)
    return actions.assign(db.session, spot, holder=holder, terms=terms, by=current_actor(), at=now())


@blueprint.post(f"{_CELL}/not-needed")
@requires(Permission.DUTIES_WRITE, at=place_in_path)
def exempt(place: str, family: str, account_id: int) -> ResponseReturnValue:
    """Decide that nobody is needed here, with the reason."""
    opened = _open(family, account_id)
    form = ExemptForm()
    if form.validate_on_submit():
        try:
            first_on = form.first_on.data or opened.when.today
            reason = form.reason.data or ""
            actions.exempt(db.session, opened.spot, reason=reason, first_on=first_on, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{opened.spot.family.label} is not needed on {account_label(opened.spot.account)} here.", "ok")
            return redirect(url_for("duties.cell", place=place, family=family, account_id=account_id))
    return _page(opened, _blank(opened), form)


@blueprint.post(f"{_CELL}/needed")
@requires(Permission.DUTIES_WRITE, at=place_in_path)
def need_again(place: str, family: str, account_id: int) -> ResponseReturnValue:
    """Ask for the duty again, from today on."""
    opened = _open(family, account_id)
    actions.need_again(db.session, opened.spot, first_on=opened.when.today, by=current_actor(), at=now())
    db.session.commit()
    flash(f"{opened.spot.family.label} is needed on {account_label(opened.spot.account)} again.", "ok")
    return redirect(url_for("duties.cell", place=place, family=family, account_id=account_id))


def _blank(opened: _Opened) -> AssignForm:
    """The form as it first stands: what is missing, from today, with the hours such a duty typically takes."""
    wanted = request.args.get("role")
    role = wanted if wanted in {"primary", "backup"} else "backup" if opened.cell.primaries else "primary"
    hours = lead_duty(opened.spot.family).hours_low
    return AssignForm(
        formdata=None,
        role=role,
        holder=request.args.get("holder", ""),
        hours_per_week=hours,
        first_on=max(opened.when.on, opened.when.today),
    )


def _blank_exemption(opened: _Opened) -> ExemptForm:
    return ExemptForm(formdata=None, first_on=opened.when.today)


def _page(opened: _Opened, form: AssignForm, exemption: ExemptForm, *, choices: Choosing | None = None) -> str:
    place: Place = current_place()
    spot, may_change = opened.spot, may_here(Permission.DUTIES_WRITE)
    history = held_in_cell(db.session, place, spot.account, spot.family, within=current_scope(), on=opened.when.on)
    suggestions: list[Suggestion] = []
    if may_change:
        choices = choices or choosing(place, on=opened.when.on)
        form.holder.choices = choices.options
        taken = {each.assignment.position_id or 0 for each in history if each.runs(opened.when.on)}
        suggestions = choices.suggestions(lead_duty(spot.family).hours_low, taken=taken)
    return render_template(
        "duties/cell.html",
        place=place,
        account=spot.account,
        family=spot.family,
        row=opened.row,
        cell=opened.cell,
        when=opened.when,
        duty=lead_duty(spot.family),
        label=account_label(spot.account),
        history=history,
        exemption=_exemption(opened),
        may_change=may_change,
        choices=choices,
        suggestions=suggestions,
        vacated=[each for each in history if each.is_left_open(opened.when.on)],
        missing=missing_role(opened.cell),
        form=form,
        exempt_form=exemption,
    )


def _exemption(opened: _Opened) -> DutyExemption | None:
    spot = opened.spot
    return find_exemption(
        db.session, spot.place, spot.account, spot.family, within=whole_consortium(), on=opened.when.today
    )
