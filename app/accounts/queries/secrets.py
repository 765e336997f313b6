"""Everything that is kept sealed, so that a change of keys misses nothing."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.access.rules import Scope
from app.accounts.models import Credential, OAuthApp, OAuthAttempt, OAuthGrant
from app.foundation.crypto import Vault
from app.foundation.database import TenantRow
from app.mail.models import MailMessage

#: what stands sealed in which table, by the words for it
SEALED: dict[str, tuple[type[TenantRow], InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None]]] = {
    "tokens": (Credential, Credential.sealed),
    "refresh tokens": (OAuthGrant, OAuthGrant.sealed),
    "secrets of servers": (OAuthApp, OAuthApp.sealed),
    "sign-ins under way": (OAuthAttempt, OAuthAttempt.sealed),
    "mails that wait": (MailMessage, MailMessage.body),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the sealed texts of one kind stand with this installation's keys."""

    count: int = 0
    #: sealed with a key that is not the newest
    old: int = 0
    #: sealed with a key that this installation does not have
    closed: int = 0


def sealed_after(session: Session, kind: str, after_id: int, *, within: Scope, most: int) -> list[tuple[int, bytes]]:
    """Sealed texts of a kind with their ids, from the next id on."""
    table, column = SEALED[kind]
    rows = session.execute(
        sa.select(table.id, column)
        .where(table.consortium_id == within.consortium_id, table.id > after_id, column.is_not(None))
        .order_by(table.id)
        .limit(most)
    )
    return [(row_id, sealed) for row_id, sealed in rows if sealed is not None]


def standing_of(session: Session, kind: str, vault: Vault, *, within: Scope) -> Standing:
    """How many there are, how many wait for the newest key, and how many nobody here can open."""
    count = old = closed = after = 0
    while batch := sealed_after(session, kind, after, within=within, most=500):
        after = batch[-1][0]
        for _, sealed in batch:
            count += 1
            if not vault.opens(sealed):
                closed += 1
            elif not vault.is_newest(sealed):
                old += 1
    return Standing(count, old, closed)
