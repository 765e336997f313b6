"""Writing: a policy from a template, the next version, and a draft's clauses one at a time."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.context import current_actor, current_place, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission
from app.foundation.clock import now
from app.foundation.database import db
from app.foundation.errors import Refused
from app.people.guard import root_place
from app.policies import queries
from app.policies.actions import drafts
from app.policies.forms import ClauseForm, DraftForm, NextVersionForm, clause_form
from app.policies.importers import get_policy_template, policy_templates
from app.policies.models import Version
from app.policies.rules.catalogue import rule_kinds
from app.policies.rules.parameters import field_of, parse_parameters
from app.policies.rules.states import Force
from app.policies.rules.wording import StatedRule, sentence
from app.policies.views.reading import blueprint

#: handed on to the last of the pages, so that importing that one brings them all
__all__ = ["blueprint"]


@blueprint.route("/policies/new", methods=["GET", "POST"])
@requires(Permission.POLICIES_WRITE, at=root_place)
def draft() -> ResponseReturnValue:
    """Begin a policy with the words of a template; ``template`` names the one to begin with."""
    form = DraftForm(template=request.args.get("template"))
    templates = policy_templates()
    form.template.choices = [(each.template, f"{each.title} ({each.template})") for each in templates]
    if form.validate_on_submit():
        try:
            version = _draft(form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{version.policy.code} is drafted. Read it through, then put it in force.", "ok")
            return redirect(url_for("policies.show", code=version.policy.slug))
    return render_template("policies/draft.html", form=form, templates=templates)


def _draft(form: DraftForm) -> Version:
    return drafts.draft_from_template(
        db.session,
        get_policy_template(form.template.data),
        issued_by=current_place(),
        code=form.code.data or "",
        title=form.title.data or "",
        force=Force(form.force.data),
        by=current_actor(),
        at=now(),
    )


@blueprint.route("/policies/<string:code>/new-version", methods=["GET", "POST"])
@requires(Permission.POLICIES_WRITE, at=root_place)
def revise(code: str) -> ResponseReturnValue:
    """Begin the next version with the words of the one that is issued."""
    policy = queries.get_policy(db.session, code, within=whole_consortium())
    form = NextVersionForm()
    if form.validate_on_submit():
        try:
            version = drafts.draft_next(
                db.session, policy, summary=form.summary.data or "", by=current_actor(), at=now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"Version {version.number} is drafted.", "ok")
            return redirect(url_for("policies.show_version", code=code, number=version.number))
    return render_template("policies/revise.html", form=form, policy=policy)


@blueprint.route("/policies/<string:code>/edit/<int:number>", methods=["GET", "POST"])
@requires(Permission.POLICIES_WRITE, at=root_place)
def edit_clause(code: str, number: int) -> ResponseReturnValue:
    """Change one clause of the draft: its words and its rules' figures."""
    whole = whole_consortium()
    version = queries.get_draft(db.session, queries.get_policy(db.session, code, within=whole), within=whole)
    clause = queries.get_clause(db.session, version, number, within=whole)
    rules = [rule for rule in queries.rules_of(db.session, version, within=whole) if rule.clause_id == clause.id]
    stated = [StatedRule(rule.key, parse_parameters(rule.key, rule.parameters)) for rule in rules]
    terms: dict[str, object] = {field_of(rule.key, "severity"): rule.severity.value for rule in rules}
    terms |= {field_of(rule.key, "grace_days"): rule.grace_days for rule in rules}
    form = clause_form(stated)(data={"title": clause.title, "body": clause.body, **terms})
    if form.validate_on_submit():
        try:
            drafts.revise_clause(db.session, version, clause, _edit_of(form, stated), by=current_actor(), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"Clause {number} is changed.", "ok")
            return redirect(url_for("policies.show_version", code=code, number=version.number))
    return render_template(
        "policies/edit_clause.html",
        form=form,
        version=version,
        clause=clause,
        stated=stated,
        kinds=rule_kinds(),
        rule_words={rule.key: sentence(rule.key, rule.parameters) for rule in stated},
    )


def _edit_of(form: ClauseForm, stated: list[StatedRule]) -> drafts.ClauseEdit:
    return drafts.ClauseEdit(
        title=form.title.data or "",
        body=form.body.data or "",
        rules={
            rule.key: drafts.RuleEdit(form.raw_of(rule), form.severity_of(rule.key), form.grace_of(rule.key))
            for rule in stated
        },
    )
