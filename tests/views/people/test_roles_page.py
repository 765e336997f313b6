"""The roles page: who holds what where, who granted it, granting at any place one may, taking back."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Actor, Grant, Role
from app.foundation.clock import now
from app.people.actions.persons import add_person
from app.people.actions.positions import put_in_position
from app.people.actions.roles import grant, revoke
from app.people.models import Membership, Person
from tests.factories.world import SINCE, World


def roles_page(browser: FlaskClient, place: str, query: str = "") -> str:
    """The roles page of a place."""
    found = browser.get(f"/at/{place}/roles?{query}")
    assert found.status_code == 200
    return found.text


def test_roles_from_above_are_marked(as_branch_manager: FlaskClient, world: World) -> None:
    page = roles_page(as_branch_manager, world.east.code)
    assert page.count("Inherited</span>") == 3, "admin, auditor, director"
    assert "Green Manager" in page
    assert "Far " not in page


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("role=staff", "Green Staff", "Green Manager"),
        ("q=director", "Green Director", "Green Staff"),
        ("where=county", "Green Director", "Green Staff"),
        ("origin=above", "Green Director", "Green Staff"),
        ("origin=here", "Green Staff", "Green Director"),
        ("origin=below", "No role matches these filters", "Green Staff"),
        ("origin=nonsense&role=nonsense", "Green Staff", "No role matches"),
    ],
)
def test_roles_are_narrowed(as_branch_manager: FlaskClient, world: World, query: str, seen: str, unseen: str) -> None:
    page = roles_page(as_branch_manager, world.east.code, query).split('id="results"')[1]
    assert seen in page
    assert unseen not in page


def test_it_says_who_granted_a_role(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    by = Actor(
        "Green Director",
        world.consortium.id,
        world.director.id,
        grants=(Grant(Role.DIRECTOR, world.library.id, world.library.path),),
    )
    ida = add_person(session, name="Ida Moss", email=None, by=by, at=now())
    grant(session, ida, Role.STAFF, world.east, by=by, at=now())
    session.commit()
    row = roles_page(as_branch_manager, world.east.code, "q=ida").split("<tbody>")[1]
    assert 'data-l="Granted by">Green Director<' in row


def test_why_a_role_cannot_be_taken_back_is_said(
    as_branch_manager: FlaskClient, as_admin: FlaskClient, as_auditor: FlaskClient, world: World
) -> None:
    assert roles_page(as_branch_manager, world.east.code, "q=director").count("Needs a wider role") == 1
    assert "The last consortium admin stays" in roles_page(as_admin, world.root.code, "role=consortium_admin")
    assert "Take the role back" not in roles_page(as_auditor, world.root.code)


def test_an_admin_who_leaves_is_no_second_admin(as_admin: FlaskClient, session: Session, world: World) -> None:
    grant(session, world.auditor, Role.CONSORTIUM_ADMIN, world.root, by=world.machine, at=now())
    session.commit()
    first = session.scalars(
        sa.select(Membership).where(Membership.person_id == world.admin.id, Membership.role == Role.CONSORTIUM_ADMIN)
    ).one()
    world.auditor.left_on = now().date()
    session.commit()
    assert "This is the last consortium admin." in as_admin.post(f"/memberships/{first.id}/end").text
    world.auditor.left_on = None
    session.commit()
    assert "This is your own role" in as_admin.post(f"/memberships/{first.id}/end").text
    revoke(session, first, by=world.machine, at=now())  # there is a second one now


def test_a_role_is_granted_to_somebody_found_by_name(as_director: FlaskClient, session: Session, world: World) -> None:
    new = f"/at/{world.north.code}/roles/new"
    assert f"{new}?person=" not in as_director.get(new).text, "nobody is listed before a search"
    found = as_director.get(f"{new}?q=green+staff").text
    assert f"{new}?person={world.staff.id}" in found
    assert "Adult services librarian, Green East" in found
    assert as_director.post(f"{new}?person={world.staff.id}", data={"role": "auditor"}).status_code == 302
    roles = session.scalars(sa.select(Membership).where(Membership.person_id == world.staff.id)).all()
    assert {(role.role, role.place_id) for role in roles} == {
        (Role.STAFF, world.east.id),
        (Role.AUDITOR, world.north.id),
    }


def test_no_more_than_one_may_is_granted(as_branch_manager: FlaskClient, world: World) -> None:
    new = f"/at/{world.east.code}/roles/new?person={world.director.id}"
    assert "Choose one from the list." in as_branch_manager.post(new, data={"role": "director"}).text


def test_another_place_is_one_search_away(
    as_director: FlaskClient, as_branch_manager: FlaskClient, world: World
) -> None:
    ask = f"/at/{world.east.code}/roles/new?person={world.staff.id}&where=north"
    wanted = f"/at/{world.north.code}/roles/new?person={world.staff.id}"
    assert wanted in as_director.get(ask).text
    page = as_branch_manager.get(ask).text
    assert wanted not in page
    assert "No place of yours matches" in page


def test_whoever_works_at_two_places_is_no_trap(
    signed_in: Callable[[Person], FlaskClient], as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    """The newest position is at another place; the manager of the first one may still do their work."""
    from_north = add_person(session, name="Nia North", email=None, by=world.machine, at=now())
    for position, since in ((world.vacant_position, SINCE), (world.staff_position, SINCE.replace(year=2026))):
        put_in_position(session, from_north, position, first_on=since, by=world.machine, at=now())
    world.staff_position.place_id = world.north.id
    session.commit()
    page = as_branch_manager.get(f"/people/{from_north.id}")
    assert page.status_code == 200
    assert f"/at/{world.east.code}/roles/new?person={from_north.id}" in page.text
    assert as_branch_manager.get(f"/at/{world.east.code}/roles/new?person={from_north.id}").status_code == 200


def test_whoever_has_no_position_gets_the_link_too(as_admin: FlaskClient, session: Session, world: World) -> None:
    nina = add_person(session, name="Nina Nowhere", email=None, by=world.machine, at=now())
    session.commit()
    assert f"/at/{world.root.code}/roles/new?person={nina.id}" in as_admin.get(f"/people/{nina.id}").text


def test_whoever_left_gets_no_role(as_director: FlaskClient, session: Session, world: World) -> None:
    world.staff.left_on = SINCE
    session.commit()
    refused = as_director.post(f"/at/{world.north.code}/roles/new?person={world.staff.id}", data={"role": "staff"})
    assert "has left" in refused.text


def test_who_may_open_what(
    as_staff: FlaskClient, as_auditor: FlaskClient, as_branch_manager: FlaskClient, world: World
) -> None:
    east, north = f"/at/{world.east.code}/roles", f"/at/{world.north.code}/roles"
    assert [browser.get(east).status_code for browser in (as_staff, as_auditor, as_branch_manager)] == [403, 200, 200]
    assert as_branch_manager.get(north).status_code == 403
    for browser in (as_staff, as_auditor):
        assert browser.get(f"{east}/new").status_code == 403
        assert browser.post(f"{east}/new?person={world.staff.id}", data={"role": "staff"}).status_code == 403
    assert as_branch_manager.get(f"{north}/new").status_code == 403


def test_a_stranger_finds_nothing(as_stranger: FlaskClient, as_director: FlaskClient, world: World, far: World) -> None:
    for path in (f"/at/{world.east.code}/roles", f"/at/{world.east.code}/roles/new"):
        assert as_stranger.get(path).status_code == 404, path
    assert as_director.get(f"/at/{world.east.code}/roles/new?person={far.staff.id}").status_code == 404
    assert "Far Staff" not in as_director.get(f"/at/{world.east.code}/roles/new?q=far").text


@pytest.mark.parametrize("odd", ["0", "-1", "9" * 30, "nobody"])
def test_odd_numbers_in_the_address_break_nothing(as_admin: FlaskClient, world: World, odd: str) -> None:
    for room in ("roles", "people"):
        assert as_admin.get(f"/at/{world.root.code}/{room}?page={odd}").status_code == 200
    assert as_admin.get(f"/at/{world.root.code}/roles/new?person={odd}").status_code in {200, 404}
