"""Metrics through their pages and commands: a file goes in, each figure is shown with where it came from."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from app.access.rules import Scope
from app.background.worker import drain, find_due
from app.consortia.models import ConsortiumSettings
from app.foundation.database import enter_tenant
from app.foundation.figures import Reason
from app.foundation.periods import Period
from app.history.queries import latest_entries
from app.history.rules import Deed
from app.metrics.models import DailyFigure, Observation, Run, RunProblem, StagedFigure
from app.metrics.queries.figures import day_of
from app.metrics.queries.sums import FlowSum, day_sums, month_sums, months_of, sums_over
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.runs import RunState
from app.metrics.tasks import HANDLERS

#: after the days of every file here
NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
GOOD = b"date,followers,posts,questions due,questions in time\n2026-11-07,100,3,5,4\n2026-11-08,,0,0,0\n"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def within(world):
    return Scope(consortium_id=world.consortium.id)


def page(response):
    assert response.status_code == 200, response.status
    return BeautifulSoup(response.data, "html.parser")


def give(browser, account, content, name="desk.csv"):
    file = (io.BytesIO(content), name)
    return browser.post(f"/accounts/{account.id}/import", data={"file": file}, content_type="multipart/form-data")


def count(session, model):
    enter_tenant(session, session.info["consortium_id"])
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_file_is_checked_in_the_background_and_imported_once(as_branch_manager, application, session, world, within):
    response = give(as_branch_manager, world.account, GOOD)
    assert response.status_code == 302
    waiting = as_branch_manager.get(response.location)
    assert "You can leave this page" in waiting.text
    assert waiting.headers["Refresh"] == "2"
    assert drain(application) == 1
    checked = page(as_branch_manager.get(response.location))
    assert "Refresh" not in as_branch_manager.get(response.location).headers
    assert [stat.text.split()[0] for stat in checked.select("dl.stats .big")] == ["2", "0", "0", "0"]
    assert "Import 2 rows" in checked.text
    assert count(session, DailyFigure) == 0
    as_branch_manager.post(response.location)
    storing = as_branch_manager.get(response.location)
    assert "0 of 2 rows stored. You can leave this page." in storing.text
    assert storing.headers["Refresh"] == "2"
    again = as_branch_manager.post(response.location, follow_redirects=True)
    assert "This file is being imported already." in again.text
    drain(application)
    again = as_branch_manager.post(response.location, follow_redirects=True)
    assert "This file was imported already." in again.text
    assert count(session, DailyFigure) == 2
    assert count(session, StagedFigure) == 0
    deeds = [entry.deed for entry, _ in latest_entries(session, within=within)]
    assert deeds.count(Deed.FIGURES_IMPORTED) == 1
    seen = day_of(session, world.account, date(2026, 11, 8), within=within)
    assert seen.figures[Metric.FOLLOWERS].figure.reason is Reason.BLANK
    assert seen.figures[Metric.QUESTIONS_DUE].figure.value == 0
    assert seen.figures[Metric.VIEWS].figure.reason is Reason.NOT_SUPPORTED
    origin = seen.figures[Metric.POSTS].origin
    assert origin is not None
    assert origin.file_name == "desk.csv"


def test_the_same_file_again_changes_nothing(as_branch_manager, application, session, world, within):
    for expected in (["2", "0", "0"], ["0", "0", "2"]):
        response = give(as_branch_manager, world.account, GOOD)
        drain(application)
        checked = page(as_branch_manager.get(response.location))
        assert [stat.text.split()[0] for stat in checked.select("dl.stats .big")][:3] == expected
        as_branch_manager.post(response.location)
        drain(application)
    assert count(session, DailyFigure) == 2
    assert count(session, Observation) == 1
    assert "This very file was imported on" in checked.text


def test_a_form_posted_twice_is_one_import(as_branch_manager, session, world):
    first = give(as_branch_manager, world.account, GOOD)
    second = give(as_branch_manager, world.account, GOOD)
    assert first.location == second.location
    assert count(session, Run) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty. Choose another one."),
        (b"PK\x03\x04rest of a workbook", "This is a spreadsheet or an archive."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"date,posts\n", "The file has headings and no rows under them."),
        (b"posts\n3\n", "The file has no column named “date”"),
        (b"date,mood\n2026-11-07,3\n", "is known; name at least one such as followers"),
        (b'{"data": [{"date": "2026-11-07"}]}\n', "This is JSON"),
        (b'[\n  ["date", 3]\n]\n', "This is JSON"),
        (b"STABR,FSCSKEY,LIBID\nWI,WI0001,1\n", "under Places, “Import the library survey”"),
        (b"date,posts\n2026-11-07,3\n2026-11-08,\xff\xfe\n", "The file is not in UTF-8"),
        (b"date,posts\n2026-11-07,\x003\n", "holds bytes that are no text"),
        (b"\xff\xfed\x00a\x00t\x00e\x00", "is known; name at least one such as followers"),
        (b"\n\n\n", "The first line of the file is empty"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(as_branch_manager, application, session, world, content, sentence):
    response = give(as_branch_manager, world.account, content)
    if response.status_code == 302:
        drain(application)
        response = as_branch_manager.get(response.location)
    assert sentence in page(response).text
    assert (count(session, DailyFigure), count(session, StagedFigure)) == (0, 0)


def test_rows_with_problems_are_listed_and_the_rest_goes_in(as_branch_manager, application, session, world):
    content = (
        b"date,posts,reach\n"
        b"2026-11-01,1,5\n"
        b"9 November 2026,1,5\n"
        b"2026-11-02,=1+1,5\n"
        b"2026-11-01,2,5\n"
        b"2026-11-03,n/a,<script>alert(1)</script>\n"
        b"2027-01-01,1,1\n"
        b"2026-11-04,3,5\n"
    )
    response = give(as_branch_manager, world.account, content)
    drain(application)
    raw = as_branch_manager.get(response.location)
    assert b"<script>alert" not in raw.data
    checked = page(raw)
    listed = {
        row.th.text: row.find_all("td")[-1].text
        for row in checked.find("section", {"aria-labelledby": "preview"}).select("tbody tr")
        if row.select(".st-off")
    }
    assert "date in words" in listed["3"]
    assert "formula" in listed["4"]
    assert "already on line 2" in listed["5"]
    assert "in the future" in listed["7"]
    assert set(listed) == {"3", "4", "5", "6", "7"}
    download = as_branch_manager.get(f"{response.location}/problems.csv")
    assert download.text.splitlines()[0] == "\ufeffdate,posts,reach,Problem"
    assert "'=1+1" in download.text
    as_branch_manager.post(response.location)
    drain(application)
    days = session.scalars(sa.select(DailyFigure.day).order_by(DailyFigure.day)).all()
    assert [day.isoformat() for day in days] == ["2026-11-01", "2026-11-04"]


def test_a_file_of_nothing_but_problems_is_not_imported(as_branch_manager, application, session, world):
    response = give(as_branch_manager, world.account, b"date,posts\nyesterday,3\n")
    drain(application)
    assert "No row of this file can be imported" in as_branch_manager.get(response.location).text
    as_branch_manager.post(response.location)
    drain(application)
    assert count(session, DailyFigure) == 0


def test_two_hundred_thousand_rows(as_branch_manager, application, session, world):
    first = date(2001, 1, 1)
    rows = [f"{first + timedelta(days=n % 9000)},{n % 7}" for n in range(200_000)]
    response = give(as_branch_manager, world.account, ("date,posts\n" + "\n".join(rows)).encode())
    drain(application)
    checked = page(as_branch_manager.get(response.location))
    figures = [stat.text.split()[0] for stat in checked.select("dl.stats .big")]
    assert figures == ["9,000", "0", "0", "191,000"]
    assert count(session, RunProblem) == 1000
    as_branch_manager.post(response.location)
    drain(application)
    assert count(session, DailyFigure) == 9000


def test_a_checked_file_may_be_put_aside(as_branch_manager, application, session, world):
    response = give(as_branch_manager, world.account, GOOD)
    drain(application)
    as_branch_manager.post(f"{response.location}/put-aside")
    assert (count(session, StagedFigure), count(session, DailyFigure)) == (0, 0)
    assert session.scalars(sa.select(Run.state)).one() is RunState.FAILED


def test_another_tenants_ids_are_not_found(as_branch_manager, as_stranger, application, session, world, far):
    assert give(as_branch_manager, far.account, GOOD).status_code == 404
    response = give(as_branch_manager, world.account, GOOD)
    drain(application)
    for path in ("", "/problems.csv"):
        assert as_stranger.get(response.location + path).status_code == 404
    assert as_stranger.post(response.location).status_code == 404
    assert as_stranger.post(f"/accounts/{world.account.id}/pull").status_code == 404
    assert as_branch_manager.get(f"/accounts/{world.account.id}/figures/yesterday").status_code == 404


def test_roles(as_staff, as_auditor, world):
    assert as_staff.get(f"/accounts/{world.account.id}/figures").status_code == 403
    assert as_auditor.get(f"/accounts/{world.account.id}/figures").status_code == 200
    assert give(as_auditor, world.account, GOOD).status_code == 403
    assert as_auditor.post(f"/accounts/{world.account.id}/pull").status_code == 403


def run(application, *words):
    return application.test_cli_runner().invoke(args=["metrics", *map(str, words)])


@pytest.fixture
def on_account(world):
    return ["--consortium", "green-valley", "--account", world.account.id]


@pytest.fixture
def good_file(tmp_path):
    path = tmp_path / "desk.csv"
    path.write_bytes(GOOD)
    return path


def test_commands_import_and_show(application, session, on_account, good_file, far):
    dry = run(application, "import", *on_account, "--dry-run", good_file)
    assert (dry.exit_code, "2 days added" in dry.output, count(session, DailyFigure)) == (0, True, 0)
    assert count(session, Run) == 0
    assert "2 days added, 0 changed, 0 the same" in run(application, "import", *on_account, good_file).output
    assert "0 days added, 0 changed, 2 the same" in run(application, "import", *on_account, good_file).output
    shown = run(application, "show", *on_account, "--on", "2026-11-07", "--json")
    figures = json.loads(shown.output)["figures"]
    assert (figures["followers"]["value"], figures["followers"]["source"]) == (100, "import")
    assert figures["followers"]["file"] == "desk.csv"
    assert figures["reach"] == {"reason": "not_supported_by_platform"}
    assert "revisions" not in figures["posts"]
    stranger = ["--consortium", "green-valley", "--account", far.account.id]
    assert run(application, "show", *stranger).exit_code == 1
    assert run(application, "import", *stranger, good_file).exit_code == 1
    assert run(application, "import", *on_account, good_file.with_name("none.csv")).exit_code == 2


def test_a_replaced_value_shows_what_stood_there(application, session, on_account, good_file, tmp_path):
    old = tmp_path / "old.csv"
    old.write_bytes(b"date,posts\n2026-10-01,3\n")
    new = tmp_path / "new.csv"
    new.write_bytes(b"date,posts\n2026-10-01,4\n")
    run(application, "import", *on_account, old)
    run(application, "import", *on_account, new)
    shown = json.loads(run(application, "show", *on_account, "--on", "2026-10-01", "--json").output)
    posts = shown["figures"]["posts"]
    assert (posts["value"], posts["revisions"][0]["value"], posts["revisions"][0]["file"]) == (4, 3, "old.csv")


def test_pages_show_figures_and_reasons(as_branch_manager, application, on_account, good_file, world):
    run(application, "import", *on_account, good_file)
    table = page(as_branch_manager.get(f"/accounts/{world.account.id}/figures?from=2026-11-06&to=2026-11-08"))
    heads = [head.text for head in table.select("thead th")][: len(table.select_one("tbody tr").find_all(["th", "td"]))]
    rows = {
        row.th.text: dict(zip(heads[1:], [cell.text for cell in row.find_all("td")], strict=True))
        for row in table.select("#results tbody tr")
    }
    assert list(rows) == ["Nov 8, 2026", "Nov 7, 2026", "Nov 6, 2026"]
    assert (rows["Nov 7, 2026"]["Followers"], rows["Nov 8, 2026"]["Followers"]) == ("100", "Blank in the file")
    assert rows["Nov 6, 2026"]["Posts"] == "Not collected yet"
    assert "Not collected in these days: Following, Replies" in table.text
    one = page(as_branch_manager.get(f"/accounts/{world.account.id}/figures/2026-11-07"))
    followers = one.find(id="followers")
    assert "Imported from a file" in followers.text
    assert "desk.csv" in followers.text


def test_sums_by_month_and_by_day_agree(application, session, on_account, tmp_path, world, within):
    path = tmp_path / "days.csv"
    path.write_bytes(
        b"date,followers,posts\n2026-09-30,90,9\n2026-10-01,100,1\n2026-10-20,,2\n2026-10-31,108,0\n2026-11-05,120,4\n"
    )
    run(application, "import", *on_account, path)
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    by_month = month_sums(session, within=within, period=october)
    assert (
        by_month
        == day_sums(session, within=within, period=october)
        == sums_over(session, within=within, period=october)
    )
    (sums,) = by_month
    assert (sums.account_id, sums.days, sums.days_posted) == (world.account.id, 3, 2)
    assert (sums.followers_first, sums.followers_last) == (100, 108)
    assert (sums.flows[Metric.POSTS], sums.flows[Metric.REACH]) == (FlowSum(3, 3), FlowSum(None, 0))
    north = Scope(world.consortium.id, world.north.id, world.north.path)
    assert month_sums(session, within=north, period=october) == []
    autumn = Period(date(2026, 9, 1), date(2026, 11, 30))
    months = months_of(session, within=within, period=autumn)
    assert [(entry.month.month, entry.flows[Metric.POSTS].total) for entry in months if entry.month] == [
        (9, 9),
        (10, 3),
        (11, 4),
    ]


def test_the_demo_is_not_pulled(as_branch_manager, application, session, world):
    session.scalars(
        sa.select(ConsortiumSettings).where(ConsortiumSettings.consortium_id == world.consortium.id)
    ).one().is_demo = True
    world.account.next_pull_at = NOW - timedelta(days=1)
    session.commit()
    response = as_branch_manager.post(f"/accounts/{world.account.id}/pull")
    assert "made up" in as_branch_manager.get(response.location).text
    find_due(application)
    assert drain(application, kinds=HANDLERS) == 0
