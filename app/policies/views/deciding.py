"""Putting a version in force, and recording what a library's board decided about it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.consortia.models import Place
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import NotFound, Refused
from app.foundation.periods import add_months
from app.people.guard import root_place
from app.policies import queries
from app.policies.actions import adoptions, versions
from app.policies.forms import AdoptForm, PublishForm
from app.policies.models import Version
from app.policies.rules.states import LEGAL_DECISIONS, AdoptionDecision
from app.policies.views.drafting import blueprint
from app.policies.views.reading import place_asked, today
from app.web.filters import day

_REVIEW_MONTHS = 12


@blueprint.route("/policies/<string:code>/publish", methods=["GET", "POST"])
@requires(Permission.POLICIES_WRITE, at=root_place)
def publish(code: str) -> ResponseReturnValue:
    """Put the draft in force from a day on; from then its words never change."""
    whole, on = whole_consortium(), today()
    version = queries.get_draft(db.session, queries.get_policy(db.session, code, within=whole), within=whole)
    form = PublishForm(data={"in_force_on": on, "review_by_on": add_months(on, _REVIEW_MONTHS)})
    if form.validate_on_submit():
        issue = versions.Issue(form.in_force_on.data or on, form.review_by_on.data or on)
        try:
            versions.publish(db.session, version, issue, by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"“{version.policy.title}” {version.number} is in force from {day(issue.in_force_on)}.", "ok")
            return redirect(url_for("policies.show", code=code))
    return render_template("policies/publish.html", form=form, version=version)


@blueprint.route("/policies/<string:code>/adopt", methods=["GET", "POST"])
@requires(Permission.POLICIES_ADOPT, at=place_asked)
def adopt(code: str) -> ResponseReturnValue:
    """Record what the board of this library decided about the issued version."""
    place, on = current_place(), today()
    policy = queries.get_policy(db.session, code, within=whole_consortium())
    version = queries.find_issued(db.session, policy, within=whole_consortium())
    if version is None:
        raise NotFound(f"{policy.code} has no version to decide on yet.")
    form = AdoptForm(data={"decision": AdoptionDecision.ADOPTED.value, "decided_on": on, "in_force_on": on})
    form.decision.options = tuple(each for each in form.decision.options if each.value in LEGAL_DECISIONS[policy.force])
    if form.validate_on_submit():
        try:
            words = _decide(form, version, place)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(words, "ok")
            return redirect(url_for("policies.show", code=code, at=place.code))
    return render_template("policies/adopt.html", form=form, version=version, place=place)


def _decide(form: AdoptForm, version: Version, place: Place) -> str:
    by, at = current_actor(), now()
    vote = adoptions.Vote(form.decided_on.data or today(), form.vote.data or "")
    if form.decision.data == AdoptionDecision.DECLINED:
        adoptions.decline(db.session, version, place, vote, by=by, at=at)
        return f"{place.name} declined {version.policy.code} {version.number}."
    if form.in_force_on.data is None:
        raise Refused("Write the day from which it binds the library.", field="in_force_on")
    adoptions.adopt(db.session, version, place, vote, in_force_on=form.in_force_on.data, by=by, at=at)
    return f"{place.name} follows {version.policy.code} {version.number} from {day(form.in_force_on.data)}."
