"""A KPI as a home shows it: the figure, the graph, how far it is from its target and what would close the gap."""

from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from app.desk.queries.kpis import KpiSeen
from app.desk.rules import closing_words
from app.goals.models import KpiStanding
from app.goals.rules import (
    Direction,
    Kpi,
    State,
    Target,
    amount,
    count_words,
    distance_in_words,
    get_kpi,
    target_words,
)
from app.goals.rules.words import even_top
from app.web.charts import bullet, spark

#: the grey bands end at these shares of the target
_POOR, _FAIR = 0.6, 0.85


@dataclass(frozen=True, slots=True)
class KpiLine:
    """A KPI in words and pictures."""

    name: str
    url: str
    #: such as "at most 70%"
    aim: str
    value: str
    cases: str
    bullet: Markup
    spark: Markup
    state: State
    #: the distance from the target, or why it cannot be told
    beside: str
    #: such as "13 more of 51 would have reached it."
    closing: str


def kpi_line(seen: KpiSeen) -> KpiLine:
    """What is missing is said in words where the number would be."""
    definition = get_kpi(seen.kpi.definition)
    standing = seen.measurement.standing if seen.measurement else None
    target = _target(standing)
    value = standing.value if standing else None
    return KpiLine(
        name=definition.name,
        url=url_for("goals.kpi", kpi_id=seen.kpi.id),
        aim=target_words(target, direction=seen.kpi.direction, unit=definition.unit) if target else "no target yet",
        value=amount(value, definition.unit) if value is not None else "No data",
        cases=count_words(definition, numerator=standing.numerator, cases=standing.cases) if standing else "",
        bullet=_bullet(seen, definition, value, target),
        spark=spark(
            [figure.value for _, figure in seen.months],
            target=target.value if target else None,
            label=definition.name,
            unit="%" if definition.unit.startswith("%") else "",
        ),
        state=seen.state,
        beside=_beside(standing, definition, seen.kpi.direction, target),
        closing=_closing(standing, definition, seen.kpi.direction, target),
    )


def _target(standing: KpiStanding | None) -> Target | None:
    if standing is None or standing.target is None:
        return None
    return Target(standing.target, standing.target_upper)


def _beside(standing: KpiStanding | None, definition: Kpi, direction: Direction, target: Target | None) -> str:
    if standing is None:
        return "Not measured in this period"
    if standing.state.is_judged and standing.value is not None and target is not None:
        return distance_in_words(standing.value, target, direction=direction, unit=definition.unit)
    return standing.reason_words


def _closing(standing: KpiStanding | None, definition: Kpi, direction: Direction, target: Target | None) -> str:
    if standing is None or target is None or not standing.state.is_judged or definition.unit != "%":
        return ""
    if standing.numerator is None or standing.cases is None:
        return ""
    return closing_words(standing.numerator, standing.cases, target, direction=direction)


def _bullet(seen: KpiSeen, definition: Kpi, value: float | None, target: Target | None) -> Markup:
    prior = seen.measurement.a_year_ago if seen.measurement else None
    known = [figure for figure in (value, prior, target.top if target else None) if figure is not None]
    top = 100.0 if definition.unit == "%" else even_top(max(known, default=1.0))
    is_low = seen.kpi.direction is Direction.DOWN
    bands: tuple[float, ...] = ()
    if target:
        bands = (target.value, (target.value + top) / 2) if is_low else (target.value * _POOR, target.value * _FAIR)
    return bullet(
        value,
        target=target.value if target else None,
        maximum=top,
        bands=bands,
        unit="%" if definition.unit.startswith("%") else "",
        label=definition.name,
        prior=prior,
        low=is_low,
    )
