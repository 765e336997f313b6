"""Names of people who left are erased on schedule, everywhere in their consortium, and the history still verifies."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Actor, Grant, Role, Scope
from app.background.worker import drain, find_due
from app.foundation.clock import now
from app.foundation.database import INSTALLATION_TABLES, Base, enter_tenant, tenant
from app.foundation.errors import Refused
from app.history.models import HistoryDetail
from app.history.queries import first_break
from app.people.actions.anonymizing import anonymize, set_retention
from app.people.actions.leaving import record_leaving
from app.people.actions.persons import add_person, change_person
from app.people.actions.positions import end_incumbency, put_in_position
from app.people.actions.roles import grant
from app.people.actions.sessions import note_try, open_session
from app.people.models import Login, LoginConsortium, LoginSession, Person, SignInAttempt
from app.people.queries.positions import incumbencies_of
from app.people.rules import former_name
from app.people.tasks import LEAVERS
from tests.factories.world import World

NAME, EMAIL = "Zoë O'Hara-Lind", "zoe.ohara@green.example"
EARLIER = "Zoë Lind"
LEFT = date(2026, 10, 31)


def whole(world: World) -> Scope:
    """All of the consortium."""
    return Scope(world.consortium.id)


@pytest.fixture
def zoe(session: Session, world: World) -> Person:
    """Somebody who was here for a year, under two names, did things, was written about, and left."""
    zoe = add_person(session, name=EARLIER, email="zoe.lind@green.example", by=world.machine, at=now())
    change_person(session, zoe, name=NAME, email=EMAIL, by=world.machine, at=now())
    held = put_in_position(session, zoe, world.vacant_position, first_on=date(2025, 1, 1), by=world.machine, at=now())
    grant(session, zoe, Role.DIRECTOR, world.library, by=world.machine, at=now())
    login = Login(email=EMAIL, created_at=now())
    session.add(login)
    session.flush()
    session.add(LoginConsortium(login_id=login.id, consortium_id=world.consortium.id, person_id=zoe.id))
    open_session(session, login.id, world.consortium.id, at=now())
    note_try(session, EMAIL, succeeded=True, at=now())
    by = Actor(
        NAME, world.consortium.id, zoe.id, login.id, (Grant(Role.DIRECTOR, world.library.id, world.library.path),)
    )
    friend = add_person(session, name="Ida Moss", email=None, by=by, at=now())
    grant(session, friend, Role.STAFF, world.east, by=by, at=now())
    world.staff_position.purpose = f"Stands in for {NAME} (write to {EMAIL.upper()}), once {EARLIER}."
    end_incumbency(session, held, last_on=LEFT, by=world.machine, at=now())
    record_leaving(session, zoe, left_on=LEFT, by=world.machine, at=now())
    session.commit()
    return zoe


def places_holding(session: Session, word: str, world: World) -> list[str]:
    """Every column of every table of the consortium, and of logins, in which a word stands; JSON is read, not scanned."""
    found = []
    for table in Base.metadata.sorted_tables:
        is_tenant = table.name not in INSTALLATION_TABLES
        query = sa.select(table)
        if "consortium_id" in table.c:
            query = query.where(table.c.consortium_id == world.consortium.id)
        for row in session.execute(query).mappings():
            for name, value in row.items():
                text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
                if isinstance(value, str | dict | list) and word.casefold() in text.casefold():
                    found.append(f"{table.name}.{name}" if is_tenant else f"{table.name}.{name} (installation)")
    return sorted(set(found))


def test_no_table_holds_the_name_or_the_address_and_the_history_verifies(
    session: Session, world: World, zoe: Person
) -> None:
    for word in (NAME, EARLIER, EMAIL):
        assert "history_detail.values" in places_holding(session, word, world), "the test looks where it should"
    assert "position.purpose" in places_holding(session, EMAIL, world)
    assert first_break(session, within=whole(world)) is None
    anonymize(session, zoe, by=world.machine, at=now())
    session.commit()
    for word in (NAME, EARLIER, EMAIL, "zoe.lind@green.example"):
        assert places_holding(session, word, world) == [], word
    assert first_break(session, within=whole(world)) is None
    assert former_name(zoe.id) in session.scalars(sa.select(Person.name).where(Person.id == zoe.id)).one()


def test_what_was_done_stays_under_the_code(session: Session, world: World, zoe: Person) -> None:
    anonymize(session, zoe, by=world.machine, at=now())
    session.commit()
    session.expire_all()
    details = [
        detail.values
        for detail in session.scalars(
            sa.select(HistoryDetail).where(HistoryDetail.consortium_id == world.consortium.id)
        )
    ]
    assert {"name": "Ida Moss", "by": former_name(zoe.id)} in details
    assert len(incumbencies_of(session, zoe, within=whole(world))) == 1
    assert zoe.email is None
    assert zoe.anonymized_at is not None


def test_a_redacted_detail_is_the_only_one_that_may_differ(session: Session, world: World, zoe: Person) -> None:
    anonymize(session, zoe, by=world.machine, at=now())
    session.commit()
    kept = session.scalars(
        sa.select(HistoryDetail).where(
            HistoryDetail.consortium_id == world.consortium.id, HistoryDetail.redacted_at.is_(None)
        )
    ).first()
    assert kept is not None
    kept.values = {**kept.values, "by": "Somebody else"}
    session.commit()
    assert first_break(session, within=whole(world)) is not None


def test_the_login_goes_where_it_leads_nowhere_else(session: Session, world: World, zoe: Person) -> None:
    anonymize(session, zoe, by=world.machine, at=now())
    session.commit()
    enter_tenant(session, None)
    assert session.scalar(sa.select(Login.id).where(Login.email == EMAIL)) is None
    assert session.scalars(sa.select(SignInAttempt)).all() == []
    assert session.scalars(sa.select(LoginSession)).all() == []


def test_the_login_stays_where_another_consortium_needs_it(
    session: Session, world: World, far: World, zoe: Person
) -> None:
    with tenant(session, far.consortium.id):
        twin = add_person(session, name=NAME, email=EMAIL, by=far.machine, at=now())
        login = session.scalars(sa.select(Login).where(Login.email == EMAIL)).one()
        session.add(LoginConsortium(login_id=login.id, consortium_id=far.consortium.id, person_id=twin.id))
        session.commit()
    anonymize(session, zoe, by=world.machine, at=now())
    session.commit()
    with tenant(session, far.consortium.id):
        session.expire_all()
        assert session.scalar(sa.select(Login.id).where(Login.email == EMAIL)) == login.id
        assert (twin.name, twin.email) == (NAME, EMAIL)
        assert first_break(session, within=whole(far)) is None


def test_somebody_of_the_same_name_keeps_it(session: Session, world: World, zoe: Person) -> None:
    twin = add_person(session, name=NAME, email=None, by=world.machine, at=now())
    grant(session, twin, Role.STAFF, world.east, by=world.machine, at=now())
    session.commit()
    anonymize(session, zoe, by=world.machine, at=now())
    session.commit()
    session.expire_all()
    assert twin.name == NAME
    assert {NAME} <= {str(detail.values.get("person")) for detail in session.scalars(_details(world))}
    assert former_name(zoe.id) in {str(detail.values.get("by")) for detail in session.scalars(_details(world))}
    assert first_break(session, within=whole(world)) is None


def _details(world: World) -> sa.Select[HistoryDetail]:
    return sa.select(HistoryDetail).where(HistoryDetail.consortium_id == world.consortium.id)


def test_nobody_who_is_here_is_anonymized(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="has not left"):
        anonymize(session, world.staff, by=world.machine, at=now())


def test_it_happens_on_schedule_once_and_to_nobody_early(
    application: Flask, session: Session, world: World, zoe: Person
) -> None:
    with time_machine.travel("2028-10-31T12:00:00Z"):
        find_due(application)
        drain(application, kinds=[LEAVERS])
    enter_tenant(session, world.consortium.id)
    session.expire_all()
    assert zoe.name == NAME
    with time_machine.travel("2028-11-01T12:00:00Z"):
        find_due(application)
        assert drain(application, kinds=[LEAVERS]) == 1
        find_due(application)
        assert drain(application, kinds=[LEAVERS]) == 0
    enter_tenant(session, world.consortium.id)  # the worker has named others on this connection
    session.expire_all()
    assert zoe.name == former_name(zoe.id)
    assert world.staff.name == "Green Staff"


def test_a_batch_that_was_cut_short_goes_on(application: Flask, session: Session, world: World, zoe: Person) -> None:
    other = add_person(session, name="Ann Gone", email=None, by=world.machine, at=now())
    other.left_on = LEFT - timedelta(days=1)
    session.commit()
    anonymize(session, other, by=world.machine, at=now())  # as far as the first run came
    session.commit()
    erased_at = other.anonymized_at
    with time_machine.travel("2029-01-01T12:00:00Z"):
        find_due(application)
        drain(application, kinds=[LEAVERS])
    enter_tenant(session, world.consortium.id)
    session.expire_all()
    assert zoe.anonymized_at is not None
    assert other.anonymized_at == erased_at


def test_an_admin_says_how_long_and_sees_who_is_next(
    as_admin: FlaskClient, session: Session, world: World, zoe: Person
) -> None:
    page = as_admin.get("/people/names-kept").text
    assert NAME.replace("'", "&#39;") in page
    assert "Nov 1, 2028" in page
    assert "Choose between 1 and 120 months." in as_admin.post("/people/names-kept", data={"months": "0"}).text
    assert as_admin.post("/people/names-kept", data={"months": "6"}).status_code == 302
    assert "May 1, 2027" in as_admin.get("/people/names-kept").text
    shown = as_admin.get(f"/people/{zoe.id}").text
    assert "erased on May 1, 2027, 6 months after the last day" in shown
    assert "May 1, 2027" in as_admin.get(f"/at/{world.root.code}/people?show=left").text


def test_only_an_admin_says_how_long(
    as_director: FlaskClient, as_auditor: FlaskClient, as_stranger: FlaskClient, session: Session, world: World
) -> None:
    assert as_director.get("/people/names-kept").status_code == 403
    assert as_auditor.post("/people/names-kept", data={"months": "1"}).status_code == 403
    assert as_stranger.post("/people/names-kept", data={"months": "1"}).status_code == 302, "their own consortium's"
    session.expire_all()
    set_retention(session, 24, by=world.machine, at=now())
    last = session.scalars(_details(world).order_by(HistoryDetail.id.desc())).first()
    assert last is not None
    assert last.values["months_before"] == 24


def test_a_page_of_somebody_anonymized_offers_nothing(
    as_admin: FlaskClient, session: Session, world: World, zoe: Person
) -> None:
    anonymize(session, zoe, by=world.machine, at=now())
    session.commit()
    page = as_admin.get(f"/people/{zoe.id}").text
    assert former_name(zoe.id) in page
    assert "Change name or address" not in page
    begin = f"/positions/{world.vacant_position.id}/begin/{zoe.id}"
    assert "Their name is erased." in as_admin.post(begin, data={"first_on": "2030-01-01", "instead_of": ""}).text
    assert "Their name is erased." in as_admin.post(f"/people/{zoe.id}/edit", data={"name": "Zoë"}).text


def test_the_command_proves_every_history(application: Flask, session: Session, world: World, far: World) -> None:
    run = application.test_cli_runner()
    whole_ones = run.invoke(args=["consortia", "verify-history"])
    assert whole_ones.exit_code == 0
    assert "green-valley: " in whole_ones.output
    assert "whole." in whole_ones.output
    detail = session.scalars(_details(world).order_by(HistoryDetail.id)).first()
    assert detail is not None
    detail.values = {**detail.values, "by": "Somebody else"}
    session.commit()
    broken = run.invoke(args=["consortia", "verify-history", "--consortium", "green-valley"])
    assert broken.exit_code == 1
    assert "broken at entry 1." in broken.output
    assert run.invoke(args=["consortia", "verify-history", "--consortium", "far-hills"]).exit_code == 0
