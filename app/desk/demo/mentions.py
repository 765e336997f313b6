"""What people said to the accounts of two branches, and what became of it, timed by the policy in force."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import Account
from app.desk.demo.cast import read_seed
from app.desk.demo.stage import Stage
from app.desk.queries.mentions import targets_for
from app.metrics.actions.mentions import keep_mentions
from app.metrics.models import MentionHandling, Run
from app.metrics.queries.handling import MentionSeen, TargetOf, mentions_seen
from app.metrics.queries.mentions import MentionFilter, mentions_of
from app.metrics.rules.handling import MentionClass, Outcome, QuietReason
from app.platforms.contract import MentionReading

_Row = Mapping[str, Any]
#: so soon after its answer, or after it came in, somebody said what a mention was
_SORTED_AFTER = timedelta(minutes=30)


def write_mentions(stage: Stage, run: Run) -> None:
    """The mentions of the seed, kept as a pull keeps them, and what people said of each."""
    rows: dict[str, _Row] = {}
    for name, told in read_seed("mentions").items():
        code, platform = name.split()
        account = stage.accounts[code, platform]
        own = {f"{code}-{platform}-{number}": row for number, row in enumerate(told)}
        readings = [_reading(stage, account, key, row) for key, row in own.items()]
        keep_mentions(stage.session, account, readings, run=run, at=stage.calendar.now)
        rows |= own
    found = mentions_of(stage.session, MentionFilter(), within=stage.within, page_size=len(rows)).mentions
    seen = mentions_seen(stage.session, [mention.id for mention in found], within=stage.within)
    target_of = targets_for(stage.session, seen, within=stage.within, on=stage.calendar.as_of)
    for each in seen:
        row = rows[each.mention.external_id]
        if "kind" in row:
            stage.session.add(_handling(stage, each, row, target_of))
    stage.session.flush()


def _reading(stage: Stage, account: Account, key: str, row: _Row) -> MentionReading:
    url = f"{account.url.rstrip('/')}/comments/{key}"
    return MentionReading(key, _said_at(stage, row), "mention", str(row["by"]), row["says"], url)


def _said_at(stage: Stage, row: _Row) -> datetime:
    return stage.calendar.now - timedelta(hours=row["hours"])


def _handling(stage: Stage, seen: MentionSeen, row: _Row, target_of: TargetOf) -> MentionHandling:
    mention, kind = seen.mention, MentionClass(row["kind"])
    answered_at = mention.said_at + timedelta(hours=row["answered"]) if "answered" in row else None
    quiet = QuietReason(row["quiet"]) if "quiet" in row else None
    target = target_of(mention, kind)
    return MentionHandling(
        consortium_id=stage.consortium_id,
        mention_id=mention.id,
        kind=kind,
        outcome=Outcome.HANDLED if answered_at else Outcome.QUIET if quiet else None,
        quiet_reason=quiet,
        due_at=target.due_at(mention.said_at) if target else None,
        answered_at=answered_at,
        answer_minutes=target.minutes(mention.said_at, answered_at) if target and answered_at else None,
        answer_seen_at=answered_at,
        said_at=(answered_at or mention.said_at) + _SORTED_AFTER,
    )
