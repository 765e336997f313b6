"""The plain CSV of daily figures: headings, rows, and a sentence for everything that is wrong."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import Refused
from app.foundation.figures import Figure, Reason
from app.imports.rules.files import RowProblem, read_row, read_rows
from app.imports.rules.layouts import match_columns
from app.imports.rules.plain_rows import DailyRow
from app.metrics.rules.dictionary import Metric

TODAY = date(2026, 11, 21)
HEADER = ["date", "followers", "posts", "broadcasts", "questions due", "questions answered in time"]
COLUMNS = match_columns(HEADER)
GOOD = ["2026-11-09", "1240", "3", "2", "5", "4"]


def row_with(**cells: str) -> list[str]:
    places = {"date": 0, "followers": 1, "posts": 2, "broadcasts": 3, "due": 4, "in_time": 5}
    row = list(GOOD)
    for name, text in cells.items():
        row[places[name]] = text
    return row


def problems_of(cells: list[str]) -> list[str]:
    outcome = read_row(cells, line=2, columns=COLUMNS, today=TODAY)
    return [] if isinstance(outcome, DailyRow) else [problem.sentence for problem in outcome]


def test_headings_are_found_whatever_their_case_order_and_synonym():
    found = match_columns(["\ufeffQuestions_answered_in_time", "Notes", " DATE ", "Page likes", "", "times  shown"])
    assert found.date_at == 2
    assert found.metrics_at == ((0, Metric.QUESTIONS_IN_TIME), (3, Metric.FOLLOWERS), (5, Metric.VIEWS))
    assert found.unknown == ("Notes",)


@pytest.mark.parametrize("metric", Metric)
def test_every_metric_is_found_by_its_name_and_by_its_words(metric):
    assert match_columns(["date", metric.value]).metrics == (metric,)
    assert match_columns(["date", metric.label]).metrics == (metric,)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (["followers", "posts"], "The file has no column named “date”; its columns are “followers”, “posts”."),
        (["date", "Day", "posts"], "The columns “date” and “Day” mean the same; keep one of them."),
        (["date", "likes", "Reactions"], "The columns “likes” and “Reactions” mean the same; keep one of them."),
        (["date", "weather"], "None of the columns “date”, “weather” is known; name at least one such as "),
        (["", " "], "The first line of the file is empty; it names the columns, such as date, followers, posts."),
        ([], "The first line of the file is empty"),
    ],
)
def test_a_heading_that_cannot_be_used_is_refused(header, sentence):
    with pytest.raises(Refused) as refusal:
        match_columns(header)
    assert str(refusal.value).startswith(sentence)


def test_a_good_row_is_read():
    row = read_row(GOOD, line=2, columns=COLUMNS, today=TODAY)
    assert isinstance(row, DailyRow)
    assert (row.line, row.day) == (2, date(2026, 11, 9))
    assert {metric.value: figure.value for metric, figure in row.figures.items()} == {
        "followers": 1240,
        "posts": 3,
        "broadcasts": 2,
        "questions_due": 5,
        "questions_in_time": 4,
    }


@pytest.mark.parametrize("cells", [row_with(due="", in_time="  "), GOOD[:4]])
def test_a_blank_is_a_reason_never_zero(cells):
    row = read_row(cells, line=2, columns=COLUMNS, today=TODAY)
    assert isinstance(row, DailyRow)
    assert row.figures[Metric.QUESTIONS_DUE] == Figure.missing(Reason.BLANK)
    assert row.figures[Metric.QUESTIONS_IN_TIME] == Figure.missing(Reason.BLANK)


@pytest.mark.parametrize("text", ["0", "00", "12", " 12 ", "12.0", "2147483647"])
def test_whole_numbers_are_read(text):
    assert problems_of(row_with(followers=text)) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Nov 9, 2026", "“Nov 9, 2026” is a date in words; write year-month-day, such as 2026-11-09."),
        ("9 de noviembre", "“9 de noviembre” is a date in words; write year-month-day, such as 2026-11-09."),
        ("11/09/2026", "“11/09/2026” is not written as year-month-day, such as 2026-11-09."),
        ("2026-11-9", "“2026-11-9” is not written as year-month-day, such as 2026-11-09."),
        ("45970", "“45970” is not a date; write year-month-day, such as 2026-11-09."),
        ("2026-02-30", "“2026-02-30” is no day in the calendar."),
        ("2026-11-22", "2026-11-22 is in the future."),
        ("1999-12-31", "1999-12-31 is too long ago; the earliest day read is 2000-01-01."),
        ("=TODAY()", "“=TODAY()” is a formula; paste the date itself."),
        ("", "The row has no date."),
    ],
)
def test_a_bad_date_says_what_to_write(text, sentence):
    assert problems_of(row_with(date=text)) == [sentence]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("=SUM(B2:B9)", "Followers: “=SUM(B2:B9)” is a formula; paste the number itself."),
        ("+B2", "Followers: “+B2” is a formula; paste the number itself."),
        ("@x", "Followers: “@x” is a formula; paste the number itself."),
        ("-A1", "Followers: “-A1” is a formula; paste the number itself."),
        ("-5", "Followers: “-5” is below zero."),
        ("\u22125", "Followers: “\u22125” is below zero."),
        ("1,240", "Followers: “1,240” can be read as more than one number; write it without separators."),
        ("1.240", "Followers: “1.240” can be read as more than one number; write it without separators."),
        ("12 400", "Followers: “12 400” can be read as more than one number; write it without separators."),
        ("1.5", "Followers: “1.5” is not a whole number."),
        ("2147483648", "Followers: “2147483648” is larger than any count can be."),
        ("about 12", "Followers: “about 12” is not a number; leave the cell blank where there is none."),
        ("n/a", "Followers: “n/a” is not a number; leave the cell blank where there is none."),
        ("-", "Followers: “-” is not a number; leave the cell blank where there is none."),
        ("{text}", "Followers: “{text}” is not a number; leave the cell blank where there is none."),
        ("\u0661\u0662", "Followers: “\u0661\u0662” is not a number; leave the cell blank where there is none."),
    ],
)
def test_a_bad_number_says_why(text, sentence):
    assert problems_of(row_with(followers=text)) == [sentence]


def test_a_number_of_ten_thousand_digits_is_refused_in_a_short_sentence():
    (sentence,) = problems_of(row_with(followers="9" * 10_000))
    assert sentence.endswith("…” is larger than any count can be.")
    assert len(sentence) < 120


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (row_with(in_time="6"), "More questions were answered in time than were due."),
        (row_with(broadcasts="4"), "There are more broadcasts than posts."),
        ([*GOOD, "240"], "The row has more cells than the heading; a comma inside a number splits it in two."),
    ],
)
def test_a_row_that_contradicts_itself_is_left_out(cells, sentence):
    assert problems_of(cells) == [sentence]


def test_every_problem_of_a_row_is_told():
    assert len(problems_of(["Monday", "x", "-1", "", "", ""])) == 3


def test_a_day_stands_in_the_file_once_and_empty_lines_are_passed_over():
    lines = [(2, GOOD), (3, ["", "", ""]), (4, []), (5, row_with(posts="9")), (6, row_with(date="2026-11-10"))]
    outcome = list(read_rows(lines, columns=COLUMNS, today=TODAY))
    assert [type(one) for one in outcome] == [DailyRow, RowProblem, DailyRow]
    assert outcome[1].sentence == "2026-11-09 is already on line 2; a day stands in the file once."
    assert [one.line for one in outcome] == [2, 5, 6]


def test_a_row_that_was_left_out_does_not_use_up_its_day():
    lines = [(2, row_with(posts="x")), (3, GOOD)]
    assert [type(one) for one in read_rows(lines, columns=COLUMNS, today=TODAY)] == [RowProblem, DailyRow]


cell = st.one_of(st.text(max_size=30), st.from_regex(r"[-+=]?[0-9.,]{0,12}", fullmatch=True))


@given(st.lists(cell, max_size=10))
def test_arbitrary_headings_match_or_are_refused(header):
    with suppress(Refused):
        assert match_columns(header).metrics


@given(st.lists(st.lists(cell, max_size=9), max_size=8))
def test_arbitrary_rows_are_read_or_told(rows):
    for outcome in read_rows(list(enumerate(rows, start=2)), columns=COLUMNS, today=TODAY):
        if isinstance(outcome, DailyRow):
            assert set(outcome.figures) == set(COLUMNS.metrics)
            assert all(figure.value is None or figure.value >= 0 for figure in outcome.figures.values())
        else:
            assert outcome.sentence.endswith(".")


@given(st.dates(date(2000, 1, 1), TODAY), st.lists(st.integers(0, 2**31 - 1), min_size=2, max_size=2))
def test_what_was_written_is_read_back(day, counts):
    due, in_time = sorted(counts, reverse=True)
    cells = [day.isoformat(), "", "", "", str(due), str(in_time)]
    row = read_row(cells, line=2, columns=COLUMNS, today=TODAY)
    assert isinstance(row, DailyRow)
    assert row.day == day
    assert row.figures[Metric.QUESTIONS_DUE].value == due
    assert row.figures[Metric.QUESTIONS_IN_TIME].value == in_time
