"""The consortium on which we measure, its figures aside: places, accounts, and a goal with six targets a branch."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from app.access.rules import Actor, Role, Scope
from app.accounts.models import Account
from app.accounts.rules import Connection
from app.consortia.actions import create_consortium
from app.consortia.models import BranchDetail, LibraryDetail, Place
from app.consortia.queries import root_of, settings_of
from app.consortia.rules import BranchType, PlaceKind, PopulationMethod
from app.foundation.crypto import Passwords
from app.foundation.ids import new_id
from app.goals.models import Goal, Kpi, Strategy, Target
from app.goals.rules import Direction
from app.metrics.models import Run
from app.metrics.rules.runs import RunKind, RunState
from app.people.actions.persons import add_person
from app.people.actions.roles import grant
from app.people.models import Login, LoginConsortium, Position
from bench.sizes import AS_OF, Size

SLUG = "measured"
EMAIL, PASSWORD = "director@measured.example", "long enough to measure with"
AT = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 17, tzinfo=UTC)
#: what every branch sets itself: KPI, direction, target and (for a band) its upper end
TARGETS = (
    ("K06", Direction.BAND, 3.0, 8.0),
    ("K13", Direction.UP, 0.3, None),
    ("K14", Direction.DOWN, 70.0, None),
    ("K16", Direction.UP, 1.0, None),
    ("K17", Direction.UP, 60.0, None),
    ("K28", Direction.UP, 80.0, None),
)
#: the platforms of a branch's first, second ... account
PLATFORMS = ("facebook", "instagram", "mastodon", "google", "youtube", "blog")
_LOCALES = ("11", "21", "32", "42")
_RESIDENTS = (8.9, 0.8)  # of the lognormal distribution: half of all branches have 7,300 or more
_LAST_RESIDENTS = 250_000


def write_consortium(session: Session, size: Size) -> tuple[int, int]:
    """Everything but figures, in the caller's transaction; the ids of the consortium and of the run of its figures."""
    consortium = create_consortium(session, name="The measured consortium", slug=SLUG, at=AT)
    by = Actor.machine("Benchmark", consortium_id=consortium.id)
    within = Scope(consortium_id=consortium.id)
    settings = settings_of(session, within=within)
    settings.is_demo, settings.demo_as_of = True, AS_OF  # nothing is due, and today is a fixed day
    settings.names_shared_on = size.days.first
    root = root_of(session, within=within)
    _write_director(session, root, by=by)
    branches = _write_places(session, root, size)
    session.add_all(_accounts(branches, size))
    session.flush()
    run = Run(
        id=new_id(),
        consortium_id=root.consortium_id,
        kind=RunKind.DEMO,
        state=RunState.DONE,
        started_at=AT,
        ended_at=AT,
    )
    session.add(run)
    session.flush()
    return consortium.id, run.id


def _write_director(session: Session, root: Place, *, by: Actor) -> None:
    person = add_person(session, name="Dana Director", email=EMAIL, by=by, at=AT)
    grant(session, person, Role.DIRECTOR, root, by=by, at=AT - timedelta(days=1))
    login = Login(email=EMAIL, password_hash=Passwords(cheap=True).hash(PASSWORD), created_at=AT)
    session.add(login)
    session.flush()
    session.add(LoginConsortium(login_id=login.id, consortium_id=by.consortium_id, person_id=person.id))


def _write_places(session: Session, root: Place, size: Size) -> list[Place]:
    """The branches, dealt out to the libraries in turn; a floor of the tree at a time, as foreign keys want it."""
    dice = Random(SLUG)  # noqa: S311 - figures to measure with, no secrets
    libraries = [_place(root, PlaceKind.LIBRARY, f"library-{n:03}", f"Library {n}") for n in range(size.libraries)]
    session.add_all(libraries)
    session.flush()
    owners = [_position(library) for library in libraries]
    session.add_all(owners)
    session.add_all(_library_detail(library, number) for number, library in enumerate(libraries))
    branches = []
    for number in range(size.branches):
        library = libraries[number % size.libraries]
        branch = _place(library, PlaceKind.BRANCH, f"branch-{number:05}", f"Branch {number}")
        branch.population = min(round(dice.lognormvariate(*_RESIDENTS)), _LAST_RESIDENTS)
        branches.append(branch)
    session.add_all(branches)
    session.flush()
    session.add_all(_branch_detail(branch, number) for number, branch in enumerate(branches))
    session.flush()
    _write_goals(session, branches, owners, since=size.days.first)
    return branches


def _place(parent: Place, kind: PlaceKind, code: str, name: str) -> Place:
    made = new_id()
    return Place(
        id=made,
        consortium_id=parent.consortium_id,
        kind=kind,
        code=code,
        name=name,
        parent_id=parent.id,
        path=f"{parent.path}{made}/",
        population_method=PopulationMethod.CARDHOLDERS if kind is PlaceKind.BRANCH else None,
    )


def _position(library: Place) -> Position:
    return Position(
        id=new_id(),
        consortium_id=library.consortium_id,
        place_id=library.id,
        title="Social media librarian",
        contracted_hours=Decimal(40),
        agreed_hours=Decimal(8),
    )


def _library_detail(library: Place, number: int) -> LibraryDetail:
    return LibraryDetail(consortium_id=library.consortium_id, place_id=library.id, fscs_key=f"XX{number:04}")


def _branch_detail(branch: Place, number: int) -> BranchDetail:
    return BranchDetail(
        consortium_id=branch.consortium_id,
        place_id=branch.id,
        branch_type=BranchType.BRANCH,
        locale=_LOCALES[number % len(_LOCALES)],
    )


def _write_goals(session: Session, branches: list[Place], owners: list[Position], *, since: date) -> None:
    """A strategy, a goal and six KPIs with a target a branch; a table at a time, as foreign keys want it."""
    strategies = [_strategy(branch, since) for branch in branches]
    goals = [_goal(strategy, owners[n % len(owners)]) for n, strategy in enumerate(strategies)]
    kpis = [_kpi(goal, definition, direction) for goal in goals for definition, direction, _, _ in TARGETS]
    targets = [_target(kpi, *TARGETS[n % len(TARGETS)][2:], since=since) for n, kpi in enumerate(kpis)]
    for rows in (strategies, goals, kpis, targets):
        session.add_all(rows)
        session.flush()


def _strategy(branch: Place, since: date) -> Strategy:
    return Strategy(
        id=new_id(),
        consortium_id=branch.consortium_id,
        place_id=branch.id,
        statement="Be heard and answer.",
        first_on=since,
        last_on=AS_OF,
    )


def _goal(strategy: Strategy, owner: Position) -> Goal:
    return Goal(
        id=new_id(),
        consortium_id=strategy.consortium_id,
        place_id=strategy.place_id,
        strategy_id=strategy.id,
        title="A conversation",
        owner_id=owner.id,
        due_on=AS_OF,
    )


def _kpi(goal: Goal, definition: str, direction: Direction) -> Kpi:
    return Kpi(
        id=new_id(),
        consortium_id=goal.consortium_id,
        place_id=goal.place_id,
        goal_id=goal.id,
        definition=definition,
        direction=direction,
        owner_id=goal.owner_id,
    )


def _target(kpi: Kpi, value: float, upper: float | None, *, since: date) -> Target:
    return Target(
        consortium_id=kpi.consortium_id,
        kpi_id=kpi.id,
        value=value,
        upper=upper,
        from_on=since,
        due_on=AS_OF,
        set_at=AT,
    )


def _accounts(branches: list[Place], size: Size) -> Iterator[Account]:
    """Dealt out in turn: four or five a branch at size M."""
    for number in range(size.accounts):
        branch = branches[number % len(branches)]
        platform = PLATFORMS[number // len(branches)]
        handle = f"{branch.code}-{platform}"
        yield Account(
            id=new_id(),
            consortium_id=branch.consortium_id,
            place_id=branch.id,
            platform=platform,
            handle=handle,
            url=f"https://{platform}.example/{handle}",
            opened_on=size.days.first,
            connection=Connection.WORKING,
            connection_since=AT,
            last_pull_at=AT,
            newest_figure_on=AS_OF,
        )
