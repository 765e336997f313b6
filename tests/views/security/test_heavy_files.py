"""Files that are made to keep the server busy are refused before they do."""

import io
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.foundation.clock import now
from app.foundation.errors import Refused
from app.foundation.tables import read_table
from app.people.importers.people import plan_people
from app.people.importers.rows import PEOPLE_LAYOUT
from tests.factories.world import World
from tests.views.people_files import HEADING


@pytest.mark.parametrize("heading", ["x," * 5_000, "Name,Place code," + "," * 2_000_000], ids=["wide", "endless"])
def test_a_file_with_more_columns_than_any_table_is_refused(heading: str) -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match=r"The file has [0-9,]+ columns\. Download the template"):
        read_table(f"{heading}\n".encode(), PEOPLE_LAYOUT)
    assert time.monotonic() - began < 5


def test_rows_that_hang_on_each_other_one_after_the_other_are_refused(
    application: Flask, session: Session, world: World
) -> None:
    rows = [f"P0,,{world.east.code},T0,99,,,,,,,\n"]
    rows += [f"P{number},,{world.east.code},T{number},,,,,T{number - 1},,,\n" for number in range(1, 60)]
    with application.app_context(), pytest.raises(Refused, match="Too many rows hang on others"):
        plan_people(
            session, (HEADING + "".join(rows)).encode(), within=Scope(world.consortium.id), by=world.machine, at=now()
        )


def test_a_line_of_command_as_long_as_that_is_fine_where_every_row_goes_in(
    application: Flask, session: Session, world: World
) -> None:
    rows = [f"P0,,{world.east.code},T0,,,,,,,,\n"]
    rows += [f"P{number},,{world.east.code},T{number},,,,,T{number - 1},,,\n" for number in range(1, 60)]
    within = Scope(world.consortium.id)
    with application.app_context():
        plan = plan_people(session, (HEADING + "".join(rows)).encode(), within=within, by=world.machine, at=now())
    assert (len(plan.rows), plan.problems) == (60, ())


def test_a_file_that_is_read_as_a_whole_is_bounded_whatever_may_be_sent(as_director: FlaskClient, world: World) -> None:
    large = io.BytesIO(HEADING.encode() + b"x" * 21_000_000)
    reply = as_director.post(f"/at/{world.library.code}/people/import", data={"file": (large, "people.csv")})
    assert "The file is larger than 20 MB." in reply.text
