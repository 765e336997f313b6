"""What people set themselves: a strategy, goals, KPIs, targets from a date, events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.access.rules import Actor, Scope
from app.background.actions import ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.foundation.periods import Period
from app.goals import queries
from app.goals.models import Goal, GoalEvent, Kpi, Strategy, Target
from app.goals.rules import Direction
from app.goals.rules import Kpi as Definition
from app.goals.rules import Target as Aim
from app.goals.rules import get_kpi as definition_of
from app.history.actions import record
from app.history.rules import Deed
from app.people.models import Position

#: enough to say what matters; more cannot be pursued at once
MOST_GOALS = 8
_SMALLEST_SHARE, _LARGEST_SHARE = 0.0, 100.0


@dataclass(frozen=True, slots=True)
class GoalTerms:
    """What a goal says: its words, who answers for it, by when."""

    title: str
    owner: Position | None
    due_on: date


@dataclass(frozen=True, slots=True)
class KpiTerms:
    """What a KPI starts with; ``aim`` None where the target comes later."""

    definition: str
    owner: Position | None
    baseline: float | None
    baseline_on: date | None
    aim: Aim | None
    from_on: date
    due_on: date


def write_strategy(
    session: Session, place: Place, *, statement: str, first_on: date, last_on: date, by: Actor, at: datetime
) -> Strategy:
    """Write what a place wants from social media; the one before ends the day before this one begins.

    Refuses a period that ends before it starts and one that begins no later than the strategy before it.
    """
    if last_on <= first_on:
        raise Refused("The strategy ends before it starts. Choose a later last day.", field="last_on")
    within = _scope(place)
    before = next(iter(queries.strategies_of(session, place, within=within)), None)
    if before is not None and before.first_on >= first_on:
        raise Refused(
            "A strategy that starts on that day or later is written already. Choose a later first day.",
            field="first_on",
        )
    if before is not None and before.last_on >= first_on:
        before.last_on = first_on - timedelta(days=1)
    strategy = Strategy(
        consortium_id=place.consortium_id,
        place_id=place.id,
        statement=statement,
        first_on=first_on,
        last_on=last_on,
    )
    session.add(strategy)
    session.flush()
    _record(
        session, Deed.STRATEGY_SET, strategy, place, by=by, at=at, detail={"first_on": first_on, "last_on": last_on}
    )
    return strategy


def add_goal(session: Session, place: Place, terms: GoalTerms, *, by: Actor, at: datetime, on: date) -> Goal:
    """Set a goal under the strategy of the day; refuses without one, beyond eight, the same title twice."""
    within = _scope(place)
    strategy = queries.current_strategy(session, place, within=within, on=on)
    if strategy is None:
        raise Refused("Write the strategy first: a goal belongs to one.")
    goals = queries.open_goals(session, place, within=within, on=on)
    _refuse_double(goals, terms.title)
    if len(goals) >= MOST_GOALS:
        raise Refused(f"There are {MOST_GOALS} goals already. End one before setting another.")
    if terms.due_on <= on:
        raise Refused("Choose a day after today.", field="due_on")
    goal = Goal(
        consortium_id=place.consortium_id,
        strategy_id=strategy.id,
        place_id=place.id,
        title=terms.title,
        owner_id=terms.owner.id if terms.owner else None,
        due_on=terms.due_on,
    )
    session.add(goal)
    session.flush()
    set_committed_value(goal, "place", place)
    _record(session, Deed.GOAL_SET, goal, place, by=by, at=at, detail=_told(terms))
    _ask_rebuild(session, place, at=at)
    return goal


def change_goal(session: Session, goal: Goal, terms: GoalTerms, *, by: Actor, at: datetime, on: date) -> None:
    """Change a goal's words, owner or day; refuses one that has ended and a title that another goal has."""
    _refuse_ended(goal, on=on)
    others = [o for o in queries.open_goals(session, goal.place, within=_scope(goal.place), on=on) if o.id != goal.id]
    _refuse_double(others, terms.title)
    goal.title, goal.due_on = terms.title, terms.due_on
    goal.owner_id = terms.owner.id if terms.owner else None
    _record(session, Deed.GOAL_SET, goal, goal.place, by=by, at=at, detail=_told(terms))
    _ask_rebuild(session, goal.place, at=at)


def end_goal(session: Session, goal: Goal, *, by: Actor, at: datetime, on: date) -> None:
    """End a goal and its KPIs with this day; periods that are over keep how they stood."""
    _refuse_ended(goal, on=on)
    for kpi in queries.open_kpis(session, goal.place, within=_scope(goal.place), on=on):
        if kpi.goal_id == goal.id:
            kpi.ended_on = on
    goal.ended_on = on
    _record(session, Deed.GOAL_ENDED, goal, goal.place, by=by, at=at, detail={"title": goal.title, "ended_on": on})
    _ask_rebuild(session, goal.place, at=at)


def add_kpi(session: Session, goal: Goal, terms: KpiTerms, *, by: Actor, at: datetime, on: date) -> Kpi:
    """Measure a goal by a KPI of the dictionary; refuses one that the place is measured by already."""
    _refuse_ended(goal, on=on)
    definition = definition_of(terms.definition)
    if definition.direction is None or not definition.may_have_target:
        raise Refused("This KPI cannot have a target yet. Choose another.", field="definition")
    held = queries.open_kpis(session, goal.place, within=_scope(goal.place), on=on)
    if twin := next((kpi for kpi in held if kpi.definition == definition.id), None):
        raise Refused(f"“{definition.name}” measures “{twin.goal.title}” already.", field="definition")
    if terms.aim is not None:
        _refuse_aim(definition, terms.aim, from_on=terms.from_on, due_on=terms.due_on)
    kpi = Kpi(
        consortium_id=goal.consortium_id,
        goal_id=goal.id,
        place_id=goal.place_id,
        definition=definition.id,
        direction=definition.direction,
        owner_id=terms.owner.id if terms.owner else None,
        baseline=terms.baseline,
        baseline_on=terms.baseline_on,
    )
    session.add(kpi)
    session.flush()
    set_committed_value(kpi, "place", goal.place)
    set_committed_value(kpi, "goal", goal)
    detail = {"definition": definition.id, "baseline": terms.baseline, "owner": _title(terms.owner)}
    _record(session, Deed.KPI_SET, kpi, goal.place, by=by, at=at, detail=detail)
    if terms.aim is not None:
        _add_target(session, kpi, goal.place, terms.aim, from_on=terms.from_on, due_on=terms.due_on, by=by, at=at)
    _ask_rebuild(session, goal.place, at=at)
    return kpi


def set_target(session: Session, kpi: Kpi, aim: Aim, *, from_on: date, due_on: date, by: Actor, at: datetime) -> Target:
    """Set a new target from a day on; earlier periods keep the target that was in force on their last day.

    Refuses a day that is not later than the newest target's, since that would rewrite what was judged.
    """
    newest = next(iter(queries.targets_of(session, kpi, within=_scope(kpi.place))), None)
    if newest is not None and from_on <= newest.from_on:
        raise Refused(
            f"The newest target holds from {newest.from_on:%b} {newest.from_on.day}, {newest.from_on.year}."
            " Choose a later day: what was judged stays as it was.",
            field="from_on",
        )
    _refuse_aim(definition_of(kpi.definition), aim, from_on=from_on, due_on=due_on)
    target = _add_target(session, kpi, kpi.place, aim, from_on=from_on, due_on=due_on, by=by, at=at)
    _ask_rebuild(session, kpi.place, at=at)
    return target


def note_event(session: Session, place: Place, *, happened_on: date, words: str, by: Actor, at: datetime) -> GoalEvent:
    """Note what happened at a place, to be read beside a curve; refuses the same event twice."""
    period = Period(happened_on, happened_on)
    if any(e.words == words for e in queries.events_of(session, place, within=_scope(place), period=period)):
        raise Refused("This event is noted already.")
    noted = GoalEvent(consortium_id=place.consortium_id, place_id=place.id, happened_on=happened_on, words=words)
    session.add(noted)
    session.flush()
    detail = {"happened_on": happened_on, "words": words}
    _record(session, Deed.EVENT_NOTED, noted, place, by=by, at=at, detail=detail)
    return noted


def _add_target(
    session: Session, kpi: Kpi, place: Place, aim: Aim, *, from_on: date, due_on: date, by: Actor, at: datetime
) -> Target:
    target = Target(
        consortium_id=kpi.consortium_id,
        kpi_id=kpi.id,
        value=aim.value,
        upper=aim.upper,
        from_on=from_on,
        due_on=due_on,
        set_at=at,
    )
    session.add(target)
    session.flush()
    detail = {
        "definition": kpi.definition,
        "value": aim.value,
        "upper": aim.upper,
        "from_on": from_on,
        "due_on": due_on,
    }
    _record(session, Deed.TARGET_SET, target, place, by=by, at=at, detail=detail)
    return target


def _refuse_aim(definition: Definition, aim: Aim, *, from_on: date, due_on: date) -> None:
    if definition.direction is Direction.BAND and aim.upper is None:
        raise Refused("This KPI has a band. Give its upper edge as well.", field="upper")
    if definition.direction is not Direction.BAND and aim.upper is not None:
        raise Refused("Only a KPI with a band has an upper edge. Leave it empty.", field="upper")
    if definition.unit == "%" and not _SMALLEST_SHARE <= aim.value <= _LARGEST_SHARE:
        raise Refused("A share lies between 0 and 100.", field="value")
    if due_on < from_on:
        raise Refused("The target is due before it holds. Choose a later day.", field="due_on")


def _refuse_double(goals: Iterable[Goal], title: str) -> None:
    if any(goal.title.casefold() == title.casefold() for goal in goals):
        raise Refused("There is a goal with this title already.", field="title")


def _refuse_ended(goal: Goal, *, on: date) -> None:
    if goal.ended_on is not None and goal.ended_on <= on:
        raise Refused("This goal has ended. Set a new one instead.")


def _told(terms: GoalTerms) -> Mapping[str, object]:
    return {"title": terms.title, "owner": _title(terms.owner), "due_on": terms.due_on}


def _title(position: Position | None) -> str | None:
    return position.title if position else None


def _scope(place: Place) -> Scope:
    return Scope(place.consortium_id, place.id, place.path)


def _record(
    session: Session,
    deed: Deed,
    subject: Strategy | Goal | Kpi | Target | GoalEvent,
    place: Place,
    *,
    by: Actor,
    at: datetime,
    detail: Mapping[str, object],
) -> None:
    record(session, deed, subject, by=by, at=at, place_path=place.path, detail=detail)


def _ask_rebuild(session: Session, place: Place, *, at: datetime) -> None:
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=place.consortium_id, at=at, key="all")
