"""The director's home, and the auditor's: how the parts are doing, what needs a decision, what changed."""

from datetime import date

from flask import render_template, url_for

from app.access.context import current_scope, may_here
from app.access.rules import Permission
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.desk.queries.director import CURVE, DirectorHome, director_home
from app.desk.rules import Step, Task, verdict
from app.desk.views.homes.parts import first_day, shared
from app.desk.views.homes.tasks import account_tasks, finding_tasks, policy_tasks, waiting_tasks
from app.foundation.database import db

#: decisions shown; the rest is one link away
_MOST = 6
#: of those, at most so many that are no findings
_MOST_OTHERS = 3


def director_page(place: Place, *, on: date) -> str:
    """Draw it."""
    home = director_home(db.session, place, within=current_scope(), on=on)
    tasks, total = _decisions(home, on=on)
    is_library = place.kind is PlaceKind.LIBRARY
    return render_template(
        "desk/homes/director.html",
        **shared(place, home.standing, home.lately, on=on),
        **first_day([] if home.standing.is_measured else _steps(place, home)),
        home=home,
        title="How are the branches doing?" if is_library else "How are the libraries doing?",
        sentence=_sentence(home, is_library=is_library),
        tasks=tasks,
        total=total,
        oldest=min((one.opened_on for one in home.decisions.findings), default=None),
        curve=CURVE,
        noun="branch" if is_library else "library",
        nouns="branches" if is_library else "libraries",
        may_compare=may_here(Permission.COMPARE_READ),
        is_theirs=may_here(Permission.FINDINGS_ACT),
    )


def _sentence(home: DirectorHome, *, is_library: bool) -> str:
    one, many = ("branch", "branches") if is_library else ("library", "libraries")
    states = [part.card.state for part in home.standing.parts if part.card]
    return verdict(states, places=len(home.standing.parts), one=one, many=many, unanswered=home.unanswered)


def _decisions(home: DirectorHome, *, on: date) -> tuple[list[Task], int]:
    """What to decide first, and how much there is in all: findings with what only this reader can decide between."""
    place = home.standing.place
    others = policy_tasks(home.undecided, place.code, zone=home.lately.zone) if place.kind is PlaceKind.LIBRARY else []
    others += waiting_tasks(home.lately.waiting, on=on, zone=home.lately.zone)
    others += account_tasks(home.lately.in_trouble, zone=home.lately.zone)
    found = finding_tasks(home.decisions, on=on)
    kept = others[: max(_MOST_OTHERS, _MOST - len(found))]
    return found[: _MOST - len(kept)] + kept, home.decisions.open + len(others)


def _steps(place: Place, home: DirectorHome) -> list[Step]:
    """The first day of a director."""
    if not may_here(Permission.POLICIES_ADOPT):
        return []
    return [
        Step(
            "Decide on the consortium's policies",
            "A policy binds a library once it has decided to adopt it.",
            home.has_policy,
            url_for("policies.index"),
            "Read the policies",
        ),
        Step(
            "Name who runs each branch",
            "Branch managers assign duties and see what is missing.",
            home.has_managers,
            url_for("people.index", place=place.code),
            "Add people",
        ),
        Step(
            "Set the first goals",
            "Branches are compared with what they set themselves.",
            home.has_goals,
            url_for("goals.index", place=place.code),
            "Set goals",
        ),
    ]
