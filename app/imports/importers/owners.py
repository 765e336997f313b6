"""Whose a file is: what its headings and rows say beside the accounts there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_to_feed
from app.foundation.errors import Refused
from app.imports.actions.batches import Found, find_account
from app.imports.importers.daily_file import FileLook, guess, look_at
from app.imports.rules.batches import SaysOf, bare, says_of
from app.imports.rules.exports import recognize
from app.imports.rules.layouts import shown

#: platforms that put an account's handle, and nothing else, into the addresses of its posts
_NAMED_IN_ADDRESSES = frozenset({"x", "tiktok", "threads"})


@dataclass(frozen=True, slots=True)
class Owner:
    """The export that a file is, "" for one of our own columns; whose, and what its rows tell of that."""

    layout: str
    told: str
    found: Found


def owner_of(session: Session, stream: IO[bytes], accounts: Sequence[Account], *, name: str) -> Owner:
    """Find it; refuses a file that cannot be read, or tells nothing of days or posts."""
    look = look_at(stream)
    recognized = recognize(look.header, platform="")
    layout = recognized.export.name if recognized else ""
    guess(look, platform="")
    platforms = recognized.export.platforms if recognized else ()
    says = says_of(look.header, look.sample)
    found = find_account(session, accounts, name=name, layout=layout, platforms=platforms, says=says)
    return Owner(layout, says.told, found)


def doubt_about(session: Session, look: FileLook, account: Account) -> str:
    """What to ask of a file whose posts seem to be another's; "" where nothing tells so.

    Refuses a file whose rows name another account than the one it was given for, and one of posts whose addresses are
    of another account that is known here. A name that nobody here bears may be the account's own of before, so that a
    person is asked.
    """
    says = says_of(look.header, look.sample)
    _refuse_other_account(says, account)
    names = {bare(account.handle), bare(account.url.rstrip("/").rpartition("/")[2])}
    if names & says.linked or not says.linked:
        return ""
    other = next(iter(says.linked))
    for each in accounts_to_feed(session, within=Scope(consortium_id=account.consortium_id)):
        if each.platform == account.platform and bare(each.handle) == other:
            raise Refused(
                f"Most posts of this file are of {each.handle} ({each.place.name}) by their addresses, "
                f"not of {account.handle}. Give it to that account."
            )
    if account.platform not in _NAMED_IN_ADDRESSES:
        return ""
    return (
        f"Most posts of this file are of {shown(other)} by their addresses, not of {account.handle}. "
        "Was the account renamed? Then check the file as it is, and change the handle; else choose its own file."
    )


def _refuse_other_account(says: SaysOf, account: Account) -> None:
    if says.usernames and bare(account.handle) not in says.usernames:
        names = ", ".join(sorted(says.usernames)[:3])
        raise Refused(
            f"The rows of this file are of {names}, not of {account.handle}. Choose the file of this account, "
            "or change its handle if it was renamed."
        )
    if says.ids and account.external_id and account.external_id.isdigit() and account.external_id not in says.ids:
        raise Refused(
            f"The rows of this file are of the page {min(says.ids)}, not of {account.external_id}, "
            f"which is {account.handle}. Choose the file of this account."
        )
