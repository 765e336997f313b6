"""Whose row it is, in a file of many accounts: an address, or a platform and a handle."""

import re

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_at
from app.accounts.rules import AccountState
from app.imports.rules.layouts import shown
from app.imports.rules.plain_rows import AccountFinder
from app.metrics.models import Run

_BEFORE_HOST = re.compile(r"https?://(?:www\.|m\.)?")
_PLATFORM_AND_HANDLE = re.compile(r"([a-z]+)(?::\s*|\s+)@*([^\s/].*)")


def account_finder(session: Session, run: Run) -> AccountFinder:
    """Finds accounts of the place that the file was given for, and of the places under it, by what a cell says.

    The file's own account is found by a blank cell too.
    """
    if run.account is None:
        raise ValueError("An import is of one account.")
    within = Scope(consortium_id=run.consortium_id, path=run.account.place.path)
    names: dict[str, int] = {"": run.account.id}
    here = accounts_at(session, within=within)
    # of two with one address the one in use
    for account in sorted(here, key=lambda each: each.state is not AccountState.RETIRED):
        names |= dict.fromkeys(_names(account), account.id)

    def find(text: str) -> int | str:
        found = names.get(_plain(text))
        if found is None:
            return f"No account here is “{shown(text)}”; write its address, or its platform and handle."
        return found

    return find


def _names(account: Account) -> set[str]:
    return {_plain(account.url), _plain(f"{account.platform} {account.handle}")}


def _plain(text: str) -> str:
    named = _PLATFORM_AND_HANDLE.fullmatch(text.strip().casefold())
    if named:
        return f"{named[1]} {named[2]}"
    return _BEFORE_HOST.sub("", text.strip().casefold()).rstrip("/")
