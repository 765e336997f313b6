"""The funnel plot: shares against the number of cases, with bands for what chance alone explains.

Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005).
The limits come from the caller, so that what is drawn is what was judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from app.web.charts.drawing import Scale, Value, known, pair, path, printable, svg, text, words

_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 14, 38
_STEPS = 4
_LINE = 13
_TURN = 0.7

Standing = Literal["in", "watch", "off", "good"]
_SHAPES: dict[Standing, str] = {
    "in": '<circle cx="{x}" cy="{y}" r="4.5"/>',
    "watch": '<path class="watch" d="M{x} {y}m0 -6l6 11h-12z"/>',
    "off": '<path class="off" d="M{x} {y}m-5 -5h10v10h-10z"/>',
    "good": '<path class="okf" d="M{x} {y}m0 -7l7 7-7 7-7-7z"/>',
}


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One place: how many cases, the share from 0 to 1, and where it stands to the bands."""

    name: str
    cases: int
    share: Value
    standing: Standing = "in"


@dataclass(frozen=True, slots=True)
class FunnelLimit:
    """The bands at one number of cases, as shares from 0 to 1."""

    cases: int
    low_95: float
    high_95: float
    low_998: float
    high_998: float


def funnel_pair(
    points: Sequence[FunnelPoint], *, center: Value, limits: Sequence[FunnelLimit], label: str, axis: str
) -> Markup:
    """The chart at two widths, of which the page shows one."""
    wide, narrow = (
        funnel(points, center=center, limits=limits, label=label, axis=axis, width=width, height=height)
        for width, height in ((600, 330), (322, 270))
    )
    return pair(wide, narrow)


def funnel(
    points: Sequence[FunnelPoint],
    *,
    center: Value,
    limits: Sequence[FunnelLimit],
    label: str,
    axis: str,
    width: int = 600,
    height: int = 330,
) -> Markup:
    """Only points outside the bands get a status shape and a name; ``axis`` says what the cases are."""
    most = max([1, *(point.cases for point in points), *(limit.cases for limit in limits)])
    across = Scale(0, most, _LEFT, width - _RIGHT)
    down = Scale(0, 1, height - _BOTTOM, _TOP)
    parts = [*_bands(limits, across, down), *_axes(across, down, axis)]
    middle = known(center)
    if middle is not None:
        y = down(middle)
        parts.append(Markup('<path class="center" d="M{} {}H{}"/>').format(_LEFT, y, across.end))
        rate = f"All together {words(middle * 100, '%')}"
        parts.append(text(across.end, round(y + 14, 1), rate, anchor="end", look="t-strong halo"))
    parts += _points(points, across, down)
    return svg(width, height, label, parts)


def _bands(limits: Sequence[FunnelLimit], across: Scale, down: Scale) -> list[Markup]:
    ordered = sorted(limits, key=lambda limit: limit.cases)
    if not ordered:
        return []
    outer = [(across(one.cases), down(one.high_998)) for one in ordered]
    outer += [(across(one.cases), down(one.low_998)) for one in reversed(ordered)]
    inner = [(across(one.cases), down(one.high_95)) for one in ordered]
    inner += [(across(one.cases), down(one.low_95)) for one in reversed(ordered)]
    return [Markup('<path class="lim" d="{}Z"/>').format(path(band)) for band in (outer, inner)]


def _axes(across: Scale, down: Scale, axis: str) -> list[Markup]:
    parts = []
    for step in range(_STEPS + 1):
        part = step / _STEPS
        y = down(part)
        parts.append(Markup('<path class="grid" d="M{} {}H{}"/>').format(_LEFT, y, across.end))
        parts.append(text(_LEFT - 7, round(y + 4, 1), words(part * 100, "%" if part == 1 else ""), anchor="end"))
        cases = across.high * part
        parts.append(text(across(cases), down.start + 16, words(round(cases)), anchor="middle"))
    parts.append(Markup('<path class="axis" d="M{} {}H{}"/>').format(_LEFT, down.start, across.end))
    parts.append(text(round((_LEFT + across.end) / 2, 1), down.start + 34, printable(axis), anchor="middle"))
    return parts


def _points(points: Sequence[FunnelPoint], across: Scale, down: Scale) -> list[Markup]:
    dots: list[Markup] = []
    shapes: list[Markup] = []
    names: list[Markup] = []
    taken: list[tuple[float, float]] = []
    for point in points:
        share = known(point.share)
        if share is None:
            continue
        x, y = across(point.cases), down(share)
        shape = Markup(_SHAPES[point.standing]).format(x=x, y=y)  # noqa: S704 - one of four constants above
        if point.standing == "in":
            dots.append(shape)
            continue
        shapes.append(shape)
        is_right = x > across.end * _TURN
        spot = _free((x, y + 14), taken)
        taken.append(spot)
        anchor = "end" if is_right else "start"
        names.append(
            text(x - 9 if is_right else x + 9, spot[1], printable(point.name), anchor=anchor, look="t-strong halo")
        )
    within = Markup('<g class="pt">{}</g>').format(Markup("").join(dots))
    return [within, *shapes, *names]


def _free(wanted: tuple[float, float], taken: list[tuple[float, float]]) -> tuple[float, float]:
    """The spot, moved down a line for each name that already stands there."""
    x, y = wanted
    while any(abs(x - other_x) < _LEFT * 2 and abs(y - other_y) < _LINE for other_x, other_y in taken):
        y += _LINE
    return x, round(y, 1)
