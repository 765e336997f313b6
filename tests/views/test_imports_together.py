"""A month's end: an archive of exports goes in with two forms, each file to its account, and can be taken back."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from app.accounts.models import Account
from app.background.worker import drain
from app.foundation.database import enter_tenant
from app.imports.models import BatchFile
from app.metrics.models import DailyFigure, FigureDifference, ImportChoice, Run
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.runs import RunState

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
DAYS = "Date,Impressions,Likes,Engagements,Replies,Reposts,Create Post,New follows\n" + "".join(
    f'"Sun, Nov {day}, 2026",{100 + day},4,1,1,2,3,0\n' for day in (1, 8)
)
PHOTOS = (
    "Post ID,Account ID,Account username,Description,Publish time,Permalink,Post type,Views,Reach,Likes,Shares,Comments\n"
    '18000000000000001,17841400000000001,greenwest,"Story time",11/02/2026 08:00,https://www.instagram.com/p/abc/,IG image,120,80,9,1,2\n'
)  # fmt: skip


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def accounts(session, world):
    def add(platform, handle, place):
        account = Account(
            consortium_id=place.consortium_id,
            place_id=place.id,
            platform=platform,
            handle=handle,
            url=f"https://{platform}.example/{handle}",
        )
        session.add(account)
        session.flush()
        return account

    made = {
        "east": add("x", "@greeneastlib", world.east),
        "north": add("x", "@greennorth", world.north),
        "photos": add("instagram", "@greenwest", world.east),
        "more": add("instagram", "@greenmore", world.north),
    }
    session.commit()
    return made


def archive(files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return held.getvalue()


def give(browser, application, place, *files):
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    response = browser.post(f"/at/{place.code}/imports", data=data, content_type="multipart/form-data")
    assert response.status_code == 302, response.text
    drain(application)
    return response.location


def page(response):
    assert response.status_code == 200, response.status
    return BeautifulSoup(response.data, "html.parser")


def rows(session, *columns):
    enter_tenant(session, session.info["consortium_id"])
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(*columns))]


def states(found):
    return {row.th.get_text(" ").split()[0]: row.find_all("td")[-1].text.strip() for row in found.select("tbody tr")}


def test_an_archive_goes_in_with_two_forms(as_director, application, session, world, accounts):
    content = archive(
        {
            "account_overview_analytics_greennorth_2026.csv": DAYS,
            "x/tweet_activity_metrics_greeneastlib_20261101_20261108_en.csv": DAYS.replace("100", "9"),
            "Nov-01-2026_Nov-08-2026_9999.csv": PHOTOS,
            "__MACOSX/._rubbish.csv": "x",
            "more.zip": archive({"a.csv": DAYS}),
            "unknown.csv": DAYS,
            "broken.csv": "\x00\x00",
            "greennorth_wrong.csv": DAYS.replace(", 2026", ", 1926"),
        }
    )
    location = give(as_director, application, world.library, ("october.zip", content))
    shown = page(as_director.get(location))
    assert "An archive in an archive is not opened." in shown.text
    assert states(shown) == {
        "Nov-01-2026_Nov-08-2026_9999.csv": "Ready",
        "account_overview_analytics_greennorth_2026.csv": "Ready",
        "broken.csv": "Left out",
        "greennorth_wrong.csv": "Left out",
        "more.zip": "Left out",
        "unknown.csv": "Whose is it?",
        "x/tweet_activity_metrics_greeneastlib_20261101_20261108_en.csv": "Ready",
    }
    assert shown.find("button", value="import").text == "Import 3 files"
    ticked = [box["value"] for box in shown.select("input[name=file][checked]")]
    as_director.post(location, data={"do": "import", "file": ticked})
    drain(application)
    done = page(as_director.get(location))
    assert "3 files imported." in done.text
    held = rows(session, DailyFigure.account_id, DailyFigure.views)
    assert {account for account, _ in held} == {accounts[name].id for name in ("east", "north", "photos")}


def test_who_is_asked_about_is_remembered_for_the_next_month(as_director, application, session, world, accounts):
    location = give(as_director, application, world.library, ("export-2026-10.csv", DAYS.encode()))
    file = session.scalars(sa.select(BatchFile)).one()
    as_director.post(location, data={"do": "give", f"account-{file.id}": accounts["north"].id})
    drain(application)
    assert states(page(as_director.get(location))) == {"export-2026-10.csv": "Ready"}
    content = DAYS.replace("Nov 8", "Nov 7").encode()
    second = page(
        as_director.get(give(as_director, application, world.library, ("export-2026-11.csv", content), ("b.csv", b"a")))
    )
    assert "As the last time" in second.text
    assert states(second) == {"export-2026-11.csv": "Ready", "b.csv": "Whose is it?"}


def owners(session):
    names = {account.id: account.handle for account in session.scalars(sa.select(Account))}
    return {name: names.get(account) for name, account in rows(session, BatchFile.name, BatchFile.account_id)}


def said(browser, application, session, location, whose):
    """Say whose each file is, and look again."""
    files = {file.name: file.id for file in session.scalars(sa.select(BatchFile))}
    given = {f"account-{files[name]}": account.id for name, account in whose.items()}
    browser.post(location, data={"do": "give"} | given)
    drain(application)


def of_page(number):
    """The posts of a page whose name is not told."""
    content = PHOTOS.replace("17841400000000001", f"1784140000000010{number}")
    return content.replace("Account username,", "").replace("greenwest,", "").encode()


def test_a_page_that_a_file_tells_of_is_remembered_whatever_the_file_is_called(
    as_director, application, session, world, accounts
):
    def month(word):
        pages = {f"{word}-01-2026_{word}-30-2026_{number}.csv": of_page(number) for number in (1, 2)}
        return give(as_director, application, world.library, ("month.zip", archive(pages)))

    location = month("Sep")
    whose = {"Sep-01-2026_Sep-30-2026_1.csv": accounts["photos"], "Sep-01-2026_Sep-30-2026_2.csv": accounts["more"]}
    said(as_director, application, session, location, whose)
    month("Oct")
    assert owners(session) == {
        "Sep-01-2026_Sep-30-2026_1.csv": "@greenwest", "Sep-01-2026_Sep-30-2026_2.csv": "@greenmore",
        "Oct-01-2026_Oct-30-2026_1.csv": "@greenwest", "Oct-01-2026_Oct-30-2026_2.csv": "@greenmore",
    }  # fmt: skip


def test_the_only_account_of_its_platform_gets_one_page_and_no_other(
    as_director, application, session, world, accounts
):
    accounts["more"].platform = "threads"
    session.commit()
    two = archive({"a.csv": of_page(1), "b.csv": of_page(2)})
    shown = page(as_director.get(give(as_director, application, world.library, ("two.zip", two))))
    assert states(shown) == {"a.csv": "Whose is it?", "b.csv": "Whose is it?"}
    location = give(as_director, application, world.library, ("Oct.csv", of_page(1)))
    shown = page(as_director.get(location))
    assert "The only account of its platform here" in shown.text
    as_director.post(location, data={"do": "import", "file": shown.find("input", {"name": "file"})["value"]})
    drain(application)
    for number, state in ((1, "Imported"), (2, "Whose is it?")):  # what was imported is remembered
        shown = page(as_director.get(give(as_director, application, world.library, ("Nov.csv", of_page(number)))))
        assert states(shown) == {"Nov.csv": state}


def test_one_name_for_files_of_two_accounts_is_asked_about_each_month(
    as_director, application, session, world, accounts
):
    def month(day):
        both = [(f"overview{again}.csv", DAYS.replace("100", f"{day}{at}")) for at, again in enumerate(("", " (1)"))]
        return give(as_director, application, world.library, ("month.zip", archive(dict(both))))

    first = month(1)
    said(as_director, application, session, first, {"overview.csv": accounts["east"]})
    again = month(2)  # of two files of one name the account of the last time would get both
    assert states(page(as_director.get(again))) == {"overview.csv": "Whose is it?", "overview": "Whose is it?"}
    session.execute(sa.delete(BatchFile).where(BatchFile.batch_id != int(again.rpartition("/")[2])))
    session.commit()
    said(as_director, application, session, again, {"overview (1).csv": accounts["north"]})
    alone = give(as_director, application, world.library, ("overview (2).csv", DAYS.encode()))
    assert states(page(as_director.get(alone))) == {"overview": "Whose is it?"}


def test_a_slip_that_is_mended_at_once_is_what_is_remembered(as_director, application, session, world, accounts):
    location = give(as_director, application, world.library, ("overview.csv", DAYS.encode()))
    said(as_director, application, session, location, {"overview.csv": accounts["east"]})
    said(as_director, application, session, location, {"overview.csv": accounts["north"]})
    session.execute(sa.delete(BatchFile))
    session.commit()
    give(as_director, application, world.library, ("overview.csv", DAYS.replace("100", "9").encode()))
    assert owners(session) == {"overview.csv": "@greennorth"}


def test_a_handle_in_the_name_goes_before_what_was_said_of_the_name(as_director, application, session, world, accounts):
    for handle, name in (("2", "east"), ("3", "north")):
        accounts[name].handle = f"@lib{handle}"
    session.commit()
    location = give(as_director, application, world.library, ("x lib.csv", DAYS.encode()))
    said(as_director, application, session, location, {"x lib.csv": accounts["east"]})
    give(as_director, application, world.library, ("x lib3.csv", DAYS.replace("100", "9").encode()))
    assert owners(session)["x lib3.csv"] == "@lib3"


def test_a_file_that_was_imported_is_marked_and_can_be_taken_back(as_director, application, session, world, accounts):
    name = "greennorth.csv"
    location = give(as_director, application, world.library, (name, DAYS.encode()))
    file = session.scalars(sa.select(BatchFile)).one()
    as_director.post(location, data={"do": "import", "file": file.id})
    drain(application)
    assert len(rows(session, DailyFigure.day)) == 2
    again = page(as_director.get(give(as_director, application, world.library, (name, DAYS.encode()))))
    assert states(again) == {name: "Imported"}
    (run_id,) = rows(session, Run.id)[0]
    assert "Take back" in page(as_director.get(f"/at/{world.library.code}/imports")).text
    told = page(as_director.get(f"/imports/{run_id}/undo"))
    assert [row.th.text for row in told.select("tbody tr")] == ["Nov 1, 2026", "Nov 8, 2026"]
    assert "Posts 3" in told.select("tbody tr")[1].text
    assert "Times shown 108" in told.select("tbody tr")[1].text
    as_director.post(f"/imports/{run_id}/undo")
    assert "Being taken back" in page(as_director.get(f"/imports/{run_id}")).text
    drain(application)
    assert rows(session, DailyFigure.day) == []
    assert "Taken back: 2 days taken away" in page(as_director.get(f"/imports/{run_id}")).text
    third = page(as_director.get(give(as_director, application, world.library, (name, DAYS.encode()))))
    assert states(third) == {name: "Ready"}


def test_the_rest_stays_where_one_file_cannot_be_imported(as_director, application, session, world, accounts):
    content = archive({"greennorth.csv": DAYS, "greeneastlib.csv": DAYS})
    location = give(as_director, application, world.library, ("two.zip", content))
    files = session.scalars(sa.select(BatchFile).order_by(BatchFile.name)).all()
    as_director.post(location, data={"do": "import", "file": [file.id for file in files]})
    session.execute(sa.update(Run).where(Run.id == files[0].run_id).values(state=RunState.FAILED))
    session.commit()
    drain(application)
    assert states(page(as_director.get(location))) == {"greeneastlib.csv": "Left out", "greennorth.csv": "Imported"}
    assert len(rows(session, DailyFigure.day)) == 2


def test_a_batch_is_canceled_while_it_is_unpacked_and_while_it_is_imported(
    as_director, application, session, world, accounts
):
    data = {"files": [(io.BytesIO(DAYS.encode()), "greennorth.csv")]}
    unpacking = as_director.post(f"/at/{world.library.code}/imports", data=data, content_type="multipart/form-data")
    assert "Being unpacked" in page(as_director.get(unpacking.location)).text
    as_director.post(unpacking.location, data={"do": "cancel"})
    drain(application)
    assert "Canceled: nothing was imported." in page(as_director.get(unpacking.location)).text
    location = give(as_director, application, world.library, ("greennorth.csv", DAYS.encode()))
    file = session.scalars(sa.select(BatchFile)).one()
    as_director.post(location, data={"do": "import", "file": file.id})
    assert "0 of 1 file imported" in page(as_director.get(location)).text
    as_director.post(location, data={"do": "cancel"})
    drain(application)
    assert states(page(as_director.get(location))) == {"greennorth.csv": "Left out"}
    assert rows(session, DailyFigure.day) == []


def test_a_reason_is_asked_for_where_old_figures_change_and_what_differs_is_told_with_the_connections(
    as_director, application, session, world, accounts
):
    for views in ("101", "909"):
        content = DAYS.replace(f'"Sun, Nov 1, 2026",{101}', f'"Sun, Nov 1, 2026",{views}').encode()
        location = give(as_director, application, world.library, ("greennorth.csv", content))
        shown = page(as_director.get(location))
        assert bool(shown.find("select", {"name": "why"})) is (views == "909")
        ticked = [box["value"] for box in shown.select("input[name=file][checked]")]
        as_director.post(location, data={"do": "import", "file": ticked, "why": "An earlier file was wrong"})
        drain(application)
    assert sorted(rows(session, ImportChoice.late, ImportChoice.why)) == [(0, ""), (1, "An earlier file was wrong")]
    day = date(2026, 11, 8)
    session.add(
        FigureDifference(
            consortium_id=world.consortium.id, account_id=accounts["north"].id, day=day, metric=Metric.VIEWS,
            value=108, source=Source.IMPORT, other_value=200, other_source=Source.PULL,
            run_id=session.scalars(sa.select(Run.id)).first(), noted_at=NOW,
        )
    )  # fmt: skip
    session.commit()
    told = page(as_director.get(f"/at/{world.library.code}/accounts/health?show=differences"))
    assert "1 day differs by more than 2% from another source" in told.text
    (link,) = [each["href"] for each in told.select("td a") if "decide" in each.text]
    assert "Let the platform’s 200 stand" in page(as_director.get(link)).text


def test_the_rows_say_another_account(as_branch_manager, application, world, accounts):
    file = (io.BytesIO(PHOTOS.replace("greenwest", "others").encode()), "a.csv")
    data = {"file": file}
    address = f"/accounts/{accounts['photos'].id}/import"
    response = as_branch_manager.post(address, data=data, content_type="multipart/form-data")
    drain(application)
    assert (
        "The rows of this file are of others, not of @greenwest." in page(as_branch_manager.get(response.location)).text
    )


POSTS = "Post id,Date,Post text,Post Link,Impressions,Likes\n" + "".join(
    f'199000000000000000{day},"Sun, Nov {day}, 2026",Hello,https://x.com/{{}}/status/199000000000000000{day},9,1\n'
    for day in (1, 8)
)


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        ("GreenNorth", "Most posts of this file are of @greennorth (Green North) by"),
        ("eastlibrary", "Most posts of this file are of eastlibrary by their addresses, not of @greeneastlib. Was the"),
        ("greeneastlib", "Import 2 rows"),
    ],
)
def test_the_addresses_of_posts_say_another_account(as_branch_manager, application, world, accounts, handle, sentence):
    data = {"file": (io.BytesIO(POSTS.format(handle, handle).encode()), "a.csv")}
    address = f"/accounts/{accounts['east'].id}/import"
    location = as_branch_manager.post(address, data=data, content_type="multipart/form-data").location
    drain(application)
    shown = page(as_branch_manager.get(location))
    assert sentence in shown.text
    if handle == "eastlibrary":  # the account was renamed, and a person says so
        form = {select["name"]: select.find("option", selected=True)["value"] for select in shown.select("form select")}
        as_branch_manager.post(f"{location}/match", data=form)
        drain(application)
        assert "Import 2 rows" in page(as_branch_manager.get(location)).text


@pytest.mark.parametrize("kind", ["bomb", "locked", "damaged"])
def test_archives_made_to_harm_are_refused_in_words(as_director, application, session, world, kind):
    content = archive({f"{number}.csv": b"0" * 30_000_000 for number in range(8)})
    words = "larger than 200 MB"
    if kind == "locked":
        content = bytearray(archive({"a.csv": DAYS}))
        content[content.index(b"PK\x01\x02") + 8] |= 1
        words = "locked with a password"
    if kind == "damaged":
        content, words = b"PK\x03\x04" + b"x" * 100, "damaged"
    shown = page(as_director.get(give(as_director, application, world.library, ("a.zip", bytes(content)))))
    assert words in shown.text
    assert rows(session, BatchFile.id) == []


def test_who_may_give_files(as_staff, as_stranger, as_branch_manager, world):
    assert as_staff.get(f"/at/{world.east.code}/imports").status_code == 403
    assert as_stranger.get(f"/at/{world.east.code}/imports").status_code == 404
    assert as_branch_manager.get(f"/at/{world.library.code}/imports").status_code == 403


def test_the_row_of_the_file_is_told_while_the_file_is_kept(as_director, application, world, accounts):
    location = give(as_director, application, world.library, ("greennorth.csv", DAYS.encode()))
    ticked = [box["value"] for box in page(as_director.get(location)).select("input[name=file][checked]")]
    as_director.post(location, data={"do": "import", "file": ticked})
    drain(application)
    shown = as_director.get(f"/accounts/{accounts['north'].id}/figures/2026-11-08").text
    assert "Row 3 of greennorth.csv: Sun, Nov 8, 2026, 108, 4" in shown


def test_a_damaged_file_of_an_archive_leaves_the_others(as_director, application, world, accounts):
    content = bytearray(archive({"greennorth.csv": DAYS, "greeneastlib.csv": DAYS}))
    middle = content.index(b"greennorth.csv") + len("greennorth.csv") + 20
    content[middle : middle + 20] = b"\xff" * 20
    shown = page(as_director.get(give(as_director, application, world.library, ("a.zip", bytes(content)))))
    assert states(shown) == {"greeneastlib.csv": "Ready", "greennorth.csv": "Left out"}
    assert "This file of the archive is damaged." in shown.text
