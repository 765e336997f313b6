"""Keeping posts: new ones are added, known ones get their newest figures, what people set on them stays."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.foundation.ids import new_id
from app.metrics.actions.replacing import keep_replaced_posts
from app.metrics.actions.tagging import tag_new_posts
from app.metrics.models import Post, Run
from app.metrics.queries.posts import posts_by_external_id
from app.metrics.queries.tagging import rulings_for
from app.metrics.rules.runs import RunKind, Tally
from app.platforms.contract import PostReading

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
)


def keep_posts(
    session: Session, account: Account, posts: Sequence[PostReading], *, run: Run, answered: Collection[str] = ()
) -> Tally:
    """Write posts of one account and say how many were new, changed and the same; what people set on them stays.

    A post that a reading says less of keeps what was known: its words, its address and any count. ``answered`` are
    the platform's ids of the posts under which the account wrote a reply in time. A post that is the same is not
    written, so its run stays the one that last brought something. New posts are tagged by the rules of the account's
    place.
    """
    by_id = {post.external_id: post for post in posts}
    held = posts_by_external_id(session, account, list(by_id), within=Scope(consortium_id=account.consortium_id))
    fresh, changed, before = [], [], []
    for external_id, post in by_id.items():
        row = _post_row(account, post, run=run, is_answered=external_id in answered)
        known = held.get(external_id)
        if known is None:
            fresh.append(row)
        elif _add_what_was_known(row, known):
            changed.append(row)
            before.append(known)
    if run.kind is RunKind.IMPORT:
        keep_replaced_posts(session, run, before)
    _write(session, fresh + changed)
    if fresh:
        _tag(session, account, fresh, run=run)
    return Tally(len(fresh), len(changed), len(by_id) - len(fresh) - len(changed))


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
    }


def _count(post: PostReading, name: str) -> int | None:
    figure = post.figures.get(name)
    return None if figure is None or figure.value is None else round(figure.value)


def _add_what_was_known(row: dict[str, object], known: Mapping[str, object]) -> bool:
    """Fill the row's gaps from the post as it is kept; does it differ after that?"""
    for name in ("url", "text", "was_answered_by_us"):
        row[name] = row[name] or known[name]
    for name in _COUNTS + _PICTURES:
        row[name] = known[name] if row[name] is None else row[name]
    return any(row[name] != known[name] for name in _READ)


def _write(session: Session, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Post)
    newer = {
        column.name: statement.excluded[column.name] for column in sa.inspect(Post).columns if column.name not in _KEPT
    }
    session.execute(
        statement.on_conflict_do_update(index_elements=["consortium_id", "account_id", "external_id"], set_=newer),
        rows,
    )
