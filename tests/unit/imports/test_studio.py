"""YouTube Studio's exports are known by their headings, in whole or refused with what to choose instead."""

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import Refused
from app.imports.rules.exports import recognize
from app.imports.rules.exports.youtube import studio_meanings
from app.imports.rules.files import RowProblem, read_rows
from app.imports.rules.layouts import Layout, match_columns
from app.imports.rules.meanings import DAY, POST_ID, POST_TEXT, PUBLISHED
from app.imports.rules.plain_rows import DailyRow
from app.metrics.rules.dictionary import FurtherMetric, Metric

TODAY = date(2026, 11, 21)
BY_DAY = ["Date", "Views", "Watch time (hours)", "Subscribers", "Impressions", "Impressions click-through rate (%)"]


def read(lines, *, platform="youtube"):
    header, *rows = lines
    meanings = studio_meanings(header, platform=platform)
    columns = match_columns(header, Layout(meanings) if meanings else None)
    return columns, list(read_rows(enumerate(rows, 2), columns=columns, today=TODAY))


def test_totals_are_days_of_views():
    columns, found = read([["Date", "Views"], ["2026-11-01", "31964"], ["2026-11-02", "1777.0"]])
    assert columns.metrics == (Metric.VIEWS,)
    assert [row.figures[Metric.VIEWS].value for row in found] == [31964, 1777]


def test_a_table_by_date_gives_what_is_counted_and_skips_the_total():
    columns, found = read(
        [BY_DAY, ["Total", "181588", "9.5", "12", "7", "3.1"], ["2026-11-01", "88", "1.5", "-2", "9", "4.0"]]
    )
    assert columns.metrics == (Metric.VIEWS,), "impressions are of thumbnails"
    assert columns.further == (FurtherMetric.NET_FOLLOWS,), "subscribers are the day's gain"
    assert columns.unknown == ("Watch time (hours)", "Impressions", "Impressions click-through rate (%)")
    [row] = found
    assert isinstance(row, DailyRow)
    assert (row.line, row.day, row.figures[Metric.VIEWS].value) == (3, date(2026, 11, 1), 88)


def test_more_columns_of_a_table_by_date():
    header = ["Date", "Unique viewers", "Likes", "Comments added", "Shares", "Videos published", "Views"]
    columns, _ = read([header])
    assert columns.metrics == (
        Metric.REACH,
        Metric.REACTIONS,
        Metric.COMMENTS,
        Metric.SHARES,
        Metric.POSTS,
        Metric.VIEWS,
    )


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["Content", "Video title", "Duration", "Views"], "by Content, which has no days"),
        (["Geography", "Views", "Average view duration", "Watch time (hours)"], "by Geography, which has no days"),
        (["Traffic source", "Views", "Thumbnail impressions"], "by Traffic source"),
        (["Date", "Geography", "Views"], "the chart of YouTube Studio by Geography"),
        (["Date", "Content", "Video title", "Views"], "the chart of YouTube Studio by Content"),
        (["Inhalte", "Aufrufe", "Wiedergabezeit (Stunden)"], "by Inhalte"),
        (["Date", "Subscribers"], "what a day brought"),
        (["Date", "Watch time (hours)"], "none of the columns"),
    ],
)
def test_what_tells_nothing_by_day_is_refused_with_what_to_choose(header, words):
    with pytest.raises(Refused) as refusal:
        studio_meanings(header, platform="youtube")
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    "header",
    [
        ["Datum", "Aufrufe", "Wiedergabezeit (Stunden)", "Abonnenten"],
        ["Fecha", "Visualizaciones", "Tiempo de visualización (horas)"],
        ["Date", "Vues", "Durée de visionnage (heures)"],
        ["\ufeffData", "Visualizações", "Tempo de exibição (horas)"],
    ],
)
def test_headings_in_other_languages(header):
    meanings = studio_meanings(header, platform="youtube")
    assert meanings is not None
    assert meanings[:2] == (DAY, Metric.VIEWS)


@pytest.mark.parametrize(
    ("header", "platform"),
    [
        (["date", "followers", "posts"], "youtube"),
        (["date", "subscribers", "posts"], "youtube"),
        (["Date", "Views"], "facebook"),
        (["Date", "Subscribers"], "instagram"),
        (["Date", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares"], "x"),
        (["", ""], "youtube"),
        ([], "youtube"),
    ],
)
def test_other_files_are_not_taken_for_studios(header, platform):
    assert studio_meanings(header, platform=platform) is None


def test_a_table_of_studio_is_known_on_any_account_by_its_own_headings():
    with pytest.raises(Refused):
        studio_meanings(["Content", "Video title", "Views", "Watch time (hours)"], platform="tiktok")
    with pytest.raises(Refused, match="YouTube channel by day, exported by YouTube Studio"):
        recognize(["Date", "Views", "Watch time (hours)"], platform="tiktok")


def test_a_table_of_videos_is_one_of_posts():
    header = ["Content", "Video title", "Video publish time", "Duration", "Views", "Watch time (hours)", "Likes"]
    assert studio_meanings(header, platform="youtube") == (
        POST_ID, POST_TEXT, PUBLISHED, "", Metric.VIEWS, "", Metric.REACTIONS,
    )  # fmt: skip


def test_days_that_can_be_read_in_two_ways_stay_out_row_by_row():
    _, found = read([["Date", "Views"], ["13-06-2025", "3"], ["2025-06-14", "4"]])
    assert [type(outcome) for outcome in found] == [RowProblem, DailyRow]
    assert "not written as year-month-day" in found[0].sentence


@given(st.lists(st.text(max_size=30), max_size=8), st.sampled_from(["youtube", "x"]))
def test_any_headings_give_meanings_a_refusal_or_nothing(header, platform):
    try:
        meanings = studio_meanings(header, platform=platform)
    except Refused:
        return
    assert meanings is None or len(meanings) == len(header)


@given(
    st.lists(st.sampled_from([*BY_DAY, "Content", "Total", "Views", "Datum", "Aufrufe", ""]), max_size=6),
    st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=6),
)
def test_rows_under_any_of_studios_headings_are_read_or_refused(header, rows):
    try:
        _, found = read([header, *rows])
    except Refused:
        return
    assert all(isinstance(outcome, DailyRow | RowProblem) for outcome in found)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_the_real_totals_go_in_whole(real_data_dir):
    lines = rows_of(real_data_dir / "youtube-studio-csv" / "views_Totals.csv")
    _, found = read(lines)
    assert all(isinstance(row, DailyRow) for row in found)
    assert len(found) == len(lines) - 1
    assert sum(row.figures[Metric.VIEWS].value for row in found) == sum(int(cells[1]) for cells in lines[1:])


@pytest.mark.parametrize(
    ("name", "words"),
    [("geography_Table data.csv", "which has no days"), ("geography_Chart data_first200.csv", "draws only some")],
)
def test_the_real_tables_without_whole_days_are_refused(real_data_dir, name, words):
    with pytest.raises(Refused, match=words):
        read(rows_of(real_data_dir / "youtube-studio-csv" / name))
