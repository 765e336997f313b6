"""Job descriptions: numbered clauses, hours and shares, what the policies say, whom each is for, and empty states."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from app.duties.rules.catalogue import Family
from app.foundation.clock import local_day, now
from app.people.actions.positions import add_team, put_in_position
from app.policies.models import Rule
from app.policies.rules.states import Severity
from tests.factories.duties import adopt, give
from tests.factories.world import SINCE

TODAY = local_day(now(), "America/New_York")


def of_position(position, on=None):
    return f"/positions/{position.id}/job-description" + (f"?on={on}" if on else "")


def of_person(person):
    return f"/people/{person.id}/job-description"


def page(browser, address):
    reply = browser.get(address)
    assert reply.status_code == 200, reply.text[:400]
    return BeautifulSoup(reply.text, "html.parser")


def words(node):
    return " ".join(node.get_text(" ").split())


def rows(soup):
    return [words(row) for row in soup.select("article tbody tr")]


def facts(soup):
    return {words(pair.dt): words(pair.dd) for pair in soup.select(".facts-grid > div")}


def test_duties_are_numbered_clauses_with_hours_and_shares(as_branch_manager, session, world, far):
    give(session, world.account, Family.LISTEN, world.staff_position, hours="2")
    give(session, world.account, Family.ANSWER, world.manager_position, hours="3")
    give(session, world.account, Family.ANSWER, world.staff_position, backup=True, hours="0.5")
    session.commit()
    soup = page(as_branch_manager, of_position(world.staff_position))
    assert rows(soup) == [
        (
            "4.2.1 Listen Checks the agreed searches, alerts and inboxes during open hours and records every mention that "
            "needs attention. Mastodon Nobody 2.00 5%"
        ),
        (
            "4.2.2 Answer questions Answers or refers reference questions that arrive in public or in private and protects "
            "the asker's privacy. Not primary Green Manager (Mastodon) 0.50 1%"
        ),
        "Total 2.50 6%",
    ]
    assert facts(soup) == {
        "Post holder": "Green Staff",
        "Reports to": "Not stated",
        "Contract": "40 h a week",
        "Time for these duties": "2.5 h a week (6%), 8 h agreed",
    }
    assert words(soup.h1) == "Adult services librarian"
    assert "Post holder, Green Staff. Date" in words(soup.select_one(".sign"))


def test_what_the_policies_in_force_say_stands_with_its_source(as_branch_manager, session, world, far):
    asks = adopt(session, world, "critics")
    session.add(
        Rule(
            consortium_id=asks.consortium_id,
            version_id=asks.version_id,
            clause_id=asks.clause_id,
            key="critic.reply_max_hours",
            parameters={"maximum": 24},
            severity=Severity.REQUIRED,
        )
    )
    give(session, world.account, Family.CRITICS, world.staff_position)
    session.commit()
    text = words(page(as_branch_manager, of_position(world.staff_position)).article)
    assert "within 24 hours. (SM" in text
    assert ", clause 3)" in text
    assert "Who answers (1.0)." in text
    day_before = page(as_branch_manager, of_position(world.staff_position, SINCE - timedelta(days=1)))
    assert "within 24 hours" not in words(day_before.article)


def test_a_limit_of_duties_not_held_is_left_out(as_branch_manager, session, world, far):
    asks = adopt(session, world, "critics")
    session.add(
        Rule(
            consortium_id=asks.consortium_id,
            version_id=asks.version_id,
            clause_id=asks.clause_id,
            key="critic.reply_max_hours",
            parameters={"maximum": 24},
            severity=Severity.REQUIRED,
        )
    )
    give(session, world.account, Family.POST, world.staff_position)
    session.commit()
    text = words(page(as_branch_manager, of_position(world.staff_position)).article)
    assert "No policy in force sets a limit for these duties." in text


def test_a_position_without_duties(as_branch_manager, world, far):
    text = words(page(as_branch_manager, of_position(world.staff_position)).article)
    assert "No duties yet" in text
    assert "Signatures" not in text


def test_a_vacant_position_keeps_its_description(as_branch_manager, session, world, far):
    give(session, world.account, Family.LISTEN, world.vacant_position)
    session.commit()
    soup = page(as_branch_manager, of_position(world.vacant_position))
    assert facts(soup)["Post holder"] == "Vacant"
    assert len(rows(soup)) == 2


def test_a_day_shows_the_duties_of_that_day(as_branch_manager, session, world, far):
    give(session, world.account, Family.LISTEN, world.staff_position, last_on=date(2026, 6, 30))
    session.commit()
    assert len(rows(page(as_branch_manager, of_position(world.staff_position, "2026-06-30")))) == 2
    assert rows(page(as_branch_manager, of_position(world.staff_position, "2026-07-01"))) == []
    odd = page(as_branch_manager, of_position(world.staff_position, "June"))
    assert "“June” is not a day written like 2026-11-09" in words(odd)


def test_without_hours_in_the_contract_no_share_is_made_up(as_branch_manager, session, world, far):
    world.staff_position.contracted_hours = None
    give(session, world.account, Family.LISTEN, world.staff_position)
    session.commit()
    soup = page(as_branch_manager, of_position(world.staff_position))
    assert facts(soup)["Contract"] == "Hours not stated"
    assert rows(soup)[-1] == "Total 1.50 Not known"


def test_the_line_manager_by_name_or_by_title(as_branch_manager, session, world, far):
    world.staff_position.reports_to_id = world.manager_position.id
    world.manager_position.reports_to_id = world.vacant_position.id
    session.commit()
    staff = page(as_branch_manager, of_position(world.staff_position))
    manager = page(as_branch_manager, of_position(world.manager_position))
    assert facts(staff)["Reports to"] == "Green Manager, Branch manager"
    assert facts(manager)["Reports to"] == "Library assistant"


def test_what_a_team_holds_is_said_and_its_hours_are_the_teams(as_branch_manager, session, world, far):
    team = add_team(
        session, world.library, name="Central team", positions=[world.staff_position], by=world.machine, at=now()
    )
    give(session, world.north_account, Family.LISTEN, team, hours="4")
    session.commit()
    found = rows(page(as_branch_manager, of_position(world.staff_position)))
    assert "Facebook of Green North (with Central team) Nobody 0.00" in found[0]


def test_a_person_with_two_positions_has_two(as_branch_manager, session, world, far):
    put_in_position(session, world.staff, world.vacant_position, first_on=SINCE, by=world.machine, at=now())
    session.commit()
    assert len(page(as_branch_manager, of_person(world.staff)).select("article")) == 2


def test_a_person_without_a_position(as_director, world, far):
    assert "Green Director holds no position on" in words(page(as_director, of_person(world.director)))


def test_a_purpose_of_its_own_and_a_script_in_it(as_branch_manager, session, world, far):
    world.staff_position.purpose = "Tells <script>alert(1)</script> stories."
    world.staff_position.agreed_hours = Decimal(0)
    give(session, world.account, Family.LISTEN, world.staff_position)
    session.commit()
    reply = as_branch_manager.get(of_position(world.staff_position))
    assert "Tells &lt;script&gt;alert(1)&lt;/script&gt; stories." in reply.text


def test_staff_read_their_own_and_no_other(as_staff, world, far):
    assert as_staff.get(of_person(world.staff)).status_code == 200
    assert as_staff.get(of_position(world.staff_position)).status_code == 200
    for address in (of_person(world.manager), of_position(world.manager_position), of_position(world.vacant_position)):
        refused = as_staff.get(address)
        assert refused.status_code == 403
        assert "You may read your own job description." in refused.text


def test_who_looks_after_the_place_reads_them(as_director, as_auditor, as_admin, world, far):
    for browser in (as_director, as_auditor, as_admin):
        assert browser.get(of_position(world.staff_position)).status_code == 200


@pytest.mark.parametrize("address", ["person", "position"])
def test_a_stranger_finds_nothing(as_stranger, world, far, address):
    found = of_person(world.staff) if address == "person" else of_position(world.staff_position)
    assert as_stranger.get(found).status_code == 404
