"""The rows of the homes: a finding, an account or a policy as a decision with its reason and one button."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask import url_for

from app.access.context import current_scope, may_here
from app.access.rules import Permission
from app.accounts.models import Account, AccountRequest, AccountTrial
from app.consortia.models import Place
from app.desk.queries.director import Decisions
from app.desk.queries.life import Waiting
from app.desk.rules import Task, waiting_words
from app.findings.models import Finding
from app.foundation.clock import local_day
from app.foundation.database import db
from app.metrics.queries.check_in import Asked, check_in_due, last_week
from app.people.models import Person
from app.platforms.catalogue import get_platform
from app.policies.models import Version
from app.policies.rules.states import Force
from app.web.filters import day, join_and, plural


def finding_tasks(decisions: Decisions, *, on: date) -> list[Task]:
    """The findings, the longest open first: since when, who answers for it, and what was decided last."""
    return [_finding_task(finding, decisions, on=on) for finding in decisions.findings]


def _finding_task(finding: Finding, decisions: Decisions, *, on: date) -> Task:
    actions = [action for action in decisions.actions.get(finding.id, ()) if action.done_on is None]
    owner = _names(decisions.people.get(finding.owner_id or 0, ()))
    said = [f"{waiting_words(finding.opened_on, on=on)}, since {day(finding.opened_on)}."]
    if actions:
        who = _names(decisions.people.get(actions[0].owner_id, ())) or actions[0].owner.title
        said.append(f"{who}, by {day(actions[0].due_on)}: {actions[0].words}")
    elif owner:
        said.append(f"{owner} answers for it.")
    else:
        said.append("Nobody answers for it yet.")
    return Task(
        title=finding.title,
        why=" ".join(said),
        url=url_for("findings.show", finding_id=finding.id),
        button=_only("Decide" if not actions else "Follow up", Permission.FINDINGS_ACT),
    )


def _names(people: Sequence[Person]) -> str:
    return join_and(person.name for person in people)


def account_tasks(accounts: Iterable[Account], *, zone: str) -> list[Task]:
    """Accounts that stopped answering, for those who may look at them; days by the consortium's clock."""
    return [_account_task(account, zone) for account in accounts] if may_here(Permission.ACCOUNTS_READ) else []


def _account_task(account: Account, zone: str) -> Task:
    since = f" since {day(local_day(account.connection_since, zone))}" if account.connection_since else ""
    platform = get_platform(account.platform).label
    note = f" {account.connection_note}" if account.connection_note else ""
    return Task(
        title=f"{account.place.name}: {platform}, {account.connection.label.lower()}{since}",
        why=f"Figures of {account.handle} have a hole from that day.{note}",
        url=url_for("desk.account", account_id=account.id),
        button=_only("Connect again", Permission.ACCOUNTS_WRITE),
    )


def policy_tasks(versions: Iterable[Version], place_code: str, *, zone: str) -> list[Task]:
    """Policies that wait for the library's own decision, for those who record it."""
    if not may_here(Permission.POLICIES_ADOPT):
        return []
    return [_policy_task(version, place_code, zone) for version in versions]


def _policy_task(version: Version, place_code: str, zone: str) -> Task:
    issued = f"Issued {day(local_day(version.published_at, zone))}. " if version.published_at else ""
    force = "It is required by agreement." if version.policy.force is Force.REQUIRED else "It is recommended."
    return Task(
        title=f"Decide on {version.policy.code} version {version.number}, {version.policy.title}",
        why=f"{issued}{force} It binds nobody here until the library decides.",
        url=url_for("policies.show_version", code=version.policy.slug, number=version.number, at=place_code),
        button="Read and decide",
    )


def _only(button: str, permission: Permission) -> str | None:
    """The button for those who may press it."""
    return button if may_here(permission) else None


def check_in_tasks(place: Place, *, on: date) -> list[Task]:
    """Last week's figures that no platform tells and nobody wrote down, for those who see to the place's figures."""
    if not may_here(Permission.METRICS_IMPORT):
        return []
    return check_in_task(check_in_due(db.session, place, last_week(on), current_scope()), place, on=on)


def check_in_task(asked: Sequence[Asked], place: Place, *, on: date) -> list[Task]:
    """The same of accounts that are known, if any; a list of one or none, since homes have lists."""
    if not asked or not may_here(Permission.METRICS_NOTE):
        return []
    week = last_week(on)
    return [
        Task(
            title=f"Weekly check-in, {day(week.first)} to {day(week.last)}",
            why=f"{plural(len(asked), 'account lacks', 'accounts lack')} what no platform tells.",
            url=url_for("desk.check_in", place=place.code),
            button="Write it down",
        )
    ]


def waiting_tasks(waiting: Waiting, *, on: date, zone: str) -> list[Task]:
    """Sign-ins and trials that end, and requests for accounts, for those who see to them."""
    if not may_here(Permission.ACCOUNTS_WRITE):
        return []
    trials = [_trial_task(trial, on=on) for trial in waiting.trials]
    ending = [_ending_task(account, ends_on, on=on) for account, ends_on in waiting.ending]
    return ending + trials + [_request_task(request, waiting, zone) for request in waiting.requests]


def _ending_task(account: Account, ends_on: date, *, on: date) -> Task:
    left = (ends_on - on).days
    return Task(
        title=f"{account.place.name}: {get_platform(account.platform).label}, the sign-in ends on {day(ends_on)}",
        why=f"Figures of {account.handle} have a hole from that day on, in {left} {'day' if left == 1 else 'days'}.",
        url=url_for("desk.account", account_id=account.id),
        button="Connect again",
        button_url=url_for("accounts.connect", account_id=account.id),
    )


def _trial_task(trial: AccountTrial, *, on: date) -> Task:
    ends = "ended" if trial.ends_on < on else "ends"
    return Task(
        title=f"{trial.account.place.name}: {trial.account.handle} on {get_platform(trial.account.platform).label}",
        why=f"The trial {ends} on {day(trial.ends_on)}. Keep it, change it or close it.",
        url=url_for("desk.account", account_id=trial.account_id),
        button="Decide",
        button_url=url_for("accounts.decide_trial", account_id=trial.account_id),
    )


def _request_task(request: AccountRequest, waiting: Waiting, zone: str) -> Task:
    who = waiting.names.get(request.asked_by_id or 0, "Somebody")
    return Task(
        title=f"{request.account.place.name}: {get_platform(request.account.platform).label} is asked for",
        why=f"{who} asks for “{request.account.handle}”, since {day(local_day(request.asked_at, zone))}.",
        url=url_for("desk.account_request", account_id=request.account_id),
        button="Decide",
    )
