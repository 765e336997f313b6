"""How a file is laid out: what its columns mean, how its days and numbers are written, and what must be asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import Refused
from app.imports.rules.dates import DateOrder, day_in, guess_date_orders
from app.imports.rules.files import read_row, suggested_day
from app.imports.rules.layouts import Layout, fingerprint, guess_layout, guess_meanings, match_columns
from app.imports.rules.meanings import DAY, IGNORED
from app.imports.rules.numbers import NumberStyle, guess_number_style
from app.imports.rules.plain_rows import DailyRow
from app.metrics.rules.dictionary import Metric

TODAY = date(2026, 11, 21)
ORDER = DateOrder


@pytest.mark.parametrize(
    ("texts", "orders"),
    [
        (["2026-11-09", "2026-11-10"], [ORDER.YEAR_FIRST]),
        (["2026-11-09T00:00:00+00:00", "2026-11-10 08:30"], [ORDER.YEAR_FIRST]),
        (["09/11/2026", "13/11/2026"], [ORDER.DAY_FIRST]),
        (["11/09/2026", "11/13/2026"], [ORDER.MONTH_FIRST]),
        (["03/04/2026", "04/04/2026"], [ORDER.DAY_FIRST, ORDER.MONTH_FIRST]),
        (["9.11.2026", "31.10.2026"], [ORDER.DAY_FIRST]),
        (["Nov 9, 2026", "10 November 2026", "Tue, Nov 10, 2026"], [ORDER.NAMED]),
        (["2026-11-08", "2026-11-09", "9 November 2026"], [ORDER.YEAR_FIRST]),
        (["yesterday", ""], [ORDER.YEAR_FIRST]),
        ([], [ORDER.YEAR_FIRST]),
    ],
)
def test_the_ways_in_which_days_can_be_read(texts, orders):
    assert list(guess_date_orders(texts)) == orders


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("31/09/2026", ORDER.DAY_FIRST, None),
        ("30/09/2026", ORDER.DAY_FIRST, date(2026, 9, 30)),
        ("30/09/2026", ORDER.MONTH_FIRST, None),
        ("Sept 3, 2026", ORDER.NAMED, date(2026, 9, 3)),
        ("3rd May 2026", ORDER.NAMED, date(2026, 5, 3)),
        ("Mayday 3, 2026", ORDER.NAMED, None),
        ("9/11/26", ORDER.DAY_FIRST, None),
        ("2026-11-09", ORDER.DAY_FIRST, None),
        ("٠٩/١١/٢٠٢٦", ORDER.DAY_FIRST, None),
    ],
)
def test_a_day_is_read_in_one_way(text, order, day):
    assert day_in(text, order) == day


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        (["12", "1,234", "3,456,789"], NumberStyle.COMMAS),
        (["1.234", "987"], NumberStyle.POINTS),
        (["1 234", "1\u00a0234\u00a0567"], NumberStyle.BLANKS),
        (["1,234", "1.234"], NumberStyle.PLAIN),
        (["1234", "n/a"], NumberStyle.PLAIN),
        (["1,23", "1,2345"], NumberStyle.PLAIN),
    ],
)
def test_how_thousands_are_set_apart(texts, style):
    assert guess_number_style(texts) is style


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("1,234", NumberStyle.COMMAS, 1234),
        ("1,234.00", NumberStyle.COMMAS, 1234),
        ("12,345,678", NumberStyle.COMMAS, 12_345_678),
        ("1.234", NumberStyle.POINTS, 1234),
        ("1.234,0", NumberStyle.POINTS, 1234),
        ("1\u202f234", NumberStyle.BLANKS, 1234),
        ("1'234", NumberStyle.BLANKS, 1234),
        ("77", NumberStyle.COMMAS, 77),
        ("1,23", NumberStyle.COMMAS, None),
        ("1.234", NumberStyle.COMMAS, None),
        ("1,234.5", NumberStyle.COMMAS, None),
        ("1,234", NumberStyle.PLAIN, None),
        ("-1,234", NumberStyle.COMMAS, None),
    ],
)
def test_a_grouped_number_is_read_as_it_is_written(text, style, value):
    columns = match_columns(["date", "views"], Layout((DAY, Metric.VIEWS), number_style=style))
    row = read_row(["2026-11-09", text], line=2, columns=columns, today=TODAY)
    assert (row.figures[Metric.VIEWS].value if isinstance(row, DailyRow) else None) == value


def test_a_bad_day_says_how_the_file_writes_them():
    columns = match_columns(["date", "views"], Layout((DAY, Metric.VIEWS), ORDER.DAY_FIRST))
    (wrong,) = read_row(["31/09/2026", "5"], line=9, columns=columns, today=TODAY)
    assert (wrong.sentence, wrong.cells) == ("“31/09/2026” is no day in the calendar.", ("31/09/2026", "5"))
    (other,) = read_row(["2026-09-30", "5"], line=9, columns=columns, today=TODAY)
    assert other.sentence == "“2026-09-30” is not a date as the file writes them: Day/month/year, 09/11/2026."


def test_a_guess_asks_where_it_must():
    header = ["Date", "Impressions", "Mood"]
    clear = guess_layout(header, [["13/10/2026", "2,114", "ok"]], guess_meanings(header))
    assert clear.layout == Layout((DAY, "views", IGNORED), ORDER.DAY_FIRST, NumberStyle.COMMAS)
    assert clear.question == ""
    unclear = guess_layout(header, [["01/10/2026", "5", "ok"]], guess_meanings(header))
    assert unclear.question.startswith("Days such as 01/10/2026 can be read in two ways.")
    nameless = guess_layout(["When", "Impressions"], [], guess_meanings(["When", "Impressions"]))
    assert "no column named “date”" in nameless.question


def test_a_file_in_which_nothing_could_be_a_day_is_refused():
    def refusal(header, *rows):
        with pytest.raises(Refused) as refused:
            guess_layout(header, rows, guess_meanings(header))
        return str(refused.value)

    assert "None of them holds days, such as 2026-11-09" in refusal(["posts", "likes"], ["3", "2026"], ["4", "2"])
    assert "None of them" in refusal(["MIT License"], ["Copyright"], ["June 29, 2007"], ["and so on"])
    assert "given under Places" in refusal(["Library", "Latitude"], ["City", "54.97"])
    days = guess_layout(["When", "Hellos"], [["Nov 9, 2026", "4"], ["", ""]], guess_meanings(["When", "Hellos"]))
    assert "Say what each column means." in days.question


def test_a_person_may_say_what_a_column_means():
    columns = match_columns(["When", "Number", "Other"], Layout((DAY, "mentions", IGNORED), ORDER.NAMED))
    assert (columns.date_at, columns.metrics, columns.unknown) == (0, (Metric.MENTIONS,), ("Other",))
    assert columns.date_order is ORDER.NAMED
    with pytest.raises(Refused, match="mean the same"):
        match_columns(["When", "Number", "Other"], Layout((DAY, "mentions", "mentions")))
    with pytest.raises(Refused, match="no column named"):
        match_columns(["When", "Number"], Layout((IGNORED, "mentions")))


def test_headings_have_one_fingerprint_whatever_their_case():
    assert fingerprint(["Date", "Page_Likes"]) == fingerprint(["\ufeffdate", " page likes "])
    assert fingerprint(["date", "posts"]) != fingerprint(["posts", "date"])


def test_a_day_that_the_rows_around_leave_out():
    assert suggested_day(date(2026, 10, 7), date(2026, 10, 9)) == date(2026, 10, 8)
    assert suggested_day(date(2026, 10, 9), date(2026, 10, 7)) == date(2026, 10, 8)
    assert suggested_day(date(2026, 10, 7), date(2026, 10, 10)) is None
    assert suggested_day(None, date(2026, 10, 10)) is None


@given(st.lists(st.text(max_size=15), max_size=8))
def test_any_texts_have_a_way_to_be_read(texts):
    assert guess_date_orders(texts)
    assert guess_number_style(texts) in NumberStyle


@given(st.dates(date(2000, 1, 1), TODAY))
def test_every_day_is_found_in_each_way_it_can_be_written(day):
    assert day_in(day.isoformat(), ORDER.YEAR_FIRST) == day
    assert day_in(f"{day.day:02}/{day.month:02}/{day.year}", ORDER.DAY_FIRST) == day
    assert day_in(f"{day.month}/{day.day}/{day.year}", ORDER.MONTH_FIRST) == day
