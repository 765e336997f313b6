"""When an account is asked again, and which addresses are of one's own network."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.rules import Connection, after_failure, is_on_own_network

AT = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "connection", "wait"),
    [
        (1, Connection.WORKING, timedelta(minutes=15)),
        (2, Connection.WORKING, timedelta(hours=1)),
        (3, Connection.FAILING, timedelta(hours=4)),
        (9, Connection.FAILING, timedelta(days=1)),
    ],
)
def test_waits_grow_and_the_third_failure_counts(failures, connection, wait):
    assert after_failure(Connection.WORKING, failures, at=AT) == (connection, AT + wait)


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
