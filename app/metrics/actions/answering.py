"""Counting the questions of each day from mentions, and noting the answers of ours that a pull saw under them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account
from app.accounts.queries import accounts_by_id
from app.background.actions import ask_afresh
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.queries import settings_of, today_of
from app.foundation.figures import Figure
from app.foundation.periods import Period
from app.metrics.actions.recounting import hand_run
from app.metrics.actions.storing import store_batch
from app.metrics.models import Mention, MentionHandling
from app.metrics.queries.answering import HeardBetween, heard_between, weighed_since
from app.metrics.queries.figures import days_of
from app.metrics.queries.handling import handlings_of
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.pulls import start_of_day
from app.metrics.rules.questions import Weighed, count_questions
from app.metrics.rules.seen import DaySeen
from app.platforms.contract import PostReading

#: the kind of background work that counts the questions of each day anew
COUNT_QUESTIONS = "metrics.count_questions"
#: days that are counted anew; what is said of older mentions changes no figure
COUNTED_DAYS = 92
_ASKED_BEFORE = timedelta(days=30)
_AT_ONCE = 500


def recount_questions(session: Session, *, within: Scope, at: datetime) -> int:
    """Count questions due and answered in time on the last 92 days, from mentions; how many days changed.

    Only on days that were heard whole and of which every mention is sorted, from the first sorted one on, and only
    where no person and no file told the day's questions.
    """
    zone = ZoneInfo(settings_of(session, within=within).time_zone)
    last = today_of(session, within=within, at=at) - timedelta(days=1)
    first = last - timedelta(days=COUNTED_DAYS - 1)
    mentions = weighed_since(session, start_of_day(first, zone=zone) - _ASKED_BEFORE, within=within)
    heard = heard_between(session, mentions, within=within)
    rows: list[AccountDay] = []
    for account in accounts_by_id(session, heard, within=within).values():
        own = mentions[account.id]
        days = _days(own, heard[account.id], Period(first, last), zone)
        if days is not None:
            rows += _rows(session, account, own, days, zone=zone, within=within)
    if not rows:
        return 0
    by = Actor.machine("Worker", consortium_id=within.consortium_id)
    told = "Counted from mentions."
    run = hand_run(session, consortium_id=within.consortium_id, account=None, by=by, at=at, message=told)
    done = store_batch(session, rows, run=run, source=Source.COMPUTED, at=at)
    run.rows_read, run.rows_added, run.rows_changed, run.rows_same = len(rows), done.added, done.changed, done.same
    ask_afresh(session, REBUILD_SCORECARDS, {}, consortium_id=within.consortium_id, at=at, key="all")
    return done.added + done.changed


def note_answers(session: Session, account: Account, posts: Iterable[PostReading]) -> None:
    """Note when the account first answered each mention under which a reading saw a post of its own."""
    first: dict[str, datetime] = {}
    for post in posts:
        if post.in_reply_to_id and not post.is_repost:
            first[post.in_reply_to_id] = min(post.published_at, first.get(post.in_reply_to_id, post.published_at))
    answered = _answered(session, account, first)
    held = handlings_of(session, sorted(answered), within=Scope(consortium_id=account.consortium_id))
    for mention_id, answered_at in answered.items():
        row = held.get(mention_id)
        if row is None:
            row = MentionHandling(consortium_id=account.consortium_id, mention_id=mention_id)
            session.add(row)
        if row.answer_seen_at is None or answered_at < row.answer_seen_at:
            row.answer_seen_at = answered_at
    session.flush()


def _answered(session: Session, account: Account, first: dict[str, datetime]) -> dict[int, datetime]:
    """The mentions with these ids of the platform, each with the first answer after it."""
    ids = sorted(first)
    found: dict[int, datetime] = {}
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.execute(
            sa.select(Mention.id, Mention.external_id, Mention.said_at)
            .where(
                Mention.consortium_id == account.consortium_id,
                Mention.account_id == account.id,
                Mention.external_id.in_(ids[start : start + _AT_ONCE]),
            )
            .order_by(Mention.id)
        )
        found |= {mention_id: first[key] for mention_id, key, said_at in rows if first[key] >= said_at}
    return found


def _days(mentions: Sequence[Weighed], heard: HeardBetween, asked: Period, zone: ZoneInfo) -> Period | None:
    """The days that were heard whole, from the first mention on that somebody sorted; None where there is none."""
    begun = min((each.said_at for each in mentions if each.kind is not None), default=None)
    if begun is None:
        return None
    since = heard.since.astimezone(zone).date()
    if start_of_day(since, zone=zone) < heard.since:
        since += timedelta(days=1)
    first: date = max(asked.first, since, begun.astimezone(zone).date())
    last = min(asked.last, heard.until.astimezone(zone).date() - timedelta(days=1))
    return Period(first, last) if first <= last else None


def _rows(
    session: Session, account: Account, mentions: Sequence[Weighed], days: Period, *, zone: ZoneInfo, within: Scope
) -> list[AccountDay]:
    """The days whose questions can be told and are not what is known already."""
    counted = count_questions(mentions, days=days, zone=zone)
    rows = []
    for seen in days_of(session, account, period=days, within=within):
        count = counted.get(seen.day)
        if count is None or not _may_count(seen):
            continue
        figures = {
            Metric.QUESTIONS_DUE: Figure.of(count.due),
            Metric.QUESTIONS_IN_TIME: Figure.of(count.in_time),
        }
        if any(seen.figures[metric].figure != figure for metric, figure in figures.items()):
            rows.append(AccountDay(account.id, seen.day, figures))
    return rows


def _may_count(seen: DaySeen) -> bool:
    """Did nobody else tell the questions of the day?"""
    told = (seen.figures[metric] for metric in (Metric.QUESTIONS_DUE, Metric.QUESTIONS_IN_TIME))
    return all(
        not each.figure.is_known or (each.origin is not None and each.origin.source is Source.COMPUTED) for each in told
    )
