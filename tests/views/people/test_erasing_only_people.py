"""Erasing the name of somebody who left changes nothing but what is about people, whatever name somebody gave them."""

from datetime import date

import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.background.worker import drain, find_due
from app.consortia.models import Place
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.people.actions.anonymizing import anonymize
from app.people.actions.leaving import record_leaving
from app.people.actions.persons import add_person
from app.people.models import Login, LoginConsortium, Person
from app.people.tasks import LEAVERS
from app.policies.models import Clause
from tests.factories.duties import adopt
from tests.factories.world import World

LONG_AGO = date(2001, 1, 1)


def gone(session: Session, world: World, name: str, email: str | None = None) -> Person:
    """Somebody of this name who left long ago."""
    person = add_person(session, name=name, email=email, by=world.machine, at=now())
    record_leaving(session, person, left_on=LONG_AGO, by=world.machine, at=now())
    session.commit()
    return person


def test_no_place_loses_its_name_or_code_to_somebody_called_the_same(session: Session, world: World) -> None:
    before = sorted((place.code, place.name) for place in session.scalars(sa.select(Place)))
    world.staff_position.purpose = f"Opens {world.east.name} in the morning."
    for name in (world.east.name, world.east.code):
        anonymize(session, gone(session, world, name), by=world.machine, at=now())
        session.commit()
    session.expire_all()
    assert sorted((place.code, place.name) for place in session.scalars(sa.select(Place))) == before
    assert world.staff_position.purpose == f"Opens {world.east.name} in the morning."


def test_the_words_of_a_policy_stay_as_they_were_adopted(session: Session, world: World) -> None:
    adopt(session, world, "desk")
    session.commit()
    before = [(clause.title, clause.body) for clause in session.scalars(sa.select(Clause).order_by(Clause.id))]
    assert before
    anonymize(session, gone(session, world, before[0][1].rstrip(".")), by=world.machine, at=now())
    session.commit()
    session.expire_all()
    assert [(clause.title, clause.body) for clause in session.scalars(sa.select(Clause).order_by(Clause.id))] == before


def test_a_login_that_somebody_else_comes_in_with_stays(session: Session, world: World) -> None:
    """A login may have another address than its person here, and that address may be given to somebody new."""
    login = Login(email="other@green.example", created_at=now())
    session.add(login)
    session.flush()
    colleague = add_person(session, name="Bo Here", email="bo@green.example", by=world.machine, at=now())
    entry = LoginConsortium(login_id=login.id, consortium_id=world.consortium.id, person_id=colleague.id)
    session.add(entry)
    anonymize(session, gone(session, world, "Ann Gone", "other@green.example"), by=world.machine, at=now())
    session.commit()
    assert session.scalar(sa.select(Login.id).where(Login.email == "other@green.example")) == login.id
    assert session.scalar(sa.select(LoginConsortium.id).where(LoginConsortium.login_id == login.id)) == entry.id


def test_a_last_day_far_back_erases_nothing_at_once(application: Flask, session: Session, world: World) -> None:
    with time_machine.travel("2026-11-09T12:00:00Z"):
        person = gone(session, world, "Ann Gone")
        find_due(application)
        drain(application, kinds=[LEAVERS])
    enter_tenant(session, world.consortium.id)
    session.expire_all()
    assert person.anonymized_at is None
    with time_machine.travel("2026-12-10T12:00:00Z"):
        find_due(application)
        drain(application, kinds=[LEAVERS])
    enter_tenant(session, world.consortium.id)
    session.expire_all()
    assert person.anonymized_at is not None
