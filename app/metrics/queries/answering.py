"""What questions are counted from: mentions with what is said of them, and how far accounts were heard."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.metrics.models import Mention, MentionHandling, PullCursor
from app.metrics.rules.handling import MentionClass, Outcome
from app.metrics.rules.questions import QuestionSeen, Weighed


@dataclass(frozen=True, slots=True)
class HeardBetween:
    """From when until when an account's mentions were read without a gap."""

    since: datetime
    until: datetime


def weighed_since(session: Session, since: datetime, *, within: Scope) -> dict[int, list[Weighed]]:
    """Every mention said since then, by account, oldest first; only of accounts of which somebody sorted any."""
    sorted_here = (
        sa.select(Mention.account_id)
        .join(
            MentionHandling,
            sa.and_(MentionHandling.consortium_id == Mention.consortium_id, MentionHandling.mention_id == Mention.id),
        )
        .where(
            Mention.consortium_id == within.consortium_id,
            MentionHandling.consortium_id == within.consortium_id,
            MentionHandling.kind.is_not(None),
        )
        .distinct()
    )
    rows = session.execute(
        _joined(within)
        .with_only_columns(
            Mention.account_id,
            Mention.said_at,
            MentionHandling.kind,
            MentionHandling.outcome,
            MentionHandling.due_at,
            MentionHandling.answered_at,
            maintain_column_froms=True,
        )
        .where(Mention.said_at >= since, Mention.account_id.in_(sorted_here))
        .order_by(Mention.account_id, Mention.said_at, Mention.id)
    )
    found: dict[int, list[Weighed]] = defaultdict(list)
    for account_id, said_at, kind, outcome, due_at, answered_at in rows:
        found[account_id].append(Weighed(said_at, kind, outcome, due_at, answered_at))
    return dict(found)


def heard_between(session: Session, account_ids: Collection[int], *, within: Scope) -> dict[int, HeardBetween]:
    """How far these accounts were heard; one that never was is left out."""
    rows = session.execute(
        sa.select(PullCursor.account_id, PullCursor.heard_from_at, PullCursor.heard_until_at)
        .where(
            PullCursor.consortium_id == within.consortium_id,
            PullCursor.heard_from_at.is_not(None),
            PullCursor.heard_until_at.is_not(None),
        )
        .order_by(PullCursor.account_id)
    )
    wanted = set(account_ids)
    return {
        account_id: HeardBetween(since, until)
        for account_id, since, until in rows
        if account_id in wanted and since and until
    }


def questions_by_account(
    session: Session, *, within: Scope, first_at: datetime, end_at: datetime
) -> dict[int, tuple[QuestionSeen, ...]]:
    """The questions whose time ran out between two instants, those left quiet aside; by account. One statement."""
    rows = session.execute(
        _joined(within)
        .with_only_columns(
            Mention.account_id,
            MentionHandling.due_at,
            MentionHandling.answered_at,
            MentionHandling.answer_minutes,
            maintain_column_froms=True,
        )
        .where(
            MentionHandling.kind == MentionClass.QUESTION,
            sa.or_(MentionHandling.outcome.is_(None), MentionHandling.outcome != Outcome.QUIET),
            MentionHandling.due_at >= first_at,
            MentionHandling.due_at < end_at,
        )
        .order_by(Mention.account_id, MentionHandling.due_at, Mention.id)
    )
    found: dict[int, list[QuestionSeen]] = defaultdict(list)
    for account_id, due_at, answered_at, minutes in rows:
        if due_at is not None:
            found[account_id].append(QuestionSeen(due_at, answered_at, minutes))
    return {account_id: tuple(questions) for account_id, questions in found.items()}


def has_sorted_mentions(session: Session, *, within: Scope, since: datetime) -> bool:
    """Did anybody say what a mention is, of those said since then?"""
    statement = (
        _joined(within)
        .with_only_columns(Mention.id, maintain_column_froms=True)
        .where(MentionHandling.kind.is_not(None), Mention.said_at >= since)
    )
    return session.scalar(statement.limit(1)) is not None


def _joined(within: Scope) -> sa.Select[Mention, MentionHandling]:
    return (
        sa.select(Mention, MentionHandling)
        .outerjoin(
            MentionHandling,
            sa.and_(
                MentionHandling.consortium_id == Mention.consortium_id,
                MentionHandling.mention_id == Mention.id,
                MentionHandling.consortium_id == within.consortium_id,
            ),
        )
        .where(Mention.consortium_id == within.consortium_id)
    )
