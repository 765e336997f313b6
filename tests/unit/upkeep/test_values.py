"""What a backup writes of a value is what it reads back."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import Refused
from app.upkeep.rules.manifest import Manifest
from app.upkeep.rules.values import Kind, row_reader, row_writer

VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.NUMBER: st.integers(-(2**63), 2**63 - 1),
    Kind.TEXT: st.text(),
    Kind.YES_NO: st.booleans(),
    Kind.INSTANT: st.datetimes(timezones=st.just(UTC)),
    Kind.DAY: st.dates(),
    Kind.SHORT_DAY: st.dates(),
    Kind.TIME: st.times(),
    Kind.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False),
    Kind.FLOAT: st.floats(allow_nan=False),
    Kind.BYTES: st.binary(),
    Kind.JSON: st.dictionaries(st.text(), st.none() | st.integers() | st.text()),
}


@given(st.fixed_dictionaries({kind: st.none() | values for kind, values in VALUES.items()}))
def test_every_kind_comes_back(row: dict[Kind, Any]) -> None:
    kinds = list(row)
    assert row_reader(kinds)(row_writer(kinds)(list(row.values()))) == list(row.values())


def test_there_is_a_value_of_each_kind() -> None:
    assert set(VALUES) == set(Kind)


def test_an_instant_is_written_in_utc() -> None:
    there = datetime(2026, 11, 9, 10, 0, tzinfo=timezone(timedelta(hours=-5)))
    row = row_writer([Kind.INSTANT, Kind.DAY, Kind.DECIMAL])([there, date(2026, 11, 9), Decimal("37.50")])
    assert row == ["2026-11-09T15:00:00+00:00", "2026-11-09", "37.50"]


@pytest.mark.parametrize("values", [[], [1, 2], ["one"]])
def test_a_row_that_does_not_fit_is_refused(values: list[object]) -> None:
    with pytest.raises(ValueError):
        row_reader([Kind.NUMBER])(values)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"product": "concordance"}', '{"product": "concordance", "format": "x"}']
)
def test_a_list_of_contents_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="not a backup of Concordance"):
        Manifest.from_json(text)
