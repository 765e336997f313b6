"""Files as platforms export them go in through the page and the command: days, posts, workbooks, any encoding."""

import io
import random
import zipfile
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from app.background.worker import drain
from app.foundation.database import enter_tenant
from app.foundation.figures import Reason
from app.imports.models import SavedMatch, StagedPost
from app.metrics.models import DailyFigure, Observation, Post, Run, StagedFigure
from app.metrics.rules.runs import RunState
from tests.factories.workbooks import archive, workbook

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
X_POSTS = (
    '"Post id","Date","Post text","Post Link","Impressions","Likes","Replies","Reposts","URL Clicks"\n'
    '"1990000000000000001","Sun, Nov 1, 2026","Story time at ten.\nWill you come?","https://x.com/east/status/1990000000000000001",120,4,1,2,3\n'
    '"1.99E+18","Mon, Nov 2, 2026","=Damaged","https://x.com/east/status/1990000000000000002",9,1,0,0,0\n'
    '"1990000000000000003","Wed, Nov 4, 2026","Open till nine","https://x.com/east/status/1990000000000000003","1,240",-,0,0,0\n'
)  # fmt: skip


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def on(session, world):
    """Make the account one of this platform."""

    def on(platform):
        world.account.platform, world.account.handle = platform, "@east"
        session.commit()
        return world.account

    return on


def page(response):
    assert response.status_code == 200, response.status
    return BeautifulSoup(response.data, "html.parser")


def give(browser, application, account, content, name="export.csv"):
    content = content.encode() if isinstance(content, str) else content
    file = (io.BytesIO(content), name)
    response = browser.post(f"/accounts/{account.id}/import", data={"file": file}, content_type="multipart/form-data")
    drain(application)
    return response.location


def match(browser, application, location, meanings, **more):
    data = {f"meanings-{at}": meaning for at, meaning in enumerate(meanings)}
    data |= {"date_order": "year_first", "number_style": "plain", **more}
    response = browser.post(f"{location}/match", data=data)
    drain(application)
    return response


def rows(session, *columns):
    enter_tenant(session, session.info["consortium_id"])
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(*columns[:1]))]


def test_posts_are_staged_previewed_and_imported_with_the_days_they_amount_to(
    as_branch_manager, application, session, on
):
    location = give(as_branch_manager, application, on("x"), X_POSTS)
    shown = page(as_branch_manager.get(location))
    assert "This is X posts, exported by X." in shown.text
    assert [stat.text.split()[0] for stat in shown.select("dl.stats .big")] == ["2", "0", "0", "1"]
    assert "Story time at ten." in page(as_branch_manager.get(f"{location}?rows=all")).find(id="row-2").text
    assert "without opening and saving it" in shown.find(id="row-4").text
    assert "The posts amount to 3 days of figures" in shown.text
    assert (rows(session, Post.external_id), rows(session, DailyFigure.day)) == ([], [])
    as_branch_manager.post(location, data={"bad_rows": "leave_out"})
    drain(application)
    assert "2 posts added, 0 changed, 0 the same; 3 days added" in as_branch_manager.get(location).text
    assert rows(session, Post.external_id, Post.views, Post.reactions, Post.text) == [
        ("1990000000000000001", 120, 4, "Story time at ten.\nWill you come?"),
        ("1990000000000000003", 1240, None, "Open till nine"),
    ]
    assert rows(session, DailyFigure.day, DailyFigure.posts, DailyFigure.asks, DailyFigure.reactions) == [
        (date(2026, 11, 1), 1, 1, 4), (date(2026, 11, 3), 0, 0, 0), (date(2026, 11, 4), 1, 0, None),
    ]  # fmt: skip
    assert (rows(session, StagedPost.line), rows(session, StagedFigure.day)) == ([], [])
    again = page(as_branch_manager.get(give(as_branch_manager, application, on("x"), X_POSTS)))
    assert [stat.text.split()[0] for stat in again.select("dl.stats .big")][:3] == ["0", "0", "2"]
    assert "Posts to add" in again.text


def test_the_rows_with_problems_come_back_as_a_file_that_can_be_given_again(
    as_branch_manager, application, session, on
):
    location = give(as_branch_manager, application, on("x"), X_POSTS)
    download = as_branch_manager.get(f"{location}/problems.csv")
    assert download.text.splitlines()[0].endswith("URL Clicks,Problem")
    assert "'=Damaged" in download.text
    mended = download.text.replace("1.99E+18", "1990000000000000002")
    second = give(as_branch_manager, application, on("x"), mended, name="mended.csv")
    as_branch_manager.post(second)
    drain(application)
    assert rows(session, Post.external_id, Post.text) == [("1990000000000000002", "=Damaged")]


def test_a_file_put_aside_leaves_nothing(as_branch_manager, application, session, on):
    location = give(as_branch_manager, application, on("x"), X_POSTS)
    assert len(rows(session, StagedPost.line)) == 2
    as_branch_manager.post(f"{location}/put-aside")
    assert (rows(session, StagedPost.line), rows(session, StagedFigure.day)) == ([], [])


def test_a_file_of_another_platform_says_whose_it_is(as_branch_manager, application, on):
    location = give(as_branch_manager, application, on("facebook"), X_POSTS)
    assert "another platform's file: X posts, exported by X." in page(as_branch_manager.get(location)).text


SUITE = (
    'sep=,\r\n"Views"\r\n"Date","Primary"\r\n"2026-10-22T00:00:00","8226"\r\n"2026-10-23T00:00:00","17"\r\n\r\n'
    '"Facebook follows"\r\n"Date","Primary"\r\n"2026-10-22T00:00:00","3"\r\n\r\n'
    '"Link clicks"\r\n"Date","Primary"\r\n"2026-10-22T00:00:00","5"\r\n"2026-10-23T00:00:00",""\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "utf-8-sig"])
def test_single_figures_of_meta_are_read_as_one_table_in_any_encoding(
    as_branch_manager, application, session, on, encoding
):
    location = give(as_branch_manager, application, on("facebook"), SUITE.encode(encoding))
    shown = page(as_branch_manager.get(location))
    assert "Single figures by day, exported by Meta Business Suite" in shown.text
    as_branch_manager.post(location)
    drain(application)
    assert rows(session, DailyFigure.day, DailyFigure.views, DailyFigure.link_clicks, DailyFigure.following) == [
        (date(2026, 10, 22), 8226, 5, None), (date(2026, 10, 23), 17, None, None),
    ]  # fmt: skip


def test_days_without_a_year_are_asked_about_and_the_turn_of_the_year_is_minded(
    as_branch_manager, application, session, on
):
    content = '\ufeff"Date","Followers","Difference in followers from previous day"\n' + "".join(
        f'"{day}","{count}","0"\n'
        for day, count in [("30 de diciembre", "undefined"), ("31 de diciembre", 7), ("1 de enero", 8)]
    )
    location = give(as_branch_manager, application, on("tiktok"), content)
    shown = page(as_branch_manager.get(location))
    assert "Days such as 30 de diciembre have no year." in shown.text
    meanings = ["day", "followers", ""]
    blank = match(as_branch_manager, application, location, meanings, date_order="yearless")
    assert "Write the year in which the last day of the file lies." in blank.text
    odd = match(as_branch_manager, application, location, meanings, date_order="yearless", year="26")
    assert "four digits" in odd.text
    match(as_branch_manager, application, location, meanings, date_order="yearless", year="2026", remember="y")
    assert page(as_branch_manager.get(location)).find(id="year")["value"] == "2026"
    as_branch_manager.post(location)
    drain(application)
    assert rows(session, DailyFigure.day, DailyFigure.followers) == [(date(2025, 12, 31), 7), (date(2026, 1, 1), 8)]
    assert rows(session, Observation.day, Observation.reason) == [(date(2025, 12, 30), Reason.NOT_COLLECTED)]
    assert len(rows(session, SavedMatch.saved_at)) == 1
    later = content.replace("diciembre", "marzo").replace("enero", "abril")
    again = give(as_branch_manager, application, on("tiktok"), later)
    assert "have no year" in page(as_branch_manager.get(again)).text, "a year is never remembered"


LINKEDIN = [
    ["Relatório agregado"],
    ["Data", "Impressões (orgânicas)", "Impressões (total)", "Reações (total)", "Taxa de engajamento (total)"],
    ["10/13/2026", 100, 120.0, 5, 0.17],
    ["10/14/2026", 90, 90, -1, 0.1],
]
POSTS = [
    ["Post title", "Post link", "Created date", "Impressions"],
    ["Tour", "https://linkedin.com/1", "10/13/2026", 9],
]


def test_the_sheet_with_days_of_a_workbook_is_read(as_branch_manager, application, session, on):
    content = workbook({"Notes": [["Read me"]], "Publicações": POSTS, "Métricas": LINKEDIN})
    location = give(as_branch_manager, application, on("linkedin"), content, name="page_content.xlsx")
    assert "LinkedIn page content by day" in page(as_branch_manager.get(location)).text
    as_branch_manager.post(location)
    drain(application)
    assert rows(session, DailyFigure.day, DailyFigure.views, DailyFigure.reactions) == [
        (date(2026, 10, 13), 120, 5), (date(2026, 10, 14), 90, -1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (archive({"[Content_Types].xml": b"", "xl/big.xml": b"\0" * 160_000_000}), "too large to be read"),
        (archive({"[Content_Types].xml": b"<Types/>"}), "This workbook cannot be read."),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "This workbook cannot be read."),
        (archive({"a.csv": b"date,posts\n"}), "This is a spreadsheet or an archive."),
        (workbook({"Empty": [["date", "posts"]]}), "headings and no rows"),
        (b"date;posts\n2026-11-07;" + b"3" * 1_100_000, "longer than any row"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_why(as_branch_manager, application, session, on, content, sentence):
    location = give(as_branch_manager, application, on("linkedin"), content, name="a.xlsx")
    assert sentence in page(as_branch_manager.get(location)).text
    assert rows(session, StagedFigure.day) == []


def test_a_workbook_made_to_unfold_without_end_is_refused(as_branch_manager, application, on):
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    made = workbook({"Far": [["date"]]})
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    location = give(as_branch_manager, application, on("linkedin"), archive(parts), name="a.xlsx")
    assert "This workbook" in page(as_branch_manager.get(location)).text


def test_one_file_brings_the_days_of_many_accounts_at_a_place_and_below(as_director, application, session, world):
    upper, east = world.north_account, world.account
    upper.place_id = world.library.id
    session.commit()
    content = (
        f"Date;Account;Posts\n2026-11-01;{upper.url};1\n2026-11-01;{east.platform}: @{east.handle};2\n"
        "2026-11-01;https://elsewhere.example/@x;3\n2026-11-02;;4\n2026-11-02;"
        f"{upper.url.upper()};5\n"
    )
    location = give(as_director, application, upper, content)
    shown = page(as_director.get(location))
    assert [link.text for link in shown.select(".flash-off a")] == [
        "Row 4: No account here is “https://elsewhere.example/@x”; write its address, or its platform and handle.",
        "Row 6: 2026-11-02 is already on line 5; a day stands in the file once.",
    ]
    as_director.post(location)
    drain(application)
    assert sorted(rows(session, DailyFigure.day, DailyFigure.account_id, DailyFigure.posts)) == sorted(
        [(date(2026, 11, 1), upper.id, 1), (date(2026, 11, 1), east.id, 2), (date(2026, 11, 2), upper.id, 4)]
    )
    below = give(as_director, application, east, content)
    assert f"No account here is “{upper.url}”" in page(as_director.get(below)).text


def test_no_bytes_bring_the_reading_of_a_file_down_or_leave_a_half_of_it(application, world, session, on, tmp_path):
    chance, starts = (
        random.Random(20261122),  # noqa: S311 - the same bytes in every run
        [SUITE.encode("utf-16"), X_POSTS.encode(), workbook({"Métricas": LINKEDIN})],
    )
    account, path = on("x"), tmp_path / "export.csv"
    command = ["metrics", "import", "--consortium", world.consortium.slug, "--account", str(account.id), str(path)]
    for number in range(30):
        content = bytearray(starts[number % 3])
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 4))
        path.write_bytes(content)
        result = application.test_cli_runner().invoke(args=command)
        assert result.exception is None or isinstance(result.exception, SystemExit), bytes(content)
        assert (rows(session, StagedPost.line), rows(session, StagedFigure.day)) == ([], [])
        assert {state for (state,) in rows(session, Run.state)} <= {RunState.DONE}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("newcastle/2008-onwards-monthly-visits.csv", "The file has a column for each month, such as 2008-04."),
        ("newcastle/2008-onwards-monthly-issues-by-branch.csv", "The file has a column for each month"),
        ("newcastle/current-libraries.csv", "It seems to be a list of places"),
        ("library-twitter/NatBib_libTwitterStats_2014-04-09.csv", "None of them holds days"),
        ("x-api/x-api-v2-openapi-2.159.json", "This is JSON"),
        ("pls/pls_fy2015_ae_WI_MA.csv", "“Import the library survey”"),
        ("newcastle/LICENSE", "None of them holds days"),
        ("youtube-studio-csv/geography_Chart data_first200.csv", "Choose Totals.csv"),
        ("youtube-studio-csv/geography_Table data.csv", "Choose Totals.csv"),
    ],
)
def test_real_files_that_hold_no_figures_by_day_say_what_to_give(
    as_branch_manager, application, session, on, real_data_dir, name, sentence
):
    content = (real_data_dir / name).read_bytes()
    location = give(as_branch_manager, application, on("youtube"), content, name=name.rpartition("/")[2])
    assert sentence in page(as_branch_manager.get(location)).text
    assert rows(session, StagedFigure.day) == []
