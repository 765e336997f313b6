"""Reading what belongs to a login itself: its links, its sessions, what it chose."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.crypto import token_hash
from app.foundation.errors import NotFound
from app.people.models import LinkRequest, LinkToken, Login, LoginChoice, LoginLink, LoginSession
from app.people.rules import LINK_WINDOW, LinkPurpose


def get_login(session: Session, login_id: int) -> Login:
    """The login with this id."""
    found = session.scalar(sa.select(Login).where(Login.id == login_id))
    if found is None:
        raise NotFound("There is no such sign-in.")
    return found


def get_login_link(session: Session, link: LinkToken, purpose: LinkPurpose) -> tuple[LoginLink, Login]:
    """Whose login a link is for; NotFound where it is a link of another kind."""
    found = session.execute(
        sa.select(LoginLink, Login)
        .join(Login, Login.id == LoginLink.login_id)
        .where(LoginLink.link_token_id == link.id)
    ).one_or_none()
    if found is None or link.purpose is not purpose:
        raise NotFound("This link has expired or was used already. Ask for a new one.")
    return found[0], found[1]


def open_links_to(session: Session, login_id: int, *, at: datetime) -> Sequence[LinkToken]:
    """The links for a login that nobody has used and that still open, oldest first."""
    return session.scalars(
        sa.select(LinkToken)
        .join(LoginLink, LoginLink.link_token_id == LinkToken.id)
        .where(LoginLink.login_id == login_id, LinkToken.used_at.is_(None), LinkToken.expires_at > at)
        .order_by(LinkToken.id)
    ).all()


def requests_of(session: Session, key: str, *, at: datetime) -> list[datetime]:
    """When links were asked for lately under an address, or under another key that they are counted by, newest first."""
    statement = (
        sa.select(LinkRequest.asked_at)
        .where(LinkRequest.email_hash == token_hash(key), LinkRequest.asked_at > at - LINK_WINDOW)
        .order_by(LinkRequest.asked_at.desc())
    )
    return list(session.scalars(statement))


def live_sessions_of(session: Session, login_id: int, *, at: datetime) -> Sequence[LoginSession]:
    """The browsers in which a login is signed in, newest first."""
    return session.scalars(
        sa.select(LoginSession)
        .where(LoginSession.login_id == login_id, LoginSession.revoked_at.is_(None), LoginSession.expires_at > at)
        .order_by(LoginSession.created_at.desc(), LoginSession.id)
    ).all()


def find_choice(session: Session, login_id: int) -> LoginChoice | None:
    """What a login chose for itself; None while it chose nothing."""
    return session.scalar(sa.select(LoginChoice).where(LoginChoice.login_id == login_id))
