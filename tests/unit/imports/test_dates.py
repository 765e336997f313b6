"""Days in words of several languages, without a year, and with a time of day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from app.imports.rules.dates import LANGUAGES, DateOrder, day_in, instant_in, is_written_as, month_names, years_of


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("8 de marzo", 3, 8), ("12. April", 4, 12), ("April 12", 4, 12), ("12 avr.", 4, 12), ("1er mars", 3, 1),
        ("9 de março", 3, 9), ("29 februari", 2, 29), ("3 d’abril", 4, 3), ("7 de maig", 5, 7), ("5 mag", 5, 5),
        ("Dec 31", 12, 31), ("31 dic", 12, 31), ("mar 10", 3, 10),
    ],
)  # fmt: skip
def test_a_day_without_a_year_is_read_in_the_persons_language(text, month, day):
    assert day_in(text, DateOrder.YEARLESS) == date(2000, month, day)
    assert not is_written_as(text, DateOrder.NAMED)


@pytest.mark.parametrize(
    "text", ["Tue, Mar 10, 2026", "martes, 10 de marzo de 2026", "mar 10, 2026", "mar., 10 mars 2026", "10. März 2026",
             "terça-feira, 10 de março de 2026", "Mar 10, 2026, 5:03 PM"]
)  # fmt: skip
def test_a_day_in_words_with_a_year(text):
    assert day_in(text, DateOrder.NAMED) == date(2026, 3, 10)


@pytest.mark.parametrize("text", ["March", "Mayday 3", "10 11", "30 de febrero", "", "x" * 99, "32 May"])
def test_what_is_no_day(text):
    assert day_in(text, DateOrder.YEARLESS) is None


def test_no_name_means_two_months():
    names = [
        (name.casefold(), number)
        for language in LANGUAGES
        for context in ("format", "stand-alone")
        for number, name in Locale.parse(language).months[context]["wide"].items()
    ]
    assert all(month_names()[name.replace("’", " ").split()[-1]] == number for name, number in names)


def years(texts, last):
    reading = years_of(texts, last=last)
    return [reading.day(text) for text in texts]


def test_the_year_turns_forward_and_backward():
    forward = ["Dec 30", "Dec 31", "Jan 1", "Jan 2"]
    expected = [date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)]
    assert years(forward, 2026) == expected
    assert years(forward[::-1], 2026) == expected[::-1]
    assert years(["8 de marzo", "nada", "9 de marzo"], 2026) == [date(2026, 3, 8), None, date(2026, 3, 9)]
    assert years(["Nov 1", "Jan 1", "Nov 2", "Feb 1"], 2026)[0] == date(2024, 11, 1)


@settings(max_examples=30)
@given(st.dates(date(2019, 1, 1), date(2026, 1, 1)), st.integers(1, 700), st.booleans())
def test_a_run_of_days_written_without_years_is_found_again(first, length, is_newest_first):
    days = [date.fromordinal(first.toordinal() + step) for step in range(length)]
    texts = [f"{day:%B} {day.day}" for day in days]
    last = days[-1].year
    found = years(texts[::-1], last)[::-1] if is_newest_first else years(texts, last)
    assert found == days


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2021-11-30 16:00 +0000", datetime(2021, 11, 30, 16, tzinfo=UTC)),
        ("2021-11-30T16:00:05-0230", datetime(2021, 11, 30, 18, 30, 5, tzinfo=UTC)),
        ("11/30/2021 18:12", datetime(2021, 12, 1, 0, 12, tzinfo=UTC)),
        ("Nov 30, 2021, 12:03 AM", datetime(2021, 11, 30, 6, 3, tzinfo=UTC)),
        ("Nov 30, 2021", datetime(2021, 11, 30, 18, tzinfo=UTC)),
    ],
)
def test_the_minute_of_a_post(text, instant):
    assert instant_in(text, date(2021, 11, 30), zone=ZoneInfo("America/Chicago")) == instant


@given(st.text(max_size=40))
def test_no_text_brings_the_reading_of_days_down(text):
    for order in DateOrder:
        assert (day_in(text, order) is None) or is_written_as(text, order)
    instant_in(text, date(2026, 1, 1), zone=ZoneInfo("UTC"))
