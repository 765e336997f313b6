"""Reading the register of accounts, by noun; the names that other rooms use stand here."""

from app.accounts.queries.about import (
    contacts_of,
    details_in,
    find_detail,
    find_last_step,
    latest_contacts,
    named_contacts,
    steps_of,
)
from app.accounts.queries.care import norms_of, ticks_of
from app.accounts.queries.listing import AccountPage, Order, accounts_listed, count_accounts
from app.accounts.queries.register import (
    AccountFilter,
    Freshness,
    account_alone_for_change,
    account_for_change,
    accounts_at,
    accounts_by_id,
    accounts_for_change,
    accounts_of_address,
    accounts_serving,
    accounts_to_feed,
    due_account_ids,
    find_account_by_url,
    find_credential,
    freshness_of,
    get_account,
)
from app.accounts.queries.requests import find_request, find_trial

__all__ = [
    "AccountFilter",
    "AccountPage",
    "Freshness",
    "Order",
    "account_alone_for_change",
    "account_for_change",
    "accounts_at",
    "accounts_by_id",
    "accounts_for_change",
    "accounts_listed",
    "accounts_of_address",
    "accounts_serving",
    "accounts_to_feed",
    "contacts_of",
    "count_accounts",
    "details_in",
    "due_account_ids",
    "find_account_by_url",
    "find_credential",
    "find_detail",
    "find_last_step",
    "find_request",
    "find_trial",
    "freshness_of",
    "get_account",
    "latest_contacts",
    "named_contacts",
    "norms_of",
    "steps_of",
    "ticks_of",
]
