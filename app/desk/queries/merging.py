"""What a place would leave behind when another takes it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_at
from app.accounts.rules.states import AccountState
from app.consortia.models import Place
from app.goals.models import Goal
from app.goals.queries.plans import open_goals
from app.people.models import Membership, Position
from app.people.queries.positions import incumbencies_at, positions_at
from app.people.queries.roles import memberships_at


@dataclass(frozen=True, slots=True)
class Left:
    """What hangs on a place itself, not on what stands below it."""

    accounts: Sequence[Account]
    positions: Sequence[Position]
    #: names of those in a position, by its id
    incumbents: dict[int, list[str]]
    goals: Sequence[Goal]
    roles: Sequence[Membership]


def left_behind(session: Session, place: Place, *, on: date) -> Left:
    """Its accounts in use, its positions with who is in them, its goals, and the roles held at it."""
    within = Scope(place.consortium_id, place.id, place.path)
    accounts = accounts_at(session, within=within)
    incumbents: dict[int, list[str]] = {}
    for each in incumbencies_at(session, within=within, on=on):
        incumbents.setdefault(each.position_id, []).append(each.person.name)
    return Left(
        accounts=[a for a in accounts if a.place_id == place.id and a.state is not AccountState.RETIRED],
        positions=[p for p in positions_at(session, within=within, on=on) if p.place_id == place.id],
        incumbents=incumbents,
        goals=open_goals(session, place, within=within, on=on),
        roles=[role for role in memberships_at(session, within=within) if role.place_id == place.id],
    )
