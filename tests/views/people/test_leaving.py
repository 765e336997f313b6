"""Leaving: one page for everything that ends, which duties become gaps, taking it back, coming back, closed doors."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Role, Scope
from app.background.worker import drain, find_due
from app.duties.queries.leaving import gaps_without
from app.duties.rules.catalogue import Family
from app.duties.rules.coverage import CellState
from app.foundation.clock import local_day, now
from app.foundation.database import enter_tenant, tenant
from app.foundation.errors import Refused
from app.people.actions.leaving import record_leaving
from app.people.actions.links import invite
from app.people.actions.persons import add_person
from app.people.actions.positions import put_in_position
from app.people.actions.roles import grant
from app.people.models import Departure, Incumbency, LinkToken, LoginConsortium, LoginSession, Membership, Person
from app.people.queries.positions import incumbencies_of
from app.people.queries.roles import memberships_of
from app.people.tasks import LEAVERS
from tests.factories.duties import adopt, give
from tests.factories.world import SINCE, World

_DAY = timedelta(days=1)


def today() -> date:
    """The day at the worlds' libraries."""
    return local_day(now(), "America/New_York")


def leave(browser: FlaskClient, person: Person, last_on: date) -> int:
    """Record it as the page does; the status of the answer."""
    return browser.post(f"/people/{person.id}/leave", data={"last_on": last_on.isoformat()}).status_code


def stays_of(session: Session, world: World, person: Person) -> list[date | None]:
    """The last days of a person's positions, as the database has them."""
    session.expire_all()
    return [stay.last_on for stay in incumbencies_of(session, person, within=Scope(world.consortium.id))]


def test_the_page_says_which_duties_become_gaps(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    adopt(session, world, "answer", "listen")
    give(session, world.account, Family.ANSWER, world.staff_position)
    give(session, world.account, Family.ANSWER, world.manager_position, backup=True)
    give(session, world.account, Family.LISTEN, world.manager_position)
    session.commit()
    page = as_branch_manager.get(f"/people/{world.staff.id}/leave?last_on={today().isoformat()}").text
    assert "1 gap from the day after" in page
    assert f"/at/{world.east.code}/duties/answer/{world.account.id}" in page
    assert "Adult services librarian, Green East" in page
    assert f"/at/{world.east.code}/duties/listen/" not in page
    assert "Role staff at Green East: when the day has passed" in page


def test_a_gap_that_is_there_already_is_not_theirs(session: Session, world: World) -> None:
    adopt(session, world, "answer", "post")
    give(session, world.account, Family.ANSWER, world.staff_position)
    give(session, world.account, Family.POST, world.vacant_position)
    opened = gaps_without(session, world.staff.id, [world.east], on=today() + _DAY)
    assert [(gap.cell.family, gap.cell.state) for gap in opened] == [(Family.ANSWER, CellState.VACANT)]
    assert gaps_without(session, world.manager.id, [world.east], on=today() + _DAY) == []
    assert gaps_without(session, world.manager.id, [], on=today() + _DAY) == []


def test_everything_ends_when_the_day_has_passed(
    application: Flask,
    as_branch_manager: FlaskClient,
    as_staff: FlaskClient,
    session: Session,
    world: World,
) -> None:
    last = today() + timedelta(days=3)
    assert leave(as_branch_manager, world.staff, last) == 302
    assert stays_of(session, world, world.staff) == [last]
    assert world.staff.left_on == last
    assert as_staff.get(f"/people/{world.staff.id}").status_code == 200, "until then they work here"
    with time_machine.travel(now() + timedelta(days=2)):
        find_due(application)
        assert drain(application, kinds=[LEAVERS]) == 0
    with time_machine.travel(now() + timedelta(days=5)):
        find_due(application)
        assert drain(application, kinds=[LEAVERS]) == 1
        find_due(application)
        assert drain(application, kinds=[LEAVERS]) == 0, "once is enough"
    enter_tenant(session, world.consortium.id)  # the worker has named others on this connection
    session.expire_all()
    whole = Scope(world.consortium.id)
    assert memberships_of(session, world.staff, within=whole) == []
    enter_tenant(session, None)
    assert session.scalar(sa.select(LoginConsortium).where(LoginConsortium.person_id == world.staff.id)) is None
    enter_tenant(session, world.consortium.id)
    assert "/sign-in" in (as_staff.get(f"/people/{world.staff.id}").location or "")
    assert memberships_of(session, world.manager, within=whole), "nobody else is touched"


def test_the_sessions_of_whoever_left_end_and_those_of_others_stay(
    as_branch_manager: FlaskClient, as_staff: FlaskClient, session: Session, world: World
) -> None:
    assert leave(as_branch_manager, world.staff, today() - _DAY) == 302
    assert "/sign-in" in (as_staff.get("/").location or "")
    assert as_branch_manager.get(f"/at/{world.east.code}/people").status_code == 200
    rows = session.scalars(sa.select(LoginSession).where(LoginSession.revoked_at.is_not(None))).all()
    assert len(rows) == 1


def test_open_links_end(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    nia = add_person(session, name="Nia New", email="nia@green.example", by=world.machine, at=now())
    put_in_position(session, nia, world.vacant_position, first_on=SINCE, by=world.machine, at=now())
    token = invite(session, nia, by=world.machine, at=now())
    session.commit()
    assert leave(as_branch_manager, nia, today() - _DAY) == 302
    assert as_branch_manager.get(f"/join/{token}").status_code == 404
    assert all(link.expires_at <= now() for link in session.scalars(sa.select(LinkToken)))
    refused = as_branch_manager.post(f"/people/{nia.id}/invite")
    assert refused.status_code in {200, 403}
    assert "/join/" not in refused.text


def test_a_role_of_whoever_left_lets_in_nobody_even_without_a_worker(
    as_branch_manager: FlaskClient, as_staff: FlaskClient, session: Session, world: World
) -> None:
    assert leave(as_branch_manager, world.staff, today()) == 302
    assert as_staff.get(f"/at/{world.east.code}/").status_code == 200
    world.staff.left_on = today() - timedelta(days=3)
    session.commit()
    assert as_staff.get(f"/at/{world.east.code}/").status_code == 403


def test_it_can_be_taken_back_until_the_day(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    later = today() + timedelta(days=30)
    put_in_position(session, world.staff, world.vacant_position, first_on=SINCE, by=world.machine, at=now())
    second = session.scalars(sa.select(Incumbency).where(Incumbency.position_id == world.vacant_position.id)).one()
    second.last_on = later
    session.commit()
    assert leave(as_branch_manager, world.staff, today() + _DAY) == 302
    assert stays_of(session, world, world.staff) == [today() + _DAY, today() + _DAY]
    page = as_branch_manager.get(f"/people/{world.staff.id}").text
    assert f"/people/{world.staff.id}/stay" in page
    assert as_branch_manager.get(f"/people/{world.staff.id}/stay").status_code == 200
    assert as_branch_manager.post(f"/people/{world.staff.id}/stay").status_code == 302
    assert sorted(stays_of(session, world, world.staff), key=str) == [later, None]
    assert world.staff.left_on is None
    assert session.scalars(sa.select(Departure).where(Departure.consortium_id == world.consortium.id)).all() == []


def test_what_has_passed_is_not_taken_back(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    assert leave(as_branch_manager, world.staff, today() - _DAY) == 302
    for ask in (as_branch_manager.get, as_branch_manager.post):
        refused = ask(f"/people/{world.staff.id}/stay", follow_redirects=True)
        assert "The last day has passed." in refused.text
    assert stays_of(session, world, world.staff) == [today() - _DAY]


def test_they_may_come_back(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    assert leave(as_branch_manager, world.staff, today() - _DAY) == 302
    begin = f"/positions/{world.vacant_position.id}/begin/{world.staff.id}"
    early = as_branch_manager.post(begin, data={"first_on": (today() - _DAY).isoformat(), "instead_of": ""})
    assert "Choose a later day" in early.text
    done = as_branch_manager.post(begin, data={"first_on": today().isoformat(), "instead_of": ""})
    assert done.status_code == 302
    assert stays_of(session, world, world.staff) == [None, today() - _DAY]
    assert world.staff.left_on is None


def test_a_day_before_a_position_begins_is_refused(as_branch_manager: FlaskClient, world: World) -> None:
    path = f"/people/{world.staff.id}/leave"
    refused = as_branch_manager.post(path, data={"last_on": "2024-01-01"})
    assert "begins on Jan 6, 2025" in refused.text
    assert "Write the day as 2026-11-09" in as_branch_manager.post(path, data={"last_on": "next week"}).text
    assert as_branch_manager.get(f"{path}?last_on=nonsense").status_code == 200


def test_whoever_works_elsewhere_too_is_ended_here_only(
    as_branch_manager: FlaskClient, as_director: FlaskClient, session: Session, world: World
) -> None:
    world.vacant_position.place_id = world.north.id
    put_in_position(session, world.staff, world.vacant_position, first_on=SINCE, by=world.machine, at=now())
    session.commit()
    assert "also works at Green North" in as_branch_manager.get(f"/people/{world.staff.id}/leave").text
    assert leave(as_branch_manager, world.staff, today()) == 200
    assert stays_of(session, world, world.staff) == [None, None]
    assert leave(as_director, world.staff, today()) == 302


def test_nobody_lets_a_wider_role_leave(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    grant(session, world.staff, Role.DIRECTOR, world.east, by=world.machine, at=now())
    session.commit()
    assert leave(as_branch_manager, world.staff, today()) == 200
    assert stays_of(session, world, world.staff) == [None]


def test_the_last_admin_does_not_leave(as_admin: FlaskClient, session: Session, world: World) -> None:
    assert "the last consortium admin" in as_admin.get(f"/people/{world.admin.id}/leave").text
    assert leave(as_admin, world.admin, today()) == 200
    grant(session, world.auditor, Role.CONSORTIUM_ADMIN, world.root, by=world.machine, at=now())
    session.commit()
    assert leave(as_admin, world.auditor, today() + _DAY) == 302
    with pytest.raises(Refused, match="last consortium admin"):
        record_leaving(session, world.admin, left_on=today(), by=world.machine, at=now())


def test_two_posts_record_one_leaving(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    assert leave(as_branch_manager, world.staff, today()) == 302
    again = as_branch_manager.post(f"/people/{world.staff.id}/leave", data={"last_on": "2026-11-30"})
    assert "is recorded already" in again.text
    assert stays_of(session, world, world.staff) == [today()]


def test_who_may_record_it(
    as_staff: FlaskClient, as_auditor: FlaskClient, as_stranger: FlaskClient, world: World
) -> None:
    for path in (f"/people/{world.staff.id}/leave", f"/people/{world.staff.id}/stay"):
        assert [browser.get(path).status_code for browser in (as_staff, as_auditor, as_stranger)] == [403, 403, 404]
        assert [browser.post(path).status_code for browser in (as_staff, as_auditor, as_stranger)] == [403, 403, 404]


def test_another_consortium_s_people_are_not_seen_off(
    application: Flask, signed_in: Callable[[Person], FlaskClient], session: Session, world: World, far: World
) -> None:
    with tenant(session, far.consortium.id):
        far.staff.left_on = today() + _DAY
        session.commit()
    find_due(application)
    drain(application, kinds=[LEAVERS])
    session.expire_all()
    roles = session.scalars(sa.select(Membership).where(Membership.consortium_id == world.consortium.id)).all()
    assert roles
    assert all(role.ended_at is None for role in roles)
