"""Finding accounts by their handle, address, platform or place."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.foundation.searching import Found, at_or_below, holds_words


def search_accounts(
    session: Session, words: str, *, within: Scope, paths: Sequence[str], limit: int, offset: int = 0
) -> Found[Account]:
    """Accounts of places at or below ``paths`` whose handle, address, platform or place holds every word.

    With their places, in the order of the tree, retired ones too; two statements.
    """
    statement = (
        sa.select(Account)
        .join(Account.place)
        .where(
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            at_or_below(Place.path, paths),
            holds_words(words, Account.handle, Account.url, Account.platform, Place.name),
        )
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(statement.with_only_columns(Account.id).subquery()))
    ordered = statement.options(contains_eager(Account.place)).order_by(Place.path, Account.platform, Account.handle)
    return Found(session.scalars(ordered.limit(limit).offset(offset)).all(), total or 0)
