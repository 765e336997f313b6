"""Opening and closing signed-in sessions, and noting tries to sign in."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.foundation.crypto import new_token, token_hash
from app.people.models import LoginSession, SignInAttempt
from app.people.rules import SESSION_LASTS, keys_of_try


def note_try(session: Session, email: str, *, client: str = "", succeeded: bool, at: datetime) -> None:
    """Write down a try to sign in, by the hashes of its address and of the client it came from.

    Success ends no count of the client's failures: it may be somebody who guesses at others.
    """
    for key in keys_of_try(email, client):
        if email in key or not succeeded:
            session.add(SignInAttempt(email_hash=token_hash(key), tried_at=at, succeeded=succeeded))


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
