"""Keeping posts: new ones are added, known ones get their newest figures, what people set on them stays."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.foundation.ids import new_id
from app.metrics.actions.post_figures import told_of_posts
from app.metrics.actions.replacing import BESIDE, keep_replaced_posts
from app.metrics.actions.tagging import tag_new_posts
from app.metrics.actions.vanishing import since_known, untold
from app.metrics.models import Post, Run
from app.metrics.queries.posts import posts_known
from app.metrics.queries.standing import standing_posts
from app.metrics.queries.tagging import rulings_for
from app.metrics.rules.post_ids import bare_id
from app.metrics.rules.runs import RunKind, Tally
from app.metrics.rules.standing import differs_much
from app.platforms.contract import PostReading

_POSTS = sa.Table(Post.__tablename__, Post.metadata)
_LONGEST_URL = 500
_COUNTS = ("reactions", "comments", "shares", "views", "reach", "link_clicks")
#: what a later reading never takes away: who it is, and what people said of it
_KEPT = frozenset({"id", "consortium_id", "account_id", "external_id", "asks"})
#: compared to tell a changed post from one that is the same
_PICTURES = ("images", "images_with_alt")
_READ = (
    *("url", "published_at", "text", "is_reply", "is_repost", "has_media", "has_link", "was_answered_by_us"),
    *_COUNTS,
    *_PICTURES,
    *("gone_at", "untold"),
)


def keep_posts(
    session: Session,
    account: Account,
    posts: Sequence[PostReading],
    *,
    run: Run,
    answered: Collection[str] = (),
    held: Mapping[str, Mapping[str, object]] | None = None,
) -> Tally:
    """Write posts of one account and say how many were new, changed and the same; what people set on them stays.

    A post that a reading says less of keeps what was known: its words, its address and any count. Where the platform
    and a file tell of one post, those counts stand that do so for days. ``answered`` are
    the platform's ids of the posts under which the account wrote a reply in time; ``held`` are the posts of these ids
    as they stand, where the caller has read them. A post that is the same is not written, so its run stays the one
    that last brought something. New posts are tagged by the rules of the account's place.
    """
    by_id = {bare_id(post.external_id, platform=account.platform): post for post in posts}
    within = Scope(consortium_id=account.consortium_id)
    if held is None:
        held = posts_known(session, account, list(by_id.values()), within=within)
    standing = standing_posts(session, run, held, within=within)
    beside = told_of_posts(session, by_id.values(), held, run=run)
    fresh, changed, before, conflicting = [], [], [], 0
    for post in by_id.values():
        row = _post_row(account, post, run=run, is_answered=post.external_id in answered)
        known = held.get(post.external_id)
        if known is None:
            fresh.append(row)
            beside.take(post.external_id, int(str(row["id"])))
            continue
        if post.external_id in standing.of_another_source and _differs_much(row, known):
            conflicting += 1
        if post.external_id in standing.stays:
            row |= {name: known[name] for name in _COUNTS if known[name] is not None}
        was = beside.take(post.external_id, int(str(known["id"])), gives_way=post.external_id in standing.stays)
        if _add_what_was_known(row, known, run=run) or was is not None:
            changed.append(row)
            before.append({**known, BESIDE: was or {}})
    if run.kind is RunKind.IMPORT:
        keep_replaced_posts(session, run, before)
    _write(session, fresh + changed)
    beside.write(session)
    if fresh:
        _tag(session, account, fresh, run=run)
    return Tally(len(fresh), len(changed), len(by_id) - len(fresh) - len(changed), conflicting)


def _tag(session: Session, account: Account, rows: Sequence[Mapping[str, object]], *, run: Run) -> None:
    rulings = rulings_for(session, account, within=Scope(consortium_id=account.consortium_id))
    own = [(int(str(row["id"])), str(row["text"])) for row in rows if not row["is_repost"]]
    tag_new_posts(session, own, rulings, consortium_id=account.consortium_id, at=run.ended_at or run.started_at)


def _post_row(account: Account, post: PostReading, *, run: Run, is_answered: bool) -> dict[str, object]:
    return {
        "id": new_id(),
        "consortium_id": account.consortium_id,
        "account_id": account.id,
        "external_id": post.external_id,
        "url": post.url if len(post.url) <= _LONGEST_URL else "",
        "published_at": post.published_at,
        "text": post.text.replace("\x00", ""),
        "is_reply": post.is_reply and not post.in_reply_to_own,
        "is_repost": post.is_repost,
        "asks": None,
        "has_media": post.has_media,
        "has_link": post.has_link,
        "was_answered_by_us": is_answered,
        **{name: _count(post, name) for name in _COUNTS},
        "images": post.images or None,
        "images_with_alt": post.images_with_alt if post.images else None,
        "run_id": run.id,
        "gone_at": None,
        "untold": untold(post, platform=account.platform, run=run),
    }


def _count(post: PostReading, name: str) -> int | None:
    figure = post.figures.get(name)
    return None if figure is None or figure.value is None else round(figure.value)


def _add_what_was_known(row: dict[str, Any], known: Mapping[str, Any], *, run: Run) -> bool:
    """Fill the row's gaps from the post as it is kept; does it differ after that?

    Only the platform itself says that a post is back, and what it does not tell.
    """
    if run.kind is RunKind.PULL:
        row["untold"] = since_known(row["untold"], known["untold"])
    else:
        row["gone_at"] = known["gone_at"]
        row["untold"] = {name: why for name, why in (known["untold"] or {}).items() if row[name] is None} or None
    row["external_id"] = known["external_id"]  # another form of it is the same post
    for name in ("url", "text", "was_answered_by_us"):
        row[name] = row[name] or known[name]
    for name in _COUNTS + _PICTURES:
        row[name] = known[name] if row[name] is None else row[name]
    return any(row[name] != known[name] for name in _READ)


def _differs_much(row: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    return any(
        row[name] is not None and known[name] is not None and differs_much(row[name], known[name]) for name in _COUNTS
    )


def _write(session: Session, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    session.connection().execute(_merging(session.get_bind().dialect.name), rows)


@cache
def _merging(engine_name: str) -> sa.Insert:
    """Made once for each engine: every pull writes with it."""
    insert = postgresql.insert if engine_name == "postgresql" else sqlite.insert
    statement = insert(_POSTS)
    newer = {column.name: statement.excluded[column.name] for column in _POSTS.columns if column.name not in _KEPT}
    return statement.on_conflict_do_update(index_elements=["consortium_id", "account_id", "external_id"], set_=newer)
