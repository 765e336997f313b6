"""Reading one-time links and whom they invite."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.foundation.crypto import token_hash
from app.foundation.errors import NotFound
from app.people.models import Invitation, LinkToken, Person


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
