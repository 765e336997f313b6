"""Mentions that pulls keep, what becomes of them, the platform's own statistics, and servers that ask to wait."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine

from app.access.rules import Scope
from app.background.models import BackgroundRow
from app.background.worker import drain, find_due
from app.foundation.clock import local_day, now
from app.foundation.database import enter_tenant
from app.foundation.errors import Refused
from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.metrics.actions.holding import hold_server
from app.metrics.actions.mentions import FORGET_MENTIONS, cursor_of, set_mentions_kept
from app.metrics.actions.pulled import Insights, Pulled
from app.metrics.actions.pulls import keep_pull
from app.metrics.models import DailyFigure, Mention, MentionHandling, Observation, PlatformHold, Post
from app.metrics.queries.figures import day_of
from app.metrics.queries.mentions import MentionFilter, mentions_of
from app.metrics.rules.dictionary import Metric
from app.metrics.tasks import HANDLERS
from app.platforms.contract import DayReading, MentionReading, Meter, PostReading, ProfileReading

ZONE = ZoneInfo("America/New_York")
AT = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
WINDOW = Period(date(2026, 11, 1), date(2026, 11, 9))
START = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


def profile(at=AT):
    return ProfileReading("7", "east", "East", at, {}, {})


def said(number, *, at=AT - timedelta(hours=3), author="42", text="Thank you"):
    return MentionReading(f"m{number}", at, "mention", author, text, f"https://x.example/{number}")


def pulled(*mentions, heard=True, window=WINDOW, since=START, at=AT, posts=(), insights=None):
    return Pulled(profile(at), tuple(posts), mentions if heard else None, since, window, ZONE, insights)


@pytest.fixture
def keep(application, session, world):
    """Keep what a pull brought."""

    def write(brought, *, at=AT):
        with application.app_context():
            enter_tenant(session, world.consortium.id)
            run = keep_pull(session, world.account, brought, row_id=1, meter=Meter(), at=at)
            session.commit()
            return run

    return write


def counted(session, world, day):
    figure = day_of(session, world.account, day, within=Scope(world.consortium.id)).figures[Metric.MENTIONS].figure
    return figure.value if figure.reason is None else figure.reason


def all_of(session, world, **wanted):
    return mentions_of(session, MentionFilter(**wanted), within=Scope(world.consortium.id))


def test_mentions_are_kept_once_with_no_author_but_a_hash(keep, session, world):
    first = keep(pulled(said(1), said(2, author="43"), said(3)))
    keep(pulled(said(1, text="Thank you so much"), said(3)))
    found = all_of(session, world)
    assert found.count == 3, "what a later list lacks is not deleted"
    by_id = {mention.external_id: mention for mention in found.mentions}
    assert by_id["m1"].text == "Thank you so much"
    assert by_id["m1"].author_hash == by_id["m3"].author_hash != by_id["m2"].author_hash
    assert all(mention.author_hash != "42" and len(mention.author_hash) == 64 for mention in found.mentions)
    assert {mention.first_run_id for mention in found.mentions} == {first.id}
    assert all_of(session, world, author_hash=by_id["m1"].author_hash).count == 2
    assert counted(session, world, WINDOW.last) == 3, "the day counts what any reading saw"
    assert counted(session, world, WINDOW.first) == 0


def test_an_id_that_names_its_author_is_kept_as_a_hash_and_answers_still_meet(application, keep, session, world):
    world.account.platform = "bluesky"
    session.commit()
    theirs, ours = "at://did:plc:patron/app.bsky.feed.post/1", "at://did:plc:library/app.bsky.feed.post/2"
    asked = replace(said(1), external_id=theirs, in_reply_to_id=ours, kind="reply")
    answer = PostReading(ours, "", AT, "Yes", True, False, False, False, False, {}, in_reply_to_id=theirs)
    brought = replace(pulled(asked, posts=[answer]), profile=replace(profile(), external_id="did:plc:library"))
    keep(brought)
    keep(brought)
    (mention,) = all_of(session, world).mentions
    assert (len(mention.external_id), mention.in_reply_to_id) == (64, ours)
    assert session.scalar(sa.select(MentionHandling.answer_seen_at)) == AT
    held = "".join(str(row) for table in (Mention, Post) for row in session.execute(sa.select(table.__table__)))
    assert "patron" not in held


def test_lists_are_narrowed_paged_and_of_one_consortium(keep, session, world, far):
    keep(pulled(*(said(number, at=AT - timedelta(minutes=number)) for number in range(7))))
    assert all_of(session, world, since=AT - timedelta(minutes=3)).count == 4
    assert all_of(session, world, until=AT - timedelta(minutes=3), platform="mastodon", kind="mention").count == 3
    assert all_of(session, world, kind="reply").count == 0
    page = mentions_of(session, MentionFilter(), within=Scope(world.consortium.id), page=2, page_size=5)
    assert ([mention.external_id for mention in page.mentions], page.count) == (["m5", "m6"], 7)


def test_days_before_anybody_listened_are_no_days_without_mentions(keep, session, world):
    keep(pulled(heard=False))
    assert counted(session, world, WINDOW.last) is Reason.NOT_COLLECTED
    noon = datetime(2026, 11, 5, 17, 0, tzinfo=UTC)
    keep(pulled(said(1), since=noon))
    assert counted(session, world, date(2026, 11, 5)) is Reason.NOT_COLLECTED, "half a day is no day"
    assert counted(session, world, date(2026, 11, 6)) == 0
    assert counted(session, world, WINDOW.last) == 1
    cursor = cursor_of(session, world.account)
    assert (cursor.heard_from_at, cursor.newest_mention_at) == (noon, AT - timedelta(hours=3))


def test_a_gap_in_listening_begins_the_unbroken_time_anew(keep, session, world):
    keep(pulled(said(1)))
    later = AT + timedelta(days=20)
    window = Period(WINDOW.last, local_day(later, ZONE.key))
    keep(pulled(said(2, at=later), window=window, since=later - timedelta(days=2), at=later), at=later)
    assert cursor_of(session, world.account).heard_from_at == later - timedelta(days=2)
    assert counted(session, world, WINDOW.last + timedelta(days=5)) is Reason.NOT_COLLECTED


def test_what_was_said_is_forgotten_on_time_and_stays_counted(application, keep, session, world):
    old = AT - timedelta(days=85)
    keep(
        pulled(
            said(1), said(2, at=old), window=Period(local_day(old, ZONE.key), WINDOW.last), since=old.replace(hour=0)
        )
    )
    with time_machine.travel(AT + timedelta(days=6)):
        find_due(application)
        enter_tenant(session, world.consortium.id)
        assert drain(application, kinds=[FORGET_MENTIONS]) == 1
        find_due(application)
        assert drain(application, kinds=[FORGET_MENTIONS]) == 0, "once a day is enough"
    enter_tenant(session, world.consortium.id)
    session.expire_all()
    forgotten, kept = sorted(all_of(session, world).mentions, key=lambda mention: mention.said_at)
    assert (forgotten.text, forgotten.url, forgotten.author_hash) == ("", "", "")
    assert forgotten.purged_at is not None
    assert (kept.text, kept.purged_at) == ("Thank you", None)
    assert counted(session, world, local_day(old, ZONE.key)) == 1
    late = AT + timedelta(days=7)
    keep(pulled(said(2, at=old), at=late), at=late)
    session.expire_all()
    again = next(mention for mention in all_of(session, world).mentions if mention.external_id == "m2")
    assert again.text == "", "who is read again is not remembered again"


def test_how_long_is_a_setting_with_bounds_and_a_deed(application, keep, session, world):
    keep(pulled(said(1, at=AT - timedelta(days=5))))
    for days in (0, 731):
        with pytest.raises(Refused):
            set_mentions_kept(session, days, by=world.machine, at=AT)
    set_mentions_kept(session, 3, by=world.machine, at=AT)
    session.commit()
    deed = session.scalars(sa.select(HistoryEntry).where(HistoryEntry.deed == Deed.MENTIONS_KEPT_SET)).one()
    assert deed.consortium_id == world.consortium.id
    with time_machine.travel(AT):
        assert drain(application, kinds=[FORGET_MENTIONS]) == 1, "shorter holds at once"
    enter_tenant(session, world.consortium.id)
    assert session.scalars(sa.select(Mention.text)).one() == ""


def post(day):
    at = datetime.combine(day, datetime.min.time(), tzinfo=UTC).replace(hour=15)
    counts = {"reactions": Figure.of(4), "views": Figure.missing(Reason.NOT_COLLECTED)}
    return PostReading(f"p{day}", "", at, "Open", False, False, False, False, False, counts)


def test_the_platforms_own_statistics_stand_before_what_was_counted(keep, session, world):
    world.account.platform = "x"
    day, before = date(2026, 11, 8), date(2026, 3, 1)
    insights = Insights(
        (
            DayReading(before, {"views": Figure.of(70), "posts_total": Figure.of(3)}),
            DayReading(
                day,
                {
                    "reactions": Figure.of(9),
                    "views": Figure.missing(Reason.WITHDRAWN),
                    "posts": Figure.missing(Reason.WITHDRAWN),
                },
            ),
        ),
        before,
        day,
    )
    keep(pulled(posts=[post(day)], insights=insights, heard=False))
    rows = {row.day: row for row in session.scalars(sa.select(DailyFigure))}
    assert rows[before].views == 70
    assert (rows[day].reactions, rows[day].posts, rows[day].views) == (9, 1, None)
    reason = sa.select(Observation.reason).where(Observation.day == day, Observation.metric == Metric.VIEWS)
    assert session.scalars(reason).one() is Reason.WITHDRAWN
    cursor = cursor_of(session, world.account)
    assert (cursor.insights_from_on, cursor.insights_until_on) == (before, day)


def test_a_restatement_within_a_week_replaces_and_a_later_one_is_a_revision(keep, session, world):
    old, fresh = date(2026, 11, 1), date(2026, 11, 5)
    keep(pulled(posts=[post(old), post(fresh)], heard=False))
    liked = [replace(post(day), figures={"reactions": Figure.of(6)}) for day in (old, fresh)]
    keep(pulled(posts=liked, heard=False))
    assert {row.day: row.reactions for row in session.scalars(sa.select(DailyFigure)) if row.reactions} == {
        old: 6,
        fresh: 6,
    }
    replaced = sa.select(Observation.day, Observation.value).where(Observation.revision > 0)
    assert session.execute(replaced.where(Observation.metric == Metric.REACTIONS)).all() == [(old, 4)]


def test_who_shares_a_limit_is_not_asked_before_its_time(application, session, world):
    at = now()
    account = world.account
    account.base_url, account.next_pull_at = "https://social.example", at
    hold_server(
        session, "mastodon social.example", "", until=at + timedelta(minutes=40), consortium_id=account.consortium_id
    )
    hold_server(
        session, "mastodon social.example", "", until=at + timedelta(minutes=5), consortium_id=account.consortium_id
    )
    assert session.scalars(sa.select(PlatformHold.until_at)).one() == at + timedelta(minutes=40), "the later one holds"
    session.commit()
    find_due(application)
    assert drain(application, kinds=HANDLERS) == 1
    row = session.scalars(sa.select(BackgroundRow).where(BackgroundRow.kind == "metrics.pull")).one()
    session.refresh(row)
    wait = row.due_at - at
    assert timedelta(minutes=40) <= wait <= timedelta(minutes=41)
    assert (row.attempts, row.lane, row.lane_width) == (0, "mastodon social.example", 4)
    session.refresh(account)
    assert account.failed_pulls == 0
