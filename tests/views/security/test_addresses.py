"""Over every address there is, those of rooms to come too: no way in, no way across, no 500."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.everything import Values, fill
from tests.factories.world import World
from tests.views.security.addresses import (
    address,
    dummies,
    filling,
    is_public,
    methods_of,
    parameters_of,
    rules_of,
    unfilled,
)
from tests.views.security.browsers import PASSWORD

MOST_IN_A_COLUMN = 2**63 - 1
ODD_IDS = (MOST_IN_A_COLUMN, MOST_IN_A_COLUMN + 1, int("9" * 20), int("9" * 400))
ODD_TEXTS = ("a%00b", "x" * 3000, "%C3%28", "%0d%0aSet-Cookie:x")
ODD_VALUES = ("a%00b", "x" * 3000, "%C3%28", "9" * 20, "-1", "2026-13-45", "0000-00..9999-99", "<script>")
#: names of filters that pages read from the address
ASKED = ("at", "place", "q", "page", "on", "period", "family", "scope", "sort", "kind", "state", "from", "to", "kpi")
#: words of the product, the same in every consortium
NAMES_NO_ROW = frozenset({"topic", "period", "year"})


@pytest.fixture
def ours(session: Session, world: World, far: World) -> Values:
    """What fills the addresses of Green Valley; Far Hills holds as much."""
    fill(session, far)
    return fill(session, world)


def test_everything_that_an_address_can_name_is_in_the_world(application: Flask, ours: Values) -> None:
    doors = [rule for rule in rules_of(application) if not is_public(application, rule)]
    missing = sorted({name for rule in doors for name in unfilled(rule, ours)})
    assert not missing, f"Add a row for each to tests/factories/everything.py: {missing}"


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
    application: Flask, as_stranger: FlaskClient, ours: Values, far: World
) -> None:
    wrong = []
    for rule in rules_of(application):
        if is_public(application, rule) or not rule.arguments - NAMES_NO_ROW:
            continue
        values = filling(rule, ours)
        through_own_place = {**values, "place": far.east.code}
        tried = [values, through_own_place] if len(values.keys() - NAMES_NO_ROW) > 1 and "place" in values else [values]
        for filled, method in product(tried, methods_of(rule)):
            reply = as_stranger.open(address(rule, filled), method=method)
            if reply.status_code not in {302, 404} or "Green" in reply.get_data(as_text=True):
                wrong.append(f"{method} {address(rule, filled)}: {reply.status_code}")
    assert not wrong, "\n".join(wrong)


def test_no_page_names_the_neighbor(application: Flask, as_admin: FlaskClient, ours: Values, far: World) -> None:
    wrong = []
    for rule in rules_of(application):
        if "GET" not in (rule.methods or ()) or is_public(application, rule):
            continue
        for query in ("", f"?at={far.east.code}&place={far.east.code}&scope={far.east.code}&q=far"):
            text = as_admin.get(address(rule, filling(rule, ours)) + query, follow_redirects=True).get_data(
                as_text=True
            )
            if "Far East" in text or "Far North" in text or "Far County" in text or "Far Hills" in text:
                wrong.append(rule.rule + query)
    assert not wrong, "\n".join(wrong)


def test_ids_and_codes_that_no_row_can_have_are_not_found(
    application: Flask, as_admin: FlaskClient, ours: Values
) -> None:
    wrong = []
    for rule in rules_of(application):
        base = filling(rule, ours)
        for name, kind in parameters_of(rule).items():
            for odd in ODD_IDS if kind == "int" else ODD_TEXTS:
                for method in methods_of(rule):
                    path = address(rule, {**base, name: odd})
                    reply = as_admin.open(path, method=method)
                    if reply.status_code not in {302, 404, 405}:
                        wrong.append(f"{method} {path[:120]}: {reply.status_code}")
                    assert "Set-Cookie:x" not in str(reply.headers)
    assert not wrong, "\n".join(wrong)


def test_odd_words_in_a_filter_break_no_page(application: Flask, as_admin: FlaskClient, ours: Values) -> None:
    for rule in rules_of(application):
        if "GET" not in (rule.methods or ()):
            continue
        for odd in ODD_VALUES:
            query = "&".join(f"{name}={odd}" for name in ASKED)
            reply = as_admin.get(f"{address(rule, filling(rule, ours))}?{query}")
            assert reply.status_code in {200, 302, 400, 404}, f"{rule.rule}?{query[:80]}"
            assert "<script>&" not in reply.get_data(as_text=True)


@pytest.fixture
def guarded(application: Flask) -> Iterator[Flask]:
    """The application with its forms' tokens asked for, as in use."""
    application.config["WTF_CSRF_ENABLED"] = True
    yield application
    application.config["WTF_CSRF_ENABLED"] = False


def test_a_form_from_another_site_changes_nothing(guarded: Flask, as_admin: FlaskClient, ours: Values) -> None:
    posts = [rule for rule in rules_of(guarded) if "POST" in (rule.methods or ())]
    assert posts
    for rule in posts:
        path = address(rule, filling(rule, ours))
        for data in ({}, {"csrf_token": "made up"}):
            assert as_admin.post(path, data=data).status_code == 400, path


def test_a_form_with_its_token_passes(guarded: Flask, with_password: str) -> None:
    browser = guarded.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/sign-in").text)
    assert token is not None
    data = {"email": with_password, "password": PASSWORD}
    assert browser.post("/sign-in", data=data).status_code == 400
    assert browser.post("/sign-in", data={**data, "csrf_token": token[1]}).location == "/"
