"""The comparison: figures against own targets, holes in words, orders, filters, medians, names, the file, the doors."""

import csv
import io
from datetime import date

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import ConsortiumSettings, LibraryDetail, Place
from app.consortia.rules.places import PlaceKind
from app.foundation.database import enter_tenant
from app.foundation.ids import new_id
from app.scorecards.queries import standings
from tests.factories.figures import MONTHS, QUARTER, add_branches, give_days, measure, set_goal, set_kpi
from tests.factories.world import AT, World

#: questions answered in time of those due, a day, at five more branches: 100%, 80%, 60%, 40%, 20%
IN_TIME = (5, 4, 3, 2, 1)


@pytest.fixture(autouse=True)
def _at_one_moment():
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def branches(session: Session, world: World) -> list[Place]:
    """East: 50%, off track; five more with a figure and a target; North without anything."""
    made = add_branches(session, world, len(IN_TIME))
    set_kpi(session, world, set_goal(session, world, world.east), "K28", 85)
    give_days(session, world.account, QUARTER, questions_due=2, questions_in_time=1, reactions=6, comments=4, shares=2)
    for (place, account), answered in zip(made, IN_TIME, strict=True):
        set_kpi(session, world, set_goal(session, world, place, f"Answer at {place.name}"), "K28", 60)
        give_days(session, account, QUARTER, questions_due=5, questions_in_time=answered)
    measure(session, world)
    return [place for place, _ in made]


def table_of(browser: FlaskClient, address: str) -> BeautifulSoup:
    reply = browser.get(address)
    assert reply.status_code == 200
    found = BeautifulSoup(reply.text, "html.parser").select_one("#results table")
    assert found is not None
    return found


def names_in(browser: FlaskClient, address: str) -> list[str]:
    return [head.get_text(strip=True) for head in table_of(browser, address).select("tbody tr:not(.avg) th")]


def cell(browser: FlaskClient, address: str, name: str, label: str) -> str:
    row = next(row for row in table_of(browser, address).select("tbody tr") if name in row.th.get_text())
    return " ".join(row.select_one(f'td[data-l="{label}"]').get_text(" ", strip=True).split())


@pytest.fixture
def address(world: World) -> str:
    return f"/at/{world.library.code}/compare"


def test_worst_first_and_what_cannot_be_judged_last(as_director, branches, address):
    assert names_in(as_director, address) == [
        "Branch 4", "Branch 5", "Green East", "Branch 1", "Branch 2", "Branch 3", "Green North",
    ]  # fmt: skip
    caption = table_of(as_director, address).caption.get_text()
    assert "7 branches, sorted by status, worst first" in caption
    best_first = names_in(as_director, f"{address}?sort=status")
    assert best_first[:3] == ["Branch 1", "Branch 2", "Branch 3"]
    assert best_first[-1] == "Green North"


def test_a_figure_stands_beside_its_own_target_and_a_hole_says_why(as_director, branches, address):
    assert cell(as_director, address, "Green East", "Answered in time") == "50"
    row = table_of(as_director, address).select_one("tbody tr:nth-of-type(3)")
    assert row.select_one('td[data-l="Answered in time"] svg[role="img"]')["aria-label"] == "Off track"
    assert row.select_one('td[data-l="Answered in time"] a')["href"].startswith("/kpis/")
    assert cell(as_director, address, "Green North", "Answered in time") == "Not collected"
    assert cell(as_director, address, "Green North", "Goals on track") == "No goals"
    assert cell(as_director, address, "Green East", "Goals on track") == "0 of 1"
    head = table_of(as_director, address).thead.get_text(" ", strip=True)
    assert "%, own targets" in head


def test_every_column_sorts_both_ways_with_what_is_missing_last(as_director, branches, address):
    down = ["Branch 1", "Branch 2", "Branch 3", "Green East", "Branch 4", "Branch 5", "Green North"]
    assert names_in(as_director, f"{address}?sort=-K28") == down
    assert names_in(as_director, f"{address}?sort=K28") == [*down[5::-1], "Green North"]
    assert names_in(as_director, f"{address}?sort=name")[0] == "Branch 1"
    assert names_in(as_director, f"{address}?sort=-name")[0] == "Green North"
    assert names_in(as_director, f"{address}?sort=-residents")[0] == "Green East"
    assert names_in(as_director, f"{address}?sort=residents")[0] == "Green North"
    assert names_in(as_director, f"{address}?sort=-on-track")[-1] == "Green North"
    heads = table_of(as_director, f"{address}?sort=-K28").select("th[aria-sort]")
    assert [head["aria-sort"] for head in heads] == ["descending"]


def test_the_median_is_of_the_places_shown_and_needs_five(as_director, branches, address):
    def median(query: str, label: str = "Answered in time") -> str:
        return table_of(as_director, address + query).select_one(f'tr.avg td[data-l="{label}"]').get_text(strip=True)

    assert median("") == "55"  # of 20, 40, 50, 60, 80, 100
    assert median("?status=on_track") == "Only 3 with a figure"
    assert median("", "Interactions") == "Only 1 with a figure"
    assert median("", "Broadcast share") == "No figure"


def test_filters_stay_in_the_address_and_are_kept_by_the_sort(as_director, branches, address):
    page = as_director.get(f"{address}?status=off_track&peers=size-2").text
    assert "3 branches." in page
    soup = BeautifulSoup(page, "html.parser")
    assert soup.select_one('select[name="status"] option[selected]')["value"] == "off_track"
    assert soup.select_one('select[name="peers"] option[selected]')["value"] == "size-2"
    link = soup.select_one("thead a.sort")["href"]
    assert "status=off_track" in link
    assert "peers=size-2" in link
    assert "No branch is left" in as_director.get(f"{address}?peers=size-5").text
    assert names_in(as_director, f"{address}?peers=type-BR&sort=name") == ["Green East", "Green North"]


def test_counts_are_switched_by_links_that_keep_the_filters(as_director, branches, address):
    switch = BeautifulSoup(as_director.get(f"{address}?peers=size-2").text, "html.parser").select(".seg a")
    assert [(link.text, link.get("aria-current")) for link in switch] == [
        ("Per 1,000 residents", "true"),
        ("Totals", None),
    ]
    totals = BeautifulSoup(as_director.get(switch[1]["href"]).text, "html.parser")
    assert totals.select_one(".seg [aria-current]").text == "Totals"
    assert totals.select_one('select[name="peers"] option[selected]')["value"] == "size-2"
    assert totals.select_one('.filters input[name="per"]')["value"] == "total", "another filter keeps the totals"


def test_totals_show_the_count_itself(as_director, branches, address):
    a_month = 12 * 365.25 / 12 / 12.0
    assert cell(as_director, address, "Green East", "Interactions") == f"{a_month:.0f}"
    assert cell(as_director, f"{address}?per=total", "Green East", "Interactions") == "1,104"


@pytest.mark.parametrize(
    "query",
    [
        "?sort=;drop", "?period=2026", "?period=2026-13..2026-14", "?page=-1", "?page=99999999999999", "?status=fine",
        "?peers=size-9", "?per=nothing", "?kpis=K99,K28", "?size=7", "?of=everything", "?page=²",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_gets_the_usual_page_and_says_so(as_director, branches, address, query):
    reply = as_director.get(address + query)
    assert reply.status_code == 200
    assert "so the usual is shown" in reply.text


def test_a_period_that_was_never_measured_is_said_and_another_may_be_chosen(
    as_director, session, world, branches, address
):
    measure(session, world, MONTHS[1])
    assert "so the usual is shown" in as_director.get(f"{address}?period=2019-01..2019-03").text
    page = as_director.get(f"{address}?period=2026-09..2026-09").text
    assert "September 2026. Each figure" in page
    assert "so the usual is shown" not in page


def test_the_file_holds_what_the_page_shows(as_director, branches, address, world):
    reply = as_director.get(f"{address}.csv?sort=-K28")
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert [row["Branch"] for row in rows] == names_in(as_director, f"{address}?sort=-K28")
    east = next(row for row in rows if row["Branch"] == world.east.name)
    assert (east["Answered in time, %"], east["Answered in time, n"], east["Answered in time, target"]) == (
        "50.0",
        "184",
        "85.0",
    )
    assert east["Cause"] == "Answered in time 50%, target 85%"
    north = next(row for row in rows if row["Branch"] == world.north.name)
    assert (north["Answered in time, %"], north["Answered in time, why no data"]) == ("", "Not collected")


def test_the_funnel_names_who_is_further_off_than_chance_explains(as_director, branches, address):
    page = as_director.get(address).text
    assert "are lower than chance explains" in page
    assert "Lower than chance explains 998 times of 1,000" in page


def test_twelve_months_share_a_scale(as_director, session, world, branches, address):
    measure(session, world, *MONTHS)
    curves = BeautifulSoup(as_director.get(address).text, "html.parser").select(".mult figure")
    assert len(curves) == 7
    east = next(curve for curve in curves if "Green East" in curve.get_text())
    assert "30 to 31" in east.get_text() or "30 to 30" in east.get_text() or "to 30" in east.get_text()


def test_a_manager_sees_the_own_branch_and_the_median_alone(as_branch_manager, branches, world, address):
    own = f"/at/{world.east.code}/compare"
    assert names_in(as_branch_manager, own) == ["Green East"]
    assert "Branch 1" not in as_branch_manager.get(own).text
    assert "Branch 1" not in as_branch_manager.get(f"{own}.csv").text
    median = table_of(as_branch_manager, own).select_one('tr.avg td[data-l="Answered in time"]')
    assert median.get_text(strip=True) == "55"
    assert as_branch_manager.get(address).status_code == 403
    assert as_branch_manager.get(f"/at/{world.root.code}/compare").status_code == 403


def add_library(session: Session, world: World, name: str, *, shares_name: bool = True) -> Place:
    enter_tenant(session, world.consortium.id)
    place_id = new_id()
    place = Place(
        id=place_id, consortium_id=world.consortium.id, kind=PlaceKind.LIBRARY, code=name.lower().replace(" ", "-"),
        name=name, parent_id=world.root.id, path=f"{world.root.path}{place_id}/",
    )  # fmt: skip
    session.add(place)
    session.flush()
    session.add(LibraryDetail(consortium_id=world.consortium.id, place_id=place_id, shares_name=shares_name))
    session.flush()
    return place


def test_members_names_are_kept_until_the_vote_and_by_those_who_opt_out(as_director, as_admin, session, world):
    add_library(session, world, "Harlan City")
    add_library(session, world, "Shy Town", shares_name=False)
    measure(session, world)
    address = f"/at/{world.root.code}/compare"
    before = as_director.get(address).text + as_director.get(f"{address}.csv").text
    assert world.library.name in before
    assert "Harlan City" not in before
    assert "Shy Town" not in before
    assert "harlan-city" not in before
    assert "Library 2" in before
    assert "Harlan City" in as_admin.get(address).text
    settings = session.get_one(
        ConsortiumSettings, session.query(ConsortiumSettings.id).filter_by(consortium_id=world.consortium.id).scalar()
    )
    settings.names_shared_on = date(2026, 1, 1)
    session.commit()
    after = as_director.get(address).text + as_director.get(f"{address}.csv").text
    assert "Harlan City" in after
    assert "Shy Town" not in after


def test_libraries_and_their_branches_are_compared_at_the_consortium(as_admin, branches, world):
    address = f"/at/{world.root.code}/compare"
    assert names_in(as_admin, address) == [world.library.name]
    assert cell(as_admin, address, world.library.name, "Branches on track").startswith("3 of 7")
    assert len(names_in(as_admin, f"{address}?of=branches")) == 7


def test_nothing_measured_yet_and_one_branch_are_said(as_director, world, session, address):
    assert "Nothing is measured yet" in as_director.get(address).text


def test_a_stranger_and_staff_stay_outside(as_stranger, as_staff, as_auditor, branches, world, address):
    for path in (address, f"{address}.csv", f"/at/{world.root.code}/compare", f"/at/{world.east.code}/compare"):
        assert as_stranger.get(path).status_code == 404, path
        assert as_staff.get(path).status_code == 403, path
        assert as_auditor.get(path).status_code == 200, path


#: five columns with a target each; the branches differ, so that no two rows are alike
TARGETS = {"K28": 60.0, "K14": 40.0, "K51": 30.0, "K07": 90.0, "K06": 0.5}


def give_everything(session: Session, world: World, count: int) -> None:
    """Branches with every one of the targets, and a figure beside it."""
    for number, (place, account) in enumerate(add_branches(session, world, count)):
        goal = set_goal(session, world, place, f"Answer at {place.name}")
        for definition, target in TARGETS.items():
            set_kpi(session, world, goal, definition, target, 4.0 if definition == "K06" else None)
        figures = {"questions_due": 50, "questions_in_time": 20 + number % 30, "posts": 20, "broadcasts": number % 20}
        give_days(session, account, QUARTER, reactions=100 + 7 * number, comments=1, shares=1, **figures)
    measure(session, world)


def test_pages_are_turned_and_fifty_rows_stay_light(as_director, session, world):
    give_everything(session, world, 50)
    address = f"/at/{world.library.code}/compare"
    page = as_director.get(f"{address}?kpis={','.join(TARGETS)}")
    assert len(names_in(as_director, address)) == 50
    assert len(names_in(as_director, f"{address}?page=2")) == 2
    assert "1 to 50 of 52" in page.text
    assert len(page.data) <= 80_000
    rows = BeautifulSoup(page.text, "html.parser").select("tbody tr:not(.avg)")[:50]
    assert all(len(row.select("td > svg[role=img][aria-label] + a")) == 5 for row in rows)
    assert len(as_director.get(f"{address}.csv").text.splitlines()) == 53


def test_a_bar_is_drawn_once_a_length_and_every_cell_finds_its_own(as_director, branches, address):
    page = BeautifulSoup(as_director.get(address).text, "html.parser")
    wanted = [use["href"].removeprefix("#") for use in page.select("#results td > svg use")]
    assert len(wanted) == 6  # one at each branch with a figure and a target
    drawn = [symbol["id"] for symbol in page.select("#results symbol")]
    assert len(drawn) == len(set(drawn))
    assert set(wanted) <= set(drawn)


def test_more_places_than_a_funnel_holds_are_said(as_director, session, world, address):
    for _, account in add_branches(session, world, 101):
        for quarter in (QUARTER.before(), QUARTER):
            give_days(session, account, quarter, every=4, questions_due=5, questions_in_time=4)
    measure(session, world, QUARTER, QUARTER.before())
    told = "drawn for up to 100 branches"
    page = as_director.get(address).text
    assert told in page
    assert 'id="chance"' not in page
    fewer = as_director.get(f"{address}?peers=size-1").text
    assert told not in fewer


def test_the_homes_read_counts_causes_and_curves(session, branches, world):
    measure(session, world, *MONTHS[:3])
    within = Scope(world.consortium.id, world.library.id, world.library.path)
    period = standings.latest_period(session, within=within)
    assert period == QUARTER
    counts = standings.counts_of(session, within=within, period=period, kind=PlaceKind.BRANCH)
    assert (counts.total, counts.on_track, counts.off_track, counts.no_data) == (7, 3, 3, 1)
    worst = standings.worst_places(session, within=within, period=period, most=2)
    assert [one.place.name for one in worst] == ["Branch 4", "Branch 5"]
    assert worst[0].card.cause == "Answered in time 40%, target 60%"
    assert [figure.value for _, figure in worst[0].months][-3:] == [40, 40, 40]
    own = standings.find_standing(session, within=within, period=period)
    assert own is not None
    assert (own.parts, own.parts_judged, own.parts_on_track) == (7, 6, 3)
