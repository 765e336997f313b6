"""The homes: how a place is doing and what needs a decision; and the health of the process."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.access.context import current_actor, current_place, current_scope, may_here
from app.access.marks import anyone, anywhere, requires
from app.access.rules import Permission, Role, first_role
from app.accounts.models import Account
from app.consortia.models import Place
from app.consortia.queries import today_of
from app.consortia.rules.places import PlaceKind
from app.desk.navigation import home_place
from app.desk.queries import Home, home_of
from app.desk.rules import Task, verdict
from app.duties.queries.coverage import Row
from app.duties.rules.coverage import CellState
from app.duties.rules.matrix import Cell
from app.findings.models import Finding
from app.foundation.clock import now
from app.foundation.database import db
from app.people.guard import place_in_path
from app.people.queries.positions import incumbencies_at
from app.platforms.catalogue import get_platform
from app.web.filters import day, plural

blueprint = Blueprint("desk", __name__, template_folder="../templates")
#: decisions shown on a home; the rest is one link away
_MOST_TASKS = 6


@blueprint.get("/healthz")
@anyone
def health() -> ResponseReturnValue:
    """Is the web process up, and does its database answer?"""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}


@blueprint.get("/")
@requires(Permission.HOME_READ, at=anywhere)
def home() -> ResponseReturnValue:
    """Each to their own place."""
    return redirect(url_for("desk.at", place=home_place(db.session, current_actor()).code))


@blueprint.get("/at/<string:place>/")
@requires(Permission.HOME_READ, at=place_in_path)
def at(place: str) -> str:  # noqa: ARG001 - the guard loads it
    """How a place is doing, what needs a decision, what changed, how complete the figures are."""
    here, scope = current_place(), current_scope()
    gathered = home_of(db.session, here, within=scope, on=today_of(db.session, within=scope, at=now()))
    tasks = _tasks(gathered)
    return render_template(
        "desk/home.html",
        home=gathered,
        place=here,
        title=_title(here),
        sentence=_sentence(gathered),
        tasks=tasks[:_MOST_TASKS],
        more=max(len(tasks) - _MOST_TASKS, 0),
        noun="library" if here.kind is PlaceKind.CONSORTIUM else "branch",
        nouns="libraries" if here.kind is PlaceKind.CONSORTIUM else "branches",
        may_compare=may_here(Permission.COMPARE_READ),
        is_staff=first_role(current_actor()) is Role.STAFF,
    )


def _title(place: Place) -> str:
    if place.kind is PlaceKind.BRANCH:
        return f"How is {place.name} doing?"
    return "How are the libraries doing?" if place.kind is PlaceKind.CONSORTIUM else "How are the branches doing?"


def _sentence(home: Home) -> str:
    if home.place.kind is PlaceKind.BRANCH:
        card = home.own.card
        goals = (
            f"{card.parts_on_track} of {plural(card.parts, 'goal', 'goals')} on track. " if card and card.parts else ""
        )
        gaps = [words for _, cell in _gaps(home) if (words := cell.words)]
        return goals + (
            f"{len(gaps)} duties lack somebody." if len(gaps) > 1 else "".join(f"{words}." for words in gaps)
        )
    one, many = ("library", "libraries") if home.place.kind is PlaceKind.CONSORTIUM else ("branch", "branches")
    states = [part.card.state for part in home.parts if part.card]
    return verdict(states, places=len(home.parts), one=one, many=many, unanswered=home.unanswered)


def _tasks(home: Home) -> list[Task]:
    """What to decide: findings, the oldest first; duties nobody holds at a branch; accounts that stopped answering."""
    held = {i.position_id: i.person.name for i in incumbencies_at(db.session, within=current_scope(), on=home.on)}
    tasks = [_finding_task(finding, held) for finding in home.findings]
    tasks += [_account_task(account) for account in home.in_trouble] if may_here(Permission.ACCOUNTS_READ) else []
    if home.place.kind is PlaceKind.BRANCH:
        tasks += [_gap_task(row, cell) for row, cell in _gaps(home)]
    return tasks


def _finding_task(finding: Finding, held: dict[int, str]) -> Task:
    owner = held.get(finding.owner_id) if finding.owner_id else None
    whose = f"{owner} answers for it." if owner else "Nobody answers for it yet."
    return Task(
        title=finding.title,
        why=f"Since {day(finding.opened_on)}. {whose}",
        url=url_for("findings.show", finding_id=finding.id),
        button="Decide" if may_here(Permission.FINDINGS_ACT) else "Look",
    )


def _account_task(account: Account) -> Task:
    since = f" since {day(account.connection_since.date())}" if account.connection_since else ""
    platform = get_platform(account.platform).label
    return Task(
        title=f"{account.place.name}: {platform}, {account.connection.label.lower()}{since}",
        why=f"Figures of {account.handle} have a hole from that day.",
        url=url_for("accounts.show", account_id=account.id),
        button="Connect again",
    )


def _gaps(home: Home) -> list[tuple[Row, Cell]]:
    return [(row, cell) for row in home.matrix for cell in row.cells.values() if cell.state is CellState.VACANT]


def _gap_task(row: Row, cell: Cell) -> Task:
    return Task(
        title=f"{cell.family.label} on {get_platform(row.account.platform).label}: {cell.words}",
        why=f"{row.account.handle}, at {row.place.name}.",
        url=url_for("duties.cell", place=row.place.code, family=cell.family.value, account_id=row.account.id),
        button="Assign someone",
    )
