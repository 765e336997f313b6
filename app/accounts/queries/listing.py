"""The list of a place's accounts, page by page: narrowed, searched and sorted by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.accounts.queries.register import AccountFilter, accounts_in
from app.consortia.models import Place

#: rows on a page
PAGE_SIZE = 50
#: stands before every pull and figure, so that both engines put what is missing on one side
_NEVER = datetime(1900, 1, 1, tzinfo=UTC)


class Order(StrEnum):
    """What a list may be sorted by; a minus in front turns it round."""

    PLACE = "place"
    HANDLE = "handle"
    PLATFORM = "platform"
    CONNECTION = "connection"
    PULL = "pull"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One page of a list, and how many accounts the whole list has."""

    accounts: Sequence[Account]
    total: int
    number: int


def accounts_listed(
    session: Session, *, within: Scope, narrowed: AccountFilter, sort: str = "place", number: int = 1
) -> AccountPage:
    """Page ``number`` of a place's accounts and those below it; the last page where there are fewer."""
    total = count_accounts(session, within=within, narrowed=narrowed)
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(number, 1), last)
    statement = accounts_in(within, narrowed).order_by(None).order_by(*_order(sort))
    rows = session.scalars(statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return AccountPage(rows, total, number)


def count_accounts(session: Session, *, within: Scope, narrowed: AccountFilter) -> int:
    """How many accounts the list has."""
    ids = accounts_in(within, narrowed).order_by(None).with_only_columns(Account.id)
    return session.scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0


def _order(sort: str) -> list[Any]:
    columns: dict[str, sa.ColumnElement[Any]] = {
        Order.PLACE: sa.func.lower(Place.name),
        Order.HANDLE: sa.func.lower(Account.handle),
        Order.PLATFORM: sa.type_coerce(Account.platform, sa.String),
        Order.CONNECTION: sa.type_coerce(Account.connection, sa.String),
        Order.PULL: sa.func.coalesce(Account.last_pull_at, sa.literal(_NEVER, Account.last_pull_at.type)),
        Order.NEWEST: sa.func.coalesce(Account.newest_figure_on, sa.literal(_NEVER.date())),
    }
    wanted = columns.get(sort.removeprefix("-"), columns[Order.PLACE])
    first = wanted.desc() if sort.startswith("-") else wanted.asc()
    return [first, Account.platform, Account.handle, Account.id]
