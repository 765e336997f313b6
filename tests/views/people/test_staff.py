"""The people's page: who is in which position, filters, pages; adding people, changing them and their positions."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Role, Scope
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.people.actions.links import invite
from app.people.actions.persons import add_person
from app.people.actions.positions import add_position, put_in_position
from app.people.actions.roles import grant
from app.people.models import Incumbency, LinkToken, Person, Position
from app.people.queries.listing import Sought, find_lines
from app.people.queries.positions import incumbencies_of
from app.people.rules import Show
from tests.factories.world import SINCE, World

TODAY = now().date()


def people_of(page: str) -> list[str]:
    """Names in the row headers of the page's table, in order."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = body.split('<th scope="row">')[1:]
    return [row.partition("</th>")[0].partition("</a>")[0].rpartition(">")[2] for row in rows]


def test_incumbents_come_before_vacant_positions(as_director: FlaskClient, world: World) -> None:
    page = as_director.get(f"/at/{world.east.code}/people").text
    assert people_of(page)[:2] == ["Green Staff", "Green Manager"]
    assert page.index("Green Staff") < page.index("Vacant</span>")
    assert "3 positions, 1 vacant." in page
    assert "Far " not in page


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("show=vacant", "Library assistant", "Green Staff"),
        ("role=branch_manager", "Green Manager", "Green Staff"),
        ("q=staff", "Green Staff", "Green Manager"),
        ("q=adult+services", "Green Staff", "Green Manager"),
        ("show=left", "Nobody matches these filters", "Green Staff"),
        ("show=no-login", "Nobody matches these filters", "Green Staff"),
        ("show=nonsense&role=nonsense&page=0", "Green Staff", "Nobody matches"),
    ],
)
def test_the_page_is_narrowed(as_director: FlaskClient, world: World, query: str, seen: str, unseen: str) -> None:
    page = as_director.get(f"/at/{world.east.code}/people?{query}").text
    assert seen in page
    assert unseen not in page


def test_whoever_has_no_login_is_found(as_director: FlaskClient, session: Session, world: World) -> None:
    nia = add_person(session, name="Nia New", email="nia@green.example", by=world.machine, at=now())
    put_in_position(session, nia, world.vacant_position, first_on=SINCE, by=world.machine, at=now())
    session.commit()
    path = f"/at/{world.east.code}/people?show=no-login"
    assert people_of(as_director.get(path).text) == ["Nia New"]
    invite(session, nia, by=world.machine, at=now())
    session.commit()
    assert "Invited " in as_director.get(path).text


def test_a_percent_sign_is_no_wildcard(as_director: FlaskClient, world: World) -> None:
    assert people_of(as_director.get(f"/at/{world.east.code}/people?q=%25").text) == []


def test_people_without_a_position_are_shown_where_they_hold_a_role(
    as_admin: FlaskClient, session: Session, world: World
) -> None:
    add_person(session, name="Nina Nowhere", email=None, by=world.machine, at=now())
    session.commit()
    top = people_of(as_admin.get(f"/at/{world.root.code}/people").text)
    assert {"Nina Nowhere", "Green Auditor", "Green Director"} <= set(top)
    library = people_of(as_admin.get(f"/at/{world.library.code}/people").text)
    assert "Green Director" in library
    assert not {"Nina Nowhere", "Green Auditor"} & set(library)


def test_fifty_a_page_and_small(as_director: FlaskClient, session: Session, world: World) -> None:
    for number in range(60):
        person = add_person(session, name=f"Person {number:02}", email=None, by=world.machine, at=now())
        position = add_position(
            session, world.north, title="Page", contracted_hours=None, agreed_hours=None, by=world.machine, at=now()
        )
        put_in_position(session, person, position, first_on=SINCE, by=world.machine, at=now())
    session.commit()
    first = as_director.get(f"/at/{world.north.code}/people")
    assert len(people_of(first.text)) == 50
    assert "1 to 50 of 60" in first.text
    assert len(first.data) < 80_000
    second = as_director.get(f"/at/{world.north.code}/people?page=2").text
    assert len(people_of(second)) == 10
    assert not set(people_of(second)) & set(people_of(first.text))


def test_pages_go_on_from_positions_to_people_without_one(session: Session, world: World) -> None:
    whole = Scope(world.consortium.id, world.root.id, world.root.path)
    every = find_lines(session, Sought(), within=whole, on=TODAY, limit=50)
    pages = [find_lines(session, Sought(), within=whole, on=TODAY, limit=2, offset=at).rows for at in range(0, 8, 2)]
    assert every.total == len(every.rows) == 6
    assert [line for page in pages for line in page] == list(every.rows)
    assert find_lines(session, Sought(Show.VACANT), within=whole, on=TODAY, limit=50).total == 1


def test_whoever_adds_somebody_at_a_branch_says_where_they_belong(
    as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    data = {"name": "Ida Moss", "email": "", "position": "", "role": "", "first_on": ""}
    refused = as_branch_manager.post(f"/at/{world.east.code}/people/new", data=data)
    assert "Choose a position or a role" in refused.text
    assert session.scalar(sa.select(Person.id).where(Person.name == "Ida Moss")) is None
    assert (
        as_branch_manager.post(f"/at/{world.east.code}/people/new", data={**data, "role": "staff"}).status_code == 302
    )


def test_a_position_is_changed_and_closed(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    position = world.vacant_position
    data = {"title": "Desk assistant", "contracted_hours": "20", "agreed_hours": "30", "purpose": ""}
    wrong = as_branch_manager.post(f"/positions/{position.id}/edit", data=data)
    assert "more than the contract has" in wrong.text
    done = as_branch_manager.post(f"/positions/{position.id}/edit", data={**data, "agreed_hours": "4"})
    assert done.status_code == 302
    assert "Desk assistant" in as_branch_manager.get(f"/at/{world.east.code}/people").text
    assert (
        as_branch_manager.post(f"/positions/{position.id}/close", data={"closed_on": "2026-01-01"}).status_code == 302
    )
    assert f"/positions/{position.id}/edit" not in as_branch_manager.get(f"/at/{world.east.code}/people").text
    session.expire_all()
    assert session.get_one(Position, position.id).closed_on == date(2026, 1, 1)


def test_a_held_position_is_not_closed(as_branch_manager: FlaskClient, world: World) -> None:
    refused = as_branch_manager.post(
        f"/positions/{world.staff_position.id}/close", data={"closed_on": TODAY.isoformat()}
    )
    assert "Green Staff would still be in it" in refused.text


@pytest.mark.parametrize("beside", [True, False])
def test_somebody_changes_the_position_or_takes_a_second(
    as_branch_manager: FlaskClient,
    session: Session,
    world: World,
    beside: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    found = as_branch_manager.get(f"/positions/{world.vacant_position.id}/fill?q=green+staff").text
    begin = f"/positions/{world.vacant_position.id}/begin/{world.staff.id}"
    assert begin in found
    assert begin in as_branch_manager.get(f"/people/{world.staff.id}/positions?q=assistant").text
    held = session.scalars(sa.select(Incumbency).where(Incumbency.person_id == world.staff.id)).one()
    data = {"first_on": "2026-10-01", "instead_of": "" if beside else str(held.id)}
    assert as_branch_manager.post(begin, data=data).status_code == 302
    session.expire_all()
    stays = incumbencies_of(session, world.staff, within=Scope(world.consortium.id))
    assert [stay.last_on for stay in stays] == [None, None if beside else date(2026, 9, 30)]
    again = as_branch_manager.post(begin, data={"first_on": "2026-10-02", "instead_of": ""})
    assert "holds this position already" in again.text


def test_a_person_is_changed_and_the_old_link_ends(
    as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    ida = add_person(session, name="Ida Moss", email="ida@green.example", by=world.machine, at=now())
    grant(session, ida, Role.STAFF, world.east, by=world.machine, at=now())
    invite(session, ida, by=world.machine, at=now())
    session.commit()
    taken = as_branch_manager.post(f"/people/{ida.id}/edit", data={"name": "Ida", "email": "staff@green.example"})
    assert "belongs to someone here already" in taken.text
    data = {"name": "Ida Marsh", "email": "ida.marsh@green.example"}
    assert as_branch_manager.post(f"/people/{ida.id}/edit", data=data).status_code == 302
    session.expire_all()
    assert (ida.name, ida.email) == ("Ida Marsh", "ida.marsh@green.example")
    assert all(link.expires_at <= now() for link in session.scalars(sa.select(LinkToken)))


def test_the_address_of_somebody_who_signs_in_is_their_own(as_branch_manager: FlaskClient, world: World) -> None:
    data = {"name": "Green Staff", "email": "mine@green.example"}
    refused = as_branch_manager.post(f"/people/{world.staff.id}/edit", data=data)
    assert "changes it themselves" in refused.text


def test_nobody_is_changed_by_whoever_looks_after_one_of_two_places(
    as_branch_manager: FlaskClient, as_director: FlaskClient, session: Session, world: World
) -> None:
    grant(session, world.staff, Role.STAFF, world.north, by=world.machine, at=now())
    session.commit()
    data = {"name": "Another Name", "email": "staff@green.example"}
    refused = as_branch_manager.post(f"/people/{world.staff.id}/edit", data=data)
    assert "also belongs to Green North" in refused.text
    assert as_director.post(f"/people/{world.staff.id}/edit", data=data).status_code == 302


def pages_of(world: World) -> list[str]:
    """Every page here that changes something, of Green Valley."""
    slot, someone = world.vacant_position.id, world.staff.id
    return [
        f"/positions/{slot}/edit",
        f"/positions/{slot}/close",
        f"/positions/{slot}/fill",
        f"/positions/{slot}/begin/{someone}",
        f"/people/{someone}/edit",
        f"/people/{someone}/positions",
    ]


def test_who_may_open_what(
    as_staff: FlaskClient, as_branch_manager: FlaskClient, as_auditor: FlaskClient, world: World
) -> None:
    for path in pages_of(world):
        assert as_staff.get(path).status_code == 403, path
        assert as_auditor.get(path).status_code == 403, path
        assert as_branch_manager.get(path).status_code == 200, path


def test_a_stranger_finds_nothing(as_stranger: FlaskClient, world: World, far: World, session: Session) -> None:
    for path in pages_of(world):
        assert as_stranger.get(path).status_code == 404, path
    crossed = f"/positions/{far.vacant_position.id}/begin/{world.staff.id}"
    assert as_stranger.post(crossed, data={"first_on": "2026-11-01", "instead_of": ""}).status_code == 404
    enter_tenant(session, far.consortium.id)
    assert incumbencies_of(session, world.staff, within=Scope(far.consortium.id)) == []
