"""Rules in plain words, and what two rules, or two wordings of one, have to do with each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.policies.rules.catalogue import Parameter, ParameterType, Stricter, Unit, get_kind
from app.policies.rules.parameters import Value, number
from app.policies.rules.states import ClauseStance

_DAYS_A_WEEK = 7
_MINUTES_AN_HOUR = 60
_SINGULAR = {
    Unit.HOURS: "hour",
    Unit.MINUTES: "minute",
    Unit.POSTS: "post",
    Unit.CHECKS: "check",
    Unit.PEOPLE: "person",
    Unit.ACCOUNTS: "account",
    Unit.DAYS: "day",
    Unit.MONTHS: "month",
}


@dataclass(frozen=True, slots=True)
class StatedRule:
    """A rule as a version states it: a key of the catalogue and its typed parameters."""

    key: str
    parameters: Mapping[str, Value]


def sentence(key: str, parameters: Mapping[str, Value]) -> str:
    """The rule in plain words with units, such as "Replies to critics wait at least 2 hours."."""
    kind = get_kind(key)
    blanks = {parameter.name: _words(parameter, parameters[parameter.name]) for parameter in kind.parameters}
    return kind.sentence.format(**blanks)


def _words(parameter: Parameter, value: Value) -> str:
    if isinstance(value, tuple):
        return " ".join(duty.words for duty in value)
    if parameter.type in {ParameterType.FLAG, ParameterType.CHOICE}:
        return parameter.choices[str(value).lower() if isinstance(value, bool) else str(value)]
    return quantity(float(value), parameter.unit)


def quantity(value: float, unit: Unit) -> str:
    """A number with its unit as a reader says it: "70%", "2 hours" (also for 120 minutes), "1 post"."""
    if unit is Unit.MINUTES and value >= _MINUTES_AN_HOUR and value % _MINUTES_AN_HOUR == 0:
        return quantity(value / _MINUTES_AN_HOUR, Unit.HOURS)
    if unit is Unit.PERCENT:
        return f"{_plain(value)}%"
    if unit is Unit.NONE:
        return _plain(value)
    return f"{_plain(value)} {_SINGULAR[unit] if value == 1 else unit.value}"


def _plain(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def contradiction(rules: Iterable[StatedRule]) -> str | None:
    """Why the rules of one version cannot all be kept, in one sentence; None where they can."""
    stated: dict[str, Mapping[str, Value]] = {}
    for rule in rules:
        if rule.key in stated:
            return f"Two clauses state “{get_kind(rule.key).title}”. Keep one of them."
        stated[rule.key] = rule.parameters
    return _between_rules(stated)


def _between_rules(stated: Mapping[str, Mapping[str, Value]]) -> str | None:
    cool_off, reply = stated.get("critic.cooloff_min_minutes"), stated.get("critic.reply_max_hours")
    if cool_off and reply and number(cool_off, "minimum") / _MINUTES_AN_HOUR >= number(reply, "maximum"):
        wait = quantity(number(cool_off, "minimum"), Unit.MINUTES)
        limit = quantity(number(reply, "maximum"), Unit.HOURS)
        return f"The cool-off of {wait} leaves no time to reply within {limit}. Shorten the one or lengthen the other."
    weekly, daily = stated.get("posts.min_per_week"), stated.get("posts.max_per_day")
    if weekly and daily and number(weekly, "minimum") > _DAYS_A_WEEK * number(daily, "maximum"):
        low = quantity(number(weekly, "minimum"), Unit.POSTS)
        high = quantity(number(daily, "maximum"), Unit.POSTS)
        return f"At least {low} a week cannot be kept with at most {high} a day."
    if "response.min_rate_pct" in stated and "response.question_target_hours" not in stated:
        return "A share of questions is to be answered in time, but no clause says what that time is."
    return None


def stance_between(key: str, *, issued: Mapping[str, Value], own: Mapping[str, Value]) -> ClauseStance | None:
    """Whether a library's own parameters are as issued, stricter or looser; None where they are neither.

    Neither holds where one parameter asks more and another less, and where a value has no order (a clock, duties).
    """
    stances = {
        _stance(parameter, issued[parameter.name], own[parameter.name]) for parameter in get_kind(key).parameters
    }
    stances.discard(ClauseStance.AS_IS)
    if not stances:
        return ClauseStance.AS_IS
    return stances.pop() if len(stances) == 1 else None


def _stance(parameter: Parameter, issued: Value, own: Value) -> ClauseStance | None:
    if issued == own:
        return ClauseStance.AS_IS
    if (
        parameter.stricter is Stricter.NEITHER
        or not isinstance(issued, int | float)
        or not isinstance(own, int | float)
    ):
        return None
    asks_more = own > issued if parameter.stricter is Stricter.HIGHER else own < issued
    return ClauseStance.STRICTER if asks_more else ClauseStance.LOOSER
