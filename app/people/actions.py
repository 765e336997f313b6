"""Adding people and positions, putting one into the other, granting roles, inviting."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Role, Scope, grantable
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.foundation.crypto import new_token, token_hash
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people import queries
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
from app.people.rules import INVITATION_LASTS, SESSION_LASTS, LinkPurpose, clean_email


def add_person(session: Session, *, name: str, email: str | None, by: Actor, at: datetime) -> Person:
    """Add someone who works for a member; refuses an empty name and an address that is taken."""
    name = " ".join(name.split())
    if not name:
        raise Refused("Write the person's name.", field="name")
    address = clean_email(email) if email else None
    scope = Scope(consortium_id=by.consortium_id)
    if address and queries.find_person_by_email(session, address, within=scope):
        raise Refused(f"{address} belongs to someone here already.", field="email")
    person = Person(consortium_id=by.consortium_id, name=name, email=address)
    session.add(person)
    session.flush()
    record(session, Deed.PERSON_ADDED, person, by=by, at=at, detail={"name": name})
    return person


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
    title = " ".join(title.split())
    if not title:
        raise Refused("Write the position's title.", field="title")
    if contracted_hours is not None and agreed_hours is not None and agreed_hours > contracted_hours:
        raise Refused("The hours for social media are more than the contract has.", field="agreed_hours")
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


def put_in_position(
    session: Session, person: Person, position: Position, *, first_on: date, by: Actor, at: datetime
) -> Incumbency:
    """Begin an incumbency; refuses one that the person holds already and a closed position."""
    if position.closed_on and position.closed_on <= first_on:
        raise Refused("This position is closed.", field="position")
    open_now = [
        held
        for held in queries.incumbencies_of(session, person, within=Scope(consortium_id=person.consortium_id))
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
    path = _path_of(session, queries.get_position(session, incumbency.position_id, within=scope))
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


def grant(session: Session, person: Person, role: Role, place: Place, *, by: Actor, at: datetime) -> Membership:
    """Grant a role at a place and below it; a role that is held there already is returned as it is.

    Refuses a role wider than the actor's own. Links made for the person before end: who made one knows it, and was
    not asked to open the door to this role.
    """
    _refuse_wider(role, place, by=by)
    held = session.scalar(
        sa.select(Membership).where(
            Membership.consortium_id == person.consortium_id,
            Membership.person_id == person.id,
            Membership.place_id == place.id,
            Membership.role == role,
            Membership.ended_at.is_(None),
        )
    )
    if held:
        return held
    membership = Membership(
        consortium_id=person.consortium_id, person_id=person.id, place_id=place.id, role=role, granted_at=at
    )
    session.add(membership)
    session.flush()
    _end_links(session, person, at=at)
    detail = {"person": person.name, "role": role.value, "place": place.name}
    record(session, Deed.MEMBERSHIP_GRANTED, membership, by=by, at=at, place_path=place.path, detail=detail)
    return membership


def revoke(session: Session, membership: Membership, *, by: Actor, at: datetime) -> None:
    """End a role; refuses one that the actor may not grant, one that has ended, and the last consortium admin's."""
    scope = Scope(consortium_id=membership.consortium_id)
    place = consortia.get_place_by_id(session, membership.place_id, within=scope)
    _refuse_wider(membership.role, place, by=by)
    if membership.role is Role.CONSORTIUM_ADMIN:
        consortia.root_for_change(session, within=scope)  # two admins who end each other's role: one after the other
        if queries.holders_of_role(session, membership.role, within=scope) == 1:
            raise Refused("This is the last consortium admin. Grant the role to someone else first.")
    membership.ended_at = at
    detail = {"role": membership.role.value}
    record(session, Deed.MEMBERSHIP_ENDED, membership, by=by, at=at, place_path=place.path, detail=detail)


def _refuse_wider(role: Role, place: Place, *, by: Actor) -> None:
    if role not in grantable(by, place.path, is_root=place.parent_id is None):
        raise Refused(f"The role {role.label.lower()} is for someone with a wider role than yours to give and to take.")


def invite(session: Session, person: Person, *, by: Actor, at: datetime) -> str:
    """A one-time link's token for a person with an address; shown once, only its hash is kept.

    An earlier link of theirs ends. Refuses a person who holds a role that the actor may not grant: whoever makes the
    link of someone who has no password yet could use it and be them.
    """
    if not person.email:
        raise Refused(f"{person.name} has no e-mail address yet. Add it, then invite.", field="email")
    for held in queries.memberships_of(session, person, within=Scope(consortium_id=person.consortium_id)):
        if held.role not in grantable(by, held.place.path, is_root=held.place.parent_id is None):
            raise Refused(f"{person.name} has a wider role than you may give. Ask someone who may to make the link.")
    _end_links(session, person, at=at)
    token = new_token()
    link = LinkToken(
        token_hash=token_hash(token),
        purpose=LinkPurpose.INVITE,
        consortium_id=person.consortium_id,
        expires_at=at + INVITATION_LASTS,
    )
    session.add(link)
    session.flush()
    session.add(Invitation(consortium_id=person.consortium_id, link_token_id=link.id, person_id=person.id))
    record(session, Deed.PERSON_INVITED, person, by=by, at=at, detail={"person": person.name})
    return token


def _end_links(session: Session, person: Person, *, at: datetime) -> None:
    for link in queries.open_links_of(session, person, within=Scope(consortium_id=person.consortium_id), at=at):
        link.expires_at = at


def accept_invitation(
    session: Session, link: LinkToken, *, password_hash: str | None, at: datetime
) -> tuple[Login, LoginConsortium]:
    """Turn a one-time link into a login: a new one, or the one this address has in another consortium already.

    ``password_hash`` is the new login's; None says that the caller has seen the existing one's password proven.
    Refuses a first password for a login that has come to exist meanwhile: the link alone never opens it.
    """
    person = queries.get_invitation(session, link).person
    email = person.email or ""
    login = queries.find_login(session, email)
    if login is not None and password_hash is not None:
        raise Refused("This address has a password already. Open the link again and sign in with it.")
    if login is None:
        login = Login(email=email, created_at=at, password_hash=password_hash)
        session.add(login)
        session.flush()
    entry = session.scalar(
        sa.select(LoginConsortium).where(
            LoginConsortium.login_id == login.id, LoginConsortium.consortium_id == person.consortium_id
        )
    )
    if entry is None:
        entry = LoginConsortium(login_id=login.id, consortium_id=person.consortium_id, person_id=person.id)
        session.add(entry)
    link.used_at = at
    session.flush()
    joined = Actor(person.name, person.consortium_id, person.id, login.id)
    record(session, Deed.PERSON_JOINED, person, by=joined, at=at, detail={"person": person.name})
    return login, entry


def note_try(session: Session, email: str, *, succeeded: bool, at: datetime) -> None:
    """Write down a try to sign in, by the hash of its address."""
    session.add(SignInAttempt(email_hash=token_hash(email), tried_at=at, succeeded=succeeded))


def open_session(session: Session, login_id: int, consortium_id: int, *, at: datetime) -> str:
    """Begin a signed-in session; answers the token that only the browser keeps."""
    token = new_token()
    session.add(
        LoginSession(
            token_hash=token_hash(token),
            login_id=login_id,
            consortium_id=consortium_id,
            created_at=at,
            expires_at=at + SESSION_LASTS,
        )
    )
    session.flush()
    return token


def close_session(row: LoginSession, *, at: datetime) -> None:
    """End a signed-in session: its token opens nothing any more."""
    row.revoked_at = at
