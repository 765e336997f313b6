"""CSV tables as people give them: encodings, separators, headings, widths, and that no bytes ever crash the reading."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.foundation.cells import CellError, Cells
from app.foundation.errors import Refused
from app.foundation.tables import Column, Layout, Row, Table, read_table

LAYOUT = Layout(
    (
        Column("name", "Full name", is_required=True, longest=20),
        Column("mail", "E-mail", synonyms=("Mail address",)),
        Column("handle", "Handle", may_begin_with="@"),
        Column("from_on", "First day"),
        Column("hours", "Hours"),
    ),
    most_rows=5,
)


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


def read(text: str, encoding: str = "utf-8") -> Table:
    return read_table(text.encode(encoding), LAYOUT)


def cells(**told: str) -> Cells:
    return Cells(Row(2, told), LAYOUT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encoding_and_separator_are_found(encoding, separator):
    text = "Full name,EMAIL\r\nZoë Café,z@a.example\r\n".replace(",", separator)

    (row,) = read(text, encoding).rows
    assert row == Row(2, {"name": "Zoë Café", "mail": "z@a.example"})


@pytest.mark.parametrize("title", ["full name", "FULL_NAME", " Full-Name ", "name", '"Full name"'])
def test_a_title_is_found_however_it_is_written(title):
    assert read(f"{title}\nAnn\n").rows[0].cells == {"name": "Ann"}


def test_columns_may_stand_in_any_order_and_what_nobody_knows_is_told():
    table = read("Shoe size,Mail address,Full name\n42,a@b.example,Ann\n")

    assert table.rows[0].cells == {"name": "Ann", "mail": "a@b.example"}
    assert table.unread == ("Shoe size",)
    assert [(heading, column.name) for heading, column in table.matched] == [
        ("Full name", "name"),
        ("Mail address", "mail"),
    ]


def test_lines_are_counted_through_blank_rows_and_line_breaks_in_a_cell():
    table = read('Full name,Hours\n"An\nn",1\n\n,\nBen,2\nCara\n')

    assert [row.line for row in table.rows] == [2, 6]
    assert [str(problem) for problem in table.problems] == ["Line 7: the row has 1 columns and the heading 2."]
    assert table.row_at()[7].cells == {"name": "Cara"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty. Download the template to see the columns."),
        (b" \r\n ", "The file is empty. Download the template to see the columns."),
        (b"PK\x03\x04rest", "The file is a workbook or an archive. Save it as CSV first."),
        (b"Full name\nA\x00nn\n", "The file is not plain text. Save it as CSV (UTF-8) first."),
        (
            b"Full name\nA\x81nn\n",
            "Line 2 of the file holds a letter that cannot be read. Save the file as CSV (UTF-8).",
        ),
        (b"Name of dog\nRex\n", "The file has no column Full name. Download the template to see the columns."),
        (b"Full name,full NAME\nA,B\n", "The file has the column “Full name” twice. Keep one of the two."),
        (b'Full name\n"Ann\n', "Line 2 of the file is not well-formed CSV. Look for a lone quotation mark."),
        (b"Full name\n" + b"Ann\n" * 6, "The file has more than 5 rows. Give it in parts."),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(Refused) as caught:
        read_table(data, LAYOUT)

    assert (str(caught.value), caught.value.field) == (sentence, "file")


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f"Full name,Hours\n{text}".encode()))
@example(b"\xff\xfe")
@example(b"\xff\xfeF")
@example(b"Full name\r\r\nAnn\r")
def test_no_bytes_crash_the_reading(data):
    with suppress(Refused):
        for row in read_table(data, LAYOUT).rows:
            for column in LAYOUT.columns:
                with suppress(CellError):
                    Cells(row, LAYOUT).text(column.name)
            for read_as in ("day", "whole", "yes"):
                with suppress(CellError):
                    getattr(Cells(row, LAYOUT), read_as)("hours")


def test_a_text_is_one_line_without_control_characters():
    assert cells(name=" Ann\x07 \n Lee ").text("name") == "Ann Lee"
    assert cells().text("name") == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "'=1+1", " =1"])
def test_what_begins_as_a_formula_is_no_text(text):
    with pytest.raises(CellError) as caught:
        cells(name=text).text("name")

    assert caught.value.column == "Full name"
    assert "begins as a formula does" in str(caught.value)


def test_a_handle_may_begin_with_its_sign_as_our_downloads_write_it_too():
    assert cells(handle="@ann").text("handle") == "@ann"
    assert cells(handle="'@ann").text("handle") == "@ann"


def test_a_needed_cell_and_a_long_one():
    for told, sentence in (({}, "The cell is blank. It is needed."), ({"name": "x" * 21}, "longer than 20 characters")):
        with pytest.raises(CellError, match=sentence):
            cells(**told).needed("name")


@pytest.mark.parametrize("text", ["2026-11-09", "11/09/2026", "11/9/2026"])
def test_a_day_in_two_ways(text):
    assert cells(from_on=text).day("from_on") == date(2026, 11, 9)


@pytest.mark.parametrize("text", ["09.11.2026", "2026-13-01", "tomorrow", "0001-01-01", "9999-12-31"])
def test_what_is_no_day(text):
    with pytest.raises(CellError, match="is not a day"):
        cells(from_on=text).day("from_on")


def test_numbers():
    assert cells(hours="12,345").whole("hours") == 12345
    assert cells(hours="37.5").hours("hours", most=80) == Decimal("37.50")
    assert cells().whole("hours") is None
    for text in ("1.5", "٣", "1,23", "many"):
        with pytest.raises(CellError, match="is not a whole number"):
            cells(hours=text).whole("hours")
    for text in ("81", "1.234", "NaN", "1e3"):
        with pytest.raises(CellError, match="between 0 and 80"):
            cells(hours=text).hours("hours", most=80)
    with pytest.raises(CellError, match="13 is not between 1 and 12"):
        cells(hours="13").whole("hours", least=1, most=12)


def test_words():
    words = {"Red": Color.RED, "rouge": Color.RED, "Blue": Color.BLUE}
    assert cells(name="ROUGE").one_of("name", words) is Color.RED
    assert cells().one_of("name", words) is None
    with pytest.raises(CellError, match=r"“green” is not one of Red, Blue\."):
        cells(name="green").one_of("name", words)
    assert [cells(name=text).yes("name") for text in ("Yes", "no", "", "x")] == [True, False, False, True]
    with pytest.raises(CellError, match="neither yes nor no"):
        cells(name="maybe").yes("name")
