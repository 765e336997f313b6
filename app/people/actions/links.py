"""Inviting people, and what their links turn into."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope, grantable
from app.consortia.queries import today_of
from app.foundation.crypto import new_token, token_hash
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.models import Invitation, LinkToken, Login, LoginConsortium, Person
from app.people.queries.links import get_invitation, open_links_of
from app.people.queries.roles import memberships_of
from app.people.queries.sessions import find_login
from app.people.rules import INVITATION_LASTS, LinkPurpose


def invite(session: Session, person: Person, *, by: Actor, at: datetime) -> str:
    """A one-time link's token for a person with an address; shown once, only its hash is kept.

    An earlier link of theirs ends. Refuses a person who holds a role that the actor may not grant: whoever makes the
    link of someone who has no password yet could use it and be them.
    """
    refuse_left(session, person, at=at)
    if not person.email:
        raise Refused(f"{person.name} has no email address yet. Add it, then invite.", field="email")
    refuse_wider(session, person, by=by)
    end_links(session, person, at=at)
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


def refuse_wider(session: Session, person: Person, *, by: Actor) -> None:
    """Refuse to make a link for a person who holds a role that the actor may not grant."""
    for held in memberships_of(session, person, within=Scope(consortium_id=person.consortium_id)):
        if held.role not in grantable(by, held.place.path, is_root=held.place.parent_id is None):
            raise Refused(f"{person.name} has a wider role than you may give. Ask someone who may to make the link.")


def refuse_left(session: Session, person: Person, *, at: datetime) -> None:
    """Refuse to open a door to someone whose last day has passed, by the consortium's own clock."""
    if person.left_on is not None and person.left_on < today_of(session, within=Scope(person.consortium_id), at=at):
        raise Refused(f"{person.name} has left. Give them a position again first.")


def accept_invitation(
    session: Session, link: LinkToken, *, password_hash: str | None, at: datetime
) -> tuple[Login, LoginConsortium]:
    """Turn a one-time link into a login: a new one, or the one this address has in another consortium already.

    ``password_hash`` is the new login's; None says that the caller has seen the existing one's password proven.
    Refuses a first password for a login that has come to exist meanwhile: the link alone never opens it.
    """
    person = get_invitation(session, link).person
    email = person.email or ""
    login = find_login(session, email)
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


def end_links(session: Session, person: Person, *, at: datetime) -> None:
    """End the links that are still open for a person: whoever holds one cannot come in with it."""
    for link in open_links_of(session, person, within=Scope(consortium_id=person.consortium_id), at=at):
        link.expires_at = at
