"""The two pictures of a comparison: what chance explains, and twelve months on one scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from app.foundation.figures import Figure
from app.foundation.periods import Period
from app.goals.rules import get_kpi
from app.scorecards.rules import Funnel, Level, Point, Signal, funnel, is_worth_showing
from app.scorecards.views.table import Names
from app.web.charts import FunnelLimit, FunnelPoint, funnel_pair, spark
from app.web.charts.funnel import Standing
from app.web.filters import join_and, share

#: the share whose funnel is drawn
CHANCE_OF = "K28"
#: more points than this are a cloud
MOST_POINTS = 100
_STEPS = 14
_NAMED = 3
_STANDING: dict[Signal, Standing] = {
    Signal.WITHIN: "in",
    Signal.LOW: "watch",
    Signal.VERY_LOW: "off",
    Signal.HIGH: "good",
    Signal.VERY_HIGH: "good",
}

Shares = Sequence[tuple[int, str, str, bool, date, float | None, int | None]]


@dataclass(frozen=True, slots=True)
class ChanceShown:
    """The funnel with its finding, its table, and who is left out."""

    heading: str
    drawing: Markup
    rows: Sequence[tuple[str, str, str, str]]
    too_few: Sequence[str]
    #: the places differ by more than chance, so the bands allow for that
    is_widened: bool


@dataclass(frozen=True, slots=True)
class _Dot:
    name: str
    point: Point
    signal: Signal
    is_shown: bool


@dataclass(frozen=True, slots=True)
class CurveShown:
    """One of the small multiples."""

    name: str
    url: str | None
    ends: str
    drawing: Markup


def chance_shown(shares: Shares, *, period: Period, names: Names, noun: str) -> ChanceShown | None:
    """The funnel of a share; None where no place has cases enough."""
    minimum = get_kpi(CHANCE_OF).minimum_n
    now: dict[str, Point] = {}
    before: dict[str, Point] = {}
    too_few = []
    for place_id, name, path, shares_name, last_on, cases_in, cases in shares:
        called = names.of(place_id, name, path=path, shares_name=shares_name)
        if cases is None or cases_in is None or cases < minimum:
            too_few += [called] if last_on == period.last else []
        else:
            (now if last_on == period.last else before)[called] = Point(round(cases_in), cases)
    if not now:
        return None
    centred = funnel(list(now.values()))
    dots = [_dot(name, point, before.get(name), centred) for name, point in now.items()]
    heading = _heading(dots, noun=noun)
    return ChanceShown(
        heading=heading,
        drawing=funnel_pair(
            [FunnelPoint(dot.name, dot.point.n, dot.point.share, _standing(dot)) for dot in dots],
            center=centred.centre,
            limits=_limits(centred, max(dot.point.n for dot in dots)),
            label=heading,
            axis="Questions due in the period",
        ),
        rows=[(dot.name, f"{dot.point.n:,}", share(dot.point.share), dot.signal.label) for dot in dots],
        too_few=too_few,
        is_widened=centred.dispersion > 1,
    )


def _dot(name: str, point: Point, before: Point | None, centred: Funnel) -> _Dot:
    signal = centred.signal(point)
    earlier = centred.signal(before) if before else Signal.WITHIN
    return _Dot(name, point, signal, is_worth_showing(signal, earlier))


def _standing(dot: _Dot) -> Standing:
    return _STANDING[dot.signal] if dot.is_shown else "in"


def _heading(dots: Sequence[_Dot], *, noun: str) -> str:
    low = [dot.name for dot in dots if dot.signal is Signal.VERY_LOW]
    maybe = [dot.name for dot in dots if dot.signal is Signal.LOW and dot.is_shown]
    high = [dot.name for dot in dots if dot.signal is Signal.VERY_HIGH]
    if low:
        told = f"{_named(low)} {'is' if len(low) == 1 else 'are'} lower than chance explains"
        return f"{told}; {_named(maybe)} may be" if maybe else told
    if maybe:
        return f"{_named(maybe)} may be lower than chance explains"
    if high:
        return f"{_named(high)} {'is' if len(high) == 1 else 'are'} higher than chance explains"
    return f"No {noun} is clearly further off than chance explains"


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return join_and([*names[:_NAMED], f"{more} more"] if more > 0 else names)


def _limits(centred: Funnel, most: int) -> list[FunnelLimit]:
    steps = sorted({max(2, round(most * step / _STEPS)) for step in range(1, _STEPS + 1)} | {2, 5})
    limits = []
    for cases in steps:
        inner, outer = centred.limits(cases, Level.ALERT), centred.limits(cases, Level.ALARM)
        limits.append(FunnelLimit(cases, inner.lower, inner.upper, outer.lower, outer.upper))
    return limits


def curves_shown(
    curves: Mapping[int, Sequence[tuple[date, Figure]]], named: Mapping[int, tuple[str, str | None]], *, label: str
) -> list[CurveShown]:
    """Twelve months of each place on one scale; a place without any figure says so."""
    known = [figure.value for months in curves.values() for _, figure in months if figure.value is not None]
    highest = max(known, default=1.0)
    shown = []
    for place_id, (name, url) in named.items():
        figures = [figure.value for _, figure in curves.get(place_id, ())]
        seen = [figure for figure in figures if figure is not None]
        ends = f"{seen[0]:,.0f} to {seen[-1]:,.0f}" if seen else "No data"
        drawing = spark(figures, label=f"{name}, {label}", lowest=0, highest=highest, width=168, height=54)
        shown.append(CurveShown(name, url, ends, drawing))
    return shown
