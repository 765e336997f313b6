"""A working week on one line."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consortia.rules import working_week
from app.foundation.errors import Refused


def test_days_and_periods_are_read() -> None:
    week = working_week("Mon to Thu, 9:00 to 18:00; fri 9-17; Saturday: 10:00-12:00, 1 pm to 4 pm")
    assert [len(day) for day in week] == [1, 1, 1, 1, 1, 2, 0]
    assert str(week[0][0]) == "9:00 am to 6:00 pm"
    assert str(week[5][1]) == "1:00 pm to 4:00 pm"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "No day is named."),
        ("9:00 to 18:00", "does not begin with its days"),
        ("Fri to Mon, 9-17", "ends on an earlier day"),
        ("Mon to Fri, 9-17; Fri, 9-12", "Friday is named twice"),
        ("Moonday, 9-17", "“Moonday” is no day of the week"),
        ("Mon, 17-9", "ends before it begins"),
        ("Mon to Fri, all day", "does not begin with its days"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        working_week(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Refused):
        assert len(working_week(text)) == 7
