"""Adding positions and teams, putting people into positions and out of them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.actions.leaving import note_return
from app.people.models import Incumbency, Person, Position, Team, TeamMember
from app.people.queries.positions import get_position, incumbencies_of, incumbents_from
from app.web.filters import day, join_and


def add_position(
    session: Session,
    place: Place,
    *,
    title: str,
    contracted_hours: Decimal | None,
    agreed_hours: Decimal | None,
    by: Actor,
    at: datetime,
) -> Position:
    """Add a job slot at a place; refuses more hours for social media than the contract has."""
    title = _checked(title, contracted_hours=contracted_hours, agreed_hours=agreed_hours)
    position = Position(
        consortium_id=place.consortium_id,
        place_id=place.id,
        title=title,
        contracted_hours=contracted_hours,
        agreed_hours=agreed_hours,
    )
    session.add(position)
    session.flush()
    record(session, Deed.POSITION_ADDED, position, by=by, at=at, place_path=place.path, detail={"title": title})
    return position


def _checked(title: str, *, contracted_hours: Decimal | None, agreed_hours: Decimal | None) -> str:
    title = " ".join(title.split())
    if not title:
        raise Refused("Write the position's title.", field="title")
    if contracted_hours is not None and agreed_hours is not None and agreed_hours > contracted_hours:
        raise Refused("The hours for social media are more than the contract has.", field="agreed_hours")
    return title


def change_position(
    session: Session,
    position: Position,
    *,
    title: str,
    contracted_hours: Decimal | None,
    agreed_hours: Decimal | None,
    purpose: str,
    by: Actor,
    at: datetime,
) -> None:
    """Write other words or hours for a job slot; refuses more hours for social media than the contract has."""
    title = _checked(title, contracted_hours=contracted_hours, agreed_hours=agreed_hours)
    before = {
        "title_before": position.title,
        "contracted_hours_before": position.contracted_hours,
        "agreed_hours_before": position.agreed_hours,
    }
    position.title, position.purpose = title, purpose.strip()
    position.contracted_hours, position.agreed_hours = contracted_hours, agreed_hours
    session.flush()
    detail = {"title": title, "contracted_hours": contracted_hours, "agreed_hours": agreed_hours, **before}
    path = _path_of(session, position)
    record(session, Deed.POSITION_CHANGED, position, by=by, at=at, place_path=path, detail=detail)


def close_position(session: Session, position: Position, *, closed_on: date, by: Actor, at: datetime) -> None:
    """From this day on there is no such job slot; refuses one that somebody is in that day or later."""
    if position.closed_on is not None:
        raise Refused(f"It is closed since {day(position.closed_on)} already.", field="closed_on")
    within = Scope(position.consortium_id)
    staying = incumbents_from(session, position, within=within, on=closed_on)
    if staying:
        names = join_and(held.person.name for held in staying)
        raise Refused(f"{names} would still be in it. End that first, or choose a later day.", field="closed_on")
    position.closed_on = closed_on
    session.flush()
    detail = {"title": position.title, "closed_on": closed_on}
    path = _path_of(session, position)
    record(session, Deed.POSITION_CLOSED, position, by=by, at=at, place_path=path, detail=detail)


def move_to_position(
    session: Session,
    person: Person,
    position: Position,
    *,
    first_on: date,
    instead_of: Incumbency | None,
    by: Actor,
    at: datetime,
) -> Incumbency:
    """Begin in a position; ``instead_of`` ends the day before, None is a position beside what they do now."""
    if instead_of is not None:
        if instead_of.first_on >= first_on:
            raise Refused(f"They begin in the present one on {day(instead_of.first_on)} only.", field="first_on")
        end_incumbency(session, instead_of, last_on=first_on - timedelta(days=1), by=by, at=at)
    return put_in_position(session, person, position, first_on=first_on, by=by, at=at)


def put_in_position(
    session: Session, person: Person, position: Position, *, first_on: date, by: Actor, at: datetime
) -> Incumbency:
    """Begin an incumbency; refuses one that the person holds already and a closed position.

    Someone who had left is back with it, from a day after they left.
    """
    note_return(session, person, first_on=first_on, by=by, at=at)
    if position.closed_on and position.closed_on <= first_on:
        raise Refused("This position is closed.", field="position")
    open_now = [
        held
        for held in incumbencies_of(session, person, within=Scope(consortium_id=person.consortium_id))
        if held.position_id == position.id and (held.last_on is None or held.last_on >= first_on)
    ]
    if open_now:
        raise Refused(f"{person.name} holds this position already.", field="position")
    incumbency = Incumbency(
        consortium_id=person.consortium_id, position_id=position.id, person_id=person.id, first_on=first_on
    )
    session.add(incumbency)
    session.flush()
    path = _path_of(session, position)
    detail = {"person": person.name, "title": position.title}
    record(session, Deed.INCUMBENCY_BEGUN, incumbency, by=by, at=at, place_path=path, detail=detail)
    return incumbency


def end_incumbency(session: Session, incumbency: Incumbency, *, last_on: date, by: Actor, at: datetime) -> None:
    """End it on its last day; the position stays, and its duties show as uncovered from the day after."""
    if last_on < incumbency.first_on:
        raise Refused("The last day is before the first.", field="last_on")
    incumbency.last_on = last_on
    scope = Scope(consortium_id=incumbency.consortium_id)
    path = _path_of(session, get_position(session, incumbency.position_id, within=scope))
    record(session, Deed.INCUMBENCY_ENDED, incumbency, by=by, at=at, place_path=path, detail={"last_on": last_on})


def _path_of(session: Session, position: Position) -> str:
    scope = Scope(consortium_id=position.consortium_id)
    return consortia.get_place_by_id(session, position.place_id, within=scope).path


def add_team(session: Session, place: Place, *, name: str, positions: list[Position], by: Actor, at: datetime) -> Team:
    """Make a named set of positions at a place."""
    team = Team(consortium_id=place.consortium_id, place_id=place.id, name=name)
    session.add(team)
    session.flush()
    session.add_all(
        TeamMember(consortium_id=place.consortium_id, team_id=team.id, position_id=position.id)
        for position in positions
    )
    session.flush()
    detail = {"name": name, "positions": ", ".join(position.title for position in positions)}
    record(session, Deed.TEAM_MADE, team, by=by, at=at, place_path=place.path, detail=detail)
    return team
