"""The thinking of accounts: states and connections, steps of a life, contacts and those who left, other tools."""

from app.accounts.rules.contacts import ContactRank, ContactSeen, contact_seen
from app.accounts.rules.life import UNDO_WITHIN, AccountKind, Details, Step, may_be_undone, next_states, refusal_of_step
from app.accounts.rules.states import (
    STALE_AFTER_DAYS,
    AccountMode,
    AccountState,
    Connection,
    PullEnd,
    after_failure,
    is_on_own_network,
    next_turn,
    turn_in_night,
)
from app.accounts.rules.tools import Cost, ToolKind, renews_soon, yearly_sums

__all__ = [
    "STALE_AFTER_DAYS",
    "UNDO_WITHIN",
    "AccountKind",
    "AccountMode",
    "AccountState",
    "Connection",
    "ContactRank",
    "ContactSeen",
    "Cost",
    "Details",
    "PullEnd",
    "Step",
    "ToolKind",
    "after_failure",
    "contact_seen",
    "is_on_own_network",
    "may_be_undone",
    "next_states",
    "next_turn",
    "refusal_of_step",
    "renews_soon",
    "turn_in_night",
    "yearly_sums",
]
