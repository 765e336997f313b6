"""Having a worker look what can be read of an account, and keeping what it found."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts import queries
from app.accounts.actions.registering import may_be_pulled, refuse_retired
from app.accounts.models import Account, ConnectionCheck
from app.accounts.rules.connecting import SAME_END, PartSeen
from app.background.actions import ask
from app.foundation.errors import Refused
from app.platforms.catalogue import get_platform

#: the kind of background work
CHECK = "accounts.check"
#: what a look found is kept for a month's costs, and no longer
_CHECKS_KEPT = timedelta(days=62)


def ask_check(session: Session, account: Account, *, at: datetime) -> None:
    """Have a worker look what can be read. Refuses an account that is closed, of a demo, or that nobody pulls."""
    refuse_retired(account)
    platform = get_platform(account.platform)
    within = Scope(consortium_id=account.consortium_id)
    if not platform.is_pulled:
        raise Refused("This platform's figures come from files; there is no connection to test.")
    if not may_be_pulled(session, within):
        raise Refused("The accounts of the demo are made up; there is nobody to ask.")
    if platform.needs_token and queries.find_credential(session, account, within=within) is None:
        raise Refused(f"{platform.label} says nothing without a token. Connect the account first.")
    ask(session, CHECK, {"account_id": account.id}, consortium_id=account.consortium_id, at=at, key=str(account.id))


def keep_check(
    session: Session,
    account: Account,
    parts: Sequence[PartSeen],
    *,
    is_signed_in: bool,
    cost_micros: int,
    at: datetime,
) -> ConnectionCheck:
    """Keep what could be read of an account, and forget what was found long ago."""
    session.execute(
        sa.delete(ConnectionCheck).where(
            ConnectionCheck.consortium_id == account.consortium_id,
            ConnectionCheck.account_id == account.id,
            ConnectionCheck.checked_at < at - _CHECKS_KEPT,
        )
    )
    found = ConnectionCheck(
        consortium_id=account.consortium_id,
        account_id=account.id,
        checked_at=at,
        is_signed_in=is_signed_in,
        parts=[part.as_json() for part in parts],
        cost_micros=cost_micros,
    )
    session.add(found)
    session.flush()
    return found


def note_end(session: Session, account: Account, ends_at: datetime | None, *, sealed: bytes) -> None:
    """Note when a token ends, None for never, where it is still the one that is kept.

    An end told anew that is off by less than a day is the same one, of which people are not to hear twice.
    """
    kept = queries.find_credential(session, account, within=Scope(consortium_id=account.consortium_id))
    if kept is None or kept.sealed != sealed:
        return
    if kept.expires_at and ends_at and abs(kept.expires_at - ends_at) < SAME_END:
        return
    kept.expires_at = ends_at
    session.flush()
