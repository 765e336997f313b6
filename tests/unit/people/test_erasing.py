"""When names are erased, and what a text reads like without them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import Refused
from app.people.rules import (
    cleared,
    erased_on,
    former_name,
    left_before,
    refuse_retention,
    without_names,
)

CODE = "Former staff member 7F3A"


def without(text: str, *names: str, email: str = "ann@lake.example") -> str:
    """The text as it reads once Ann is erased."""
    return without_names(text, names=names or ("Ann Lee",), emails=(email,), instead=CODE)


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("Ann Lee", CODE),
        ("Ask Ann Lee, or ANN LEE.", f"Ask {CODE}, or {CODE}."),
        ("Ann Leeson and Joann Lee stay", "Ann Leeson and Joann Lee stay"),
        ("Write to Ann@Lake.example.", "Write to erased address."),
        ("joann@lake.example and ann@lake.example.org stay", "joann@lake.example and ann@lake.example.org stay"),
        ("Ann alone is nobody in particular", "Ann alone is nobody in particular"),
    ],
)
def test_a_name_is_replaced_whole_and_nothing_else(text: str, reads: str) -> None:
    assert without(text) == reads


def test_a_name_of_one_word_goes_only_where_it_stands_alone() -> None:
    assert without("May", "May") == CODE
    assert without("In May we opened", "May") == "In May we opened"


def test_the_longer_of_two_names_goes_first() -> None:
    assert without("Ann Lee Moss and Ann Lee", "Ann Lee", "Ann Lee Moss") == f"{CODE} and {CODE}"


def test_names_inside_json_go_too() -> None:
    value = {"by": "Ann Lee", "rows": [{"Ann Lee": 3}, ["Ann Lee", None, 4, True]]}
    assert cleared(value, names=("Ann Lee",), emails=(), instead=CODE) == {
        "by": CODE,
        "rows": [{CODE: 3}, [CODE, None, 4, True]],
    }


@given(st.text(max_size=60))
def test_text_without_the_name_stays_as_it_is(text: str) -> None:
    if "ann" not in text.casefold():
        assert without(text) == text


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 120))
def test_a_name_is_erased_after_the_months_and_on_its_day(left_on: date, months: int) -> None:
    erased = erased_on(left_on, months=months)
    assert erased.day == 1
    assert (erased.year - left_on.year) * 12 + erased.month - left_on.month == months + 1
    assert left_on < left_before(erased, months=months)
    assert not left_on < left_before(erased - timedelta(days=1), months=months)


def test_the_code_is_the_same_each_time_and_tells_nothing() -> None:
    assert former_name(42) == former_name(42)
    assert former_name(42) != former_name(43)
    assert former_name(42).startswith("Former staff member ")


@pytest.mark.parametrize("months", [0, -1, 121])
def test_too_short_and_too_long_is_refused(months: int) -> None:
    with pytest.raises(Refused):
        refuse_retention(months)
