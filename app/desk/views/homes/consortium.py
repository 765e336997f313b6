"""The consortium admin's home: what is due for review, who has not adopted, which connector is broken."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from flask import render_template, url_for

from app.access.context import current_scope
from app.consortia.models import Place
from app.desk.queries.consortium import REVIEWS_WITHIN, ConsortiumHome, Member, consortium_home
from app.desk.rules import Step, Task, joined_sentence, spelled, verdict
from app.desk.views.homes.parts import first_day, shared
from app.desk.views.homes.tasks import account_tasks, waiting_tasks
from app.foundation.clock import local_day, now
from app.foundation.database import db
from app.mail.models import MailMessage
from app.metrics.models import Run
from app.platforms.catalogue import get_platform
from app.policies.models import Version
from app.web.filters import day, join_and

#: rows of a block; the rest is one link away
_MOST = 6


def consortium_page(place: Place, *, on: date) -> str:
    """Draw it."""
    home = consortium_home(db.session, place, within=current_scope(), on=on, at=now())
    unready = home.unready
    return render_template(
        "desk/homes/consortium.html",
        **shared(place, home.standing, home.lately, on=on),
        **first_day(_steps(place, home)),
        home=home,
        sentence=_sentence(home, on=on),
        reviews=_by_month(home.reviews, on=on),
        reviews_until=on + REVIEWS_WITHIN,
        laggards=home.members[:_MOST],
        unready=[_member_task(member) for member in unready[:_MOST]],
        more_unready=max(len(unready) - _MOST, 0),
        working=sum(each.working + each.file_only for each in home.platforms),
        accounts=sum(each.total for each in home.platforms),
        platform_label=lambda key: get_platform(key).label,
        waiting=waiting_tasks(home.lately.waiting, on=on, zone=home.lately.zone),
        troubles=account_tasks(home.lately.in_trouble, zone=home.lately.zone),
        failed=[_import_task(run, home.lately.zone) for run in home.failed_imports],
        mails=[_mail_task(message, place, home.lately.zone) for message in home.failed_mails],
    )


def _sentence(home: ConsortiumHome, *, on: date) -> str:
    overdue = sum(version.review_by_on is not None and version.review_by_on < on for version in home.reviews)
    behind = sum(member.bound < member.issued for member in home.members)
    broken = home.lately.completeness.in_trouble
    unready = len(home.unready)
    said = joined_sentence(
        (
            _said(len(home.reviews), "policy is due for review", "policies are due for review")
            + (f", {spelled(overdue)} of them overdue" if overdue else ""),
            _said(behind, "library has not adopted every policy", "libraries have not adopted every policy"),
            _said(unready, "library is not set up yet", "libraries are not set up yet"),
            _said(broken, "connection is broken", "connections are broken"),
        )
    )
    if not home.standing.is_measured:
        places = len(home.standing.parts)
        return f"{verdict([], places=places, one='library', many='libraries', unanswered=0)} {said}".strip()
    return said or "Nothing is due, and every connection works."


def _said(count: int, one: str, many: str) -> str:
    return f"{spelled(count)} {one if count == 1 else many}" if count else ""


def _by_month(reviews: Iterable[Version], *, on: date) -> list[tuple[str, list[Task]]]:
    """Reviews under the month they are due in; what is overdue comes first."""
    found = [(version.review_by_on, version) for version in reviews if version.review_by_on is not None]
    return [
        (words, [_review_task(version, due, on=on) for due, version in group])
        for words, group in groupby(found, key=lambda pair: "Overdue" if pair[0] < on else f"{pair[0]:%B %Y}")
    ]


def _review_task(version: Version, due: date, *, on: date) -> Task:
    since = f" In force since {day(version.in_force_on)}." if version.in_force_on else ""
    was = "was" if due < on else "is"
    return Task(
        title=f"{version.policy.code} {version.policy.title}",
        why=f"The review of version {version.number} {was} due {day(due)}.{since}",
        url=url_for("policies.show", code=version.policy.slug),
        button="Review",
    )


def _member_task(member: Member) -> Task:
    """A library that is not set up: what is missing, and the first of it as its button."""
    code = member.place.code
    missing = [
        ("no director", "Invite a director", url_for("people.index", place=code), not member.has_director),
        ("no account", "Register accounts", url_for("accounts.index", place=code), not member.accounts),
        ("no policy", "Record adoption", _policy_url(member), bool(member.issued) and not member.bound),
    ]
    lacking = [each for each in missing if each[3]]
    return Task(
        title=member.place.name,
        why=f"It has {join_and(words for words, *_ in lacking)} yet.",
        url=url_for("desk.about", place=code),
        button=lacking[0][1],
        button_url=lacking[0][2],
    )


def _policy_url(member: Member) -> str:
    if not member.undecided:
        return url_for("policies.index")
    policy = member.undecided[0].policy
    return url_for("policies.show", code=policy.slug, at=member.place.code)


def _import_task(run: Run, zone: str) -> Task:
    account = run.account.handle if run.account else "an account"
    return Task(
        title=f"Import of {run.file_name or 'a file'} into {account} failed",
        why=f"{day(local_day(run.started_at, zone))}. {run.message}",
        url=url_for("imports.check_file", run_id=run.id),
        button="Look at it",
    )


def _mail_task(message: MailMessage, place: Place, zone: str) -> Task:
    return Task(
        title=f"Mail to {message.address} did not arrive: {message.subject}",
        why=f"{day(local_day(message.state_at, zone))}. {message.answer}",
        url=url_for("people.index", place=place.code),
        button="Find the person",
    )


def _steps(place: Place, home: ConsortiumHome) -> list[Step]:
    """The first day of a consortium."""
    members: Sequence[Member] = home.members
    steps = [
        Step(
            "Add the libraries and their branches",
            "Accounts, people, policies and goals all belong to a place.",
            bool(members),
            url_for("consortia.index"),
            "Add libraries",
        ),
        Step(
            "Put a first policy in force",
            "Its rules are what places are held against.",
            home.has_policy,
            url_for("policies.index"),
            "Write a policy",
        ),
        Step(
            "Invite the first director",
            "A library decides for itself what it adopts.",
            any(member.has_director for member in members),
            url_for("people.index", place=place.code),
            "Add people",
        ),
    ]
    return [] if home.standing.is_measured else steps
