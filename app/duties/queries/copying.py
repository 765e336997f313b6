"""What copying the duties of one place would give at another: matched line by line; nothing is written."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_serving
from app.consortia.models import Place
from app.consortia.rules.places import ids_in
from app.duties.models import Assignment, DutyExemption
from app.duties.queries.load import incumbents_of
from app.duties.rules.assigning import refuse_absurd_hours
from app.duties.rules.catalogue import Family
from app.duties.rules.copying import only_one, same_title
from app.foundation.errors import Refused
from app.foundation.searching import at_or_below, holds_words
from app.people.models import Person, Position, Team
from app.people.queries.positions import positions_at, teams_of
from app.platforms.catalogue import get_platform

#: places offered to copy from
_MOST = 20
_Cell = tuple[int, Family]


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment of the other place, and what it would become here."""

    source: Assignment
    #: the account here, None where none fits
    account: Account | None = None
    #: who would hold it here, None where nobody fits
    holder: Position | Team | None = None
    #: who is in the position
    people: Sequence[Person] = ()
    #: why it is left out; "" where it would be given
    why_not: str = ""


@dataclass(slots=True)
class _Here:
    """The place that is copied to, as it stands; cells fill as lines are planned."""

    accounts: Sequence[Account]
    positions: Sequence[Position]
    teams: Sequence[Team]
    people: dict[int, list[Person]]
    exempt: dict[_Cell, str]
    #: what a cell holds from the day on, by role
    titles: dict[tuple[_Cell, bool], str]
    #: the people in a cell
    busy: dict[_Cell, set[int]] = field(default_factory=lambda: defaultdict(set))


def places_to_copy(
    session: Session, place: Place, *, within: Scope, paths: Collection[str], on: date, words: str = ""
) -> list[tuple[Place, int]]:
    """Other places at or below ``paths`` with duties held on a day, those with the most first; twenty at most."""
    count = sa.func.count(Assignment.id)
    rows = session.execute(
        sa.select(Place, count)
        .join(Assignment, sa.and_(Assignment.consortium_id == Place.consortium_id, Assignment.place_id == Place.id))
        .where(
            Place.consortium_id == within.consortium_id,
            Assignment.consortium_id == within.consortium_id,
            Place.id != place.id,
            at_or_below(Place.path, list(paths)),
            holds_words(words, Place.name, Place.code),
            *_held_on(on),
        )
        .group_by(*Place.__table__.columns)
        .order_by(count.desc(), Place.name, Place.id)
        .limit(_MOST)
    )
    return [(found, number) for found, number in rows]


def lines_to_copy(session: Session, source: Place, place: Place, *, within: Scope, on: date) -> list[Line]:
    """What the source holds on a day, each with what it would become here or why not; a handful of statements."""
    here = _here(session, place, within=within, on=on)
    return [_line(each, here, place) for each in _assignments(session, source, within=within, on=on)]


def copied_with(session: Session, assignment: Assignment, *, within: Scope) -> Sequence[Assignment]:
    """Everything that was given at the same place in the same deed."""
    return session.scalars(
        sa.select(Assignment)
        .join(Account, sa.and_(Account.consortium_id == Assignment.consortium_id, Account.id == Assignment.account_id))
        .where(
            Assignment.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Assignment.place_id == assignment.place_id,
            Assignment.recorded_at == assignment.recorded_at,
        )
        .options(contains_eager(Assignment.account))
        .order_by(Assignment.id)
    ).all()


def _line(source: Assignment, here: _Here, place: Place) -> Line:
    account, why = _account(source, here)
    if account is None:
        return Line(source, why_not=why)
    cell, taken = (account.id, source.family), _taken(source, here, account)
    holder, nobody = _holder(source, here, place)
    people = here.people.get(holder.id, ()) if isinstance(holder, Position) else ()
    why = taken or nobody or _unfit(source, holder, people, here.busy[cell])
    if not why and holder is not None:
        here.titles[cell, source.is_primary] = _name_of(holder)
        here.busy[cell] |= {person.id for person in people}
    return Line(source, account, holder, people, why)


def _account(source: Assignment, here: _Here) -> tuple[Account | None, str]:
    """The same account where it is shared, else the only one of its platform."""
    if any(each.id == source.account_id for each in here.accounts):
        return next(each for each in here.accounts if each.id == source.account_id), ""
    platform = get_platform(source.account.platform).label
    fitting = [each for each in here.accounts if each.platform == source.account.platform]
    return only_one(
        fitting, none=f"No account on {platform} here", many=f"Several accounts on {platform} here: assign it by hand"
    )


def _taken(source: Assignment, here: _Here, account: Account) -> str:
    """What stands there already is never touched."""
    cell = (account.id, source.family)
    if reason := here.exempt.get(cell):
        return f"Not needed here: {reason}"
    if title := here.titles.get((cell, source.is_primary)):
        return f"{'Primary' if source.is_primary else 'Backup'} here already: “{title}”"
    return ""


def _holder(source: Assignment, here: _Here, place: Place) -> tuple[Position | Team | None, str]:
    """Whoever serves both places, else the one of the same title here."""
    above = set(ids_in(place.path)) - {place.id}
    if source.team is not None:
        name, all_teams = source.team.name, here.teams
        if source.team.place_id in above:
            return source.team, ""
        own = [team for team in all_teams if team.place_id == place.id and same_title(team.name, name)]
        return only_one(own, none=f"No team “{name}” here", many=f"Several teams “{name}” here")
    if source.position is None:
        return None, "Nobody holds it there"
    title = source.position.title
    if source.position.place_id in above:
        return source.position, ""
    fitting = [each for each in here.positions if same_title(each.title, title)]
    return only_one(fitting, none=f"No position “{title}” here", many=f"Several positions “{title}” here")


def _unfit(source: Assignment, holder: Position | Team | None, people: Sequence[Person], busy: Collection[int]) -> str:
    if any(person.id in busy for person in people):
        return "The same person would be primary and backup"
    contracted = holder.contracted_hours if isinstance(holder, Position) else None
    try:
        refuse_absurd_hours(source.hours_per_week, contracted=contracted)
    except Refused as refusal:
        return str(refusal)
    return ""


def _here(session: Session, place: Place, *, within: Scope, on: date) -> _Here:
    positions = [each for each in positions_at(session, within=_scope(place), on=on) if each.place_id == place.id]
    held = _assignments(session, place, within=within, on=on, is_later_too=True)
    shared = _assignments_positions(session, place, within=within, on=on)
    ids = {each.id for each in positions} | {each.position_id for each in held if each.position_id} | shared
    people = incumbents_of(session, ids, within=within, on=on)
    here = _Here(
        accounts=accounts_serving(session, place, within=within),
        positions=positions,
        teams=teams_of(session, within=within),
        people=people,
        exempt=_exempt(session, place, within=within, on=on),
        titles={((each.account_id, each.family), each.is_primary): _held_by(each) for each in held},
    )
    for each in held:
        here.busy[each.account_id, each.family] |= {person.id for person in people.get(each.position_id or 0, ())}
    return here


def _assignments_positions(session: Session, place: Place, *, within: Scope, on: date) -> set[int]:
    """Positions above the place, which may serve it as they serve others."""
    above = set(ids_in(place.path)) - {place.id}
    statement = (
        sa.select(Position.id)
        .where(
            Position.consortium_id == within.consortium_id,
            Position.place_id.in_(above),
            sa.or_(Position.closed_on.is_(None), Position.closed_on > on),
        )
        .order_by(Position.id)
    )
    return set(session.scalars(statement))


def _exempt(session: Session, place: Place, *, within: Scope, on: date) -> dict[_Cell, str]:
    rows = session.execute(
        sa.select(DutyExemption.account_id, DutyExemption.family, DutyExemption.reason)
        .where(
            DutyExemption.consortium_id == within.consortium_id,
            DutyExemption.place_id == place.id,
            sa.or_(DutyExemption.last_on.is_(None), DutyExemption.last_on >= on),
        )
        .order_by(DutyExemption.id)
    )
    return {(account_id, family): reason for account_id, family, reason in rows}


def _assignments(
    session: Session, place: Place, *, within: Scope, on: date, is_later_too: bool = False
) -> Sequence[Assignment]:
    """What a place's matrix holds on a day, or from it on, primaries before their backups."""
    statement = (
        sa.select(Assignment)
        .join(Account, sa.and_(Account.consortium_id == Assignment.consortium_id, Account.id == Assignment.account_id))
        .outerjoin(
            Position,
            sa.and_(Position.consortium_id == Assignment.consortium_id, Position.id == Assignment.position_id),
        )
        .outerjoin(Team, sa.and_(Team.consortium_id == Assignment.consortium_id, Team.id == Assignment.team_id))
        .where(
            Assignment.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Assignment.place_id == place.id,
            *(_held_on(on)[1:] if is_later_too else _held_on(on)),
        )
        .options(
            contains_eager(Assignment.account), contains_eager(Assignment.position), contains_eager(Assignment.team)
        )
        .order_by(Account.platform, Account.id, Assignment.family, Assignment.is_primary.desc(), Assignment.id)
    )
    return session.scalars(statement).all()


def _held_on(on: date) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return Assignment.first_on <= on, sa.or_(Assignment.last_on.is_(None), Assignment.last_on >= on)


def _held_by(assignment: Assignment) -> str:
    holder = assignment.team or assignment.position
    return _name_of(holder) if holder else ""


def _name_of(holder: Position | Team) -> str:
    return holder.name if isinstance(holder, Team) else holder.title


def _scope(place: Place) -> Scope:
    return Scope(place.consortium_id, place.id, place.path)
