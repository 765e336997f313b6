"""No page weighs more than 80 kB, wherever in a large consortium it is asked for."""

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Role
from app.accounts.actions.tools import ToolWords, add_tool
from app.accounts.rules.tools import ToolKind
from app.duties.rules.catalogue import Family
from app.goals.actions.setting import MOST_GOALS
from app.people.actions.persons import add_person
from app.people.actions.positions import add_position, put_in_position
from app.people.actions.roles import grant
from app.policies.actions import drafts
from app.policies.importers import get_policy_template
from app.policies.rules.states import Force
from tests.factories import judged
from tests.factories.duties import adopt, give
from tests.factories.everything import Values, fill
from tests.factories.figures import add_branches, set_goal
from tests.factories.world import AT, SINCE, World
from tests.views.security.addresses import address, filling, is_public, rules_of

_MOST_BYTES = 80_000
#: more than a page of everything
_MANY = 60


@pytest.fixture
def values(session: Session, world: World) -> Values:
    """Sixty of what lists are made of: branches with accounts, people in positions with roles, policies, findings."""
    values, by = fill(session, world), world.machine
    adopt(session, world, "listen", "answer")
    for number, (branch, account) in enumerate(add_branches(session, world, _MANY)):
        name = f"Philippa Montgomery-Featherstone {number}"
        person = add_person(session, name=name, email=f"p{number}@green.example", by=by, at=AT)
        position = add_position(
            session, world.east, title=f"Outreach and digital services librarian {number}",
            contracted_hours=Decimal(40), agreed_hours=Decimal(8), by=by, at=AT,
        )  # fmt: skip
        put_in_position(session, person, position, first_on=SINCE, by=by, at=AT)
        grant(session, person, Role.STAFF, world.east, by=by, at=AT)
        give(session, account, Family.LISTEN, position, place=branch)
        add_tool(session, world.east, ToolWords(ToolKind.SUITE, f"A calendar {number}"), by=by, at=AT)
    words = get_policy_template("T04")
    for number in range(_MANY):
        terms = {"code": f"LONG {number}", "title": f"{words.title} {number}", "force": Force.RECOMMENDED}
        drafts.draft_from_template(session, words, issued_by=world.root, by=by, at=AT, **terms)  # type: ignore[arg-type]  # three keywords
    for number in range(MOST_GOALS - 1):
        set_goal(session, world, world.east, f"Answer people sooner than last year {number}")
    judged.check(session, world)
    return values


@pytest.mark.parametrize("application", ["sqlite"], indirect=True)
def test_no_page_is_heavier_than_its_budget(
    application: Flask, as_admin: FlaskClient, world: World, values: Values
) -> None:
    heavy, seen = [], 0
    for rule in rules_of(application):
        if is_public(application, rule) or "GET" not in (rule.methods or ()):
            continue
        for place in (world.root, world.library, world.east) if "place" in rule.arguments else (world.east,):
            path = address(rule, filling(rule, values) | {"place": place.code})
            reply = as_admin.get(path)
            if reply.mimetype == "text/html" and reply.status_code == 200:
                seen += 1
                heavy += [f"{path}: {len(reply.data):,} bytes"] if len(reply.data) > _MOST_BYTES else []
    assert seen > 100
    assert not heavy, "\n".join(heavy)
