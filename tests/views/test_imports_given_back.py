"""Rows that were left out come as a download, laid out as the file, and are the same rows when they are given back."""

import csv
import io
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine

from app.background.models import Upload
from app.background.worker import drain
from app.foundation.database import enter_tenant
from app.imports.models import ImportMatch
from app.metrics.models import Run, RunProblem
from tests.factories.workbooks import workbook


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 9, 15, 0, tzinfo=UTC)):
        yield


def give(browser, application, account, content, name="oct.csv"):
    data = {"file": (io.BytesIO(content), name)}
    response = browser.post(f"/accounts/{account.id}/import", data=data, content_type="multipart/form-data")
    drain(application)
    return response.location


def download(browser, location):
    response = browser.get(f"{location}/problems.csv")
    assert response.status_code == 200
    return response


def table(response):
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))


def found(session, location):
    """How many problems a file has, and its headings."""
    enter_tenant(session, session.info["consortium_id"])
    run_id = int(location.rpartition("/")[2])
    header = session.scalars(sa.select(ImportMatch.header).where(ImportMatch.run_id == run_id)).one()
    return session.scalars(sa.select(Run.problems).where(Run.id == run_id)).one(), header


def test_a_number_split_by_its_comma_stays_a_problem(as_branch_manager, application, session, world):
    content = b"date,followers,posts\n2026-01-10,7,1\n2026-01-11,1,234,5\n2026-01-12,-3,1\n"
    location = give(as_branch_manager, application, world.account, content)
    left = download(as_branch_manager, location)
    rows = table(left)
    assert rows[0] == ["date", "followers", "posts", "No heading", "Problem"]
    assert rows[1][:4] == ["2026-01-11", "1", "234", "5"]
    assert "more cells than the heading" in rows[1][4]
    assert rows[2][3] == ""
    again = give(as_branch_manager, application, world.account, left.data, name="problems-oct.csv")
    assert found(session, again) == (2, ["date", "followers", "posts"])
    assert table(download(as_branch_manager, again)) == [
        [cell.replace("Line 3:", "Line 2:").replace("Line 4:", "Line 3:") for cell in row] for row in rows
    ]


def test_a_platforms_dash_comes_back_as_it_was(as_branch_manager, application, session, world):
    world.account.platform = "x"
    session.commit()
    content = (
        b'Date,Impressions,Likes,Engagements,Replies,Reposts,Create Post,New follows\n'
        b'"Sun, Nov 1, 2026",100,-,1,1,2,3,0\n"Sun, Nov 31, 2026",100,-,1,=1+1,2,3,0\n'
    )  # fmt: skip
    left = download(as_branch_manager, give(as_branch_manager, application, world.account, content))
    assert table(left)[1][2:5] == ["-", "1", "'=1+1"]
    mended = left.data.replace(b"Nov 31", b"Nov 2").replace(b"'=1+1", b"'-")
    again = give(as_branch_manager, application, world.account, mended)
    assert found(session, again)[0] == 0


def test_the_rows_of_a_workbook_come_as_text_with_a_name_that_says_so(as_branch_manager, application, world):
    content = workbook({"A": [["date", "posts"], ["2026-10-07", 1], ["2026-10-32", 2]]})
    left = download(as_branch_manager, give(as_branch_manager, application, world.account, content, name="Juli.xlsx"))
    assert left.headers["Content-Disposition"] == 'attachment; filename="problems-Juli.csv"'
    assert left.data.startswith(b"\xef\xbb\xbfdate,posts,Problem")


def test_every_row_of_many_has_its_reason(as_branch_manager, application, session, world):
    rows = b"".join(b"2026-10-32,%d\n" % number for number in range(1_200))
    location = give(as_branch_manager, application, world.account, b"date,posts\n2026-10-07,1\n" + rows)
    as_branch_manager.post(location, data={"bad_rows": "mend"})
    enter_tenant(session, session.info["consortium_id"])
    assert session.scalar(sa.select(sa.func.count()).select_from(RunProblem)) == 1_000
    told = table(download(as_branch_manager, location))
    assert len(told) == 1_201
    assert told[-1] == ["2026-10-32", "1199", "Line 1202: “2026-10-32” is no day in the calendar."]
    session.execute(sa.delete(Upload))
    session.commit()
    told = table(download(as_branch_manager, location))
    assert (len(told), told[-1][2]) == (
        1_002, "Only the first 1,000 problems are kept, and the file is kept no more."
    )  # fmt: skip
