"""The survey's import through page and command: counts, problems, twice, by whom, and what is refused."""

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.access.rules import Actor, Scope
from app.background.models import Upload
from app.consortia import actions, queries
from app.consortia.importers import read_survey
from app.consortia.models import Place
from app.consortia.rules import PopulationMethod
from app.factory import create_app
from app.foundation.database import db, enter_tenant
from app.history.models import HistoryEntry
from app.history.rules import Deed
from config import ROOT
from tests.databases import ENGINES
from tests.factories.world import AT, World
from tests.views.consortia.pages import words_of

LIBRARIES = ROOT / "seeds" / "pls" / "libraries.csv"
OUTLETS = ROOT / "seeds" / "pls" / "outlets.csv"


def give(browser: FlaskClient, libraries: bytes, outlets: bytes) -> TestResponse:
    """Choose two files on the page."""
    files = {"libraries": (io.BytesIO(libraries), "ae.csv"), "outlets": (io.BytesIO(outlets), "outlets.csv")}
    return browser.post("/places/import", data=files, content_type="multipart/form-data")


def count_places(session: Session, world: World) -> int:
    session.expire_all()
    return session.scalar(sa.select(sa.func.count(Place.id)).where(Place.consortium_id == world.consortium.id)) or 0


def place_codes(session: Session, world: World) -> dict[str, Place]:
    session.expire_all()
    return {place.code: place for place in queries.subtree(session, within=Scope(world.consortium.id))}


@pytest.mark.parametrize("who", ["as_director", "as_branch_manager", "as_staff", "as_auditor"])
def test_only_the_consortium_admin_imports(request, who, world):
    browser = request.getfixturevalue(who)

    assert browser.get("/places/import").status_code == 403
    assert browser.get("/places").status_code == 200
    assert "Import the library survey" not in words_of(browser.get("/places"))
    assert give(browser, LIBRARIES.read_bytes(), OUTLETS.read_bytes()).status_code == 403


def test_a_strangers_files_cannot_be_imported(as_admin, as_stranger, session, world):
    check = give(as_admin, LIBRARIES.read_bytes(), OUTLETS.read_bytes()).headers["Location"]

    assert as_stranger.get(check).headers["Location"] == "/places/import"
    assert as_stranger.post(check).headers["Location"] == "/places/import"
    assert count_places(session, world) == 4


def test_the_survey_goes_in_by_page_once(as_admin, session, world):
    check = give(as_admin, LIBRARIES.read_bytes(), OUTLETS.read_bytes()).headers["Location"]
    preview = words_of(as_admin.get(check))
    assert "Libraries 4 0 0 Branches 6 0 0" in preview
    assert "Line 8 Second file (outlets) Outlet ZZ0009-002 has no library in the first file." in preview
    assert "4 branches have no number of residents" in preview
    assert "Import 10 places" in preview
    assert count_places(session, world) == 4

    done = as_admin.post(check, follow_redirects=True)
    assert "Libraries: 4 added, 0 changed, 0 the same. Branches: 6 added, 0 changed, 0 the same." in words_of(done)
    assert "1 row left out." in words_of(done)
    places = place_codes(session, world)
    assert (places["ZZ0001-002"].population, places["ZZ0001-002"].population_method) == (
        8120,
        PopulationMethod.OFFICIAL,
    )
    assert places["ZZ0002-002"].population is None
    assert places["ZZ0002-003"].closed_on is not None
    assert places["ZZ0002-002"].path.startswith(places["ZZ0002"].path)

    again = as_admin.post(check, follow_redirects=True)
    assert "These files have been imported already" in words_of(again)
    assert count_places(session, world) == 14
    assert session.scalars(sa.select(Upload)).all() == []
    deeds = session.scalars(sa.select(HistoryEntry.deed).where(HistoryEntry.deed == Deed.PLACES_IMPORTED)).all()
    assert len(deeds) == 1


def test_the_same_files_again_would_change_nothing(as_admin, session, world):
    check = give(as_admin, LIBRARIES.read_bytes(), OUTLETS.read_bytes()).headers["Location"]
    as_admin.post(check)

    second = give(as_admin, LIBRARIES.read_bytes(), OUTLETS.read_bytes()).headers["Location"]
    preview = words_of(as_admin.get(second))
    assert "Libraries 0 0 4 Branches 0 0 6" in preview
    assert "Everything in the files is here already." in preview


def test_a_script_in_a_name_is_shown_as_text(as_admin, world):
    name = b"<script>alert(1)</script>"
    libraries = LIBRARIES.read_bytes().replace(b"ASH GROVE PUBLIC LIBRARY", name)
    as_admin.post(give(as_admin, libraries, OUTLETS.read_bytes()).headers["Location"])

    page = as_admin.get("/places?q=ZZ0001").get_data(as_text=True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("libraries", "outlets", "sentence"),
    [
        (b"", OUTLETS.read_bytes(), "First file: libraries: The file is empty."),
        (OUTLETS.read_bytes(), LIBRARIES.read_bytes(), "survey&#39;s file of outlets. Exchange the two files."),
        (LIBRARIES.read_bytes(), b"a,b\r\n1,2\r\n", "Second file: outlets: The second file (outlets) has no column"),
        (b"PK\x03\x04\x00", OUTLETS.read_bytes(), "Save it as CSV first."),
    ],
)
def test_a_wrong_file_is_refused_at_its_field_and_nothing_is_kept(
    as_admin, session, world, libraries, outlets, sentence
):
    page = give(as_admin, libraries, outlets)

    assert page.status_code == 200
    assert sentence in words_of(page)
    assert "There is a problem" in words_of(page)
    assert session.scalars(sa.select(Upload)).all() == []
    assert count_places(session, world) == 4


def test_no_file_is_a_sentence(as_admin, world):
    text = words_of(as_admin.post("/places/import", data={}))

    assert "Choose the file of libraries." in text
    assert "Choose the file of outlets." in text


def run(application: Flask, *arguments: str) -> tuple[int, str, str]:
    result = application.test_cli_runner().invoke(args=["consortia", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_imports_and_shows_the_same(application, session, world):
    files = (str(LIBRARIES), str(OUTLETS))
    dry = run(application, "import-pls", "--consortium", "green-valley", "--dry-run", *files)
    assert dry[0] == 0
    assert "Branches: 6 added, 0 changed, 0 the same.\n1 problem.\n" in dry[1]
    assert "Dry run: nothing was written." in dry[1]
    assert count_places(session, world) == 4

    code, out, _ = run(application, "import-pls", "--consortium", "green-valley", *files)
    assert code == 0
    assert "Libraries: 4 added, 0 changed, 0 the same.\nBranches: 6 added, 0 changed, 0 the same.\n1 problem." in out
    assert "Second file (outlets), Line 8: outlet ZZ0009-002 has no library in the first file." in out
    assert (
        "Branches: 0 added, 0 changed, 6 the same."
        in run(application, "import-pls", "--consortium", "green-valley", *files)[1]
    )

    told = json.loads(run(application, "show", "green-valley", "--json")[1])
    assert (told["slug"], told["places"][0]["kind"]) == ("green-valley", "consortium")
    libraries = {library["code"]: library for library in told["places"][0]["children"]}
    ash = libraries["ZZ0001"]
    assert ash["identifiers"] == {"fscs_key": "ZZ0001", "state_id": "ASH-01"}
    assert (ash["population"], ash["population_method"], ash["population_year"]) == (8120, "official_lsa", 2015)
    (central,) = ash["children"]
    assert (central["code"], central["type"], central["population_method"]) == ("ZZ0001-002", "CE", "official_lsa")
    assert central["identifiers"] == {"fscs_key": "ZZ0001", "fscs_sequence": "002"}
    assert [branch["population"] for branch in libraries["ZZ0002"]["children"]] == [None, None, None]
    assert "far" not in json.dumps(told)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("show", "nowhere"), 1, "There is no consortium “nowhere” in this installation.\n"),
        (
            ("import-pls", "--consortium", "green-valley", str(OUTLETS), str(LIBRARIES)),
            1,
            "The first file (libraries) is the survey's file of outlets. Exchange the two files.\n",
        ),
        (("import-pls", "--consortium", "green-valley", "missing.csv", "missing.csv"), 2, "does not exist"),
        (("show",), 2, "Missing argument"),
    ],
)
def test_a_command_that_is_refused_says_why(application, world, arguments, code, sentence):
    found, out, err = run(application, *arguments)

    assert (found, out) == (code, "")
    assert sentence in err


def test_the_real_survey_by_page_and_by_command(application, as_admin, session, world, far, real_data_dir: Path):
    folder = real_data_dir / "pls"
    files = [folder / "pls_fy2015_ae_WI_MA.csv", folder / "pls_fy2015_outlet_WI_MA.csv"]
    check = give(as_admin, *(file.read_bytes() for file in files)).headers["Location"]
    preview = words_of(as_admin.get(check))
    assert "Libraries 751 0 0 Branches 934 0 0" in preview
    assert "2 problems" in preview
    done = words_of(as_admin.post(check, follow_redirects=True))
    assert "Libraries: 751 added, 0 changed, 0 the same. Branches: 934 added, 0 changed, 0 the same." in done
    assert "2 rows left out." in done

    code, out, _ = run(application, "import-pls", "--consortium", "far-hills", *map(str, files))
    assert code == 0
    assert (
        "Libraries: 751 added, 0 changed, 0 the same.\nBranches: 934 added, 0 changed, 0 the same.\n2 problems." in out
    )

    green = place_codes(session, world)
    assert green["WI0291-008"].population is None
    by_page = {code for code in green if not code.startswith("green")}
    enter_tenant(session, far.consortium.id)
    assert {code for code in place_codes(session, far) if not code.startswith("far")} == by_page
    assert "1 to 50 of 1,688" in words_of(as_admin.get("/places"))


@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_people_who_import_at_once_write_it_once(fresh_database, engine_name):
    application = create_app(fresh_database(engine_name).settings())
    directory = read_survey(LIBRARIES.read_bytes(), OUTLETS.read_bytes())
    with application.app_context():
        consortium_id = actions.create_consortium(db.session, name="Race", slug="race", at=AT).id
        db.session.commit()
    both_have_looked = threading.Barrier(2)

    def apply(name: str) -> int:
        with application.app_context():
            enter_tenant(db.session, consortium_id)
            plan = actions.plan_directory(db.session, directory, within=Scope(consortium_id))
            db.session.rollback()
            both_have_looked.wait(timeout=20)
            by = Actor.machine(name, consortium_id=consortium_id)
            written = actions.apply_plan(db.session, plan, by=by, at=AT).changes
            db.session.commit()
            return written

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(apply, ("Ann", "Ben"))) == [0, 10]
    with application.app_context():
        db.engine.dispose()
