"""The watch itself can see: a read without the tenant's key, a commit on GET; and the database holds without it."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.foundation.database import db, enter_tenant
from app.people.models import Membership, Person
from app.people.queries.roles import memberships_at
from tests.factories.world import World
from tests.views.watch import tables_without_key, watching


@pytest.fixture(autouse=True)
def watched() -> None:
    """Here the watch itself is tested, so nobody watches the tests."""


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        (sa.select(Person.name), ["person"]),
        (sa.select(Person.name, Person.consortium_id), ["person"]),
        (sa.select(Person.name).where(Person.consortium_id == 1), []),
        (sa.select(Membership.id).join(Membership.place).where(Membership.consortium_id == 1), ["place"]),
        (
            sa.select(Membership.id)
            .join(Membership.place)
            .where(Membership.consortium_id == 1, Place.consortium_id == Membership.consortium_id),
            [],
        ),
    ],
)
def test_a_read_without_the_key_is_seen(statement: sa.Select[tuple[object]], missing: list[str]) -> None:
    assert tables_without_key(str(statement)) == missing


def test_a_commit_on_get_is_seen(application: Flask) -> None:
    with watching() as seen, application.test_request_context("/", method="GET"):
        db.session.execute(sa.text("SELECT 1"))
        db.session.commit()
    assert seen == ["GET / commits: reading a page changes nothing."]


def test_without_the_query_s_own_line_the_database_holds_it(application: Flask, session: Session, world: World) -> None:
    """On PostgreSQL a query that forgot its tenant sees no other tenant's row; SQLite has the query alone."""
    enter_tenant(session, world.consortium.id)
    names = session.scalars(sa.select(Person.name)).all()
    strangers = [name for name in names if name.startswith("Far")]
    if session.connection().dialect.name == "postgresql":
        assert names
        assert not strangers
        enter_tenant(session, None)
        assert session.scalars(sa.select(Person.name)).all() == []
    else:
        assert strangers


def test_without_the_database_s_line_the_query_holds_it(session: Session, world: World, far: World) -> None:
    """The tenant of the transaction is the stranger's, the scope is ours: the query alone finds nothing of either."""
    enter_tenant(session, far.consortium.id)
    ours = Scope(consortium_id=world.consortium.id)
    found = memberships_at(session, within=ours)
    assert [membership.person.name for membership in found if membership.person.name.startswith("Far")] == []


def test_the_database_refuses_a_reference_into_another_tenant(session: Session, world: World, far: World) -> None:
    enter_tenant(session, world.consortium.id)
    membership = Membership(
        consortium_id=world.consortium.id,
        person_id=far.staff.id,
        place_id=world.east.id,
        role="staff",
        granted_at=world.consortium.created_at,
    )
    session.add(membership)
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()
