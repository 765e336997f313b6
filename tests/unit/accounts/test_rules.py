"""When an account is asked again, and which addresses are of one's own network."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.accounts.rules import Connection, after_failure, is_on_own_network, next_turn, turn_in_night

AT = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
TURN = AT + timedelta(hours=20)
CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("failures", "connection", "wait"),
    [
        (1, Connection.WORKING, timedelta(minutes=15)),
        (2, Connection.WORKING, timedelta(hours=1)),
        (3, Connection.FAILING, timedelta(hours=4)),
    ],
)
def test_waits_grow_and_the_third_failure_counts(failures, connection, wait):
    ends = [after_failure(Connection.WORKING, failures, account_id=n, at=AT, turn_at=TURN) for n in range(200)]
    assert {stands for stands, _ in ends} == {connection}
    waits = [next_at - AT for _, next_at in ends]
    assert 0.8 * wait <= min(waits) < 0.85 * wait, "some come back sooner"
    assert 1.15 * wait < max(waits) <= 1.2 * wait, "some later, so that they do not come back together"


def test_a_wait_is_the_same_however_often_one_asks_and_never_beyond_the_turn():
    first = after_failure(Connection.WORKING, 2, account_id=7, at=AT, turn_at=TURN)
    assert after_failure(Connection.WORKING, 2, account_id=7, at=AT, turn_at=TURN) == first
    assert after_failure(Connection.WORKING, 4, account_id=7, at=AT, turn_at=TURN) == (Connection.FAILING, TURN)
    soon = AT + timedelta(minutes=5)
    assert after_failure(Connection.WORKING, 1, account_id=7, at=AT, turn_at=soon) == (Connection.WORKING, soon)


def test_the_turns_of_two_thousand_accounts_are_spread_over_the_night():
    on = date(2026, 11, 10)
    turns = [turn_in_night(account_id, on, zone=CHICAGO).astimezone(CHICAGO) for account_id in range(2000)]
    assert {turn.date() for turn in turns} == {on}
    assert {turn.hour for turn in turns} == {2, 3, 4, 5}
    assert max(Counter((turn.hour, turn.minute) for turn in turns).values()) < 25, "2,000 in 240 minutes"


def test_an_account_keeps_its_turn_however_late_it_was_pulled():
    turn = next_turn(7, after=AT, zone=CHICAGO)
    for late in (timedelta(0), timedelta(minutes=3), timedelta(hours=11)):
        assert next_turn(7, after=turn + late, zone=CHICAGO) == turn + timedelta(days=1)
    by_summer_time = next_turn(7, after=datetime(2026, 7, 1, 12, tzinfo=UTC), zone=CHICAGO)
    assert by_summer_time.astimezone(CHICAGO).time() == turn.astimezone(CHICAGO).time()


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("http://127.0.0.1:4000/@x", True),
        ("http://[::1]/", True),
        ("http://192.168.1.9/", True),
        ("http://169.254.169.254/", True),
        ("http://localhost/", True),
        ("http://news.localhost/", True),
        ("https://8.8.8.8/", False),
        ("https://mastodon.example/@x", False),
    ],
)
def test_own_networks(url, is_own):
    assert is_on_own_network(url) is is_own
