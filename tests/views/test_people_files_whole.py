"""A file of people as a whole: by command, by two at once, and whatever its rows say, it is written once or not at all."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.access.rules import Actor, Scope
from app.factory import create_app
from app.foundation.database import db, enter_tenant
from app.foundation.errors import Refused
from app.people.documents import hand_over
from app.people.importers.people import import_people, plan_people
from tests.databases import ENGINES
from tests.factories.world import AT, make_world
from tests.views.people_files import HEADING, STAFF, people


def run(application: Flask, *arguments: str) -> tuple[int, str, str]:
    result = application.test_cli_runner().invoke(args=["people", "import", "--consortium", "green-valley", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_imports_the_same_and_says_by_its_exit_code_that_rows_are_left_out(
    application, session, world, tmp_path
):
    file = tmp_path / "people.csv"
    file.write_text(STAFF)
    told = "Rows: 3 added, 0 changed, 0 the same.\n3 positions to add, 2 roles to grant, 0 invitations to send.\n"
    told += "No mail is sent here, so 1 person is not invited: make each link on the person's page.\n0 problems.\n"
    assert run(application, "--dry-run", str(file))[:2] == (0, told + "Dry run: nothing was written.\n")
    assert "Ann Lee" not in people(session, world)

    assert run(application, str(file))[:2] == (0, told)
    assert "Ann Lee" in people(session, world)
    code, out, _ = run(application, "--at", "green-east", str(file))
    assert code == 1
    assert "3 problems.\nLine 2, Place code: Green North is not part of Green East, for which you import." in out
    assert run(application, str(tmp_path / "none.csv"))[0] == 2


cell = st.sampled_from(
    [
        "",
        "Ann",
        "Ben",
        "ann@green.example",
        "manager@green.example",
        "green-east",
        "green-north",
        "Page",
        "Branch manager",
        "4",
        "2025-02-03",
        "Staff",
        "Director",
        "yes",
        "=1",
    ]
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cell, min_size=12, max_size=12), max_size=6))
def test_whatever_the_rows_say_all_that_is_planned_is_written_or_nothing(application, session, world, rows):
    within, by = Scope(world.consortium.id), world.machine
    text = HEADING + "".join(",".join(row) + "\n" for row in rows)
    with application.app_context(), session.begin_nested() as savepoint:
        plan = plan_people(session, text.encode(), within=within, by=by, at=AT)
        assert len(plan.rows) + len(plan.problems) == sum(any(row) for row in rows)
        if plan.rows:
            written = import_people(session, plan, within=within, hand_over=hand_over, by=by, at=AT)
            assert written.counts == plan.counts
            again = plan_people(session, text.encode(), within=within, by=by, at=AT)
            assert again.changes == 0
            assert {row.line for row in again.rows} >= {row.line for row in plan.rows}
        else:
            with pytest.raises(Refused):
                import_people(session, plan, within=within, hand_over=hand_over, by=by, at=AT)
        savepoint.rollback()


@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_who_import_the_same_people_at_once_write_them_once(fresh_database, engine_name):
    application = create_app(fresh_database(engine_name).settings())
    with application.app_context():
        consortium_id = make_world(db.session, slug="race", name="Race", prefix="green").consortium.id
        db.session.commit()
    within, both_have_looked = Scope(consortium_id), threading.Barrier(2)

    def apply(name: str) -> int:
        by = Actor.machine(name, consortium_id=consortium_id)
        with application.app_context():
            enter_tenant(db.session, consortium_id)
            plan = plan_people(db.session, STAFF.encode(), within=within, by=by, at=AT)
            db.session.rollback()
            both_have_looked.wait(timeout=20)
            written = import_people(db.session, plan, within=within, hand_over=hand_over, by=by, at=AT).changes
            db.session.commit()
            return written

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(apply, ("Ann", "Ben"))) == [0, 3]
    with application.app_context():
        db.engine.dispose()
