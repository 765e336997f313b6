"""What needs many rooms at once: founding a consortium with its first admin."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Role, Scope
from app.consortia import actions as consortia
from app.consortia import queries as places
from app.consortia.models import Consortium
from app.foundation.crypto import new_token, token_hash
from app.people.actions.links import invite
from app.people.actions.persons import add_person
from app.people.actions.roles import grant
from app.people.models import LinkToken
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


def make_set_up_link(session: Session, *, at: datetime) -> str:
    """The token of a one-time link with which somebody founds a consortium in the browser."""
    token = new_token()
    session.add(LinkToken(token_hash=token_hash(token), purpose=LinkPurpose.SET_UP, expires_at=at + SET_UP_LINK_LASTS))
    session.flush()
    return token
