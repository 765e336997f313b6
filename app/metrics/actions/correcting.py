"""Correcting and removing a post that a person wrote down; its day is counted anew, and it can be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.background.actions import ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.actions.handwriting import PostWords, day_of_post, refuse_words
from app.metrics.actions.recounting import DaysCounted, counted, hand_run, recount_by_hand
from app.metrics.models import Post, PostChange, PostTag, Run, TagChange
from app.metrics.queries.posts import find_post
from app.metrics.queries.tagged import tags_of
from app.metrics.queries.tagging import tag_changes_of
from app.metrics.rules.hand_posts import cleaned_why, refuse_late_undo, why_fixed
from app.platforms.catalogue import get_platform

#: what a correction says anew, beside the counts
_SAID = ("published_at", "text", "url", "is_reply", "has_media", "has_link")
_COUNTS = ("reactions", "comments", "shares", "views", "reach")
#: columns that are times, of a post, of its tags and of what batches did to them
_TIMES = frozenset({"published_at", "gone_at", "tagged_at", "before_at"})
#: columns that a correction changes, and taking it back returns
_CORRECTED = (*_SAID, *_COUNTS, "run_id")


def correct_post(session: Session, post: Post, words: PostWords, *, why: str, by: Actor, at: datetime) -> PostChange:
    """Say anew what a post that was written down says; its tags stay, and the days it leaves and joins are counted.

    Refuses a post that a platform or a file tells of, no reason, no change, and what :func:`log_post` refuses.
    """
    why, account = _reason(post, why), post.account
    refuse_words(words, at=at)
    said: dict[str, Any] = {name: getattr(words, name) for name in ("published_at", "text", "url")}
    said |= {"is_reply": words.is_reply, "has_media": words.has_media, "has_link": bool(words.url)}
    said |= {name: words.figures.get(name) for name in _COUNTS}
    told = [name for name, value in said.items() if getattr(post, name) != value]
    if not told:
        raise Refused("Nothing is different. Change what is wrong, or leave the post as it is.")
    days = {day_of_post(session, account, each) for each in (post.published_at, words.published_at)}
    before = counted(session, account, days)
    run = _hand_run(session, account, by=by, at=at, message="1 post corrected.")
    change = _note(session, post, run, why=why)
    for name, value in said.items():
        setattr(post, name, value)
    post.run_id = run.id
    session.flush()
    _count_anew(session, account, before, run=run, at=at)
    _record(session, Deed.POST_CORRECTED, account, change, by=by, at=at, changed=", ".join(told))
    return change


def remove_post(session: Session, post: Post, *, why: str, by: Actor, at: datetime) -> PostChange:
    """Take a post that was written down away with its tags; its day is counted without it.

    Refuses a post that a platform or a file tells of, and no reason.
    """
    why, account = _reason(post, why), post.account
    before = counted(session, account, {day_of_post(session, account, post.published_at)})
    run = _hand_run(session, account, by=by, at=at, message="1 post removed.")
    change = _note(session, post, run, why=why)
    change.is_removal = True
    change.tags = _taken(
        session, tags_of(session, [post.id], within=Scope(post.consortium_id)).get(post.id, {}).values()
    )
    change.tag_changes = _taken(session, tag_changes_of(session, post, within=Scope(post.consortium_id)))
    session.execute(
        sa.delete(Post).where(Post.consortium_id == post.consortium_id, Post.id == post.id),
        execution_options={"synchronize_session": False},
    )
    session.expunge(post)
    session.flush()
    _count_anew(session, account, before, run=run, at=at)
    _record(session, Deed.POST_REMOVED, account, change, by=by, at=at)
    return change


def undo_post_change(session: Session, change: PostChange, *, by: Actor, at: datetime) -> None:
    """Put a corrected or removed post back as it was, its tags too, and count its days anew.

    Refuses what was taken back already, what is older than thirty days, and a correction after which came another.
    """
    refuse_late_undo(change.made_at, change.undone_at, at=at)
    within = Scope(consortium_id=change.consortium_id)
    post = find_post(session, change.post_id, within=within)
    if not change.is_removal and (post is None or post.run_id != change.run_id):
        raise Refused("This post was changed again since. Take the later change back first.")
    was = _as_kept(change.before)
    times = [was["published_at"]] + ([post.published_at] if post else [])
    before = counted(session, change.account, {day_of_post(session, change.account, each) for each in times})
    run = _hand_run(session, change.account, by=by, at=at, message="1 post as it was before.")
    if post is None:
        _bring_back(session, change, was)
    else:
        for name in _CORRECTED:
            setattr(post, name, was[name])
    change.undone_at = at
    session.flush()
    _count_anew(session, change.account, before, run=run, at=at)
    _record(session, Deed.POST_CHANGE_UNDONE, change.account, change, by=by, at=at)


def forget_post_changes(session: Session, changes: Sequence[PostChange]) -> int:
    """Keep no longer what was corrected or removed long ago; how many rows went."""
    for change in changes:
        session.delete(change)
    session.flush()
    return len(changes)


def _reason(post: Post, why: str) -> str:
    if refusal := why_fixed(post.run.kind, platform=get_platform(post.account.platform).label):
        raise Refused(refusal)
    return cleaned_why(why)


def _note(session: Session, post: Post, run: Run, *, why: str) -> PostChange:
    """Keep the post as it is now."""
    run.rows_read = run.rows_changed = 1
    change = PostChange(
        id=new_id(),
        consortium_id=post.consortium_id,
        account_id=post.account_id,
        post_id=post.id,
        run_id=run.id,
        person_id=run.person_id,
        made_at=run.started_at,
        is_removal=False,
        why=why,
        before=_kept(post),
        tags=[],
        tag_changes=[],
    )
    session.add(change)
    session.flush()
    return change


def _hand_run(session: Session, account: Account, *, by: Actor, at: datetime, message: str) -> Run:
    return hand_run(session, consortium_id=account.consortium_id, account=account, by=by, at=at, message=message)


def _count_anew(session: Session, account: Account, before: DaysCounted, *, run: Run, at: datetime) -> None:
    recount_by_hand(session, account, before, run=run, at=at)
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=account.consortium_id, at=at, key="all")


def _record(
    session: Session, deed: Deed, account: Account, change: PostChange, *, by: Actor, at: datetime, **more: object
) -> None:
    detail = {"handle": account.handle, "platform": get_platform(account.platform).label, "why": change.why, **more}
    record(session, deed, change, by=by, at=at, place_path=account.place.path, detail=detail)


def _kept(row: Post | PostTag | TagChange) -> dict[str, Any]:
    """A row as JSON."""
    values = {column.key: getattr(row, column.key) for column in type(row).__table__.columns}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}


def _as_kept(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: datetime.fromisoformat(value) if key in _TIMES and value is not None else value
        for key, value in kept.items()
    }


def _taken(session: Session, rows: Iterable[PostTag | TagChange]) -> list[dict[str, Any]]:
    """What is said of the post, as JSON; it is there no more."""
    kept = []
    for row in rows:
        kept.append(_kept(row))
        session.delete(row)
    session.flush()
    return kept


def _bring_back(session: Session, change: PostChange, was: Mapping[str, Any]) -> None:
    session.execute(sa.insert(Post), [was])
    for model, kept in ((TagChange, change.tag_changes), (PostTag, change.tags)):
        if kept:
            session.execute(sa.insert(model), [_as_kept(each) for each in kept])
