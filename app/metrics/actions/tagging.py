"""Tagging posts, one or many at once, by a person or by a rule; and undoing it exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.actions import ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.actions.recounting import recount_asks
from app.metrics.models import Post, PostTag, TagBatch, TagChange, TagRule
from app.metrics.queries.tagged import tags_of
from app.metrics.queries.tagging import changes_of
from app.metrics.rules.tags import ASKING, Ruling, TagKind, cleaned, tags_for, words_of

#: rows touched by one statement
_AT_ONCE = 500
#: posts that one form or one rule may tag
MOST_POSTS = 20_000
_LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Hand:
    """Who tags: a person, or a rule that a person switched on."""

    by: Actor
    at: datetime
    rule: TagRule | None = None


def tag_posts(
    session: Session, place: Place, post_ids: Sequence[int], wanted: Mapping[TagKind, str | None], *, hand: Hand
) -> TagBatch:
    """Give posts tags, or take a kind away where its value is None; what stood before is kept, to be undone.

    Refuses no post, no tag, and a value that is not in its list. The caller has checked that the posts are at the
    place or below. A post that has the tag from a person already is left alone.
    """
    values = {kind: None if value is None else cleaned(kind, value) for kind, value in wanted.items()}
    if not values:
        raise Refused("Choose at least one tag to give.")
    if not 0 < len(post_ids) <= MOST_POSTS:
        raise Refused("Tick the posts to tag first.")
    batch = _batch(session, place, values, hand=hand)
    changes = _changes(session, batch, post_ids, values)
    batch.posts = len({change.post_id for change in changes})
    session.add_all(changes)
    _rewrite(session, batch, changes, hand=hand)
    _after(session, changes, batch=batch, by=hand.by, at=hand.at)
    detail = {"tags": batch.words, "posts": batch.posts, "rule": hand.rule.says if hand.rule else ""}
    record(session, Deed.POSTS_TAGGED, batch, by=hand.by, at=hand.at, place_path=place.path, detail=detail)
    return batch


def undo_tags(session: Session, place: Place, batch: TagBatch, *, by: Actor, at: datetime) -> int:
    """Put back what stood before a batch, and say on how many posts; what was tagged anew since then stays.

    Refuses a batch that is undone already.
    """
    if batch.undone_at is not None:
        raise Refused("These tags are taken back already.")
    within = Scope(consortium_id=batch.consortium_id)
    changes = changes_of(session, batch, within=within)
    now_there = tags_of(session, sorted({change.post_id for change in changes}), within=within)
    open_changes = [change for change in changes if _is_untouched(change, now_there.get(change.post_id, {}))]
    _delete(session, batch.consortium_id, [(change.post_id, change.kind) for change in open_changes])
    _insert(session, [_as_before(change) for change in open_changes if change.before_value is not None])
    batch.undone_at = at
    _after(session, open_changes, batch=batch, by=by, at=at)
    posts = len({change.post_id for change in open_changes})
    detail = {"tags": batch.words, "posts": posts}
    record(session, Deed.POST_TAGS_UNDONE, batch, by=by, at=at, place_path=place.path, detail=detail)
    return posts


def tag_new_posts(
    session: Session, posts: Sequence[tuple[int, str]], rulings: Sequence[Ruling], *, consortium_id: int, at: datetime
) -> int:
    """Let rules tag posts that have just come in, given as their ids and words; how many tags that were."""
    rows = [
        {
            "id": new_id(),
            "consortium_id": consortium_id,
            "post_id": post_id,
            "kind": kind,
            "value": ruling.value,
            "rule_id": ruling.id,
            "tagged_at": at,
        }
        for post_id, text in posts
        for kind, ruling in tags_for(text, rulings).items()
    ]
    _insert(session, rows)
    intents = [int(str(row["post_id"])) for row in rows if row["kind"] is TagKind.INTENT]
    _note_asks(session, intents, consortium_id=consortium_id)
    return len(rows)


def _batch(session: Session, place: Place, values: Mapping[TagKind, str | None], *, hand: Hand) -> TagBatch:
    words = "; ".join(
        f"{kind.label}: {words_of(kind, value)}" if value is not None else f"{kind.label} taken away"
        for kind, value in values.items()
    )
    batch = TagBatch(
        id=new_id(),
        consortium_id=place.consortium_id,
        place_id=place.id,
        person_id=hand.by.person_id,
        rule_id=hand.rule.id if hand.rule else None,
        made_at=hand.at,
        words=words[:_LONGEST_WORDS],
        posts=0,
    )
    session.add(batch)
    session.flush()
    return batch


def _changes(
    session: Session, batch: TagBatch, post_ids: Sequence[int], values: Mapping[TagKind, str | None]
) -> list[TagChange]:
    held = tags_of(session, post_ids, within=Scope(consortium_id=batch.consortium_id))
    return [
        _change(batch, post_id, kind, before, value)
        for post_id in post_ids
        for kind, value in values.items()
        if not _says_so_already(before := held.get(post_id, {}).get(kind), value, by_rule=batch.rule_id is not None)
    ]


def _says_so_already(before: PostTag | None, value: str | None, *, by_rule: bool) -> bool:
    """Is there nothing to do? A rule leaves every tag alone; a person takes a rule's tag over as their own."""
    if before is None:
        return value is None
    return by_rule or (before.value == value and before.person_id is not None and before.kind is not TagKind.APPROVAL)


def _change(batch: TagBatch, post_id: int, kind: TagKind, before: PostTag | None, value: str | None) -> TagChange:
    change = TagChange(
        consortium_id=batch.consortium_id, batch_id=batch.id, post_id=post_id, kind=kind, after_value=value
    )
    if before is not None:
        change.before_value, change.before_at = before.value, before.tagged_at
        change.before_person_id, change.before_rule_id = before.person_id, before.rule_id
        change.before_batch_id = before.batch_id
    return change


def _rewrite(session: Session, batch: TagBatch, changes: Sequence[TagChange], *, hand: Hand) -> None:
    _delete(session, batch.consortium_id, [(c.post_id, c.kind) for c in changes if c.before_value is not None])
    _insert(
        session,
        [
            {
                "id": new_id(),
                "consortium_id": batch.consortium_id,
                "post_id": change.post_id,
                "kind": change.kind,
                "value": change.after_value,
                "person_id": None if hand.rule else hand.by.person_id,
                "rule_id": hand.rule.id if hand.rule else None,
                "batch_id": batch.id,
                "tagged_at": hand.at,
            }
            for change in changes
            if change.after_value is not None
        ],
    )


def _as_before(change: TagChange) -> dict[str, object]:
    return {
        "id": new_id(),
        "consortium_id": change.consortium_id,
        "post_id": change.post_id,
        "kind": change.kind,
        "value": change.before_value,
        "person_id": change.before_person_id,
        "rule_id": change.before_rule_id,
        "batch_id": change.before_batch_id,
        "tagged_at": change.before_at,
    }


def _is_untouched(change: TagChange, tags: Mapping[TagKind, PostTag]) -> bool:
    """Does the post still stand as the batch left it?"""
    tag = tags.get(change.kind)
    if change.after_value is None:
        return tag is None
    return tag is not None and tag.batch_id == change.batch_id


def _delete(session: Session, consortium_id: int, keys: Sequence[tuple[int, TagKind]]) -> None:
    for kind in sorted({kind for _, kind in keys}):
        ids = [post_id for post_id, each in keys if each is kind]
        for start in range(0, len(ids), _AT_ONCE):
            session.execute(
                sa.delete(PostTag).where(
                    PostTag.consortium_id == consortium_id,
                    PostTag.kind == kind,
                    PostTag.post_id.in_(ids[start : start + _AT_ONCE]),
                )
            )


def _insert(session: Session, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        session.execute(sa.insert(PostTag), rows)


def _after(session: Session, changes: Sequence[TagChange], *, batch: TagBatch, by: Actor, at: datetime) -> None:
    """What hangs on tags: whether a post asks, the counts of its day, and the KPIs."""
    session.flush()
    consortium_id = batch.consortium_id
    intents = [change.post_id for change in changes if change.kind is TagKind.INTENT]
    if intents:
        _note_asks(session, intents, consortium_id=consortium_id)
        recount_asks(session, intents, consortium_id=consortium_id, by=by, at=at)
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=consortium_id, at=at, key="all")


def _note_asks(session: Session, post_ids: Sequence[int], *, consortium_id: int) -> None:
    """``Post.asks`` follows the intent: yes, no, or nobody said."""
    tags = tags_of(session, post_ids, within=Scope(consortium_id=consortium_id))
    told: dict[bool | None, list[int]] = {True: [], False: [], None: []}
    for post_id in post_ids:
        intent = tags.get(post_id, {}).get(TagKind.INTENT)
        told[None if intent is None else intent.value in ASKING].append(post_id)
    for asks, ids in told.items():
        for start in range(0, len(ids), _AT_ONCE):
            session.execute(
                sa.update(Post)
                .where(Post.consortium_id == consortium_id, Post.id.in_(ids[start : start + _AT_ONCE]))
                .values(asks=asks)
                .execution_options(synchronize_session=False)
            )
