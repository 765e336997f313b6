"""Opening and closing signed-in sessions, and noting tries to sign in."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.foundation.crypto import new_token, token_hash
from app.people.models import LoginSession, SignInAttempt
from app.people.rules import SESSION_LASTS


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
