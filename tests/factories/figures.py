"""What tests of standings stand on: daily figures as a pull brings them, a branch's strategy, goals and KPIs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure
from app.foundation.ids import new_id
from app.foundation.periods import Period, add_months, month_of
from app.goals import actions as goals
from app.goals.actions import GoalTerms, KpiTerms
from app.goals.models import Goal, Kpi
from app.goals.rules import Target
from app.metrics.actions.storing import store_batch
from app.metrics.models import Run
from app.metrics.rules.days import DailyFigures
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState, Tally
from app.scorecards.actions import rebuild
from tests.factories.world import AT, World

#: the last whole quarter before the world is made
QUARTER = Period(date(2026, 8, 1), date(2026, 10, 31))
#: the twelve months before that: what curves are drawn of
MONTHS = [month_of(add_months(QUARTER.last, -step)) for step in range(12)]
#: when strategies and targets of tests begin
BEGIN = date(2026, 1, 1)
END = date(2028, 12, 31)


def give_days(session: Session, account: Account, period: Period, *, every: int = 1, **figures: int) -> None:
    """Each figure on every day of the period, or on every so-manyeth, stored as a pull stores it."""
    run = Run(
        consortium_id=account.consortium_id,
        account_id=account.id,
        kind=RunKind.PULL,
        state=RunState.DONE,
        started_at=AT,
    )
    session.add(run)
    session.flush()
    days = [
        DailyFigures(
            period.first + timedelta(days=step),
            {Metric(name): Figure.of(value) for name, value in figures.items()},
        )
        for step in range(0, period.days, every)
    ]
    store_days(session, account, days, run=run, source=Source.PULL, at=AT)


def store_days(
    session: Session, account: Account, days: Sequence[DailyFigures], *, run: Run, source: Source, at: datetime
) -> Tally:
    """Days of one account, written as a run brings them."""
    rows = [AccountDay(account.id, entry.day, entry.figures) for entry in days]
    return store_batch(session, rows, run=run, source=source, at=at)


def measure(session: Session, world: World, *periods: Period) -> None:
    """Scorecards of the periods that a test reads, of the quarter if none is named: a worker rebuilds all fifteen."""
    for period in periods or (QUARTER,):
        rebuild(session, within=Scope(world.consortium.id), period=period, at=AT)
    session.commit()


def set_goal(session: Session, world: World, place: Place, title: str = "Answer people") -> Goal:
    """A goal under a strategy, owned by the manager's position."""
    if not session.info.get(f"strategy-{place.id}"):
        goals.write_strategy(
            session,
            place,
            statement="Be the first place people ask.",
            first_on=BEGIN,
            last_on=END,
            by=world.machine,
            at=AT,
        )
        session.info[f"strategy-{place.id}"] = True
    terms = GoalTerms(title, world.manager_position, date(2027, 6, 30))
    return goals.add_goal(session, place, terms, by=world.machine, at=AT, on=AT.date())


def set_kpi(
    session: Session, world: World, goal: Goal, definition: str, target: float | None, upper: float | None = None
) -> Kpi:
    """A KPI of the goal with a target in force since the year began."""
    terms = KpiTerms(
        definition=definition,
        owner=None,
        baseline=50.0,
        baseline_on=BEGIN,
        aim=None if target is None else Target(target, upper),
        from_on=BEGIN,
        due_on=date(2027, 6, 30),
    )
    return goals.add_kpi(session, goal, terms, by=world.machine, at=AT, on=AT.date())


def add_branches(session: Session, world: World, count: int, *, residents: int = 10_000) -> list[tuple[Place, Account]]:
    """More branches of the library, each with a Mastodon account."""
    enter_tenant(session, world.consortium.id)
    made = []
    for number in range(1, count + 1):
        place_id = new_id()
        code = f"{world.east.code}-{number}"
        branch = Place(
            id=place_id,
            consortium_id=world.consortium.id,
            kind=PlaceKind.BRANCH,
            code=code,
            name=f"Branch {number}",
            parent_id=world.library.id,
            path=f"{world.library.path}{place_id}/",
            population=residents,
            population_method=world.east.population_method,
        )
        session.add(branch)
        session.flush()
        account = Account(
            consortium_id=world.consortium.id,
            place_id=place_id,
            platform="mastodon",
            handle=f"@{code}@social.example",
            url=f"https://social.example/@{code}",
            opened_on=world.account.opened_on,
        )
        session.add(account)
        session.flush()
        made.append((branch, account))
    return made
