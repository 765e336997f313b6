"""Dates, clocks, numbers and lists read the American way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web import filters

AT = datetime(2026, 11, 10, 18, 58, tzinfo=UTC)


def test_days() -> None:
    assert filters.day(date(2026, 11, 9)) == "Nov 9, 2026"
    assert filters.short_day(date(2026, 11, 9)) == "Nov 9"
    assert filters.month(date(2026, 11, 9)) == "Nov 2026"


def test_clocks() -> None:
    assert filters.moment(AT, "America/Chicago") == "Tue, Nov 10, 12:58 pm"
    assert filters.clock_time(AT, ZoneInfo("America/Chicago")) == "12:58 pm"
    assert filters.clock_time(AT) == "6:58 pm UTC"
    assert filters.clock_time(AT.replace(hour=0, minute=5)) == "12:05 am UTC"
    assert filters.full_moment(AT, "Asia/Tokyo") == "Nov 11, 2026, 3:58 am"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1240, "1,240"), (12.5, "12.5"), (12.04, "12"), (0.25, "0.3"), (-0.01, "0"), (Decimal("1000.00"), "1,000")],
)
def test_numbers(value, expected) -> None:
    assert filters.number(value) == expected


def test_one_decimal_lines_up() -> None:
    assert [filters.decimal(value) for value in (12, 12.34)] == ["12.0", "12.3"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.78, "78%"),
        (0.125, "13%"),
        (0.004, "under 1%"),
        (0.996, "over 99%"),
        (1.75, "175%"),
        (Decimal("0.785"), "79%"),
    ],
)
def test_shares(value, expected) -> None:
    assert filters.share(value) == expected


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_part_never_reads_as_all_or_nothing(value) -> None:
    assert filters.share(value) not in {"0%", "100%"}


def test_counts() -> None:
    assert filters.points(-0.24) == "24 points"
    assert filters.points(0.01) == "1 point"
    assert filters.plural(1, "branch", "branches") == "1 branch"
    assert filters.plural(1240, "branch", "branches") == "1,240 branches"
    assert filters.hours(Decimal("1.50")) == "1.5 h"
    assert filters.hours(10) == "10 h"
    assert filters.hours(0.25) == "0.25 h"


@pytest.mark.parametrize(
    ("parts", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists(parts, expected) -> None:
    assert filters.join_and(parts) == expected


def test_a_reader_may_choose_the_british_form() -> None:
    at = datetime(2026, 11, 9, 14, 5, tzinfo=UTC)
    filters.read_as("en-GB")
    try:
        assert filters.day(at.date()) == "9 Nov 2026"
        assert filters.short_day(at.date()) == "9 Nov"
        assert filters.clock_time(at, "America/Chicago") == "08:05"
        assert filters.moment(at, "America/Chicago") == "Mon 9 Nov, 08:05"
        assert filters.full_moment(at) == "9 Nov 2026, 14:05 UTC"
    finally:
        filters.read_as("no such locale")
    assert filters.day(at.date()) == "Nov 9, 2026"
