"""Saying what mentions are and what became of them, one or many at once; and undoing it exactly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.actions import ask_afresh
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.actions.answering import COUNT_QUESTIONS
from app.metrics.models import Mention, MentionBatch, MentionChange, MentionHandling
from app.metrics.queries.handling import MentionSeen, TargetOf, handlings_of, lock_mentions, mention_changes_of
from app.metrics.rules.handling import (
    MentionClass,
    Outcome,
    QuietReason,
    Said,
    refuse_answer_time,
    refuse_saying,
)

_TIMES = ("due_at", "answered_at", "said_at")
_COLUMNS = ("kind", "outcome", "quiet_reason", "answer_minutes", "person_id", "batch_id", *_TIMES)
_WORDS: Mapping[str, Callable[[Any], object]] = {
    "kind": MentionClass,
    "outcome": Outcome,
    "quiet_reason": QuietReason,
} | dict.fromkeys(_TIMES, datetime.fromisoformat)


def handle_mentions(
    session: Session,
    place: Place,
    mentions: Sequence[MentionSeen],
    said: Said,
    *,
    target_of: TargetOf,
    by: Actor,
    at: datetime,
) -> MentionBatch:
    """Say of mentions what they are or what became of them; what was said before is kept, to be undone.

    Refuses no mention, to say nothing, quiet without a reason, and an answer from before the mention or after now.
    The caller has checked that the mentions are at the place or below. Where no time of an answer is given, it is the
    one a pull saw, else now.
    """
    refuse_saying(said)
    if not mentions:
        raise Refused("Tick the mentions first.")
    batch = MentionBatch(
        id=new_id(),
        consortium_id=place.consortium_id,
        place_id=place.id,
        person_id=by.person_id,
        made_at=at,
        words=said.words,
        mentions=0,
    )
    session.add(batch)
    session.flush()
    own = {seen.mention.id: seen.mention for seen in mentions}
    lock_mentions(session, own, within=Scope(consortium_id=place.consortium_id))
    held = handlings_of(session, sorted(own), within=Scope(consortium_id=place.consortium_id))
    for mention in own.values():
        row = held.get(mention.id) or _row(session, mention)
        batch.mentions += _say(session, mention, row, said, batch=batch, target_of=target_of)
    _after(session, batch, at=at)
    detail = {"said": batch.words, "mentions": batch.mentions}
    record(session, Deed.MENTIONS_HANDLED, batch, by=by, at=at, place_path=place.path, detail=detail)
    return batch


def undo_mentions(session: Session, place: Place, batch: MentionBatch, *, by: Actor, at: datetime) -> int:
    """Put back what stood before a batch, and say of how many mentions; what was said anew since then stays.

    Refuses a batch that is undone already.
    """
    if batch.undone_at is not None:
        raise Refused("This is taken back already.")
    within = Scope(consortium_id=batch.consortium_id)
    changes = mention_changes_of(session, batch, within=within)
    held = handlings_of(session, [change.mention_id for change in changes], within=within)
    untouched = [change for change in changes if held[change.mention_id].batch_id == batch.id]
    for change in untouched:
        _put_back(held[change.mention_id], change.before)
    batch.undone_at = at
    _after(session, batch, at=at)
    detail = {"said": batch.words, "mentions": len(untouched)}
    record(session, Deed.MENTIONS_UNDONE, batch, by=by, at=at, place_path=place.path, detail=detail)
    return len(untouched)


def _row(session: Session, mention: Mention) -> MentionHandling:
    row = MentionHandling(consortium_id=mention.consortium_id, mention_id=mention.id)
    session.add(row)
    return row


def _say(
    session: Session, mention: Mention, row: MentionHandling, said: Said, *, batch: MentionBatch, target_of: TargetOf
) -> bool:
    """Write what is said of one mention; False where that was said already."""
    before = _kept(row)
    _merge(row, mention, said, at=batch.made_at)
    _time(row, mention, target_of=target_of)
    if all(before[name] == after for name, after in _kept(row).items()):
        return False
    row.person_id, row.batch_id, row.said_at = batch.person_id, batch.id, batch.made_at
    session.add(
        MentionChange(consortium_id=mention.consortium_id, batch_id=batch.id, mention_id=mention.id, before=before)
    )
    return True


def _merge(row: MentionHandling, mention: Mention, said: Said, *, at: datetime) -> None:
    row.kind = said.kind or row.kind
    if said.is_open:
        said = replace(said, outcome=None, quiet_reason=None, answered_at=None)
    elif said.outcome is None:
        return
    if said.outcome is Outcome.HANDLED:
        refuse_answer_time(said.answered_at, said_at=mention.said_at, at=at)
        if row.outcome is not Outcome.HANDLED or said.answered_at is not None:
            row.answered_at = said.answered_at or row.answer_seen_at or at
    else:
        row.answered_at = None
    row.outcome, row.quiet_reason = said.outcome, said.quiet_reason if said.outcome is Outcome.QUIET else None


def _time(row: MentionHandling, mention: Mention, *, target_of: TargetOf) -> None:
    """By when an answer was due, and how long it took, by the rule for this kind of mention."""
    target = target_of(mention, row.kind) if row.kind is not None else None
    row.due_at = target.due_at(mention.said_at) if target else None
    row.answer_minutes = None
    if target is not None and row.answered_at is not None:
        row.answer_minutes = target.minutes(mention.said_at, row.answered_at)


def _kept(row: MentionHandling) -> dict[str, Any]:
    """The columns as they can be written down; nothing where nothing was said."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _put_back(row: MentionHandling, before: Mapping[str, Any]) -> None:
    for name in _COLUMNS:
        value = before[name]
        setattr(row, name, value if value is None or name not in _WORDS else _WORDS[name](value))


def _after(session: Session, batch: MentionBatch, *, at: datetime) -> None:
    """The questions of each day are counted anew."""
    session.flush()
    ask_afresh(session, COUNT_QUESTIONS, {}, consortium_id=batch.consortium_id, at=at, key="all")
