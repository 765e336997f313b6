"""The addresses of the application, and how the names in them are filled."""

import re

from flask import Flask
from werkzeug.routing import Rule

from app.access.marks import mark_of
from tests.factories.everything import Values


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


def dummies(rule: Rule) -> Values:
    """A value of the right kind for each name, which nothing has."""
    return {name: 1 if kind == "int" else "nothing" for name, kind in parameters_of(rule).items()}


def unfilled(rule: Rule, values: Values) -> list[str]:
    """The names in an address that no value fills."""
    return [name for name, kind in parameters_of(rule).items() if not {name, f"{kind} {name}"} & set(values)]


def filling(rule: Rule, values: Values) -> Values:
    """One value for each name in an address; what the world lacks is filled with what nobody has."""
    known = {name: values.get(f"{kind} {name}", values.get(name)) for name, kind in parameters_of(rule).items()}
    return dummies(rule) | {name: value for name, value in known.items() if value is not None}
