"""The pages of one place: what they show, what they change, who may, and what is refused at its field."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.access.rules import Scope
from app.consortia import actions, queries
from app.consortia.models import Place
from app.consortia.rules import PlaceKind, PopulationMethod
from app.foundation.clock import local_day, now
from app.history.models import HistoryEntry
from app.history.rules import Deed
from tests.factories.world import World
from tests.views.consortia.pages import words_of

TODAY = local_day(now(), "America/New_York")
EARLIER = TODAY - timedelta(days=30)
#: for the admin alone, and for whoever runs the place
WRITE = ("add", "name", "facts", "residents", "move", "opening", "close", "reopen")
HOURS = ("hours", "closures/new")


def place_of(session: Session, world: World, code: str) -> Place:
    found = queries.get_place(session, code, within=Scope(world.consortium.id))
    session.refresh(found)
    return found


def deeds(session: Session, world: World) -> list[Deed]:
    rows = session.query(HistoryEntry).filter_by(consortium_id=world.consortium.id)
    return [entry.deed for entry in rows.order_by(HistoryEntry.number)]


def do(browser: FlaskClient, address: str, **given: object) -> TestResponse:
    data = {name: str(value) for name, value in given.items()}
    return browser.post(f"/places/{address}", data=data, follow_redirects=True)


@pytest.mark.parametrize("who", ["as_director", "as_branch_manager", "as_staff", "as_auditor"])
def test_only_the_admin_changes_the_tree(request, who, session, world):
    browser = request.getfixturevalue(who)
    shown = browser.get("/places/green-east")
    assert shown.status_code == 200
    for words in ("Change the facts", "Rename", "Move", "Close for good"):
        assert words not in words_of(shown)
    for page in WRITE:
        where = "green-county" if page == "add" else "green-east"
        assert browser.get(f"/places/{where}/{page}").status_code == 403
        assert browser.post(f"/places/{where}/{page}").status_code == 403


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("as_admin", True),
        ("as_director", True),
        ("as_branch_manager", True),
        ("as_staff", False),
        ("as_auditor", False),
    ],
)
def test_whoever_runs_a_place_writes_its_hours_and_closures(request, who, may, session, world):
    browser = request.getfixturevalue(who)
    for page in HOURS:
        assert browser.get(f"/places/green-east/{page}").status_code == (200 if may else 403)
    assert ("Write down the hours" in words_of(browser.get("/places/green-east"))) is may
    given = {"first_on": TODAY, "monday": "9-17"}
    assert (do(browser, "green-east/hours", **given).status_code == 200) is may
    other = {"first_on": TODAY, "last_on": TODAY, "reason": "Storm"}
    assert (do(browser, "green-east/closures/new", **other).status_code == 200) is may
    closures = queries.closures_of(session, world.east, within=Scope(world.consortium.id))
    assert len(closures) == may


def test_a_manager_writes_no_other_branchs_hours(as_branch_manager, world):
    for page in HOURS:
        assert as_branch_manager.get(f"/places/green-north/{page}").status_code == 403
    assert as_branch_manager.get("/places/green-north").status_code == 403


def test_a_stranger_finds_nothing(as_stranger, client, session, world):
    week = {"first_on": TODAY, "monday": "9-17"}
    for page in ("", *(f"/{page}" for page in (*WRITE, *HOURS))):
        assert as_stranger.get(f"/places/green-east{page}").status_code == 404
        assert "/sign-in" in client.get(f"/places/green-east{page}").headers["Location"]
    for page in ("closures/1/remove", "hours/1/remove"):
        assert as_stranger.post(f"/places/green-east/{page}").status_code == 404
    assert as_stranger.post("/places/green-east/hours", data=week).status_code == 404


@pytest.mark.parametrize("who", ["as_staff", "as_auditor"])
def test_who_only_reads_removes_nothing(request, who, as_admin, session, world):
    do(as_admin, "green-east/hours", first_on=TODAY, monday="9-17")
    do(as_admin, "green-east/closures/new", first_on=TODAY, last_on=TODAY, reason="Storm")
    within = Scope(world.consortium.id)
    ((hours, _),) = queries.weeks_of(session, world.east, within=within)
    (closure,) = queries.closures_of(session, world.east, within=within)
    browser = request.getfixturevalue(who)

    assert "Remove" not in words_of(browser.get("/places/green-east"))
    assert browser.post(f"/places/green-east/hours/{hours.id}/remove").status_code == 403
    assert browser.post(f"/places/green-east/closures/{closure.id}/remove").status_code == 403
    assert len(queries.closures_of(session, world.east, within=within)) == 1


def test_what_is_not_this_places_own_is_not_found(as_admin, session, world):
    do(as_admin, "green-north/hours", first_on=TODAY, monday="9-17")
    do(as_admin, "green-north/closures/new", first_on=TODAY, last_on=TODAY, reason="Storm")
    within = Scope(world.consortium.id)
    ((hours, _),) = queries.weeks_of(session, world.north, within=within)
    (closure,) = queries.closures_of(session, world.north, within=within)

    assert as_admin.post(f"/places/green-east/hours/{hours.id}/remove").status_code == 404
    assert as_admin.post(f"/places/green-east/closures/{closure.id}/remove").status_code == 404


def test_a_library_a_branch_and_a_system_are_added_from_page_to_page(as_admin, session, world):
    assert "Add a place" in words_of(as_admin.get("/places"))
    page = do(as_admin, "green-valley/add", kind="system", name="West System")
    assert "West System is added." in words_of(page)
    do(as_admin, "west-system/add", kind="library", name="Elm Library", city="Elm")
    page = do(
        as_admin, "elm-library/add", kind="branch", name="Elm Van", code="VAN-1", branch_type="BS", city="Elm",
        opened_on=EARLIER,
    )  # fmt: skip

    text = words_of(page)
    assert "Elm Van is added." in text
    assert "Branch below Elm Library" in text
    assert "Bookmobile" in text
    van = place_of(session, world, "VAN-1")
    trail = queries.ancestors_of(session, van, within=Scope(world.consortium.id))
    assert [step.name for step in trail] == ["Green Valley Consortium", "West System", "Elm Library", "Elm Van"]
    assert van.opened_on == EARLIER
    refused = words_of(do(as_admin, "elm-library/add", kind="branch", name="Other", code="VAN-1", branch_type="BR"))
    assert "Code: The code VAN-1 belongs to Elm Van. Choose another one." in refused
    assert as_admin.get("/places/VAN-1/add").status_code == 404
    assert as_admin.post("/places/elm-library/add", data={"kind": "library", "name": "X"}).status_code == 200
    assert len(queries.subtree(session, within=Scope(world.consortium.id))) == 7


def test_a_renamed_place_is_found_and_shown_by_its_old_name(as_admin, session, world):
    page = words_of(do(as_admin, "green-east/name", name="Elm Street", on=EARLIER))

    assert "Green East is now called Elm Street." in page
    assert f"Former names: Green East until {EARLIER:%b} {EARLIER.day}, {EARLIER.year}." in page
    assert "Renamed. Until then: Green East." in page
    found = words_of(as_admin.get("/places?q=green+east"))
    assert f"Elm Street green-east, of Green County Libraries, Green East until {EARLIER:%b}" in found
    assert "Its name since: This day is still to come." in words_of(
        do(as_admin, "green-east/name", name="Oak", on=TODAY + timedelta(days=9))
    )
    assert place_of(session, world, "green-east").name == "Elm Street"


def test_facts_are_written_and_refused_at_their_field(as_admin, session, world):
    page = do(
        as_admin, "green-county/facts", city="Green", fscs_key="oh0009", state_id="9", isil="US-OGr",
        fiscal_year_start_month="7",
    )  # fmt: skip
    text = words_of(page)
    assert "FSCS key OH0009" in text
    assert "Fiscal year from July" in text
    assert "Name seen by others No" in text
    assert "Another FSCS key. Until then: OH0001." in text

    wrong = words_of(do(as_admin, "green-county/facts", fscs_key="nonsense", fiscal_year_start_month=""))
    assert "FSCS key: An FSCS key is the state&#39;s two capital letters and four digits" in wrong
    branch = words_of(do(as_admin, "green-east/facts", branch_type="CE", fscs_key="OH0001", fscs_sequence="002"))
    assert "FSCS sequence: The FSCS key OH0001-002 belongs to Green North." in branch
    assert "Central" in words_of(do(as_admin, "green-east/facts", branch_type="CE", city="East Green"))
    assert as_admin.get("/places/green-valley/facts").status_code == 404


def test_residents_are_stated_with_their_method(as_admin, session, world):
    text = words_of(do(as_admin, "green-east/residents", residents="13,400", method="census_catchment", year="2024"))
    assert "13,400, Estimated from the census catchment, 2024" in text
    assert "Residents stated anew. Until then: 12,000, Stated by the library." in text
    offered = as_admin.get("/places/green-east/residents").get_data(as_text=True)
    assert all(method.value in offered for method in PopulationMethod)
    assert "evenly" not in offered
    late = do(as_admin, "green-east/residents", residents="1", method="stated", year=TODAY.year + 1)
    assert f"Write a year from 1900 to {TODAY.year}." in words_of(late)


def test_a_branch_moves_by_name_or_code(as_admin, session, world):
    actions.add_place(
        session, parent=world.root, kind=PlaceKind.LIBRARY, name="Valley Library", by=world.machine, at=now()
    )
    actions.add_place(
        session, parent=world.root, kind=PlaceKind.LIBRARY, name="Valley West", by=world.machine, at=now()
    )
    session.commit()
    assert "Valley Library" in as_admin.get("/places/green-east/move").get_data(as_text=True)
    several = words_of(do(as_admin, "green-east/move", below="valley", on=TODAY))
    assert "This fits several: Valley Library (valley-library), Valley West (valley-west)." in several
    assert "“Mars” fits none of the places it may be." in words_of(
        do(as_admin, "green-east/move", below="Mars", on=TODAY)
    )

    text = words_of(do(as_admin, "green-east/move", below="valley-library", on=EARLIER))

    assert "Green East has moved." in text
    assert "Branch below Valley Library" in text
    assert "Moved. Until then below Green County Libraries." in text
    assert deeds(session, world)[-1] is Deed.PLACE_MOVED


def test_a_branch_is_closed_and_opened_again(as_admin, session, world):
    text = words_of(do(as_admin, "green-east/close", on=EARLIER, reason="Sold"))
    assert "Green East is closed for good from" in text
    assert "Closed for good: Sold" in text
    assert "Open it again" in text
    assert "Green East is closed already." in words_of(do(as_admin, "green-east/close", on=TODAY, reason="Sold"))
    listed = words_of(as_admin.get("/places?state=closed"))
    assert "Green East" in listed
    assert "Green North" not in listed

    text = words_of(do(as_admin, "green-east/reopen", on=TODAY))
    assert "Green East is open again." in text
    assert "Sold" in text.partition("Closed for a time")[2]
    assert "Green East is not closed." in words_of(do(as_admin, "green-east/reopen", on=TODAY))


def test_the_first_day_open_may_be_to_come(as_admin, session, world):
    day = TODAY + timedelta(days=40)
    assert "first day open" in words_of(do(as_admin, "green-east/opening", on=day))
    assert place_of(session, world, "green-east").opened_on == day
    assert f"Opens on {day:%b} {day.day}, {day.year}" in words_of(as_admin.get("/places"))


def test_hours_are_written_a_line_a_day_and_refused_at_the_day(as_branch_manager, session, world):
    wrong = words_of(
        do(as_branch_manager, "green-east/hours", first_on=TODAY, monday="9-5", tuesday="9-12, 11-15", friday="9-12")
    )
    assert "Monday: “9-5” ends before it begins." in wrong
    assert "Tuesday: 9:00 am to 12:00 pm and 11:00 am to 3:00 pm overlap. Change one of them." in wrong
    assert queries.weeks_of(session, world.east, within=Scope(world.consortium.id)) == []

    text = words_of(
        do(as_branch_manager, "green-east/hours", first_on=EARLIER, monday="9 am-12 pm, 1 pm-6 pm", sunday="12-16")
    )
    assert "Monday 9:00 am to 12:00 pm, 1:00 pm to 6:00 pm" in text
    assert "Tuesday Closed" in text
    assert "12 h a week" in text
    assert deeds(session, world)[-1] is Deed.PLACE_HOURS_SET
    again = as_branch_manager.get("/places/green-east/hours").get_data(as_text=True)
    assert "9 am-12 pm, 1 pm-6 pm" in again

    season = TODAY + timedelta(days=30)
    text = words_of(do(as_branch_manager, "green-east/hours", first_on=season, monday="9-12"))
    assert "To come" in text
    (summer, _), _ = queries.weeks_of(session, world.east, within=Scope(world.consortium.id))
    text = words_of(do(as_branch_manager, f"green-east/hours/{summer.id}/remove"))
    assert "To come" not in text
    assert deeds(session, world)[-1] is Deed.PLACE_HOURS_REMOVED


def test_closures_are_added_and_removed(as_director, session, world):
    text = words_of(do(as_director, "green-east/closures/new", first_on=TODAY, last_on=TODAY, reason="<b>Storm</b>"))
    assert "&lt;b&gt;Storm&lt;/b&gt;" in text
    until = f"Closed until {TODAY:%b} {TODAY.day}, {TODAY.year}: &lt;b&gt;Storm&lt;/b&gt;"
    assert f"Branch below Green County Libraries. {until}." in text
    assert until in words_of(as_director.get("/places"))
    overlap = words_of(do(as_director, "green-east/closures/new", first_on=EARLIER, last_on=TODAY, reason="Roof"))
    assert "First day closed: It is closed from" in overlap
    (closure,) = queries.closures_of(session, world.east, within=Scope(world.consortium.id))
    text = words_of(do(as_director, f"green-east/closures/{closure.id}/remove"))
    assert "No closure is recorded." in text
    assert deeds(session, world)[-2:] == [Deed.PLACE_CLOSURE_ADDED, Deed.PLACE_CLOSURE_REMOVED]


def test_the_list_narrows_by_kind_and_keeps_what_was_chosen(as_admin, session, world):
    for number in range(55):
        actions.add_place(
            session, parent=world.root, kind=PlaceKind.LIBRARY, name=f"Town {number:02}", by=world.machine, at=now()
        )
    session.commit()

    page = as_admin.get("/places?kind=library&state=open&q=town")
    assert "1 to 50 of 55" in words_of(page)
    assert "kind=library" in page.get_data(as_text=True).partition('rel="next"')[2][:200]
    assert len(page.data) < 80_000
    assert "Green East" not in words_of(as_admin.get("/places?kind=library"))
    assert "No such place" in words_of(as_admin.get("/places?kind=branch&state=closed"))


def test_a_list_links_only_what_may_be_read(as_staff, world):
    text = as_staff.get("/places").get_data(as_text=True)
    assert 'href="/places/green-east"' in text
    assert 'href="/places/green-north"' not in text


def test_every_role_of_a_place_reads_its_page(signed_in: Callable[..., FlaskClient], world: World) -> None:
    for person in (world.admin, world.director, world.manager, world.staff, world.auditor):
        assert signed_in(person).get("/places/green-east").status_code == 200
