"""The bullet graph (Stephen Few, Bullet Graph Design Specification, 2013): now, target, a year ago, bands of quality."""

from collections.abc import Sequence

from markupsafe import Markup

from app.web.charts.drawing import Scale, Value, known, svg, text, words

_BAND = 20
_HEIGHT = 34
_STEPS = 4
_MOST_BANDS = 3


def bullet(  # noqa: PLR0913 - each is one mark of the graph, and all but the first are named
    value: Value,
    *,
    target: Value = None,
    maximum: Value = None,
    bands: Sequence[float] = (),
    unit: str = "",
    label: str = "",
    prior: Value = None,
    low: bool = False,
    width: int = 340,
) -> Markup:
    """Bar = now, upright = target, open circle = a year ago, at most three grey bands (dark = poor).

    ``bands`` are the inner edges, ascending; ``low`` says that lower is better, which turns the bands round.
    The scale runs from 0 to ``maximum``, or to the largest of the figures.
    """
    now, wanted, before = known(value), known(target), known(prior)
    top = known(maximum) or 0.0
    if top <= 0:
        top = max([figure for figure in (now, wanted, before) if figure is not None] + [0.0]) or 1.0
    scale = Scale(0.0, top, 0, width)
    parts = _bands(scale, [edge for edge in bands if 0 < edge < top], low=low)
    if now is not None:
        parts.append(Markup('<rect class="val" y="6.5" width="{}" height="7"/>').format(scale(now)))
    if before is not None:
        parts.append(Markup('<circle class="hollow prior" cx="{}" cy="10" r="3.2"/>').format(scale(before)))
    if wanted is not None:
        parts.append(Markup('<rect class="tgt" x="{}" y="2" width="3" height="16"/>').format(scale(wanted) - 1.5))
    parts += _ticks(scale, unit)
    return svg(width, _HEIGHT, _finding(label, (now, wanted, before), unit, low=low), parts)


def _bands(scale: Scale, edges: list[float], *, low: bool) -> list[Markup]:
    ends = [0.0, *sorted(edges)[: _MOST_BANDS - 1], scale.high]
    looks = ["b1", "b2", "b3"][-(len(ends) - 1) :]
    if low:
        looks.reverse()
    return [
        Markup('<rect class="{}" x="{}" width="{}" height="{}"/>').format(
            look, scale(left), round(scale(right) - scale(left), 1), _BAND
        )
        for look, left, right in zip(looks, ends, ends[1:], strict=False)
    ]


def _ticks(scale: Scale, unit: str) -> list[Markup]:
    parts = []
    for step in range(_STEPS + 1):
        value = scale.high * step / _STEPS
        x = scale(value)
        anchor = {0: "start", _STEPS: "end"}.get(step, "middle")
        mark = min(max(x, 0.5), scale.end - 0.5)
        parts.append(Markup('<path class="axis" d="M{} {}v3"/>').format(mark, _BAND))
        parts.append(text(x, _HEIGHT - 1, words(value, unit if step == _STEPS and unit == "%" else ""), anchor=anchor))
    return parts


def _finding(label: str, figures: tuple[float | None, float | None, float | None], unit: str, *, low: bool) -> str:
    now, wanted, before = figures
    told = [f"{label}: {words(now, unit) if now is not None else 'no data'}".removeprefix(": ")]
    if wanted is not None:
        told.append(f"target {'at most ' if low else ''}{words(wanted, unit)}")
    if before is not None:
        told.append(f"a year ago {words(before, unit)}")
    return ", ".join(told)
