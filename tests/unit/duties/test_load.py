"""Hours assigned against hours agreed, and shares of a contract's time."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.duties.rules.load import hours_in_words, load_of, share_of_time
from app.foundation.errors import Refused

HOURS = st.decimals(min_value=0, max_value=40, places=2)


def d(text):
    return Decimal(text)


@pytest.mark.parametrize(
    ("hours", "agreed", "use", "status"),
    [
        (["2.5", "2.25"], "5", "95%", "Fits"),
        (["3.5"], "2", "175%", "1.5 h over"),
        (["0.1", "0.1", "0.1"], "0.3", "100%", "Fits"),
        ([], None, "No hours agreed", "Fits"),
        (["1"], None, "No hours agreed", "No hours agreed"),
        (["1"], "0", "No hours agreed", "1 h over"),
    ],
)
def test_load(hours, agreed, use, status):
    load = load_of([d(each) for each in hours], agreed=None if agreed is None else d(agreed))
    assert (load.use_in_words, load.status) == (use, status)


@given(st.lists(HOURS, max_size=6), HOURS)
def test_hours_are_over_or_free_and_never_both(hours, agreed):
    load = load_of(hours, agreed=agreed)
    assert load.assigned == sum(hours)
    assert load.over_hours - load.free_hours == load.assigned - agreed
    assert 0 in (load.over_hours, load.free_hours)
    assert load.fits == (load.over_hours == 0)


def test_hours_below_zero_are_refused():
    with pytest.raises(Refused, match="less than zero"):
        load_of([d("-1")], agreed=None)


@pytest.mark.parametrize(("hours", "words"), [("4.75", "4.75 h"), ("2.00", "2 h"), ("10", "10 h"), ("0", "0 h")])
def test_hours_in_words(hours, words):
    assert hours_in_words(d(hours)) == words


@pytest.mark.parametrize(
    ("duty", "contract", "share"),
    [
        ("2", "20", 10),  # the worked example of a 20-hour library assistant: 10 + 10 + 5 + 5
        ("1", "20", 5),
        ("5", "37.5", 13),
        ("0.5", "20", 3),  # 2.5% is rounded up, as people round
        ("0.1", "37.5", 1),
        ("0", "37.5", 1),
        ("20", "20", 100),
    ],
)
def test_share_of_time(duty, contract, share):
    assert share_of_time(d(duty), contracted_hours=d(contract)) == share


@pytest.mark.parametrize(("duty", "contract"), [("1", "0"), ("1", "-5"), ("21", "20"), ("-1", "20")])
def test_impossible_shares_are_refused(duty, contract):
    with pytest.raises(Refused):
        share_of_time(d(duty), contracted_hours=d(contract))
