"""The branch manager's home: where nobody is answering and who has the hours, what is off, what to put right."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask import render_template, url_for

from app.access.context import current_scope, may_here
from app.access.rules import Permission
from app.consortia.models import Place
from app.desk.queries.branch import BranchHome, branch_home
from app.desk.rules import Step, Task, joined_sentence, spelled
from app.desk.views.homes.kpis import kpi_line
from app.desk.views.homes.parts import account_label, first_day, shared
from app.desk.views.homes.tasks import account_tasks, check_in_tasks, finding_tasks, waiting_tasks
from app.duties.queries.coverage import Row, families_of
from app.duties.queries.load import PositionLoad
from app.duties.rules.catalogue import Family
from app.duties.rules.days import AsOf
from app.duties.rules.matrix import Cell
from app.duties.rules.words import cell_in_words, missing_role
from app.foundation.database import db
from app.goals.rules import State
from app.web.filters import hours, plural

_OFF = (State.OFF_TRACK, State.AT_RISK)


def branch_page(place: Place, *, on: date) -> str:
    """Draw it."""
    home = branch_home(db.session, place, within=current_scope(), on=on)
    rows = [row for row in home.matrix if any(cell.state.is_gap for cell in row.cells.values())]
    return render_template(
        "desk/homes/branch.html",
        **shared(place, home.standing, home.lately, on=on),
        **first_day([] if home.standing.is_measured else _steps(place, home)),
        home=home,
        title=f"How is {place.name} doing?",
        sentence=_sentence(home),
        rows=rows,
        families=_families(rows),
        when=AsOf(on, on),
        kpis=[kpi_line(seen) for seen in home.kpis if seen.state in _OFF],
        over=[_load_task(place, load) for load in home.over] if may_here(Permission.PEOPLE_READ) else [],
        findings=finding_tasks(home.decisions, on=on),
        waiting=waiting_tasks(home.lately.waiting, on=on, zone=home.lately.zone),
        check_in=check_in_tasks(place, on=on),
        accounts=account_tasks(home.lately.in_trouble, zone=home.lately.zone),
        may_assign=may_here(Permission.DUTIES_WRITE),
        may_compare=may_here(Permission.COMPARE_READ),
        account_label=account_label,
        cell_words=_cell_words,
        missing_role=missing_role,
    )


def _load_task(place: Place, load: PositionLoad) -> Task:
    agreed = load.load.agreed or Decimal(0)
    return Task(
        title=f"{load.names or 'Vacant'}: {load.load.status}",
        why=f"{load.position.title}: {hours(load.load.assigned)} a week assigned, {hours(agreed)} agreed.",
        url=url_for("job_descriptions.of_position", position_id=load.position.id),
        button="Move a duty" if may_here(Permission.DUTIES_WRITE) else None,
        button_url=url_for("duties.index", place=place.code, view="person"),
    )


def _families(rows: Sequence[Row]) -> list[Family]:
    return [family for family in families_of(rows) if any(row.cells[family].state.is_gap for row in rows)]


def _cell_words(row: Row, cell: Cell) -> str:
    return cell_in_words(cell, account=account_label(row.account))


def _sentence(home: BranchHome) -> str:
    card = home.standing.own.card
    goals = f"{card.parts_on_track} of {plural(card.parts, 'goal', 'goals')} on track." if card and card.parts else ""
    duties, over, open_ones = home.duties, len(home.over), home.decisions.open
    rest = joined_sentence(
        (
            f"{spelled(duties.vacant)} {'duty has' if duties.vacant == 1 else 'duties have'} nobody"
            if duties.vacant
            else "",
            f"{spelled(over)} {'person has' if over == 1 else 'people have'} more duties than hours" if over else "",
            f"{spelled(open_ones)} {'finding is' if open_ones == 1 else 'findings are'} open" if open_ones else "",
        )
    )
    return f"{goals} {rest}".strip() or "Nothing is measured here yet."


def _steps(place: Place, home: BranchHome) -> list[Step]:
    """The first day of a branch manager."""
    if not may_here(Permission.DUTIES_WRITE):
        return []
    return [
        Step(
            "Register the branch's accounts",
            "Duties are held on accounts, and figures come from them.",
            bool(home.matrix),
            url_for("accounts.index", place=place.code),
            "Register an account",
        ),
        Step(
            "Say who does what",
            "Each duty goes to a position, so that it stays when a person leaves.",
            home.has_duties,
            url_for("duties.index", place=place.code),
            "Assign duties",
        ),
        Step(
            "Set the first goal",
            "A goal says what should change; its KPIs say how one will know.",
            home.has_goals,
            url_for("goals.index", place=place.code),
            "Set a goal",
        ),
    ]
