"""The history: every deed of people and places is in it, it proves itself whole, and whoever meddles is found."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Actor, Role, Scope
from app.consortia import actions as consortia
from app.consortia.importers import read_survey
from app.consortia.rules import PlaceKind
from app.factory import create_app
from app.foundation.database import db, enter_tenant
from app.history import queries
from app.history.actions import record
from app.history.models import HistoryDetail, HistoryEntry, HistoryHead
from app.history.rules import Deed
from app.people.actions.links import accept_invitation, invite
from app.people.actions.persons import add_person
from app.people.actions.positions import add_position, end_incumbency, put_in_position
from app.people.actions.roles import grant, revoke
from app.people.models import Incumbency, Membership
from app.people.queries.links import get_link
from config import ROOT
from tests.databases import ENGINES, Database
from tests.factories.world import AT, World, make_world

LIBRARIES = ROOT / "seeds" / "pls" / "libraries.csv"
OUTLETS = ROOT / "seeds" / "pls" / "outlets.csv"


def within(world: World) -> Scope:
    return Scope(consortium_id=world.consortium.id)


def last_of(session: Session, world: World) -> tuple[HistoryEntry, HistoryDetail]:
    (entry, detail), *_ = queries.latest_entries(session, within=within(world))
    assert detail is not None
    return entry, detail


def test_every_deed_of_people_is_recorded_with_its_place(session: Session, world: World) -> None:
    by, at, east = world.machine, AT + timedelta(days=1), world.east
    ida = add_person(session, name="Ida Moss", email="ida@green.example", by=by, at=at)
    assert last_of(session, world)[0].deed is Deed.PERSON_ADDED
    position = add_position(session, east, title="Page", contracted_hours=None, agreed_hours=None, by=by, at=at)
    assert last_of(session, world)[0].deed is Deed.POSITION_ADDED
    held = put_in_position(session, ida, position, first_on=date(2026, 1, 5), by=by, at=at)
    assert last_of(session, world)[0].deed is Deed.INCUMBENCY_BEGUN
    end_incumbency(session, held, last_on=date(2026, 11, 1), by=by, at=at)
    assert last_of(session, world)[0].deed is Deed.INCUMBENCY_ENDED
    role = grant(session, ida, Role.STAFF, east, by=by, at=at)
    assert last_of(session, world)[0].deed is Deed.MEMBERSHIP_GRANTED
    revoke(session, role, by=by, at=at)
    assert last_of(session, world)[0].deed is Deed.MEMBERSHIP_ENDED
    told = queries.latest_entries(session, within=Scope(world.consortium.id, east.id, east.path), most=5)
    assert [entry.deed for entry, _ in told] == [
        Deed.MEMBERSHIP_ENDED,
        Deed.MEMBERSHIP_GRANTED,
        Deed.INCUMBENCY_ENDED,
        Deed.INCUMBENCY_BEGUN,
        Deed.POSITION_ADDED,
    ]
    assert queries.first_break(session, within=within(world)) is None


def test_inviting_and_joining_are_recorded_by_whoever_did_them(session: Session, world: World) -> None:
    ida = add_person(session, name="Ida Moss", email="ida@green.example", by=world.machine, at=AT)
    token = invite(session, ida, by=world.machine, at=AT)
    entry, detail = last_of(session, world)
    assert (entry.deed, entry.person_id, detail.values["by"]) == (Deed.PERSON_INVITED, None, "tests")
    assert token not in str(detail.values)
    link = get_link(session, token, at=AT)
    accept_invitation(session, link, password_hash="a hash of theirs", at=AT)
    entry, detail = last_of(session, world)
    assert (entry.deed, entry.person_id, detail.values["by"]) == (Deed.PERSON_JOINED, ida.id, "Ida Moss")
    assert "a hash of theirs" not in str(detail.values)


def test_every_deed_of_places_is_recorded(session: Session, world: World) -> None:
    place = consortia.add_place(
        session, parent=world.library, kind=PlaceKind.BRANCH, name="Green Van", by=world.machine, at=AT
    )
    entry, detail = last_of(session, world)
    assert (entry.deed, entry.subject_id, entry.place_path) == (Deed.PLACE_ADDED, place.id, place.path)
    assert detail.values["name"] == "Green Van"
    directory = read_survey(LIBRARIES.read_bytes(), OUTLETS.read_bytes())
    plan = consortia.plan_directory(session, directory, within=within(world))
    consortia.apply_plan(session, plan, by=world.machine, at=AT)
    entry, detail = last_of(session, world)
    assert (entry.deed, detail.values["libraries_added"]) == (Deed.PLACES_IMPORTED, 4)
    assert queries.first_break(session, within=within(world)) is None
    founded = consortia.create_consortium(session, name="New Hills", slug="new-hills", at=AT)
    ((entry, _),) = queries.latest_entries(session, within=Scope(founded.id))
    assert (entry.deed, entry.number) == (Deed.CONSORTIUM_CREATED, 1)


def test_what_a_page_changes_names_who_changed_it(
    as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    enter_tenant(session, world.consortium.id)
    held = session.scalars(
        sa.select(Incumbency).where(
            Incumbency.consortium_id == world.consortium.id, Incumbency.person_id == world.staff.id
        )
    ).one()
    role = session.scalars(
        sa.select(Membership).where(
            Membership.consortium_id == world.consortium.id, Membership.person_id == world.staff.id
        )
    ).one()
    session.commit()
    before = last_of(session, world)[0].number
    east = f"/at/{world.east.code}"
    session.rollback()
    for path, data in (
        (f"{east}/positions/new", {"title": "Page"}),
        (f"{east}/people/new", {"name": "Ida Moss", "position": str(world.vacant_position.id), "role": "staff"}),
        (f"/people/{world.staff.id}/invite", {}),
        (f"/memberships/{role.id}/end", {}),
        (f"/incumbencies/{held.id}/end", {"last_on": "2026-11-01"}),
    ):
        assert as_branch_manager.post(path, data=data).status_code in {200, 302}, path
    told = [
        (entry, detail)
        for entry, detail in queries.latest_entries(session, within=within(world))
        if entry.number > before
    ]
    assert [entry.deed for entry, _ in reversed(told)] == [
        Deed.POSITION_ADDED,
        Deed.PERSON_ADDED,
        Deed.INCUMBENCY_BEGUN,
        Deed.MEMBERSHIP_GRANTED,
        Deed.PERSON_INVITED,
        Deed.MEMBERSHIP_ENDED,
        Deed.INCUMBENCY_ENDED,
    ]
    assert {entry.person_id for entry, _ in told} == {world.manager.id}
    assert {detail.values["by"] for _, detail in told if detail} == {world.manager.name}
    assert queries.first_break(session, within=within(world)) is None


def test_what_is_refused_leaves_no_trace(as_admin: FlaskClient, session: Session, world: World) -> None:
    before = last_of(session, world)[0].number
    session.rollback()
    taken = {"name": "Twin", "email": world.staff.email, "position": "", "role": "staff"}
    assert "belongs to someone here already" in as_admin.post(f"/at/{world.east.code}/people/new", data=taken).text
    assert last_of(session, world)[0].number == before


def test_an_erased_detail_leaves_the_chain_whole(session: Session, world: World) -> None:
    entry, detail = last_of(session, world)
    session.delete(detail)
    session.flush()
    assert queries.first_break(session, within=within(world)) is None
    assert queries.latest_entries(session, within=within(world), most=1) == [(entry, None)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("done_at", AT + timedelta(seconds=1)),
        ("deed", Deed.PLACE_ADDED),
        ("person_id", 7),
        ("subject_id", 7),
        ("subject_kind", "place"),
        ("place_path", "1/"),
        ("digest", "0" * 64),
        ("hash_before", "0" * 64),
        ("hash", "0" * 64),
    ],
)
def test_a_changed_entry_is_found(session: Session, world: World, column: str, value: object) -> None:
    session.execute(
        sa.update(HistoryEntry)
        .where(HistoryEntry.consortium_id == world.consortium.id, HistoryEntry.number == 3)
        .values({column: value})
    )
    assert queries.first_break(session, within=within(world)) == 3


def test_a_changed_detail_is_found(session: Session, world: World) -> None:
    _, detail = queries.latest_entries(session, within=within(world), most=1)[0]
    assert detail is not None
    detail.values = {**detail.values, "by": "somebody else"}
    session.flush()
    assert queries.first_break(session, within=within(world)) == last_of(session, world)[0].number


@pytest.mark.parametrize("from_end", [0, 1])
def test_an_entry_taken_away_is_missed(session: Session, world: World, from_end: int) -> None:
    entry, detail = queries.latest_entries(session, within=within(world))[from_end]
    number = entry.number
    session.delete(detail)
    session.flush()
    session.delete(entry)
    session.flush()
    assert queries.first_break(session, within=within(world)) == number


def test_all_of_it_taken_away_is_missed(session: Session, world: World) -> None:
    for table in (HistoryDetail, HistoryEntry):
        session.execute(sa.delete(table).where(table.consortium_id == world.consortium.id))
    assert queries.first_break(session, within=within(world)) == 1


def test_an_instant_in_another_zone_is_the_same_instant(session: Session, world: World) -> None:
    at = datetime(2026, 11, 9, 10, 0, tzinfo=timezone(timedelta(hours=-5)))
    add_person(session, name="Ida Moss", email=None, by=world.machine, at=at)
    session.commit()
    session.expire_all()
    assert queries.first_break(session, within=within(world)) is None


def test_one_consortium_does_not_read_anothers_history(session: Session, world: World, far: World) -> None:
    told = queries.latest_entries(session, within=within(world), most=200)
    assert {entry.consortium_id for entry, _ in told} == {world.consortium.id}
    assert queries.entries_of(session, "person", far.staff.id, within=within(world)) == []
    assert queries.entries_of(session, "person", world.staff.id, within=within(world))


def test_a_session_that_remembers_the_head_reads_it_anew(application: Flask, session: Session, world: World) -> None:
    held = session.scalars(sa.select(HistoryHead).where(HistoryHead.consortium_id == world.consortium.id)).one()
    session.commit()
    with application.app_context():
        enter_tenant(db.session, world.consortium.id)
        record(db.session, Deed.FINDINGS_CHECKED, world.root, by=world.machine, at=AT)
        db.session.commit()
    entry = record(session, Deed.FINDINGS_CHECKED, world.root, by=world.machine, at=AT)
    assert held.number == entry.number
    assert queries.first_break(session, within=within(world)) is None


@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_writers_at_once_make_no_hole(fresh_database: Callable[[str], Database], engine_name: str) -> None:
    application = create_app(fresh_database(engine_name).settings())
    with application.app_context():
        world = make_world(db.session, slug="race", name="Race", prefix="race")
        db.session.commit()
        start = len(queries.latest_entries(db.session, within=within(world), most=200))

    def write(name: str) -> None:
        by = Actor.machine(name, consortium_id=world.consortium.id)
        with application.app_context():  # one session for all, as a worker that commits on its way
            enter_tenant(db.session, world.consortium.id)
            for _ in range(10):
                record(db.session, Deed.FINDINGS_CHECKED, world.root, by=by, at=AT)
                db.session.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ("Ann", "Ben")))
    with application.app_context():
        enter_tenant(db.session, world.consortium.id)
        told = queries.latest_entries(db.session, within=within(world), most=200)
        assert [entry.number for entry, _ in reversed(told)] == list(range(1, start + 21))
        assert queries.first_break(db.session, within=within(world)) is None
        head = db.session.scalars(sa.select(HistoryHead).where(HistoryHead.consortium_id == world.consortium.id)).one()
        assert head.number == start + 20
        db.engine.dispose()
