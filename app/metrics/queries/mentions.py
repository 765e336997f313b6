"""Reading who spoke to accounts, how long that is kept, and how far each account was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.metrics.models import Mention, MentionSettings, PullCursor
from app.metrics.rules.mentions import MENTIONS_KEPT_DAYS

_Columns = TypeVarTuple("_Columns")


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """What a list of mentions is narrowed to; None does not narrow. ``until`` itself is outside."""

    account_id: int | None = None
    platform: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    #: everything the same person said to the same account
    author_hash: str | None = None
    #: only what is not purged yet
    only_kept: bool = False


@dataclass(frozen=True, slots=True)
class MentionsSeen:
    """One page of mentions with their accounts and places, newest first, and how many there are in all."""

    mentions: Sequence[Mention]
    count: int


def mentions_of(
    session: Session, wanted: MentionFilter, *, within: Scope, page: int = 1, page_size: int = 50
) -> MentionsSeen:
    """Who spoke to the accounts of a place and below. A list of a platform may lack some: absence proves nothing."""
    statement = narrowed(_mentions(within), wanted)
    count = session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery()))
    rows = statement.order_by(Mention.said_at.desc(), Mention.id.desc()).limit(page_size).offset((page - 1) * page_size)
    return MentionsSeen(session.scalars(rows.options(*_WITH_PLACE)).all(), count or 0)


def narrowed(statement: sa.Select[*_Columns], wanted: MentionFilter) -> sa.Select[*_Columns]:
    """A statement for mentions, narrowed."""
    if wanted.account_id is not None:
        statement = statement.where(Mention.account_id == wanted.account_id)
    if wanted.platform is not None:
        statement = statement.where(Account.platform == wanted.platform)
    if wanted.kind is not None:
        statement = statement.where(Mention.kind == wanted.kind)
    if wanted.since is not None:
        statement = statement.where(Mention.said_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(Mention.said_at < wanted.until)
    if wanted.author_hash is not None:
        statement = statement.where(Mention.author_hash == wanted.author_hash)
    return statement.where(Mention.purged_at.is_(None)) if wanted.only_kept else statement


def heard_by(
    session: Session, account: Account, *, since: datetime, within: Scope
) -> Sequence[tuple[str, datetime, str | None]]:
    """Of each mention of an account since then: its id, when it was said, and what it answers."""
    rows = session.execute(
        sa.select(Mention.external_id, Mention.said_at, Mention.in_reply_to_id)
        .where(
            Mention.consortium_id == within.consortium_id,
            Mention.account_id == account.id,
            Mention.said_at >= since,
        )
        .order_by(Mention.said_at, Mention.id)
    )
    return [(external_id, said_at, parent) for external_id, said_at, parent in rows]


def mentions_kept_days(session: Session, *, within: Scope) -> int:
    """How many days what was said is kept."""
    kept = find_mention_settings(session, within=within)
    return MENTIONS_KEPT_DAYS if kept is None else kept.kept_days


def find_mention_settings(session: Session, *, within: Scope) -> MentionSettings | None:
    """What the consortium said of it."""
    statement = sa.select(MentionSettings).where(MentionSettings.consortium_id == within.consortium_id)
    return session.scalars(statement).one_or_none()


def has_unpurged(session: Session, *, before: datetime, within: Scope) -> bool:
    """Is something still there that was said before then?"""
    there = sa.select(Mention.id).where(
        Mention.consortium_id == within.consortium_id, Mention.purged_at.is_(None), Mention.said_at < before
    )
    return session.scalar(there.limit(1)) is not None


def find_cursor(session: Session, account: Account, *, within: Scope) -> PullCursor | None:
    """How far the account was read; None before its first pull."""
    return session.scalars(
        sa.select(PullCursor).where(
            PullCursor.consortium_id == within.consortium_id, PullCursor.account_id == account.id
        )
    ).one_or_none()


_WITH_PLACE = (contains_eager(Mention.account).contains_eager(Account.place),)


def _mentions(within: Scope) -> sa.Select[Mention]:
    return (
        sa.select(Mention)
        .join(Mention.account)
        .join(Account.place)
        .where(
            Mention.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
        .order_by(Mention.id)
    )
