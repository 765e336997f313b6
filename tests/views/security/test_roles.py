"""Attacks through roles: nobody gives, takes or sees more than their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Actor, Grant, Role, Scope
from app.factory import create_app
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.foundation.errors import Refused
from app.people.actions.persons import add_person
from app.people.actions.roles import grant, revoke
from app.people.models import Membership, Person
from app.people.queries.roles import get_membership
from tests.databases import ENGINES, Database
from tests.factories.world import World, make_world
from tests.views.consortia.pages import words_of


def membership_of(session: Session, world: World, person: Person) -> Membership:
    return session.scalars(
        sa.select(Membership).where(Membership.consortium_id == world.consortium.id, Membership.person_id == person.id)
    ).one()


def test_a_manager_takes_no_role_back_that_a_manager_could_not_give(
    as_branch_manager: FlaskClient, as_director: FlaskClient, session: Session, world: World
) -> None:
    peer = add_person(session, name="Per Peer", email=None, by=world.machine, at=now())
    role = grant(session, peer, Role.BRANCH_MANAGER, world.east, by=world.machine, at=now())
    session.commit()
    refused = as_branch_manager.post(f"/memberships/{role.id}/end")
    assert "is for someone with a wider role than yours" in words_of(refused)
    staff = membership_of(session, world, world.staff)
    assert as_branch_manager.post(f"/memberships/{staff.id}/end").status_code == 302
    assert as_director.post(f"/memberships/{role.id}/end").status_code == 302


@pytest.mark.parametrize(
    ("held", "given", "where"),
    [
        (Role.BRANCH_MANAGER, Role.BRANCH_MANAGER, "east"),
        (Role.BRANCH_MANAGER, Role.STAFF, "north"),
        (Role.DIRECTOR, Role.STAFF, "root"),
        (Role.DIRECTOR, Role.CONSORTIUM_ADMIN, "library"),
        (Role.CONSORTIUM_ADMIN, Role.CONSORTIUM_ADMIN, "library"),
        (Role.AUDITOR, Role.STAFF, "east"),
        (Role.STAFF, Role.STAFF, "east"),
    ],
)
def test_no_action_grants_more_than_its_actor_may(
    session: Session, world: World, held: Role, given: Role, where: str
) -> None:
    at_home = {Role.BRANCH_MANAGER: world.east, Role.DIRECTOR: world.library, Role.STAFF: world.east}
    home = at_home.get(held, world.root)
    by = Actor("Eve", world.consortium.id, world.manager.id, None, (Grant(held, home.id, home.path),))
    with pytest.raises(Refused, match="wider role"):
        grant(session, world.staff, given, getattr(world, where), by=by, at=now())


@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_admins_who_end_each_others_role_leave_one(
    fresh_database: Callable[[str], Database], engine_name: str
) -> None:
    application = create_app(fresh_database(engine_name).settings())
    with application.app_context():
        world = make_world(db.session, slug="race", name="Race", prefix="race")
        first = membership_of(db.session, world, world.admin)
        second = grant(db.session, world.auditor, Role.CONSORTIUM_ADMIN, world.root, by=world.machine, at=now())
        db.session.commit()
    consortium_id, by = world.consortium.id, world.machine

    def end(membership_id: int) -> bool:
        with application.app_context():
            enter_tenant(db.session, consortium_id)
            membership = get_membership(db.session, membership_id, within=Scope(consortium_id))
            try:
                revoke(db.session, membership, by=by, at=now())
            except Refused:
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, (first.id, second.id))) == [False, True]
    with application.app_context():
        db.engine.dispose()


def test_a_refusal_tells_nothing_about_the_place(as_branch_manager: FlaskClient, world: World) -> None:
    refused = as_branch_manager.get(f"/at/{world.north.code}/people")
    assert refused.status_code == 403
    assert world.north.name not in refused.text
    with as_branch_manager.session_transaction() as cookie:
        assert cookie.get("place") != world.north.code
