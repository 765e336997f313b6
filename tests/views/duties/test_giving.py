"""Giving duties: who may hold them, what is refused and where it is said, and who may not give them."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.duties.rules.catalogue import Family
from app.foundation.clock import now
from app.people.actions.positions import add_team, end_incumbency, put_in_position
from app.people.models import Incumbency
from tests.factories.duties import adopt, give
from tests.views.duties.pages import (
    TODAY,
    assigned,
    cell_url,
    cells,
    deeds,
    end_url,
    form_of,
    page,
    problems,
    url,
    words,
)


def test_assigning(as_branch_manager, session, world, far):
    adopt(session, world, "answer", depth="primary")
    session.commit()
    reply = as_branch_manager.post(cell_url(world), data=form_of(world), follow_redirects=True)
    soup = BeautifulSoup(reply.text, "html.parser")
    assert "Green Staff is primary for Answer questions on Mastodon" in words(soup.select_one(".flash"))
    assert cells(soup)["Answer questions"] == ["Primary Green Staff 1.5 h a week"]
    [made] = assigned(session, world)
    assert (made.position_id, made.is_primary, made.hours_per_week) == (world.staff_position.id, True, Decimal("1.5"))
    assert deeds(session, world)[-1] == "duties.assigned"


def test_a_form_posted_twice_gives_it_once(as_branch_manager, session, world, far):
    for _ in range(2):
        assert as_branch_manager.post(cell_url(world), data=form_of(world)).status_code == 302
    assert len(assigned(session, world)) == 1
    assert deeds(session, world).count("duties.assigned") == 1


def test_more_than_is_agreed_is_a_warning_and_no_refusal(as_branch_manager, session, world, far):
    data = form_of(world, hours_per_week="10")
    reply = as_branch_manager.post(cell_url(world), data=data, follow_redirects=True)
    assert "Green Staff has 10 h of duties a week in 8 h agreed: 2 h over." in reply.text
    assert len(assigned(session, world)) == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"hours_per_week": "41"}, "Hours a week lie between 0 and 40."),
        ({"hours_per_week": "1000"}, "Hours a week lie between 0 and 40."),
        ({"hours_per_week": "-1"}, "Hours a week lie between 0 and 40."),
        ({"hours_per_week": "many"}, "Write a number, such as 12.5."),
        ({"hours_per_week": "NaN"}, "Hours a week lie between 0 and 40."),
        ({"hours_per_week": ""}, "Write the hours a week, such as 1.5."),
        ({"first_on": "tomorrow"}, "Write the day as 2026-11-09"),
        ({"first_on": "2026-11-20", "last_on": "2026-11-19"}, "The last day is before the first."),
        ({"holder": ""}, "Choose"),
        ({"holder": "p1"}, "Choose one from the list."),
        ({"role": "boss"}, "Choose one of these."),
    ],
)
def test_bad_input_is_refused_where_it_stands(as_branch_manager, session, world, far, changed, sentence):
    reply = as_branch_manager.post(cell_url(world), data=form_of(world, **changed))
    assert sentence in problems(reply)
    assert assigned(session, world) == []


def test_more_hours_than_the_contract_has_are_refused(as_branch_manager, session, world, far):
    world.staff_position.contracted_hours = Decimal(20)
    session.commit()
    reply = as_branch_manager.post(cell_url(world), data=form_of(world, hours_per_week="20.5"))
    assert "The contract of this position has 20 h a week, fewer than this duty takes." in problems(reply)


def test_a_second_primary_at_the_time_is_refused(as_branch_manager, session, world, far):
    give(session, world.account, Family.ANSWER, world.manager_position, last_on=TODAY)
    session.commit()
    reply = as_branch_manager.post(cell_url(world), data=form_of(world))
    assert "“Branch manager” is primary on some of these days. Say first when that ends." in problems(reply)
    later = form_of(world, first_on=(TODAY + timedelta(days=1)).isoformat())
    assert as_branch_manager.post(cell_url(world), data=later).status_code == 302


def _vacant_holder(session, world, *, left_on, backup=False):
    give(session, world.account, Family.ANSWER, world.manager_position, backup=backup)
    held = session.scalars(sa.select(Incumbency).where(Incumbency.position_id == world.manager_position.id)).one()
    end_incumbency(session, held, last_on=left_on, by=world.machine, at=now())
    session.commit()


@pytest.mark.parametrize("role", ["primary", "backup"])
def test_a_vacant_holder_makes_way(as_director, session, world, far, role):
    yesterday = TODAY - timedelta(days=1)
    _vacant_holder(session, world, left_on=TODAY - timedelta(days=30), backup=role == "backup")
    assert f"Its duty as {role} ends the day before" in words(page(as_director, cell_url(world)))
    for _ in range(2):
        reply = as_director.post(cell_url(world), data=form_of(world, role=role), follow_redirects=True)
    flash = words(BeautifulSoup(reply.text, "html.parser").select_one(".flash"))
    assert f"Branch manager is vacant; its duty ends {yesterday:%b} {yesterday.day}, {yesterday.year}." in flash
    before, made = assigned(session, world)
    assert (before.last_on, made.first_on, made.last_on) == (yesterday, TODAY, None)
    assert deeds(session, world)[-2:] == ["duties.ended", "duties.assigned"]
    as_director.post(end_url(world, made, "undo"))
    [again] = assigned(session, world)
    assert (again.position_id, again.last_on, again.end_recorded_at) == (world.manager_position.id, None, None)
    assert deeds(session, world)[-2:] == ["duties.withdrawn", "duties.resumed"]


def test_a_holder_who_leaves_later_makes_way_from_then(as_director, session, world, far):
    leaves = TODAY + timedelta(days=10)
    _vacant_holder(session, world, left_on=leaves)
    assert "Say first when that ends." in problems(as_director.post(cell_url(world), data=form_of(world)))
    assert [each.last_on for each in assigned(session, world)] == [None]
    after = form_of(world, first_on=(leaves + timedelta(days=1)).isoformat())
    assert as_director.post(cell_url(world), data=after).status_code == 302
    assert assigned(session, world)[0].last_on == leaves


def test_a_position_that_is_filled_again_keeps_its_duty(as_director, session, world, far):
    left = TODAY - timedelta(days=30)
    _vacant_holder(session, world, left_on=left)
    soon = TODAY + timedelta(days=7)
    put_in_position(session, world.admin, world.manager_position, first_on=soon, by=world.machine, at=now())
    session.commit()
    assert "Say first when that ends." in problems(as_director.post(cell_url(world), data=form_of(world)))
    assert assigned(session, world)[0].last_on is None


def test_a_vacant_primary_stays_beside_a_new_backup(as_director, session, world, far):
    _vacant_holder(session, world, left_on=TODAY - timedelta(days=30))
    assert as_director.post(cell_url(world), data=form_of(world, role="backup")).status_code == 302
    assert [each.last_on for each in assigned(session, world)] == [None, None]


def test_nobody_is_their_own_backup(as_branch_manager, session, world, far):
    give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    reply = as_branch_manager.post(cell_url(world), data=form_of(world, role="backup"))
    assert "Adult services librarian is primary here already on some of these days." in problems(reply)


def test_nobody_is_their_own_backup_through_another_position(as_branch_manager, session, world, far):
    put_in_position(session, world.staff, world.vacant_position, first_on=TODAY, by=world.machine, at=now())
    give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    data = form_of(world, role="backup", holder=f"p{world.vacant_position.id}")
    assert "The same person would be primary and backup" in problems(as_branch_manager.post(cell_url(world), data=data))


def test_a_closed_position_is_not_offered(as_branch_manager, session, world, far):
    world.staff_position.closed_on = TODAY
    session.commit()
    assert "Choose one from the list." in problems(as_branch_manager.post(cell_url(world), data=form_of(world)))


def test_a_position_that_closes_before_it_starts_is_refused(as_branch_manager, session, world, far):
    world.staff_position.closed_on = TODAY + timedelta(days=5)
    session.commit()
    data = form_of(world, first_on=(TODAY + timedelta(days=5)).isoformat())
    assert "is closed by then" in problems(as_branch_manager.post(cell_url(world), data=data))


def test_a_team_may_hold_it_and_an_empty_team_may_not(as_branch_manager, session, world, far):
    full = add_team(
        session, world.library, name="Central team", positions=[world.staff_position], by=world.machine, at=now()
    )
    empty = add_team(session, world.library, name="Nobody's team", positions=[], by=world.machine, at=now())
    session.commit()
    refused = as_branch_manager.post(cell_url(world), data=form_of(world, holder=f"t{empty.id}"))
    assert "Nobody's team has no positions in it yet." in problems(refused)
    assert as_branch_manager.post(cell_url(world), data=form_of(world, holder=f"t{full.id}")).status_code == 302
    assert cells(page(as_branch_manager, url(world.east)))["Answer questions"] == ["Primary Central team 1.5 h a week"]


def test_another_tenants_position_is_not_offered(as_branch_manager, session, world, far):
    reply = as_branch_manager.post(cell_url(world, wider=1), data=form_of(world, holder=f"p{far.staff_position.id}"))
    assert "Choose one from the list." in problems(reply)
    assert "Far" not in reply.text


def test_suggestions_put_free_hours_first(as_branch_manager, session, world, far):
    give(session, world.account, Family.LISTEN, world.manager_position, hours="3")
    session.commit()
    rows = [words(row) for row in page(as_branch_manager, cell_url(world)).select("section:has(#free) tbody tr")]
    assert rows[0].startswith("Green Staff Adult services librarian 8 h")
    assert rows[1].startswith("Green Manager Branch manager 5 h")


def test_a_suggestion_fills_the_form(as_branch_manager, session, world, far):
    soup = page(as_branch_manager, cell_url(world, holder=f"p{world.staff_position.id}", role="backup"))
    assert soup.select_one("#holder option[selected]")["value"] == f"p{world.staff_position.id}"
    assert soup.select_one("input[name=role][checked]")["value"] == "backup"


_GETS = ("/at/{east}/duties", "/at/{east}/duties.csv", "/at/{east}/duties/answer/{account}")
_POSTS = (
    "/at/{east}/duties/answer/{account}",
    "/at/{east}/duties/answer/{account}/not-needed",
    "/at/{east}/duties/answer/{account}/needed",
    "/at/{east}/assignments/{held}/end",
    "/at/{east}/assignments/{held}/undo",
)


def _filled(session, world, address):
    held = give(session, world.account, Family.ANSWER, world.staff_position)
    session.commit()
    return address.format(east=world.east.code, account=world.account.id, held=held.id)


@pytest.mark.parametrize("address", _GETS)
def test_a_stranger_finds_nothing(as_stranger, session, world, far, address):
    assert as_stranger.get(_filled(session, world, address)).status_code == 404


@pytest.mark.parametrize("address", _POSTS)
def test_a_stranger_changes_nothing(as_stranger, session, world, far, address):
    assert as_stranger.post(_filled(session, world, address), data={}).status_code == 404


@pytest.mark.parametrize("address", _POSTS)
def test_staff_and_auditors_change_nothing(as_staff, as_auditor, session, world, far, address):
    filled = _filled(session, world, address)
    for browser in (as_staff, as_auditor):
        assert browser.post(filled, data=form_of(world)).status_code == 403
    assert len(assigned(session, world)) == 1


@pytest.mark.parametrize("address", _GETS)
def test_every_role_of_the_place_reads(as_staff, as_auditor, as_director, as_admin, session, world, far, address):
    filled = _filled(session, world, address)
    for browser in (as_staff, as_auditor, as_director, as_admin):
        assert browser.get(filled).status_code == 200


def test_a_manager_of_one_branch_does_not_change_another(as_branch_manager, session, world, far):
    address = url(world.north, "answer", world.north_account.id)
    assert as_branch_manager.post(address, data=form_of(world)).status_code == 403


def test_an_account_of_another_place_has_no_cell_here(as_branch_manager, session, world, far):
    for account in (world.north_account, far.account):
        address = url(world.east, "answer", account.id)
        assert as_branch_manager.get(address).status_code == 404
        assert as_branch_manager.post(address, data=form_of(world)).status_code == 404


def test_an_assignment_of_another_place_cannot_be_ended_here(as_director, session, world, far):
    held = give(session, world.north_account, Family.ANSWER, world.staff_position)
    session.commit()
    assert as_director.post(end_url(world, held), data={"last_on": TODAY.isoformat()}).status_code == 404


def test_a_family_that_is_none(as_branch_manager, world, far):
    assert as_branch_manager.get(cell_url(world, "sing")).status_code == 404
