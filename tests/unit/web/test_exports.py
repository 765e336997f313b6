"""A spreadsheet that opens our files runs nothing that was in them."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.exports import csv_response, safe_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", "\r=1", "=HYPERLINK()", "--", "+1 555 0100"]
)
def test_a_formula_becomes_text(text) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-", "-12", "+3.5", "-1,240.50", "12%", "Eastside", "a=b", ""])
def test_numbers_and_words_stay(text) -> None:
    assert safe_cell(text) == text


def test_other_values() -> None:
    assert safe_cell(None) == ""
    assert safe_cell(date(2026, 11, 9)) == "2026-11-09"
    assert safe_cell(-3.5) == "-3.5"


def test_a_download_reads_back() -> None:
    reply = csv_response("compare 2026/11.csv", ["Branch", "Share"], [["Ñandú, “East”", 0.5], ["=x", None]])
    assert reply.headers["Content-Disposition"] == 'attachment; filename="compare-2026-11.csv"'
    assert reply.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(reply.get_data(as_text=True))))
    assert rows == [["Branch", "Share"], ["Ñandú, “East”", "0.5"], ["'=x", ""]]


@given(st.text(max_size=30))
def test_no_cell_starts_like_a_formula(text) -> None:
    first = safe_cell(text)[:1]
    assert first not in {"=", "@", "\t", "\r"}
    if first in {"+", "-"}:
        assert text.rstrip("%").replace(",", "")
        float(text.rstrip("%").replace(",", ""))
