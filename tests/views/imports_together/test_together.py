"""A month's end: an archive of exports goes in with two forms, each file to its account, and can be taken back."""

import io
from datetime import date

import pytest
import sqlalchemy as sa

from app.background.worker import drain
from app.imports.models import BatchFile
from app.metrics.models import DailyFigure, FigureDifference, ImportChoice, Run
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.runs import RunState
from tests.factories.workbooks import archive
from tests.views.imports_together.given import DAYS, NOW, PHOTOS, give, page, rows, states


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
