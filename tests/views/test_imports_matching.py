"""Matching the columns of a file by hand: asked where it must be, checked again, remembered, and mended rows."""

import io
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from app.background.models import Upload
from app.background.worker import drain
from app.foundation.database import enter_tenant
from app.imports.models import ImportMatch, SavedMatch
from app.metrics.models import DailyFigure, Post, Run, RunProblem, StagedFigure
from app.metrics.rules.runs import RunState

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
INSTAGRAM = (
    b"Date,Impressions,Reach,Interactions,\n"
    b'01/10/2026,"2,114","1,502",87,\n'
    b'02/10/2026,"1,980","1,377",64,\n'
    b'31/09/2026,"2,240","1,611",92,\n'
    b'04/10/2026,"1,755",n/a,51,\n'
    b'13/10/2026,"1,802","1,288",58,\n'
)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW):
        yield


def page(response):
    assert response.status_code == 200, response.status
    return BeautifulSoup(response.data, "html.parser")


def give(browser, application, account, content, name="oct.csv"):
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


def chosen(shown):
    return [
        select.find("option", selected=True)["value"] for select in shown.select("#match ~ form select, form select")
    ]


def work_off(application, session):
    drain(application)
    enter_tenant(session, session.info["consortium_id"])


def count(session, model):
    enter_tenant(session, session.info["consortium_id"])  # a request that was rolled back took the tenant along
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_an_export_is_guessed_checked_and_shown_with_its_problems_between_their_neighbors(
    as_branch_manager, application, session, world
):
    location = give(as_branch_manager, application, world.account, INSTAGRAM)
    shown = page(as_branch_manager.get(location))
    assert chosen(shown) == ["day", "views", "reach", "", "", "day_first", "commas"]
    assert "first row: 2,114" in shown.find("section", {"aria-labelledby": "match"}).text
    assert [link.text for link in shown.select(".flash-off a")] == [
        "Row 4: “31/09/2026” is no day in the calendar.",
        "Row 5: People reached: “n/a” is not a number; leave the cell blank where there is none.",
    ]
    preview = shown.find("section", {"aria-labelledby": "preview"})
    assert [row.th.text for row in preview.select("tbody tr")] == ["3", "4", "5", "6"]
    wrong = preview.find(id="row-5")
    assert [cell.text for cell in wrong.select(".gap")] == ["n/a"]
    everything = page(as_branch_manager.get(f"{location}?rows=all"))
    assert len(everything.find("section", {"aria-labelledby": "preview"}).select("tbody tr")) == 5
    download = as_branch_manager.get(f"{location}/problems.csv").text.splitlines()
    assert download[0] == "\ufeffDate,Impressions,Reach,Interactions,,Problem"
    assert download[1] == '31/09/2026,"2,240","1,611",92,,Line 4: “31/09/2026” is no day in the calendar.'
    as_branch_manager.post(location, data={"bad_rows": "leave_out"})
    work_off(application, session)
    rows = session.execute(sa.select(DailyFigure.day, DailyFigure.views).order_by(DailyFigure.day)).all()
    assert [tuple(row) for row in rows] == [
        (date(2026, 10, 1), 2114), (date(2026, 10, 2), 1980), (date(2026, 10, 13), 1802),
    ]  # fmt: skip
    assert session.scalars(sa.select(Upload)).one().kept_until is not None  # so long the import can be taken back


def test_the_day_that_the_rows_around_leave_out_is_suggested(as_branch_manager, application, world):
    content = b"date,posts\n2026-10-07,1\n2026-10-32,2\n2026-10-09,3\n"
    location = give(as_branch_manager, application, world.account, content)
    row = page(as_branch_manager.get(location)).find(id="row-3")
    assert "The rows around it suggest Oct 8, 2026." in row.text


def test_days_that_can_be_read_in_two_ways_are_asked_about(as_branch_manager, application, session, world):
    content = b"Date,Reach\n03/04/2026,5\n04/04/2026,6\n"
    location = give(as_branch_manager, application, world.account, content)
    shown = page(as_branch_manager.get(location))
    assert "Days such as 03/04/2026 can be read in two ways." in shown.text
    assert not shown.find("section", {"aria-labelledby": "preview"})
    assert session.scalars(sa.select(Run.state)).one() is RunState.MATCHING
    assert "Say what each column means first." in as_branch_manager.post(location, follow_redirects=True).text
    match(as_branch_manager, application, location, ["day", "reach"], date_order="month_first")
    as_branch_manager.post(location)
    work_off(application, session)
    assert session.scalars(sa.select(DailyFigure.day).order_by(DailyFigure.day)).all() == [
        date(2026, 3, 4), date(2026, 4, 4),
    ]  # fmt: skip


def test_columns_of_unknown_names_are_matched_by_hand_and_remembered(
    as_branch_manager, as_director, application, session, world
):
    content = b"When,Hellos,Noise\n2026-10-07,4,x\n2026-10-08,,y\n"
    location = give(as_branch_manager, application, world.account, content)
    assert "no column named" in page(as_branch_manager.get(location)).text
    again = match(as_branch_manager, application, location, ["day", "mentions", ""], remember="y")
    assert again.status_code == 302
    assert count(session, StagedFigure) == 2
    shown = page(as_branch_manager.get(location))
    assert [cell.text for cell in shown.select("#row-3 td")][1] == "Blank"
    as_branch_manager.post(location)
    work_off(application, session)
    assert session.scalars(sa.select(DailyFigure.mentions).order_by(DailyFigure.day)).all() == [4]
    assert count(session, SavedMatch) == 1
    later = content.replace(b"2026-10", b"2026-09")
    elsewhere = give(as_director, application, world.north_account, later, name="sep.csv")
    shown = page(as_director.get(elsewhere))
    assert "Import 2 rows" in shown.text
    assert chosen(shown)[:3] == ["day", "mentions", ""]


def test_what_is_remembered_stays_in_its_consortium(as_branch_manager, as_stranger, application, session, world, far):
    content = b"When,Hellos\n2026-10-07,4\n"
    location = give(as_branch_manager, application, world.account, content)
    match(as_branch_manager, application, location, ["day", "mentions"], remember="y")
    theirs = give(as_stranger, application, far.account, content)
    assert "no column named" in page(as_stranger.get(theirs)).text


def test_a_match_that_cannot_be_used_is_refused_and_the_choice_stays(as_branch_manager, application, session, world):
    location = give(as_branch_manager, application, world.account, INSTAGRAM)
    staged = count(session, StagedFigure)
    twice = match(as_branch_manager, application, location, ["day", "views", "views", "", ""])
    assert "mean the same; keep one of them" in twice.text
    assert chosen(page(twice))[:3] == ["day", "views", "views"]
    short = match(as_branch_manager, application, location, ["day", "views"])
    assert "The page is out of date" in short.text
    odd = match(as_branch_manager, application, location, ["day", "nonsense", "", "", ""])
    assert odd.status_code == 200
    assert count(session, StagedFigure) == staged


def test_checking_again_forgets_what_was_found_before(as_branch_manager, application, session, world):
    location = give(as_branch_manager, application, world.account, INSTAGRAM)
    assert count(session, RunProblem) == 2
    match(
        as_branch_manager, application, location, ["day", "views", "", "", ""],
        date_order="day_first", number_style="commas",
    )  # fmt: skip
    assert (count(session, RunProblem), count(session, ImportMatch), count(session, StagedFigure)) == (1, 1, 4)
    as_branch_manager.post(location)
    work_off(application, session)
    late = match(as_branch_manager, application, location, ["day", "views", "", "", ""])
    assert "waits for no decision" in late.text


def test_nothing_goes_in_until_every_row_is_right(as_branch_manager, application, session, world):
    location = give(as_branch_manager, application, world.account, INSTAGRAM)
    held = as_branch_manager.post(location, data={"bad_rows": "mend"}, follow_redirects=True)
    assert "Nothing was imported" in held.text
    assert "Download the rows to mend" in held.text
    assert (count(session, DailyFigure), count(session, StagedFigure), count(session, Upload)) == (0, 0, 0)
    assert len(as_branch_manager.get(f"{location}/problems.csv").text.splitlines()) == 3
    again = as_branch_manager.post(location, data={"bad_rows": "mend"}, follow_redirects=True)
    assert "waits for no decision" in again.text


def test_what_is_held_now_is_told_before_it_is_replaced(as_branch_manager, application, world):
    first = give(as_branch_manager, application, world.account, b"date,posts\n2026-10-07,1\n")
    as_branch_manager.post(first)
    drain(application)
    second = give(as_branch_manager, application, world.account, b"date,posts\n2026-10-07,2\n2026-10-08,2\n")
    shown = page(as_branch_manager.get(second))
    assert "1 day holds figures now imported from a file" in shown.text
    assert "Ready, replaces" in shown.find(id="row-2").text


def test_a_file_of_many_columns_and_odd_texts(as_branch_manager, application, world):
    wide = ",".join(f"c{number}" for number in range(200)).encode() + b"\n"
    assert "200 columns" in as_branch_manager.get(give(as_branch_manager, application, world.account, wide)).text
    odd = b"date,posts,<script>alert(1)</script>\n2026-10-07,<b>x</b>,<i>\n"
    raw = as_branch_manager.get(give(as_branch_manager, application, world.account, odd))
    assert b"<script>alert" not in raw.data
    assert b"<b>x</b>" not in raw.data


def test_doors(as_staff, as_auditor, as_stranger, as_branch_manager, application, world):
    location = give(as_branch_manager, application, world.account, INSTAGRAM)
    for browser, status in ((as_staff, 403), (as_auditor, 403), (as_stranger, 404)):
        assert browser.get(location).status_code == status
        assert browser.post(f"{location}/match").status_code == status


def test_posts_under_headings_of_another_language_are_matched_once_and_then_known(
    as_branch_manager, application, session, world
):
    world.account.platform = "facebook"
    session.commit()
    header = "Beitrags-ID,Seitenname,Beschreibung,Veröffentlichungszeit,Permalink,Aufrufe,Reaktionen\n"
    row = "104_{number},Bücherei,Vorlesen,{day}.10.2026 18:12,https://www.facebook.com/{number},120,7\n"
    first = (header + row.format(number=77, day=28)).encode()
    location = give(as_branch_manager, application, world.account, first)
    asked = page(as_branch_manager.get(location))
    assert "Say what each column means." in asked.text
    meanings = ["post_id", "", "post_text", "published", "post_url", "views", "reactions"]
    match(as_branch_manager, application, location, meanings, date_order="day_first", remember="y")
    as_branch_manager.post(location)
    work_off(application, session)
    second = (header + row.format(number=77, day=28).replace("104_", "") + row.format(number=78, day=29)).encode()
    location = give(as_branch_manager, application, world.account, second, name="nov.csv")
    shown = page(as_branch_manager.get(location))
    assert [stat.text.split()[0] for stat in shown.select("dl.stats .big")] == ["1", "0", "1", "0"]
    as_branch_manager.post(location)
    work_off(application, session)
    posts = session.execute(
        sa.select(Post.external_id, Post.text, Post.views, Post.reactions).order_by(Post.external_id)
    )
    assert [tuple(post) for post in posts] == [("77", "Vorlesen", 120, 7), ("78", "Vorlesen", 120, 7)]
