"""Reading logins and sessions (before a tenant is known) and people, positions and roles (within one)."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Actor, Grant, Role, Scope
from app.consortia.models import Consortium, Place
from app.foundation.crypto import token_hash
from app.foundation.errors import NotFound
from app.people.models import (
    Incumbency,
    Invitation,
    LinkToken,
    Login,
    LoginConsortium,
    LoginSession,
    Membership,
    Person,
    Position,
    SignInAttempt,
    Team,
    TeamMember,
)
from app.people.rules import LOCK_WINDOW


def find_login(session: Session, email: str) -> Login | None:
    """The login with this address, in lower case."""
    return session.scalar(sa.select(Login).where(Login.email == email))


def find_live_session(session: Session, token: str, *, at: datetime) -> LoginSession | None:
    """The signed-in browser that holds this token, unless it ended, expired or was revoked."""
    return session.scalar(
        sa.select(LoginSession).where(
            LoginSession.token_hash == token_hash(token),
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > at,
        )
    )


def failed_tries(session: Session, email_hash: str, *, at: datetime) -> list[datetime]:
    """Failed tries of an address within the lock-out window since its last success, newest first."""
    rows = session.execute(
        sa.select(SignInAttempt.tried_at, SignInAttempt.succeeded)
        .where(SignInAttempt.email_hash == email_hash, SignInAttempt.tried_at > at - LOCK_WINDOW)
        .order_by(SignInAttempt.tried_at.desc())
    )
    failed: list[datetime] = []
    for tried_at, succeeded in rows:
        if succeeded:
            break
        failed.append(tried_at)
    return failed


def consortia_of(session: Session, login_id: int) -> list[tuple[LoginConsortium, Consortium]]:
    """The consortia a login is a person in, by name."""
    rows = session.execute(
        sa.select(LoginConsortium, Consortium)
        .join(Consortium, Consortium.id == LoginConsortium.consortium_id)
        .where(LoginConsortium.login_id == login_id)
        .order_by(Consortium.name)
    )
    return [(entry, consortium) for entry, consortium in rows]


def get_link(session: Session, token: str, *, at: datetime) -> LinkToken:
    """The one-time link with this token; NotFound for one that never was, was used, or has expired."""
    return _found(session.scalar(_link(token, at)))


def get_link_for_use(session: Session, token: str, *, at: datetime) -> LinkToken:
    """The same, locked until the transaction ends: of two who use it at once, the second finds it used."""
    return _found(session.scalar(_link(token, at).with_for_update().execution_options(populate_existing=True)))


def _link(token: str, at: datetime) -> sa.Select[LinkToken]:
    return sa.select(LinkToken).where(
        LinkToken.token_hash == token_hash(token), LinkToken.used_at.is_(None), LinkToken.expires_at > at
    )


def _found(found: LinkToken | None) -> LinkToken:
    if found is None:
        raise NotFound("This link has expired or was used already. Ask for a new one.")
    return found


def open_links_of(session: Session, person: Person, *, within: Scope, at: datetime) -> Sequence[LinkToken]:
    """The links for a person that nobody has used and that still open, oldest first."""
    return session.scalars(
        sa.select(LinkToken)
        .join(Invitation, Invitation.link_token_id == LinkToken.id)
        .where(
            Invitation.consortium_id == within.consortium_id,
            Invitation.person_id == person.id,
            LinkToken.used_at.is_(None),
            LinkToken.expires_at > at,
        )
        .order_by(LinkToken.id)
    ).all()


def get_invitation(session: Session, link: LinkToken) -> Invitation:
    """Whom a link invites; its tenant must have been entered."""
    found = session.scalar(
        sa.select(Invitation)
        .join(Invitation.person)
        .where(
            Invitation.consortium_id == link.consortium_id,
            Person.consortium_id == link.consortium_id,
            Invitation.link_token_id == link.id,
        )
        .options(contains_eager(Invitation.person))
    )
    if found is None:
        raise NotFound("This link has expired or was used already. Ask for a new one.")
    return found


def actor_of(session: Session, entry: LoginConsortium) -> Actor:
    """The person behind a login in one consortium with the grants they hold now; its tenant must be entered."""
    scope = Scope(consortium_id=entry.consortium_id)
    person = get_person(session, entry.person_id, within=scope)
    grants = tuple(Grant(m.role, m.place_id, m.place.path) for m in memberships_of(session, person, within=scope))
    return Actor(person.name, entry.consortium_id, person.id, entry.login_id, grants)


def memberships_of(session: Session, person: Person, *, within: Scope) -> Sequence[Membership]:
    """The roles a person holds now, widest place first."""
    return session.scalars(
        sa.select(Membership)
        .join(Membership.place)
        .where(
            Membership.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Membership.person_id == person.id,
            Membership.ended_at.is_(None),
        )
        .options(contains_eager(Membership.place))
        .order_by(Place.path, Membership.role)
    ).all()


def memberships_at(session: Session, *, within: Scope) -> Sequence[Membership]:
    """Who holds which role now at a place and below it, with person and place."""
    return session.scalars(
        sa.select(Membership)
        .join(Membership.place)
        .join(Membership.person)
        .where(
            Membership.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Person.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Membership.ended_at.is_(None),
        )
        .options(contains_eager(Membership.place), contains_eager(Membership.person))
        .order_by(Place.path, Membership.role, Person.name)
    ).all()


def holders_of_role(session: Session, role: Role, *, within: Scope) -> int:
    """How many people hold a role now, anywhere in the consortium."""
    return (
        session.scalar(
            sa.select(sa.func.count(sa.distinct(Membership.person_id))).where(
                Membership.consortium_id == within.consortium_id, Membership.role == role, Membership.ended_at.is_(None)
            )
        )
        or 0
    )


def get_person(session: Session, person_id: int, *, within: Scope) -> Person:
    """The person with this id; NotFound outside the consortium."""
    found = session.scalar(
        sa.select(Person).where(Person.consortium_id == within.consortium_id, Person.id == person_id)
    )
    if found is None:
        raise NotFound("There is no such person here.")
    return found


def find_person_by_email(session: Session, email: str, *, within: Scope) -> Person | None:
    """The person with this address."""
    return session.scalar(sa.select(Person).where(Person.consortium_id == within.consortium_id, Person.email == email))


def get_position(session: Session, position_id: int, *, within: Scope) -> Position:
    """The position with this id and its place, at the scope's place or below; NotFound otherwise."""
    found = session.scalar(_positions(within).where(Position.id == position_id))
    if found is None:
        raise NotFound("There is no such position here.")
    return found


def positions_at(session: Session, *, within: Scope, on: date) -> Sequence[Position]:
    """Positions that exist that day at a place and below it, with their places."""
    return session.scalars(
        _positions(within)
        .where(sa.or_(Position.closed_on.is_(None), Position.closed_on > on))
        .order_by(Place.path, Position.title, Position.id)
    ).all()


def _positions(within: Scope) -> sa.Select[Position]:
    return (
        sa.select(Position)
        .join(Position.place)
        .where(
            Position.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(Position.place))
    )


def incumbencies_at(session: Session, *, within: Scope, on: date | None = None) -> Sequence[Incumbency]:
    """Who is in which position at a place and below it: that day, or ever where no day is given."""
    query = (
        sa.select(Incumbency)
        .join(Incumbency.position)
        .join(Incumbency.person)
        .join(Position.place)
        .where(
            Incumbency.consortium_id == within.consortium_id,
            Position.consortium_id == within.consortium_id,
            Person.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .options(contains_eager(Incumbency.position).contains_eager(Position.place), contains_eager(Incumbency.person))
        .order_by(Place.path, Position.title, Incumbency.first_on)
    )
    if on is not None:
        query = query.where(Incumbency.first_on <= on, sa.or_(Incumbency.last_on.is_(None), Incumbency.last_on >= on))
    return session.scalars(query).all()


def incumbencies_of(session: Session, person: Person, *, within: Scope) -> Sequence[Incumbency]:
    """The positions a person holds or held, newest first."""
    return session.scalars(
        sa.select(Incumbency)
        .join(Incumbency.position)
        .join(Position.place)
        .where(
            Incumbency.consortium_id == within.consortium_id,
            Position.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Incumbency.person_id == person.id,
        )
        .options(contains_eager(Incumbency.position).contains_eager(Position.place))
        .order_by(Incumbency.first_on.desc(), Incumbency.id)
    ).all()


def teams_of(session: Session, *, within: Scope) -> Sequence[Team]:
    """The teams of the consortium, with their places: a branch may be served by a team from above it."""
    return session.scalars(
        sa.select(Team)
        .join(Team.place)
        .where(Team.consortium_id == within.consortium_id, Place.consortium_id == within.consortium_id)
        .options(contains_eager(Team.place))
        .order_by(Team.name, Team.id)
    ).all()


def team_members(session: Session, *, within: Scope) -> dict[int, list[int]]:
    """Position ids of each team, by team id."""
    rows = session.execute(
        sa.select(TeamMember.team_id, TeamMember.position_id)
        .where(TeamMember.consortium_id == within.consortium_id)
        .order_by(TeamMember.team_id, TeamMember.position_id)
    )
    members: dict[int, list[int]] = {}
    for team_id, position_id in rows:
        members.setdefault(team_id, []).append(position_id)
    return members


def get_incumbency(session: Session, incumbency_id: int, *, within: Scope) -> Incumbency:
    """The incumbency with this id, with person, position and place; NotFound outside the scope."""
    found = next((held for held in incumbencies_at(session, within=within) if held.id == incumbency_id), None)
    if found is None:
        raise NotFound("There is no such incumbency here.")
    return found


def get_membership(session: Session, membership_id: int, *, within: Scope) -> Membership:
    """The role someone holds now under this id, with person and place; NotFound outside the scope."""
    found = next((held for held in memberships_at(session, within=within) if held.id == membership_id), None)
    if found is None:
        raise NotFound("There is no such role here.")
    return found


def find_place_of_person(session: Session, person: Person, *, within: Scope, on: date) -> Place | None:
    """Where a person works that day: the place of their first position, else of their widest role."""
    for incumbency in incumbencies_of(session, person, within=within):
        if incumbency.last_on is None or incumbency.last_on >= on:
            return incumbency.position.place
    held = memberships_of(session, person, within=within)
    return held[0].place if held else None
