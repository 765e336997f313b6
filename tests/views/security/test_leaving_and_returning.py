"""A last day that somebody recorded holds for everything the person could do, and only who may record it takes it back."""

from datetime import date, timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Role, Scope
from app.foundation.clock import local_day, now
from app.people.actions.leaving import record_leaving
from app.people.actions.persons import add_person
from app.people.actions.positions import put_in_position
from app.people.actions.roles import grant
from app.people.models import Person
from app.people.queries.leaving import find_entry
from app.people.queries.roles import memberships_of
from tests.factories.world import SINCE, World

DAY = timedelta(days=1)


def today() -> date:
    """The day at the worlds' libraries."""
    return local_day(now(), "America/New_York")


def of_both(session: Session, world: World) -> Person:
    """Somebody who works at both branches, without a role or a login."""
    person = add_person(session, name="Ann Lee", email="ann@green.example", by=world.machine, at=now())
    world.vacant_position.place_id = world.north.id
    put_in_position(session, person, world.vacant_position, first_on=SINCE, by=world.machine, at=now())
    put_in_position(session, person, world.staff_position, first_on=SINCE, by=world.machine, at=now())
    session.commit()
    return person


def test_who_could_not_record_a_leaving_does_not_take_it_back(
    as_branch_manager: FlaskClient, as_director: FlaskClient, session: Session, world: World
) -> None:
    person = of_both(session, world)
    record_leaving(session, person, left_on=today() + DAY, by=world.machine, at=now())
    session.commit()
    for ask in (as_branch_manager.get, as_branch_manager.post):
        refused = ask(f"/people/{person.id}/stay")
        assert (refused.status_code, "also works at Green North" in refused.text) == (403, True)
    assert "They stay after all" not in as_branch_manager.get(f"/people/{person.id}").text
    session.refresh(person)
    assert person.left_on == today() + DAY
    assert as_director.post(f"/people/{person.id}/stay").status_code == 302


def test_a_manager_of_one_place_does_not_keep_a_director_who_leaves(
    as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    grant(session, world.staff, Role.DIRECTOR, world.east, by=world.machine, at=now())
    record_leaving(session, world.staff, left_on=today() + DAY, by=world.machine, at=now())
    session.commit()
    assert "has a wider role" in as_branch_manager.post(f"/people/{world.staff.id}/stay").text
    begin = f"/positions/{world.vacant_position.id}/begin/{world.staff.id}"
    reply = as_branch_manager.post(begin, data={"first_on": (today() + 9 * DAY).isoformat(), "instead_of": ""})
    assert "Write this after that day, or take the leaving back." in reply.text
    session.refresh(world.staff)
    assert world.staff.left_on == today() + DAY


def test_who_comes_back_before_the_worker_closed_the_doors_has_no_role_any_more(
    application: Flask, session: Session, world: World
) -> None:
    assert application
    record_leaving(session, world.staff, left_on=today(), by=world.machine, at=now())
    session.commit()
    assert memberships_of(session, world.staff, within=Scope(world.consortium.id))
    with time_machine.travel(now() + 3 * DAY):
        first_on = today()
        put_in_position(session, world.staff, world.vacant_position, first_on=first_on, by=world.machine, at=now())
        session.commit()
    assert world.staff.left_on is None
    assert memberships_of(session, world.staff, within=Scope(world.consortium.id)) == []
    assert find_entry(session, world.staff, within=Scope(world.consortium.id)) is None


def test_a_link_that_is_shown_is_shown_to_who_looks_after_every_place_of_the_person(
    as_branch_manager: FlaskClient, as_director: FlaskClient, session: Session, world: World
) -> None:
    person = of_both(session, world)
    reply = as_branch_manager.post(f"/people/{person.id}/invite")
    assert (reply.status_code, "also belongs to Green North" in reply.text) == (403, True)
    assert as_branch_manager.get(f"/people/{person.id}/invite").status_code == 403
    assert "/join/" not in reply.text
    assert "/join/" in as_director.post(f"/people/{person.id}/invite").text
