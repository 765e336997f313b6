"""Which days of a platform's own statistics a pull asks for, and from when it listens."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.foundation.periods import Period
from app.metrics.rules.mentions import keyed_hash
from app.metrics.rules.pulls import heard_since, insights_wanted, lane_of, sway_after_hold, window_of

LAST = date(2026, 11, 8)
ZONE = ZoneInfo("America/New_York")


def days_of(parts):
    return sorted(part.first + timedelta(days=step) for part in parts for step in range(part.days))


def test_the_first_pull_asks_for_all_that_is_offered_newest_first_in_parts():
    wanted = insights_wanted(None, None, last=LAST, days=200, at_once=90)
    assert [part.days for part in wanted.older] == [90, 90, 20]
    assert (wanted.fresh, wanted.last, wanted.goal) == ((), LAST, LAST - timedelta(days=199))
    assert len(days_of(wanted.older)) == len(set(days_of(wanted.older))) == 200


def test_later_ones_ask_for_a_week_again_and_go_on_with_the_past():
    known_from, known_until = LAST - timedelta(days=50), LAST - timedelta(days=1)
    wanted = insights_wanted(known_from, known_until, last=LAST, days=90, at_once=90)
    assert wanted.fresh == (Period(known_until - timedelta(days=8), LAST),)
    assert days_of(wanted.older)[-1] == known_from - timedelta(days=1)
    assert days_of(wanted.older)[0] == LAST - timedelta(days=89)
    done = insights_wanted(LAST - timedelta(days=300), known_until, last=LAST, days=90, at_once=90)
    assert done.older == ()


def test_a_clock_that_stands_behind_asks_for_no_day_twice_nor_for_none():
    ahead = insights_wanted(LAST - timedelta(days=100), LAST + timedelta(days=30), last=LAST, days=90, at_once=90)
    assert ahead.fresh == (Period(LAST, LAST),)


def test_listening_begins_a_day_before_the_newest_or_with_the_window():
    window = Period(date(2026, 11, 1), date(2026, 11, 9))
    start = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
    assert heard_since(window, None, zone=ZONE) == start
    assert heard_since(window, datetime(2026, 6, 1, tzinfo=UTC), zone=ZONE) == start
    newest = datetime(2026, 11, 7, 12, tzinfo=UTC)
    assert heard_since(window, newest, zone=ZONE) == newest - timedelta(days=1)


def test_a_window_reaches_as_far_back_as_the_platform_is_asked():
    assert window_of(None, today=LAST, backfill_days=90).days == 91
    assert window_of(LAST - timedelta(days=1), today=LAST, backfill_days=90).days == 10


def test_lanes_and_moments():
    assert lane_of("mastodon", "https://Social.Example:8443/@east") == "mastodon social.example:8443"
    sways = {sway_after_hold(account_id) for account_id in range(1000, 1100)}
    assert len(sways) == 100
    assert max(sways) < timedelta(minutes=1)


def test_a_hash_is_of_no_use_without_its_key():
    one = keyed_hash("secret", 1, "42")
    assert one == keyed_hash("secret", 1, "42")
    assert len({one, keyed_hash("other", 1, "42"), keyed_hash("secret", 2, "42"), keyed_hash("secret", 14, "2")}) == 4
