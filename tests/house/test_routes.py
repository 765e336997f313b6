"""Every door says who may come through; every address reads as one; every template compiles."""

import re
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from werkzeug.routing import Rule

from app.access.marks import mark_of
from app.factory import create_app
from config import Settings

_STATIC_PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)?|\.[a-z]+")
_PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, without a database behind it."""
    folder = tmp_path_factory.mktemp("house")
    return create_app(
        Settings(instance_path=folder, secret_key="s" * 32, token_keys=(Fernet.generate_key().decode(),), demo=False)
    )


def rules_of(house: Flask) -> Iterator[Rule]:
    """The addresses, ordered."""
    return iter(sorted(house.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)))


def test_every_door_says_who_may_come_through(house: Flask) -> None:
    unmarked = {rule.endpoint for rule in rules_of(house) if mark_of(house.view_functions[rule.endpoint]) is None}
    assert not unmarked, f"Mark each view with @requires(Permission.X, at=...) or @anyone: {sorted(unmarked)}"


def test_addresses_are_in_kebab_case(house: Flask) -> None:
    odd = []
    for rule in rules_of(house):
        fixed = [part for part in _PARAMETER.sub("", rule.rule).split("/") if part]
        odd += [rule.rule for part in fixed if not _STATIC_PART.fullmatch(part)]
    assert not odd, odd


def test_a_number_in_an_address_is_typed(house: Flask) -> None:
    untyped = [
        rule.rule
        for rule in rules_of(house)
        for kind, name in _PARAMETER.findall(rule.rule)
        if not kind and (name == "id" or name.endswith(("_id", "_number")) or name in {"place", "scope", "version"})
    ]
    assert not untyped, f"Give each its converter, such as <int:...>: {untyped}"


def test_a_parameter_is_what_its_view_takes(house: Flask) -> None:
    for rule in rules_of(house):
        view = house.view_functions[rule.endpoint]
        taken = set(view.__code__.co_varnames[: view.__code__.co_argcount + view.__code__.co_kwonlyargcount])
        assert rule.arguments <= taken or view.__code__.co_flags & 0x08, f"{rule.rule} and {rule.endpoint} differ"


def test_a_page_is_named_for_its_room(house: Flask) -> None:
    assert [rule.endpoint for rule in rules_of(house) if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", rule.endpoint)] == []


def test_every_template_compiles(house: Flask) -> None:
    environment = house.jinja_env
    names = environment.list_templates(extensions=["html"])
    assert names
    for name in names:
        environment.get_template(name)
