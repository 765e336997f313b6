"""The sparkline: a dozen periods in the width of a word, with its gaps."""

from collections.abc import Sequence

from markupsafe import Markup

from app.web.charts.drawing import Scale, Value, known, path, svg, words

_EDGE = 4


def spark(
    values: Sequence[Value],
    *,
    target: Value = None,
    label: str = "",
    unit: str = "",
    lowest: Value = None,
    highest: Value = None,
    width: int = 130,
    height: int = 34,
) -> Markup:
    """A line with a dot at its last known point, the target dashed, a dotted tick where a period has no data.

    Give ``lowest`` and ``highest`` to all of a set, so that they share a scale. The label ends with what the
    line does: "from 34 to 23", "no data".
    """
    figures = [known(value) for value in values]
    wanted = known(target)
    seen = [figure for figure in (*figures, wanted) if figure is not None]
    bottom, top = known(lowest), known(highest)
    down = Scale(
        bottom if bottom is not None else min(seen, default=0.0),
        top if top is not None else max(seen, default=1.0),
        height - _EDGE,
        _EDGE,
    )
    across = Scale(0, max(len(figures) - 1, 1), 3, width - 5)
    spots = [None if figure is None else (across(i), down(figure)) for i, figure in enumerate(figures)]
    parts: list[Markup] = []
    if wanted is not None:
        parts.append(Markup('<path class="dash" d="M0 {}H{}"/>').format(down(wanted), width))
    parts.append(Markup('<path class="line line-thin" d="{}"/>').format(path(spots) or "M0 0"))
    if last := next((spot for spot in reversed(spots) if spot), None):
        parts.append(Markup('<circle class="dot" cx="{}" cy="{}" r="3"/>').format(*last))
    gaps = "".join(f"M{across(i)} {height - 7}v6" for i, spot in enumerate(spots) if spot is None)
    if gaps:
        parts.append(Markup('<path class="gap-tick" d="{}"/>').format(gaps))
    return svg(width, height, _finding(label, figures, unit), parts)


def _finding(label: str, figures: list[float | None], unit: str) -> str:
    seen = [figure for figure in figures if figure is not None]
    if not seen:
        told = "no data"
    else:
        told = f"from {words(seen[0], unit)} to {words(seen[-1], unit)}" if len(seen) > 1 else words(seen[0], unit)
        holes = len(figures) - len(seen)
        told += f", {holes} without data" if holes else ""
    return f"{label}, {told}" if label else told
