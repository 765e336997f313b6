"""Leaving a server alone that asked us to wait, for all who come with the same token."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.foundation.ids import new_id
from app.metrics.models import PlatformHold

_HOLDS = sa.Table(PlatformHold.__tablename__, PlatformHold.metadata)


def hold_server(session: Session, server: str, token_hash: str, *, until: datetime, consortium_id: int) -> None:
    """Until then nobody of the consortium who has this token (or, like this one, none) asks the server.

    Two may be told so at once; the later time holds.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(_HOLDS).values(
        id=new_id(), consortium_id=consortium_id, server=server, token_hash=token_hash, until_at=until
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["consortium_id", "server", "token_hash"],
            set_={"until_at": statement.excluded.until_at},
            where=_HOLDS.c.until_at < statement.excluded.until_at,
        )
    )
