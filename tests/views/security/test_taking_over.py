"""Becoming somebody with more rights: by the address that their link will go to, typed or from a file."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Actor, Grant, Role, Scope
from app.foundation.clock import now
from app.foundation.errors import Refused
from app.people.actions.persons import add_person
from app.people.actions.roles import grant
from app.people.importers.people import plan_people
from app.people.models import Person
from app.people.rules import clean_email
from tests.factories.world import World
from tests.views.people_files import HEADING


def to_come(session: Session, world: World, *, email: str | None) -> Person:
    """A second branch manager of the east branch, who has no login yet."""
    person = add_person(session, name="Ann Lee", email=email, by=world.machine, at=now())
    grant(session, person, Role.BRANCH_MANAGER, world.east, by=world.machine, at=now())
    session.commit()
    return person


def test_a_manager_does_not_choose_where_the_link_of_another_manager_goes(
    as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    person = to_come(session, world, email="ann@green.example")
    reply = as_branch_manager.post(f"/people/{person.id}/edit", data={"name": "Ann Lee", "email": "me@evil.example"})
    assert "Ann Lee has a wider role than you may give." in reply.text
    session.refresh(person)
    assert person.email == "ann@green.example"


def test_a_director_who_may_give_the_role_changes_the_address(
    as_director: FlaskClient, session: Session, world: World
) -> None:
    person = to_come(session, world, email="ann@green.example")
    reply = as_director.post(f"/people/{person.id}/edit", data={"name": "Ann Lee", "email": "ann.lee@green.example"})
    assert reply.status_code == 302
    session.refresh(person)
    assert person.email == "ann.lee@green.example"


def test_no_file_of_a_manager_gives_another_manager_an_address(
    application: Flask, session: Session, world: World
) -> None:
    to_come(session, world, email=None)
    by = Actor(
        "Green Manager",
        world.consortium.id,
        world.manager.id,
        grants=(Grant(Role.BRANCH_MANAGER, world.east.id, world.east.path),),
    )
    within = Scope(world.consortium.id, world.east.id, world.east.path)
    file = HEADING + f"Ann Lee,me@evil.example,{world.east.code},,,,,,,Staff,,\n"
    with application.app_context():
        plan = plan_people(session, file.encode(), within=within, by=by, at=now())
    assert [problem.sentence for problem in plan.problems] == [
        "Ann Lee has a wider role than you may give. Ask someone who may to give them an address."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a,b@green.example",
        "a@green.example,b.example",
        "<a@green.example>",
        "ann<a@green.example",
        "(ann)a@green.example",
        '"ann"@green.example',
        "a;b@green.example",
        "group:a@green.example",
        "a@[9.9.9.9].example",
        "a\\@green.example",
        "a@green.example\nBcc:b@green.example",
    ],
)
def test_what_mail_reads_as_more_than_one_address_is_none(text: str) -> None:
    with pytest.raises(Refused, match="is not an email address"):
        clean_email(text)
