"""What needs many rooms at once: founding a consortium with its first admin, merging two places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Role, Scope
from app.accounts.actions.moving import move_account
from app.accounts.actions.tools import hand_on_tools
from app.accounts.models import Account
from app.consortia import actions as consortia
from app.consortia import queries as places
from app.consortia.models import Consortium, Place
from app.consortia.rules import OpenPeriod, Week
from app.duties.actions import follow_account
from app.foundation.clock import local_day
from app.foundation.crypto import new_token, token_hash
from app.people.actions.links import invite
from app.people.actions.moving import move_position
from app.people.actions.persons import add_person
from app.people.actions.roles import grant
from app.people.models import LinkToken, Position
from app.people.rules import SET_UP_LINK_LASTS, LinkPurpose


@dataclass(frozen=True, slots=True)
class Founded:
    """A new consortium and the token of its first admin's one-time link."""

    consortium: Consortium
    token: str


def found_consortium(
    session: Session, *, name: str, slug: str, admin_name: str, admin_email: str, at: datetime
) -> Founded:
    """A consortium, its root place, and an admin who may sign in through the link; refuses a bad slug or address."""
    consortium = consortia.create_consortium(session, name=name, slug=slug, at=at)
    by = Actor.machine("Set-up", consortium_id=consortium.id)
    admin = add_person(session, name=admin_name, email=admin_email, by=by, at=at)
    root = places.root_of(session, within=Scope(consortium_id=consortium.id))
    grant(session, admin, Role.CONSORTIUM_ADMIN, root, by=by, at=at)
    return Founded(consortium, invite(session, admin, by=by, at=at))


#: the periods of each day of a week, Monday first
Days = tuple[tuple[OpenPeriod, ...], ...]


@dataclass(frozen=True, slots=True)
class FirstTerms:
    """What set-up asks once; ``days`` None leaves the working hours for later."""

    time_zone: str
    fiscal_year_start_month: int
    days: Days | None = None


def settle_first(session: Session, consortium: Consortium, terms: FirstTerms, *, at: datetime) -> None:
    """The new consortium's clock, year and working hours; the hours are those of its root, for all below it."""
    by = Actor.machine("Set-up", consortium_id=consortium.id)
    consortia.settle(
        session, time_zone=terms.time_zone, fiscal_year_start_month=terms.fiscal_year_start_month, by=by, at=at
    )
    if terms.days is not None:
        root = places.root_of(session, within=Scope(consortium.id))
        week = Week(local_day(at, terms.time_zone), terms.days)
        consortia.set_hours(session, root, week, by=by, at=at)


def make_first_set_up_link(session: Session, *, at: datetime) -> str | None:
    """As :func:`make_set_up_link` where no consortium is left; None where there is one."""
    return None if places.all_consortia(session) else make_set_up_link(session, at=at)


def make_set_up_link(session: Session, *, at: datetime) -> str:
    """The token of a one-time link with which somebody founds a consortium in the browser."""
    token = new_token()
    session.add(LinkToken(token_hash=token_hash(token), purpose=LinkPurpose.SET_UP, expires_at=at + SET_UP_LINK_LASTS))
    session.flush()
    return token


@dataclass(frozen=True, slots=True)
class Merging:
    """One place taken in by another on a day, with what moves along."""

    into: Place
    on: date
    accounts: Sequence[Account]
    positions: Sequence[Position]


def merge_places(session: Session, place: Place, merging: Merging, *, by: Actor, at: datetime) -> None:
    """Close a place as merged, and move the chosen accounts, with the duties on them, and positions to its successor.

    What it uses beside us goes with it. What is not chosen stays with the closed place. Refuses what cannot be merged.
    """
    consortia.merge(session, place, into=merging.into, on=merging.on, by=by, at=at)
    for account in merging.accounts:
        move_account(session, account, to=merging.into, by=by, at=at)
        follow_account(session, account, former=place, to=merging.into)
    for position in merging.positions:
        move_position(session, position, to=merging.into, by=by, at=at)
    hand_on_tools(session, place, to=merging.into, on=merging.on, by=by, at=at)
