"""Rules held against duties and figures: the pages, the rows that open, the actions, and who may see them."""

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.background.models import BackgroundRow
from app.findings.actions.checking import CHECK
from app.findings.models import Check, Finding, FindingAction
from app.findings.rules.states import FindingState
from app.foundation.clock import now
from app.goals.models import KpiStanding
from app.goals.rules import StandingReason, State
from app.history.models import HistoryEntry
from app.history.rules import Deed
from tests.factories.judged import bind, check, figures, finding_of
from tests.factories.world import World


def page(reply: object) -> BeautifulSoup:
    return BeautifulSoup(reply.get_data(as_text=True), "html.parser")


@pytest.fixture
def finding(session: Session, world: World) -> Finding:
    """Green East posts nothing but announcements."""
    bind(session, world)
    figures(session, world.account, posts=1, broadcasts=1)
    check(session, world)
    assert Deed.FINDINGS_CHECKED in session.scalars(sa.select(HistoryEntry.deed)).all()
    return finding_of(session, world, "posts.broadcast_max_pct")


def test_the_list_shows_fact_against_rule(as_branch_manager: FlaskClient, world: World, finding: Finding) -> None:
    shown = page(as_branch_manager.get(f"/at/{world.east.code}/findings"))
    assert shown.h1.string == "Findings at Green East"
    card = shown.find("article", attrs={"aria-labelledby": f"finding-{finding.id}"})
    assert card.h2.text == "Green East posts 100% broadcast; SM 1 asks for at most 70%"
    assert card.find("svg", class_="ch")["aria-label"].startswith("Broadcast share of posts")
    assert "About 2 a week" in card.text
    assert "Green Manager, branch manager" in card.text
    assert card.find("a", class_="spine")["href"] == f"/policies/sm-1/v/1.0?at={world.east.code}#clause-5"


def test_the_same_figure_a_year_ago_is_marked_where_it_is_known(
    as_branch_manager: FlaskClient, session: Session, world: World, finding: Finding
) -> None:
    address = f"/findings/{finding.id}"
    assert "A year ago" not in as_branch_manager.get(address).text.split("poor, fair, good")[1]
    seen = session.scalars(sa.select(Check).where(Check.id == finding.check_id)).one()
    first, last = seen.period_first_on, seen.period_last_on
    then = KpiStanding(
        consortium_id=world.consortium.id,
        place_id=world.east.id,
        definition="K14",
        period_first_on=first.replace(year=first.year - 1),
        period_last_on=last.replace(year=last.year - 1),
        state=State.NO_DATA,
        reason=StandingReason.NO_TARGET,
        value=77.5,
        noted_at=now(),
    )
    session.add(then)
    session.commit()
    for where in (address, f"/at/{world.east.code}/findings"):
        shown = page(as_branch_manager.get(where))
        assert "A year ago: 78%." in shown.text
        assert shown.find("svg", class_="ch", role="img").find("circle", class_="prior")


@pytest.mark.parametrize(
    ("show", "words"), [("all", "At most 70% of posts"), ("put-right", "Nothing was put right"), ("odd", "At most 70%")]
)
def test_the_other_tabs(as_director: FlaskClient, world: World, finding: Finding, show: str, words: str) -> None:
    for place in (world.library, world.east):
        assert words in page(as_director.get(f"/at/{place.code}/findings?show={show}")).find("main").text


def test_only_open_findings_are_read_as_waiting(
    as_director: FlaskClient, session: Session, world: World, finding: Finding
) -> None:
    address = f"/at/{world.east.code}/findings"
    assert [count.text for count in page(as_director.get(address)).select(".tabs .count")] == ["2 waiting"]
    finding.state, finding.closed_on = FindingState.PUT_RIGHT, now().date()
    session.commit()
    assert [count.text for count in page(as_director.get(address)).select(".tabs .count")] == [
        "1 waiting",
        "1 put right",
    ]


def test_the_rows_open(as_branch_manager: FlaskClient, world: World, finding: Finding) -> None:
    shown = page(as_branch_manager.get(f"/findings/{finding.id}"))
    link = shown.find("section", attrs={"aria-labelledby": "rows"}).find("td").find_next("a")
    assert link["href"] == f"/accounts/{world.account.id}/figures?from=2026-08-01&to=2026-10-31"
    assert as_branch_manager.get(link["href"]).status_code == 200
    lines = as_branch_manager.get(f"/findings/{finding.id}/evidence.csv").text.splitlines()
    assert len(lines) == 93
    assert lines[1].endswith("2026-08-01,1,1,,")


def test_the_duties_of_a_finding_open(
    as_branch_manager: FlaskClient, session: Session, world: World, finding: Finding
) -> None:
    gap = finding_of(session, world, "duty.required")
    shown = page(as_branch_manager.get(f"/findings/{gap.id}"))
    link = shown.find("section", attrs={"aria-labelledby": "rows"}).find("td").find_next("a")
    assert as_branch_manager.get(link["href"]).status_code == 200
    assert "Nobody posts" in as_branch_manager.get(f"/findings/{gap.id}/evidence.csv").text


def test_the_list_as_csv(as_director: FlaskClient, world: World, finding: Finding) -> None:
    lines = as_director.get(f"/at/{world.library.code}/findings.csv").text.splitlines()
    assert lines[0].startswith("Place,Code,Finding,State")
    assert any("posts 100% broadcast" in line and "Branch manager" in line for line in lines)


def action(world: World) -> dict[str, str]:
    return {"words": "Ask one question a week.", "owner": str(world.staff_position.id), "due_on": "2199-01-15"}


def test_an_action_is_set_once(
    as_branch_manager: FlaskClient, session: Session, world: World, finding: Finding
) -> None:
    url = f"/findings/{finding.id}/act"
    assert as_branch_manager.post(url, data=action(world)).location == f"/findings/{finding.id}"
    again = as_branch_manager.post(url, data=action(world))
    assert "This action is set already" in again.text
    one = session.scalars(sa.select(FindingAction)).one()
    assert (one.words, one.owner_id) == ("Ask one question a week.", world.staff_position.id)
    assert Deed.FINDING_ACTED_ON in session.scalars(sa.select(HistoryEntry.deed)).all()
    assert "Ask one question a week." in as_branch_manager.get(f"/at/{world.east.code}/findings").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"words": ""}, "Say what will be done"),
        ({"words": "x" * 301}, "At most 300 characters"),
        ({"due_on": "soon"}, "Write the day as"),
        ({"due_on": "2020-01-01"}, "still to come"),
        ({"owner": "1"}, "Choose one from the list"),
        ({"owner": "one"}, "Choose one from the list"),
    ],
)
def test_a_bad_action_is_refused(
    as_branch_manager: FlaskClient,
    session: Session,
    world: World,
    finding: Finding,
    wrong: dict[str, str],
    sentence: str,
) -> None:
    reply = as_branch_manager.post(f"/findings/{finding.id}/act", data=action(world) | wrong)
    assert sentence in reply.text
    assert session.scalars(sa.select(FindingAction)).all() == []


def test_another_consortiums_position_cannot_own_an_action(
    as_branch_manager: FlaskClient, world: World, far: World, finding: Finding
) -> None:
    owned = action(world) | {"owner": str(far.manager_position.id)}
    assert "Choose one from the list" in as_branch_manager.post(f"/findings/{finding.id}/act", data=owned).text


def test_who_may_read_and_act(
    as_admin: FlaskClient,
    as_director: FlaskClient,
    as_staff: FlaskClient,
    as_auditor: FlaskClient,
    as_stranger: FlaskClient,
    world: World,
    finding: Finding,
) -> None:
    reads = [
        f"/findings/{finding.id}",
        f"/findings/{finding.id}/evidence.csv",
        f"/at/{world.east.code}/findings",
        f"/at/{world.east.code}/findings.csv",
    ]
    for url in reads:
        assert {reader.get(url).status_code for reader in (as_admin, as_director, as_staff, as_auditor)} == {200}
        assert as_stranger.get(url).status_code == 404
    assert as_staff.get(f"/at/{world.north.code}/findings").status_code == 403
    assert "Set the action" not in as_staff.get(reads[0]).text
    for reader in (as_staff, as_auditor):
        assert reader.post(f"/findings/{finding.id}/act", data=action(world)).status_code == 403
    assert as_stranger.post(f"/findings/{finding.id}/act", data=action(world)).status_code == 404


def test_an_empty_place_names_the_one_step(as_branch_manager: FlaskClient, world: World) -> None:
    shown = page(as_branch_manager.get(f"/at/{world.east.code}/findings"))
    assert "No rule binds here yet" in shown.text
    assert shown.find("a", string="See the policies")


def test_findings_are_narrowed_by_policy_and_by_what_is_set(
    as_director: FlaskClient, world: World, finding: Finding
) -> None:
    place = world.library.code
    found = as_director.get(f"/at/{place}/findings?policy=sm-1").text
    assert "No finding matches" not in found
    assert "No finding matches" in as_director.get(f"/at/{place}/findings?policy=nothing").text
    assert "No finding matches" in as_director.get(f"/at/{place}/findings?action=set").text
    assert "No finding matches" not in as_director.get(f"/at/{place}/findings?action=unset").text


def test_a_check_is_asked_for_once(
    as_branch_manager: FlaskClient, world: World, finding: Finding, session: Session
) -> None:
    for _ in range(2):
        answer = as_branch_manager.post(f"/at/{world.east.code}/findings/check")
        assert answer.status_code == 302
    rows = session.scalars(sa.select(BackgroundRow).where(BackgroundRow.kind == CHECK)).all()
    assert len(rows) == 1


def test_who_may_not_act_may_not_have_the_rules_checked(
    as_auditor: FlaskClient, as_staff: FlaskClient, as_director: FlaskClient, world: World, finding: Finding, far: World
) -> None:
    for browser in (as_auditor, as_staff):
        assert "Check again now" not in browser.get(f"/at/{world.east.code}/findings").text
        assert browser.post(f"/at/{world.east.code}/findings/check").status_code == 403
    assert as_director.post(f"/at/{far.east.code}/findings/check").status_code == 404


def test_an_action_is_done_and_taken_back(
    as_branch_manager: FlaskClient, as_staff: FlaskClient, session: Session, world: World, finding: Finding
) -> None:
    as_branch_manager.post(f"/findings/{finding.id}/act", data=action(world))
    one = session.scalars(sa.select(FindingAction)).one()
    done, undo = (f"/findings/{finding.id}/actions/{one.id}/{verb}" for verb in ("done", "undo"))
    assert as_staff.post(done).status_code == 403
    assert "not done yet" in as_branch_manager.post(undo, follow_redirects=True).text
    shown = as_branch_manager.post(done, follow_redirects=True).text
    assert "The action is done." in shown
    assert "Done " in shown
    assert "done already" in as_branch_manager.post(done, follow_redirects=True).text
    assert "Every action is done" in as_branch_manager.get(f"/at/{world.east.code}/findings").text
    assert "No finding matches" in as_branch_manager.get(f"/at/{world.east.code}/findings?action=set").text
    assert "Undone." in as_branch_manager.post(undo, follow_redirects=True).text
    session.expire_all()
    assert session.scalars(sa.select(FindingAction.done_on)).one() is None
    deeds = session.scalars(sa.select(HistoryEntry.deed)).all()
    assert {Deed.FINDING_STEP_DONE, Deed.FINDING_STEP_REOPENED} <= set(deeds)


def test_an_action_is_settled_on_its_own_finding_only(
    as_branch_manager: FlaskClient, as_stranger: FlaskClient, session: Session, world: World, finding: Finding
) -> None:
    as_branch_manager.post(f"/findings/{finding.id}/act", data=action(world))
    one = session.scalars(sa.select(FindingAction)).one()
    other = finding_of(session, world, "duty.required")
    assert as_branch_manager.post(f"/findings/{other.id}/actions/{one.id}/done").status_code == 404
    assert as_stranger.post(f"/findings/{finding.id}/actions/{one.id}/undo").status_code == 404
    session.expire_all()
    assert session.scalars(sa.select(FindingAction.done_on)).one() is None
