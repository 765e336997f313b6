"""Whose a file is: what its headings and rows say beside the accounts there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.foundation.errors import Refused
from app.imports.actions.batches import Found, find_account
from app.imports.importers.daily_file import FileLook, guess, look_at
from app.imports.rules.batches import bare, says_of
from app.imports.rules.exports import recognize


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


def refuse_other_account(look: FileLook, account: Account) -> None:
    """Refuse a file whose rows name another account than the one it was given for."""
    says = says_of(look.header, look.sample)
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
