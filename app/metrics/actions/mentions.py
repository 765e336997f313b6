"""Keeping who spoke to an account, moving its cursor, and forgetting after the time the consortium chose."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.background.actions import ask
from app.foundation.ids import new_id
from app.foundation.installation import settings
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.models import Mention, MentionSettings, PullCursor, Run
from app.metrics.queries.mentions import find_cursor, find_mention_settings, mentions_kept_days
from app.metrics.rules.mentions import kept_since, keyed_hash, refuse_kept_days
from app.platforms.contract import MentionReading

#: the kind of background work that forgets what was said too long ago
FORGET_MENTIONS = "metrics.forget_mentions"
_MENTIONS = sa.Table(Mention.__tablename__, Mention.metadata)
_LONGEST_URL = 500
#: what may change while it is kept: people edit what they said
_AFRESH = ("kind", "said_at", "in_reply_to_id", "author_hash", "text", "url")


def keep_mentions(
    session: Session, account: Account, mentions: Sequence[MentionReading], *, run: Run, at: datetime
) -> None:
    """Write mentions of an account, each once; what was forgotten already stays so, and what is missing stays too.

    A list of a platform may lack what an earlier one had, which says nothing of its being deleted.
    """
    by_id = {mention.external_id: mention for mention in mentions}
    if not by_id:
        return
    days = mentions_kept_days(session, within=Scope(consortium_id=account.consortium_id))
    since = kept_since(at, days=days)
    rows = [_row(account, mention, run=run, is_kept=mention.at >= since, at=at) for mention in by_id.values()]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(_MENTIONS)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["consortium_id", "account_id", "external_id"],
            set_={name: statement.excluded[name] for name in _AFRESH},
            where=_MENTIONS.c.purged_at.is_(None) & statement.excluded.purged_at.is_(None),
        ),
        rows,
    )


def _row(account: Account, mention: MentionReading, *, run: Run, is_kept: bool, at: datetime) -> dict[str, object]:
    url = mention.url or ""
    author = keyed_hash(settings().secret_key, account.consortium_id, account.id, mention.author_id)
    return {
        "id": new_id(),
        "consortium_id": account.consortium_id,
        "account_id": account.id,
        "external_id": mention.external_id[:200],
        "kind": mention.kind[:20],
        "said_at": mention.at,
        "in_reply_to_id": mention.in_reply_to_id,
        "author_hash": author if is_kept else "",
        "text": (mention.text or "").replace("\x00", "") if is_kept else "",
        "url": url if is_kept and len(url) <= _LONGEST_URL else "",
        "purged_at": None if is_kept else at,
        "first_run_id": run.id,
    }


def cursor_of(session: Session, account: Account) -> PullCursor:
    """The account's cursor, made where there is none."""
    held = find_cursor(session, account, within=Scope(consortium_id=account.consortium_id))
    if held is None:
        held = PullCursor(consortium_id=account.consortium_id, account_id=account.id)
        session.add(held)
        session.flush()
    return held


def note_heard(cursor: PullCursor, *, since: datetime, until: datetime, newest: datetime | None) -> None:
    """Mentions were read from then until then; a gap before that begins the unbroken time anew."""
    is_gap = cursor.heard_until_at is None or since > cursor.heard_until_at
    if is_gap or cursor.heard_from_at is None or since < cursor.heard_from_at:
        cursor.heard_from_at = since
    cursor.heard_until_at = until
    if newest is not None and (cursor.newest_mention_at is None or newest > cursor.newest_mention_at):
        cursor.newest_mention_at = newest


def purge_mentions(session: Session, *, within: Scope, at: datetime) -> int:
    """Take author, words and address from what was said too long ago; the count of each day stays. How many."""
    before = kept_since(at, days=mentions_kept_days(session, within=within))
    purged = session.execute(
        sa.update(_MENTIONS)
        .where(
            _MENTIONS.c.consortium_id == within.consortium_id,
            _MENTIONS.c.purged_at.is_(None),
            _MENTIONS.c.said_at < before,
        )
        .values(author_hash="", text="", url="", purged_at=at)
        .returning(_MENTIONS.c.id)
    )
    return len(purged.all())


def set_mentions_kept(session: Session, days: int, *, by: Actor, at: datetime) -> None:
    """Say how many days what others said is kept; refuses less than one and more than two years."""
    refuse_kept_days(days)
    within = Scope(by.consortium_id)
    held, before = find_mention_settings(session, within=within), mentions_kept_days(session, within=within)
    if held is None:
        held = MentionSettings(id=new_id(), consortium_id=by.consortium_id)
        session.add(held)
    held.kept_days = days
    session.flush()
    ask(session, FORGET_MENTIONS, {}, consortium_id=by.consortium_id, at=at, key=FORGET_MENTIONS)
    record(session, Deed.MENTIONS_KEPT_SET, held, by=by, at=at, detail={"days": days, "days_before": before})
