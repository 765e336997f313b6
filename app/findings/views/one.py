"""One finding: the fact against the rule, the rows it rests on, and what will be done."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_scope, may_here, whole_consortium
from app.access.marks import HasPath, requires
from app.access.rules import Permission, Scope
from app.consortia.queries import ancestors_of, today_of
from app.consortia.rules.places import PlaceKind
from app.findings import queries
from app.findings.actions.acting import Step, act_on, finish, reopen
from app.findings.checks.rows import days_of_accounts
from app.findings.forms import ActionForm
from app.findings.models import Finding
from app.findings.views.lists import blueprint, lines_of, names_of
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.foundation.periods import Period
from app.people.models import Position
from app.people.queries.positions import get_position, positions_at
from app.policies.rules.catalogue import RuleFamily, get_kind
from app.web.exports import csv_response
from app.web.fields import Form

_CHECKS_SHOWN = 8
#: rules whose rows say all there is; the others rest on days of figures
_TOLD = frozenset({RuleFamily.AUTHORITY, RuleFamily.CONTENTS})


def place_of_finding(finding_id: int, **_others: object) -> HasPath:
    """``at=`` for a finding: the place it is about."""
    whole = Scope(current_actor().consortium_id)
    return queries.get_finding(db.session, finding_id, within=whole).place


@blueprint.get("/findings/<int:finding_id>")
@requires(Permission.FINDINGS_READ, at=place_of_finding)
def show(finding_id: int) -> str:
    """The finding with its evidence, and the form to set an action."""
    finding = queries.get_finding(db.session, finding_id, within=current_scope())
    return _page(finding, _form(finding))


@blueprint.post("/findings/<int:finding_id>/act")
@requires(Permission.FINDINGS_ACT, at=place_of_finding)
def act(finding_id: int) -> ResponseReturnValue:
    """Set an action: who does what, by when."""
    finding = queries.get_finding(db.session, finding_id, within=current_scope())
    form = _form(finding)
    if not form.validate_on_submit():
        return _page(finding, form)
    try:
        owner = get_position(db.session, int(form.owner.data), within=whole_consortium())
        step = Step(form.words.data or "", form.due_on.data or today_of(db.session, within=current_scope(), at=now()))
        act_on(db.session, finding, owner, step, by=current_actor(), at=now())
    except Refused as refusal:
        form.refuse(refusal)
        return _page(finding, form)
    db.session.commit()
    flash(f"{owner.title} has the action.", "ok")
    return redirect(url_for("findings.show", finding_id=finding_id))


@blueprint.post("/findings/<int:finding_id>/actions/<int:action_id>/done")
@requires(Permission.FINDINGS_ACT, at=place_of_finding)
def finish_action(finding_id: int, action_id: int) -> ResponseReturnValue:
    """Say that an action is done."""
    return _settle(finding_id, action_id, finish)


@blueprint.post("/findings/<int:finding_id>/actions/<int:action_id>/undo")
@requires(Permission.FINDINGS_ACT, at=place_of_finding)
def reopen_action(finding_id: int, action_id: int) -> ResponseReturnValue:
    """Take back that an action is done."""
    return _settle(finding_id, action_id, reopen)


def _settle(finding_id: int, action_id: int, settle: Callable[..., None]) -> ResponseReturnValue:
    finding = queries.get_finding(db.session, finding_id, within=current_scope())
    action = queries.get_action(db.session, action_id, finding, within=current_scope())
    if Form().validate_on_submit():
        try:
            settle(db.session, action, finding, by=current_actor(), at=now())
        except Refused as refusal:
            flash(str(refusal), "off")
        else:
            db.session.commit()
            flash(
                "The action is done. The next check says whether the rule is met."
                if settle is finish
                else "Undone. The action is to be done again.",
                "ok",
            )
    return redirect(url_for("findings.show", finding_id=finding_id) + "#actions")


def _form(finding: Finding) -> ActionForm:
    form = ActionForm(data={"owner": str(finding.owner_id) if finding.owner_id else None})
    on = today_of(db.session, within=current_scope(), at=now())
    form.owner.choices = [(str(each.id), f"{each.title}, {each.place.name}") for each in _positions(finding, on=on)]
    return form


def _positions(finding: Finding, *, on: date) -> Sequence[Position]:
    """The positions of the library the finding lies in: any of them may do something about it."""
    above = [*ancestors_of(db.session, finding.place, within=whole_consortium()), finding.place]
    library = next((place for place in above if place.kind is PlaceKind.LIBRARY), finding.place)
    scope = Scope(library.consortium_id, library.id, library.path)
    return positions_at(db.session, within=scope, on=on)


def _page(finding: Finding, form: ActionForm) -> str:
    on = today_of(db.session, within=current_scope(), at=now())
    line = lines_of([finding], on=on)[0]
    ids = {action.owner_id for action in line.actions} | ({finding.owner_id} if finding.owner_id else set())
    return render_template(
        "findings/show.html",
        line=line,
        finding=finding,
        period=_period(finding),
        rows=finding.check.rows_used["rows"],
        names=names_of(ids, on=on),
        checks=queries.checks_of(db.session, finding, within=current_scope(), most=_CHECKS_SHOWN),
        form=form,
        may_act=may_here(Permission.FINDINGS_ACT) and finding.closed_on is None,
        may_see_figures=may_here(Permission.METRICS_READ),
        may_see_accounts=may_here(Permission.ACCOUNTS_READ),
        is_about_accounts=get_kind(finding.rule.key).family is RuleFamily.AUTHORITY,
    )


def _period(finding: Finding) -> Period:
    return Period(finding.check.period_first_on, finding.check.period_last_on)


@blueprint.get("/findings/<int:finding_id>/evidence.csv")
@requires(Permission.FINDINGS_READ, at=place_of_finding)
def evidence_csv(finding_id: int) -> Response:
    """The rows the finding rests on: the days of its accounts, or what was looked at: duties, posts, accounts."""
    finding = queries.get_finding(db.session, finding_id, within=current_scope())
    rows = finding.check.rows_used["rows"]
    name = f"finding-{finding_id}.csv"
    if any(row["family"] for row in rows):
        return csv_response(
            name, ("Account", "Duty", "Seen"), [(row["label"], row["family"], row["words"]) for row in rows]
        )
    if get_kind(finding.rule.key).family in _TOLD:
        return csv_response(name, ("About", "Seen"), [(row["label"], row["words"]) for row in rows])
    labels = {row["account_id"]: row["label"] for row in rows}
    days = days_of_accounts(db.session, labels, within=whole_consortium(), period=_period(finding))
    header = ("Account", "Day", "Posts", "Broadcasts", "Questions due", "Questions answered in time")
    return csv_response(name, header, [(labels[account_id], *counts) for account_id, counts in days])
