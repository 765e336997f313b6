"""Parameters of a rule: typed values in, typed values out, and the form a JSON column keeps."""

import math
from collections.abc import Mapping

from app.foundation.errors import Refused
from app.policies.rules.catalogue import Parameter, ParameterType, RuleKind, find_kind
from app.policies.rules.duties_asked import DutyAsked, parse_duties_asked

Value = int | float | bool | str | tuple[DutyAsked, ...]
Parameters = dict[str, Value]

#: Figures keep two places: finer steps than a hundredth of a percent or of an hour mean nothing here.
_PLACES = 2
_YES = frozenset({"true", "yes", "on", "y", "1"})
_NO = frozenset({"false", "no", "off", "n", "0"})


def parse_parameters(key: str, raw: Mapping[str, object]) -> Parameters:
    """Give a rule's parameters their types; text as a form sends it is read too.

    A parameter left out takes the catalogue's default. Refuses an unknown rule or parameter, a value of the wrong
    type and one outside its limits, each in a sentence that names the parameter and its unit.
    """
    kind = find_kind(key)
    if kind is None:
        raise Refused(f"There is no rule called “{key}” in the catalogue.", field="key")
    known = {parameter.name for parameter in kind.parameters}
    for name in raw:
        if name not in known:
            raise Refused(f"The rule “{kind.title}” has no parameter called “{name}”.")
    return {parameter.name: _value(parameter, raw, kind=kind) for parameter in kind.parameters}


def to_json(parameters: Mapping[str, Value]) -> dict[str, object]:
    """The form a JSON column keeps; :func:`parse_parameters` reads it back to the same values."""
    return {
        name: [duty.as_json() for duty in value] if isinstance(value, tuple) else value
        for name, value in parameters.items()
    }


def field_of(key: str, name: str) -> str:
    """The form field in which a rule's parameter is written."""
    return f"{key}.{name}".replace(".", "-")


def number(parameters: Mapping[str, Value], name: str) -> float:
    """A numeric parameter that a check compares with; a name that holds no number is a bug."""
    value = parameters[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"The parameter {name} holds no number.")
    return float(value)


def duties_asked(parameters: Mapping[str, Value]) -> tuple[DutyAsked, ...]:
    """The duties a ``duty.required`` rule asks for."""
    value = parameters["duties"]
    if not isinstance(value, tuple):
        raise TypeError("The parameter duties holds no list of duties.")
    return value


def _value(parameter: Parameter, raw: Mapping[str, object], *, kind: RuleKind) -> Value:
    given = raw.get(parameter.name, parameter.default)
    match parameter.type:
        case ParameterType.DUTIES:
            return parse_duties_asked(given)
        case ParameterType.FLAG:
            return _flag(given, parameter, kind=kind)
        case ParameterType.CHOICE:
            return _choice(given, parameter, kind=kind)
        case ParameterType.WHOLE:
            value: int | float = _whole(given, parameter, kind=kind)
        case ParameterType.DECIMAL:
            value = _decimal(given, parameter, kind=kind)
    _refuse_outside_limits(value, parameter, kind=kind)
    return value


def _flag(given: object, parameter: Parameter, *, kind: RuleKind) -> bool:
    if isinstance(given, bool):
        return given
    word = given.strip().lower() if isinstance(given, str) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise Refused(f"{_name(parameter, kind)} is yes or no.", field=parameter.name)


def _choice(given: object, parameter: Parameter, *, kind: RuleKind) -> str:
    if isinstance(given, str) and given in parameter.choices:
        return given
    words = ", ".join(parameter.choices)
    raise Refused(f"{_name(parameter, kind)} is one of {words}.", field=parameter.name)


def _whole(given: object, parameter: Parameter, *, kind: RuleKind) -> int:
    value = _finite(given)
    if value is None or not value.is_integer():
        raise Refused(f"{_name(parameter, kind)} is a whole number of {parameter.unit.value}.", field=parameter.name)
    return int(value)


def _decimal(given: object, parameter: Parameter, *, kind: RuleKind) -> float:
    value = _finite(given)
    if value is None:
        raise Refused(f"{_name(parameter, kind)} is a number of {parameter.unit.value}.", field=parameter.name)
    return round(value, _PLACES)


def _finite(given: object) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    text = given.strip().removesuffix("%") if isinstance(given, str) else given
    try:
        value = float(text)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _refuse_outside_limits(value: float, parameter: Parameter, *, kind: RuleKind) -> None:
    low, high = parameter.minimum, parameter.maximum
    if low is None or high is None or low <= value <= high:
        return
    name, unit = _name(parameter, kind), parameter.unit.value
    raise Refused(f"{name} lies between {low:g} and {high:g} {unit}.", field=parameter.name)


def _name(parameter: Parameter, kind: RuleKind) -> str:
    return f"“{parameter.label}” ({kind.title})"
