"""Sealing again with the newest key whatever is sealed with an older one."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.queries.secrets import SEALED, Standing, sealed_after
from app.foundation.crypto import Vault


def reseal_batch(
    session: Session, kind: str, after_id: int, *, vault: Vault, within: Scope, most: int
) -> tuple[int | None, Standing]:
    """Reseal the next texts of a kind; the id to go on after, None at the end, and what was found.

    A text that changed in between is left to whoever changed it, who sealed it with the newest key. Doing it twice is
    the same as doing it once, so a run that was stopped is begun anew.
    """
    batch = sealed_after(session, kind, after_id, within=within, most=most)
    resealed = closed = 0
    table, column = SEALED[kind]
    for row_id, sealed in batch:
        if vault.is_newest(sealed):
            continue
        if not vault.opens(sealed):
            closed += 1
            continue
        session.execute(
            sa.update(table)
            .where(table.consortium_id == within.consortium_id, table.id == row_id, column == sealed)
            .values({column.key: vault.reseal(sealed)})
            .execution_options(synchronize_session=False)
        )
        resealed += 1
    return (batch[-1][0] if batch else None), Standing(len(batch), resealed, closed)
