"""Forgetting what nobody can use any more: links, sessions and tries that ended long ago."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.people.models import Invitation, LinkRequest, LinkToken, LoginLink, LoginSession, SignInAttempt
from app.people.rules import ENDED_KEPT_FOR


def forget_ended(session: Session, *, within: Scope, at: datetime) -> int:
    """Delete invitations of this consortium that expired long ago, and what belongs to logins; the number of rows gone."""
    before = at - ENDED_KEPT_FOR
    expired = sa.select(LinkToken.id).where(LinkToken.expires_at < before)
    return sum(
        _gone(session, statement)
        for statement in (
            sa.delete(Invitation).where(
                Invitation.consortium_id == within.consortium_id, Invitation.link_token_id.in_(expired)
            ),
            sa.delete(LinkToken).where(LinkToken.consortium_id == within.consortium_id, LinkToken.expires_at < before),
            sa.delete(LoginLink).where(LoginLink.link_token_id.in_(expired)),
            sa.delete(LinkToken).where(LinkToken.consortium_id.is_(None), LinkToken.expires_at < before),
            sa.delete(LinkRequest).where(LinkRequest.asked_at < before),
            sa.delete(SignInAttempt).where(SignInAttempt.tried_at < before),
            sa.delete(LoginSession).where(sa.or_(LoginSession.expires_at < before, LoginSession.revoked_at < before)),
        )
    )


def _gone(session: Session, statement: sa.Delete) -> int:
    found: sa.Result[Any] = session.execute(
        statement.returning(sa.literal_column("1")), execution_options={"synchronize_session": False}
    )
    return len(found.all())
