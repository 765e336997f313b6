"""Places from a file in our own layout, by page and by command: parents in any order, problems, twice, by whom."""

import io

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.access.rules import Actor, Scope
from app.background.models import Upload
from app.consortia import queries
from app.consortia.importers.places import import_places, plan_places
from app.consortia.models import Place
from app.consortia.rules import BranchType, PlaceKind, PopulationMethod
from app.foundation.errors import Refused
from app.history.models import HistoryEntry
from app.history.rules import Deed
from tests.factories.world import AT, World
from tests.views.consortia.pages import words_of

CHOOSE = "/places/import/file"
HEADING = (
    "Code,Name,Kind,Parent code,Branch type,City,FSCS key,FSCS sequence,Opened,Closed,Population,Population method\n"
)
ELM = HEADING + "elm,Elm,library,,,,,,,,,\nelm-main,Main,branch,elm,Central,,,,,,,\n"
#: the branch stands before its library, the library before its system
TREE = (
    HEADING
    + "elm-main,Elm Main,branch,elm,Central,Elm City,OH0444,2,1987-05-04,,9100,stated\n"
    + "elm,Elm Library,library,hills,,Elm City,OH0444,,,,9100,official_lsa\n"
    + "hills,Hills System,system,,,,,,,,,\n"
)


def give(browser: FlaskClient, text: str) -> TestResponse:
    file = {"file": (io.BytesIO(text.encode()), "places.csv")}
    return browser.post(CHOOSE, data=file, content_type="multipart/form-data")


def places(session: Session, world: World) -> dict[str, Place]:
    session.expire_all()
    return {place.code: place for place in queries.subtree(session, within=Scope(world.consortium.id))}


@pytest.mark.parametrize("who", ["as_director", "as_branch_manager", "as_staff", "as_auditor"])
def test_only_the_consortium_admin_imports_places(request, who, as_admin, world):
    check = give(as_admin, TREE).headers["Location"]
    browser = request.getfixturevalue(who)

    for address in (CHOOSE, f"{CHOOSE}/template", check, f"{check}/problems"):
        assert browser.get(address).status_code == 403
    assert give(browser, TREE).status_code == 403
    assert browser.post(check).status_code == 403
    assert "Import places" not in words_of(browser.get("/places"))


def test_a_stranger_cannot_import_anothers_file(as_admin, as_stranger, session, world):
    check = give(as_admin, TREE).headers["Location"]

    assert as_stranger.get(check).headers["Location"] == CHOOSE
    assert as_stranger.post(check).headers["Location"] == CHOOSE
    assert as_stranger.get(f"{check}/problems").headers["Location"] == CHOOSE
    assert len(places(session, world)) == 4


def test_the_template_is_a_file_that_can_be_given(as_admin, session, world):
    template = as_admin.get(f"{CHOOSE}/template").get_data(as_text=True)

    page = words_of(as_admin.get(CHOOSE))
    assert all(title in page for title in template.splitlines()[0].split(","))
    filled = template.replace("east,East Branch", "west,West Branch").replace("OH0001,002", "OH0001,007")
    assert "1 0 0" in words_of(as_admin.get(give(as_admin, filled).headers["Location"]))


def test_a_tree_goes_in_whatever_the_order_of_its_rows_once(as_admin, session, world):
    assert "Import places" in words_of(as_admin.get("/places"))
    check = give(as_admin, TREE).headers["Location"]
    preview = words_of(as_admin.get(check))
    assert "Rows 3 0 0" in preview
    assert "Import 3 places" in preview
    assert "Line 2 Added elm-main Elm Main" in preview
    assert len(places(session, world)) == 4

    done = words_of(as_admin.post(check, follow_redirects=True))
    assert "3 places: 3 added, 0 changed, 0 the same. 0 rows left out." in done
    made = places(session, world)
    assert made["elm-main"].path.startswith(made["elm"].path)
    assert made["elm"].path.startswith(made["hills"].path)
    assert (made["hills"].kind, made["hills"].parent_id) == (PlaceKind.SYSTEM, world.root.id)
    assert (made["elm"].population, made["elm"].population_method) == (9100, PopulationMethod.OFFICIAL)
    entry = queries.get_entry(session, made["elm-main"], within=Scope(world.consortium.id))
    assert (entry.type, entry.city) == (BranchType.CENTRAL, "Elm City")
    assert entry.identifiers == {"fscs_key": "OH0444", "fscs_sequence": "002"}

    assert "This file has been imported already" in words_of(as_admin.post(check, follow_redirects=True))
    again = words_of(as_admin.get(give(as_admin, TREE).headers["Location"]))
    assert "Rows 0 0 3" in again
    assert "Everything in the file is here already." in again
    deeds = session.scalars(sa.select(HistoryEntry.deed).where(HistoryEntry.deed == Deed.PLACES_IMPORTED)).all()
    assert len(deeds) == 1


def test_a_blank_cell_leaves_what_is_here(as_admin, session, world):
    text = HEADING + "green-east,Green East End,branch,,,,,,,,,\n"
    check = give(as_admin, text).headers["Location"]
    assert "Rows 0 1 0" in words_of(as_admin.get(check))
    as_admin.post(check)

    east = places(session, world)["green-east"]
    assert (east.name, east.population, east.population_method) == ("Green East End", 12000, PopulationMethod.STATED)
    assert east.parent_id == world.library.id


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("e a,Ash,library,,,,,,,,,", "Code A code is letters, digits and single hyphens"),
        ("ash,,library,,,,,,,,,", "Name The cell is blank. It is needed."),
        ("ash,Ash,museum,,,,,,,,,", "Kind “museum” is not one of system, library, branch."),
        ("ash,Ash,branch,,,,,,,,,", "Parent code A branch needs the code of its library."),
        ("ash,Ash,branch,nowhere,,,,,,,,", "Parent code There is no place with the code “nowhere”"),
        ("ash,Ash,branch,green-valley,,,,,,,,", "Parent code A branch cannot stand directly below a consortium."),
        ("ash,Ash,library,,Central,,,,,,,", "Branch type A library has none. Leave the cell blank."),
        ("ash,Ash,library,,,,OH1,,,,,", "FSCS key An FSCS key is the state&#39;s two capital letters"),
        ("ash,Ash,library,,,,OH0001,,,,,", "FSCS key The place green-county has this FSCS key already."),
        ("ash,Ash,branch,green-county,,,OH0001,1,,,,", "FSCS key The place green-east has this FSCS key and sequence already."),
        ("ash,Ash,branch,green-county,,,OH0001,,,,,", "FSCS sequence A branch&#39;s FSCS key and its sequence go together."),
        ("ash,Ash,library,,,,,,2020-01-02,2020-01-01,,", "Closed The place closes before it opens."),
        ("ash,Ash,library,,,,,,,,900,", "Population method Say how the population was counted."),
        ("ash,Ash,library,,,,,,,,,stated", "Population There is a method or a year, and no number of residents."),
        ("ash,Ash,library,,,,,,,,0,stated", "Population 0 is not between 1 and 100000000."),
        ("main,Main,branch,elm,Central,,,,,,,", "Branch type The place elm-main is the central of this library."),
        ("ash,=1+1,library,,,,,,,,,", "Name “=1+1” begins as a formula does."),
        ("green-east,Green East,library,,,,,,,,,", "Kind This place is a branch here, and stays one."),
        ("green-east,Green East,branch,elm,,,,,,,,", "Parent code This place stands below green-county here."),
        ("elm,Elm again,library,,,,,,,,,", "Code This code is already on line 2. Keep one of the two."),
        ("ash,Ash,library", "Row The row has 3 columns and the heading 12."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_go_in_is_left_out_with_its_line_and_column(as_admin, session, world, row, problem):
    check = give(as_admin, ELM + row + "\n").headers["Location"]

    page = words_of(as_admin.get(check))
    assert f"Line 4 {problem}" in page
    assert "Import 2 places" in page
    as_admin.post(check)
    assert set(places(session, world)) == {
        "green-valley",
        "green-county",
        "green-east",
        "green-north",
        "elm",
        "elm-main",
    }


def test_the_row_below_one_with_a_problem_says_so_and_the_rows_come_back_with_their_problems(as_admin, world):
    text = HEADING + 'elm-main,"Elm, Main",branch,elm,,,,,,,,\nelm,Elm,library,,,,,,soon,,,\n'
    check = give(as_admin, text).headers["Location"]

    page = words_of(as_admin.get(check))
    assert "The row of elm, line 3, cannot go in. Mend that first." in page
    assert "None of the rows can be imported." in page
    download = as_admin.get(f"{check}/problems")
    assert download.headers["Content-Disposition"] == 'attachment; filename="places-problems.csv"'
    lines = download.get_data(as_text=True).splitlines()
    assert lines[0].endswith(",Fiscal year month,Problem")
    assert lines[1].startswith('elm-main,"Elm, Main",branch,elm,')
    assert "Line 3, Opened: “soon” is not a day." in lines[2]
    mended = "\n".join(lines).replace(",soon,", ",2001-01-01,")
    assert "Rows 2 0 0" in words_of(as_admin.get(give(as_admin, mended).headers["Location"]))


def test_a_file_that_is_no_such_file_is_refused_at_its_field_and_not_kept(as_admin, session, world):
    page = give(as_admin, "Title,Year\nDune,1965\n")

    assert page.status_code == 200
    assert "The file has no column Code and no Name and no Kind." in words_of(page)
    assert session.scalars(sa.select(Upload)).all() == []
    assert "Choose the file." in words_of(as_admin.post(CHOOSE, data={}))


def run(application: Flask, *arguments: str) -> tuple[int, str, str]:
    result = application.test_cli_runner().invoke(args=["consortia", "import-places", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_imports_the_same_and_says_by_its_exit_code_that_rows_are_left_out(
    application, session, world, tmp_path
):
    file = tmp_path / "places.csv"
    file.write_text(TREE)
    options = ("--consortium", "green-valley", str(file))
    code, out, _ = run(application, "--dry-run", *options)
    assert (code, out) == (0, "Rows: 3 added, 0 changed, 0 the same.\n0 problems.\nDry run: nothing was written.\n")
    assert len(places(session, world)) == 4

    assert run(application, *options)[:2] == (0, "Rows: 3 added, 0 changed, 0 the same.\n0 problems.\n")
    assert len(places(session, world)) == 7
    file.write_text(TREE + "ash,Ash,branch,,,,,,,,,\n")
    code, out, _ = run(application, *options)
    assert code == 1
    assert out == (
        "Rows: 0 added, 0 changed, 3 the same.\n1 problem.\n"
        "Line 5, Parent code: A branch needs the code of its library.\n"
    )


cell = st.sampled_from(
    [
        "",
        "elm",
        "elm-main",
        "hills",
        "branch",
        "library",
        "system",
        "green-east",
        "OH0444",
        "9",
        "stated",
        "2020-01-01",
        "=1",
    ]
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cell, min_size=12, max_size=12), max_size=6))
def test_whatever_the_rows_say_all_that_is_planned_is_written_or_nothing(session, world, rows):
    by = Actor.machine("tests", consortium_id=world.consortium.id)
    text = HEADING + "".join(",".join(row) + "\n" for row in rows)
    with session.begin_nested() as savepoint:
        plan = plan_places(session, text.encode(), within=Scope(world.consortium.id), at=AT)
        assert len(plan.rows) + len(plan.problems) == sum(any(row) for row in rows)
        if plan.rows:
            written = import_places(session, plan, by=by, at=AT)
            assert written.counts == plan.counts
            again = plan_places(session, text.encode(), within=Scope(world.consortium.id), at=AT)
            assert again.changes == 0
            assert again.problems == plan.problems
        else:
            with pytest.raises(Refused):
                import_places(session, plan, by=by, at=AT)
        savepoint.rollback()
