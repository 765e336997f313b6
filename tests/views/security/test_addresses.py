"""Over every address there is, those of rooms to come too: no way in, no way across, no 500."""

import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.access.marks import mark_of
from app.background.models import Upload
from app.foundation.clock import now
from app.foundation.database import Base, enter_tenant
from tests.factories.world import World
from tests.views.security.browsers import PASSWORD

MOST_IN_A_COLUMN = 2**63 - 1
ODD_IDS = (MOST_IN_A_COLUMN, MOST_IN_A_COLUMN + 1, int("9" * 20), int("9" * 400))
ODD_TEXTS = ("a%00b", "x" * 3000, "%C3%28", "%0d%0aSet-Cookie:x")
ODD_VALUES = ("a%00b", "x" * 3000, "%C3%28", "9" * 20, "-1", "2026-13-45", "0000-00..9999-99", "<script>")
#: names of filters that pages read from the address
ASKED = ("at", "place", "q", "page", "on", "period", "family", "scope", "sort", "kind", "state", "from", "to", "kpi")


def rules_of(application: Flask) -> list[Rule]:
    return sorted(application.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def is_public(application: Flask, rule: Rule) -> bool:
    mark = mark_of(application.view_functions[rule.endpoint])
    return mark is not None and mark.is_public


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def parameters_of(rule: Rule) -> dict[str, str]:
    """The names in an address, each with its kind."""
    return {name: kind or "string" for kind, name in re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule)}


def address(rule: Rule, values: dict[str, object]) -> str:
    return re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: str(values[found[1]]), rule.rule)


class Known:
    """What a world holds for the names in addresses: an id by the table it is named for, a place by its code."""

    def __init__(self, session: Session, world: World) -> None:
        self._session, self._world = session, world

    def values(self, rule: Rule) -> dict[str, object] | None:
        """One for each name; None where the world holds nothing of that kind."""
        found = {name: self._value(name) for name in parameters_of(rule)}
        return None if None in found.values() else found

    def _value(self, name: str) -> object:
        if name == "place":
            return self._world.east.code
        if name in {"libraries_id", "outlets_id"}:
            name = "upload_id"
        table = Base.metadata.tables.get(name.removesuffix("_id")) if name.endswith("_id") else None
        if table is None or "consortium_id" not in table.c:
            return None
        enter_tenant(self._session, self._world.consortium.id)
        statement = sa.select(table.c.id).where(table.c.consortium_id == self._world.consortium.id)
        return self._session.scalars(statement.order_by(table.c.id).limit(1)).first()


@pytest.fixture
def known(session: Session, world: World, far: World) -> Callable[[World], Known]:
    """Something for as many addresses as the world can fill; a room that adds a table to the world is covered."""
    for owner in (world, far):
        enter_tenant(session, owner.consortium.id)
        session.add(
            Upload(
                consortium_id=owner.consortium.id,
                name="ae.csv",
                sha256="0" * 64,
                size=1,
                kept_at=now(),
                person_id=owner.admin.id,
            )
        )
        session.flush()  # each inside its own tenant
    session.commit()
    return lambda owner: Known(session, owner)


def dummies(rule: Rule) -> dict[str, object]:
    return {name: 1 if kind == "int" else "nothing" for name, kind in parameters_of(rule).items()}


def test_whoever_is_not_signed_in_is_sent_to_sign_in_or_finds_nothing(application: Flask, world: World) -> None:
    wrong = []
    for rule in rules_of(application):
        if is_public(application, rule):
            continue
        for method in (*methods_of(rule), "HEAD", "OPTIONS", "PUT", "TRACE"):
            reply = application.test_client().open(address(rule, dummies(rule)), method=method)
            sent_away = reply.status_code == 302 and (reply.location or "").startswith("/sign-in?next=/")
            if not sent_away and reply.status_code not in {404, 405}:
                wrong.append(f"{method} {rule.rule}: {reply.status_code}")
    assert not wrong, "\n".join(wrong)


def test_public_doors_answer_every_method_without_an_error(application: Flask, world: World) -> None:
    for rule in rules_of(application):
        if is_public(application, rule):
            for method in (*methods_of(rule), "HEAD", "OPTIONS", "PUT", "TRACE"):
                reply = application.test_client().open(address(rule, dummies(rule)), method=method)
                assert reply.status_code in {200, 302, 404, 405}, f"{method} {rule.rule}"


def test_a_stranger_reaches_nothing_by_anothers_ids(
    application: Flask, as_stranger: FlaskClient, known: Callable[[World], Known], world: World, far: World
) -> None:
    theirs, wrong, unfilled = known(world), [], []
    for rule in rules_of(application):
        if is_public(application, rule) or not rule.arguments:
            continue
        values = theirs.values(rule)
        if values is None:
            unfilled.append(rule.rule)
            continue
        through_own_place = {**values, "place": far.east.code}
        tried = [values, through_own_place] if len(values) > 1 and "place" in values else [values]
        for filled, method in product(tried, methods_of(rule)):
            reply = as_stranger.open(address(rule, filled), method=method)
            text = reply.get_data(as_text=True)
            if reply.status_code not in {302, 403, 404, 405} or "Green" in text:
                wrong.append(f"{method} {address(rule, filled)}: {reply.status_code}")
    assert not wrong, "\n".join(wrong)
    if unfilled:
        print("no row in the world for:", *unfilled, sep="\n")  # noqa: T201 - shown by pytest -s


def test_no_page_names_the_neighbor(
    application: Flask, as_admin: FlaskClient, known: Callable[[World], Known], world: World, far: World
) -> None:
    ours, wrong = known(world), []
    for rule in rules_of(application):
        values = ours.values(rule)
        if values is None or "GET" not in (rule.methods or ()) or is_public(application, rule):
            continue
        for query in ("", f"?at={far.east.code}&place={far.east.code}&scope={far.east.code}&q=far"):
            text = as_admin.get(address(rule, values) + query, follow_redirects=True).get_data(as_text=True)
            if "Far East" in text or "Far North" in text or "Far County" in text or "Far Hills" in text:
                wrong.append(address(rule, values) + query)
    assert not wrong, "\n".join(wrong)


def test_ids_and_codes_that_no_row_can_have_are_not_found(
    application: Flask, as_admin: FlaskClient, known: Callable[[World], Known], world: World
) -> None:
    ours, wrong = known(world), []
    for rule in rules_of(application):
        base = ours.values(rule) or dummies(rule)
        for name, kind in parameters_of(rule).items():
            for odd in ODD_IDS if kind == "int" else ODD_TEXTS:
                for method in methods_of(rule):
                    path = address(rule, {**base, name: odd})
                    reply = as_admin.open(path, method=method)
                    if reply.status_code not in {302, 404, 405}:
                        wrong.append(f"{method} {path[:120]}: {reply.status_code}")
                    assert "Set-Cookie:x" not in str(reply.headers)
    assert not wrong, "\n".join(wrong)


def test_odd_words_in_a_filter_break_no_page(
    application: Flask, as_admin: FlaskClient, known: Callable[[World], Known], world: World
) -> None:
    ours = known(world)
    for rule in rules_of(application):
        values = ours.values(rule)
        if values is None or "GET" not in (rule.methods or ()):
            continue
        for odd in ODD_VALUES:
            query = "&".join(f"{name}={odd}" for name in ASKED)
            reply = as_admin.get(f"{address(rule, values)}?{query}")
            assert reply.status_code in {200, 302, 400, 404}, f"{rule.rule}?{query[:80]}"
            assert "<script>&" not in reply.get_data(as_text=True)


@pytest.fixture
def guarded(application: Flask) -> Iterator[Flask]:
    """The application with its forms' tokens asked for, as in use."""
    application.config["WTF_CSRF_ENABLED"] = True
    yield application
    application.config["WTF_CSRF_ENABLED"] = False


def test_a_form_from_another_site_changes_nothing(
    guarded: Flask, as_admin: FlaskClient, known: Callable[[World], Known], world: World
) -> None:
    ours = known(world)
    posts = [rule for rule in rules_of(guarded) if "POST" in (rule.methods or ())]
    assert posts
    for rule in posts:
        path = address(rule, ours.values(rule) or dummies(rule))
        for data in ({}, {"csrf_token": "made up"}):
            assert as_admin.post(path, data=data).status_code == 400, path


def test_a_form_with_its_token_passes(guarded: Flask, with_password: str) -> None:
    browser = guarded.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/sign-in").text)
    assert token is not None
    data = {"email": with_password, "password": PASSWORD}
    assert browser.post("/sign-in", data=data).status_code == 400
    assert browser.post("/sign-in", data={**data, "csrf_token": token[1]}).location == "/"
