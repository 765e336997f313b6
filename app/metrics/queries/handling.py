"""Mentions with what is said of them: listed, counted, one of them, and the batches that can be undone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.access.rules import Actor, Scope
from app.accounts.models import Account, Credential
from app.accounts.rules import AccountState
from app.consortia.models import Place
from app.foundation.errors import NotFound
from app.metrics.models import Mention, MentionBatch, MentionChange, MentionHandling
from app.metrics.queries.mentions import MentionFilter, narrowed
from app.metrics.rules.deadlines import Target
from app.metrics.rules.handling import MentionClass, MentionState, Outcome, QuietReason, state_of
from app.platforms.catalogue import platforms

#: the time in which a mention of a kind is to be answered; None where no rule asks for any
TargetOf = Callable[[Mention, MentionClass], Target | None]
#: rows on a page
PAGE_SIZE = 50
#: rows of a download
_MOST_ROWS = 20_000
#: ids asked for in one statement
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the list is narrowed to; None does not narrow."""

    said: MentionFilter = field(default_factory=MentionFilter)
    kind: MentionClass | None = None
    #: only those of which nobody said what they are
    is_unsorted: bool = False
    state: MentionState | None = None
    reason: QuietReason | None = None


@dataclass(frozen=True, slots=True)
class MentionSeen:
    """A mention with its account and place, and what is said of it; None where nobody said anything."""

    mention: Mention
    handling: MentionHandling | None

    def state(self, at: datetime) -> MentionState:
        """Where it stands at an instant."""
        handling = self.handling
        return state_of(handling.outcome if handling else None, handling.due_at if handling else None, at=at)

    @property
    def kind(self) -> MentionClass | None:
        """What it is, where somebody said so."""
        return self.handling.kind if self.handling else None


@dataclass(frozen=True, slots=True)
class MentionCounts:
    """How many a filter leaves, how many of those are to do, and how many of them past their time."""

    total: int
    to_do: int
    overdue: int


def mentions_listed(
    session: Session, *, within: Scope, wanted: ListFilter, at: datetime, number: int = 1
) -> list[MentionSeen]:
    """Page ``number`` of what was said to the accounts of a place and below, newest first."""
    statement = _newest_first(within, wanted, at).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return [MentionSeen(mention, handling) for mention, handling in session.execute(statement)]


def mentions_for_download(session: Session, *, within: Scope, wanted: ListFilter, at: datetime) -> list[MentionSeen]:
    """The whole list, newest first; at most 20,000 of them."""
    statement = _newest_first(within, wanted, at).limit(_MOST_ROWS)
    return [MentionSeen(mention, handling) for mention, handling in session.execute(statement)]


def count_mentions(session: Session, *, within: Scope, wanted: ListFilter, at: datetime) -> MentionCounts:
    """How many there are, and how many of them wait; one statement."""
    is_open = MentionHandling.outcome.is_(None)
    row = session.execute(
        _mentions(within, wanted, at).with_only_columns(
            sa.func.count(),
            sa.func.count().filter(is_open),
            sa.func.count().filter(is_open, MentionHandling.due_at < at),
            maintain_column_froms=True,
        )
    ).one()
    return MentionCounts(int(row[0]), int(row[1]), int(row[2]))


def get_mention_seen(session: Session, mention_id: int, *, within: Scope) -> MentionSeen:
    """One mention with what is said of it, at the scope's place or below; NotFound otherwise."""
    found = mentions_seen(session, [mention_id], within=within)
    if not found:
        raise NotFound("There is no such mention here.")
    return found[0]


def mentions_seen(session: Session, ids: Iterable[int], *, within: Scope) -> list[MentionSeen]:
    """Those of these mentions that are at the scope's place or below, oldest first, as they stand now."""
    statement = (
        _with_handling(within)
        .where(Mention.id.in_(sorted(set(ids))))
        .options(*_WITH_PLACE)
        .order_by(Mention.said_at, Mention.id)
        .execution_options(populate_existing=True)
    )
    return [MentionSeen(mention, handling) for mention, handling in session.execute(statement)]


def lock_mentions(session: Session, ids: Iterable[int], *, within: Scope) -> None:
    """Let nobody else say anything of these mentions until the transaction ends."""
    session.execute(
        sa.select(Mention.id)
        .where(Mention.consortium_id == within.consortium_id, Mention.id.in_(sorted(set(ids))))
        .order_by(Mention.id)
        .with_for_update()
    )


def count_same(session: Session, mentions: Sequence[Mention], *, within: Scope) -> dict[str, int]:
    """How many mentions of the same account the same person wrote, by the author's hash; only of kept ones."""
    hashes = sorted({mention.author_hash for mention in mentions if mention.author_hash})
    if not hashes:
        return {}
    rows = session.execute(
        sa.select(Mention.author_hash, sa.func.count())
        .where(Mention.consortium_id == within.consortium_id, Mention.author_hash.in_(hashes))
        .group_by(Mention.author_hash)
        .order_by(Mention.author_hash)
    )
    return {author: int(count) for author, count in rows}


def find_author_hash(session: Session, mention_id: int, *, within: Scope) -> str | None:
    """What tells the author of a mention apart, which no page shows; None where it is forgotten or not here."""
    statement = _with_handling(within).with_only_columns(Mention.author_hash).where(Mention.id == mention_id)
    return session.scalars(statement).one_or_none() or None


def find_last_mention_batch(session: Session, actor: Actor, *, within: Scope, since: datetime) -> MentionBatch | None:
    """The newest batch of a person at the scope's place or below since an instant that is not undone."""
    return session.scalars(
        _batches(within)
        .where(
            MentionBatch.person_id == actor.person_id, MentionBatch.made_at >= since, MentionBatch.undone_at.is_(None)
        )
        .order_by(MentionBatch.made_at.desc(), MentionBatch.id.desc())
        .limit(1)
    ).one_or_none()


def get_mention_batch(session: Session, batch_id: int, *, within: Scope) -> MentionBatch:
    """The batch with this id at the scope's place or below; NotFound otherwise."""
    found = session.scalars(_batches(within).where(MentionBatch.id == batch_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such batch of mentions here.")
    return found


def mention_changes_of(session: Session, batch: MentionBatch, *, within: Scope) -> Sequence[MentionChange]:
    """What a batch found, mention by mention."""
    return session.scalars(
        sa.select(MentionChange)
        .where(MentionChange.consortium_id == within.consortium_id, MentionChange.batch_id == batch.id)
        .order_by(MentionChange.mention_id)
    ).all()


def handlings_of(session: Session, mention_ids: Sequence[int], *, within: Scope) -> dict[int, MentionHandling]:
    """What is said of these mentions, by mention, as it stands now."""
    found: dict[int, MentionHandling] = {}
    for start in range(0, len(mention_ids), _AT_ONCE):
        rows = session.scalars(
            sa.select(MentionHandling)
            .where(
                MentionHandling.consortium_id == within.consortium_id,
                MentionHandling.mention_id.in_(mention_ids[start : start + _AT_ONCE]),
            )
            .order_by(MentionHandling.mention_id)
            .execution_options(populate_existing=True)
        )
        found |= {row.mention_id: row for row in rows}
    return found


def count_unheard(session: Session, *, within: Scope) -> int:
    """How many accounts in use of the scope have mentions that cannot be read without a token, and none."""
    listening = [each.name for each in platforms() if each.is_pulled and "mentions" in each.metrics and each.connect]
    statement = (
        sa.select(sa.func.count(Account.id))
        .join(Place, sa.and_(Place.consortium_id == Account.consortium_id, Place.id == Account.place_id))
        .outerjoin(
            Credential,
            sa.and_(
                Credential.consortium_id == Account.consortium_id,
                Credential.account_id == Account.id,
                Credential.consortium_id == within.consortium_id,
            ),
        )
        .where(
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Account.platform.in_(listening),
            Account.state.in_((AccountState.ACTIVE, AccountState.ON_WATCH)),
            Credential.id.is_(None),
        )
    )
    return session.scalar(statement) or 0


_WITH_PLACE = (contains_eager(Mention.account).contains_eager(Account.place),)


def _newest_first(within: Scope, wanted: ListFilter, at: datetime) -> sa.Select[Mention, MentionHandling]:
    return _mentions(within, wanted, at).options(*_WITH_PLACE).order_by(Mention.said_at.desc(), Mention.id.desc())


def _mentions(within: Scope, wanted: ListFilter, at: datetime) -> sa.Select[Mention, MentionHandling]:
    statement = narrowed(_with_handling(within), wanted.said)
    for condition in _conditions(wanted, at):
        statement = statement.where(condition)
    return statement


def _conditions(wanted: ListFilter, at: datetime) -> Iterable[sa.ColumnElement[bool]]:
    if wanted.is_unsorted:
        yield MentionHandling.kind.is_(None)
    if wanted.kind is not None:
        yield MentionHandling.kind == wanted.kind
    if wanted.reason is not None:
        yield MentionHandling.quiet_reason == wanted.reason
    if wanted.state in {MentionState.TO_DO, MentionState.OVERDUE}:
        yield MentionHandling.outcome.is_(None)
    elif wanted.state is not None:
        yield MentionHandling.outcome == Outcome(wanted.state.value)
    if wanted.state is MentionState.OVERDUE:
        yield MentionHandling.due_at < at


def _with_handling(within: Scope) -> sa.Select[Mention, MentionHandling]:
    return (
        sa.select(Mention, MentionHandling)
        .join(Mention.account)
        .join(Account.place)
        .outerjoin(
            MentionHandling,
            sa.and_(
                MentionHandling.consortium_id == Mention.consortium_id,
                MentionHandling.mention_id == Mention.id,
                MentionHandling.consortium_id == within.consortium_id,
            ),
        )
        .where(
            Mention.consortium_id == within.consortium_id,
            Account.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
    )


def _batches(within: Scope) -> sa.Select[MentionBatch]:
    return (
        sa.select(MentionBatch)
        .join(Place, sa.and_(Place.consortium_id == MentionBatch.consortium_id, Place.id == MentionBatch.place_id))
        .where(
            MentionBatch.consortium_id == within.consortium_id,
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
        )
    )
