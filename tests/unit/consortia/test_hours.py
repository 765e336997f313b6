"""A line of text a day becomes opening hours, or a sentence."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consortia.rules import OpenPeriod, Week, periods_of, text_of
from app.foundation.errors import Refused


def period(opens: str, closes: str) -> OpenPeriod:
    return OpenPeriod(time.fromisoformat(opens), time.fromisoformat(closes))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("9:00-12:00, 13:00-18:00", (period("09:00", "12:00"), period("13:00", "18:00"))),
        ("1 pm-6 pm; 9 am to 12 pm", (period("09:00", "12:00"), period("13:00", "18:00"))),
        ("9:30AM – 5p.m.", (period("09:30", "17:00"),)),
        ("12 am-12:30 am and 10-20", (period("00:00", "00:30"), period("10:00", "20:00"))),
        ("9-12,12-17", (period("09:00", "12:00"), period("12:00", "17:00"))),
        ("", ()),
        (" Closed ", ()),
    ],
)
def test_a_line_is_read(text: str, wanted: tuple[OpenPeriod, ...]) -> None:
    assert periods_of(text) == wanted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("open all day", "“open all day” is no period. Write it as 9:00-17:30 or 9 am-5:30 pm."),
        ("9-5", "“9-5” ends before it begins. Write the afternoon as 17:00 or 5 pm."),
        ("9:00-9:00", "“9:00-9:00” ends before it begins. Write the afternoon as 17:00 or 5 pm."),
        ("9-25", "“9-25” has no such time. A day ends at 23:59."),
        ("9:75-12", "“9:75-12” has no such time. A day ends at 23:59."),
        ("13 pm-5 pm", "“13 pm-5 pm” has no such time. With am or pm the hour is 1 to 12."),
        ("9-12:30, 12:00-17", "9:00 am to 12:30 pm and 12:00 pm to 5:00 pm overlap. Change one of them."),
        ("1-2,3-4,5-6,7-8,9-10", "At most 4 periods a day."),
    ],
)
def test_a_line_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        periods_of(text)
    assert str(caught.value) == sentence


@given(st.lists(st.integers(0, 1439), max_size=8, unique=True))
def test_what_is_written_is_read_again(minutes: list[int]) -> None:
    ends = sorted(minutes)
    periods = tuple(
        OpenPeriod(time(first // 60, first % 60), time(last // 60, last % 60))
        for first, last in zip(ends[::2], ends[1::2], strict=False)
    )
    assert periods_of(text_of(periods)) == periods


def test_a_week_knows_its_days_and_its_length() -> None:
    week = Week(date(2026, 1, 1), (periods_of("9-12, 13-18"), *((),) * 5, periods_of("12-16:30")))

    assert week.on(date(2026, 11, 9)) == periods_of("9-12, 13-18")
    assert week.on(date(2026, 11, 10)) == ()
    assert week.on(date(2026, 11, 15)) == periods_of("12 pm-4:30 pm")
    assert week.minutes == 8 * 60 + 270
