"""Asking for pulls: of one account when a person wishes it, and each night of all whose turn has come."""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts import actions as accounts
from app.accounts.models import Account
from app.accounts.queries import due_account_ids
from app.accounts.queries.register import accounts_by_id
from app.accounts.rules import AccountState, next_turn
from app.background.actions import Wish, ask, ask_many
from app.background.models import BackgroundRow
from app.background.rules import Lane
from app.consortia.models import ConsortiumSettings
from app.consortia.queries import settings_of
from app.foundation.errors import Refused
from app.metrics.rules.pulls import lane_of
from app.platforms.catalogue import get_platform

#: the kind of background work that pulls one account
PULL = "metrics.pull"
#: the sweep asks for no more of one consortium in one transaction, since it holds up whoever else writes
MOST_ASKED_AT_ONCE = 2000


def ask_pull(session: Session, account: Account, *, at: datetime) -> BackgroundRow:
    """Ask for a pull in the background; one that waits already is the same one.

    Refuses a retired account, a platform that is not pulled, and the demo, whose accounts do not exist.
    """
    platform = get_platform(account.platform)
    if account.state is AccountState.RETIRED:
        raise Refused("This account is retired; it is pulled no more.")
    if not platform.is_pulled:
        raise Refused(f"{platform.label} cannot be pulled. Import its figures from a file.")
    settings = settings_of(session, within=Scope(consortium_id=account.consortium_id))
    if settings.is_demo:
        raise Refused("The demo's accounts are made up, so there is nothing to pull.")
    turn_at = next_turn(account.id, after=at, zone=ZoneInfo(settings.time_zone))
    accounts.note_asked(session, {account.id: turn_at}, consortium_id=account.consortium_id)
    return ask(
        session,
        PULL,
        {"account_id": account.id},
        consortium_id=account.consortium_id,
        at=at,
        key=str(account.id),
        lane=_lane(account),
    )


def ask_due_pulls(session: Session, *, within: Scope, at: datetime, most: int | None = None) -> dict[int, int]:
    """Ask for the accounts whose pull is due, longest waiting first, never in the demo; the rows of work by account."""
    settings = settings_of(session, within=within)
    if settings.is_demo:
        return {}
    _ask_one_by_one(session, within=within)
    due = due_account_ids(session, within=within, at=at, most=most)
    found = accounts_by_id(session, due, within=within)
    wishes = [
        Wish(str(account_id), {"account_id": account_id}, _lane(found[account_id]))
        for account_id in due
        if get_platform(found[account_id].platform).is_pulled
    ]
    zone = ZoneInfo(settings.time_zone)
    turns = {account_id: next_turn(account_id, after=at, zone=zone) for account_id in due}
    accounts.note_asked(session, turns, consortium_id=within.consortium_id)
    rows = ask_many(session, PULL, wishes, consortium_id=within.consortium_id, at=at)
    return {int(key): row_id for key, row_id in rows.items()}


def _ask_one_by_one(session: Session, *, within: Scope) -> None:
    """Wait for whoever asks for this consortium now: of what was due before, some may be done by the time they end."""
    session.execute(
        sa.select(ConsortiumSettings.consortium_id)
        .where(ConsortiumSettings.consortium_id == within.consortium_id)
        .with_for_update(key_share=True)
    ).all()


def _lane(account: Account) -> Lane | None:
    limits = get_platform(account.platform).limits
    return Lane(lane_of(account.platform, account.base_url or account.url), limits.at_once) if limits.at_once else None
