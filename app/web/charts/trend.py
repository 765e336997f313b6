"""One measure over time: a line with gaps as gaps, the target, and numbered events."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from app.web.charts.drawing import Scale, Value, known, pair, path, printable, svg, text, words

_LEFT, _TOP, _BOTTOM = 40, 26, 26
_GRID = 4
_ROOM = 1.15
_LINE = 14


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One period: its name in words, its value, None where there is no data."""

    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Event:
    """What happened in a period; ``at`` counts the points from 0. The numbers on the chart follow the order."""

    at: int
    words: str


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    height: int
    right: int
    labels: int


_WIDE = _Size(width=890, height=230, right=100, labels=12)
_NARROW = _Size(width=326, height=210, right=82, labels=4)


def trend_pair(
    points: Sequence[TrendPoint],
    *,
    label: str,
    target: Value = None,
    events: Sequence[Event] = (),
    unit: str = "",
    maximum: Value = None,
) -> Markup:
    """The chart at two widths, of which the page shows one."""
    wide, narrow = (
        _trend(points, label=label, target=target, events=events, unit=unit, maximum=maximum, size=size)
        for size in (_WIDE, _NARROW)
    )
    return pair(wide, narrow)


def trend(
    points: Sequence[TrendPoint],
    *,
    label: str,
    target: Value = None,
    events: Sequence[Event] = (),
    unit: str = "",
    maximum: Value = None,
) -> Markup:
    """The chart for a wide page. The label is told with first, last and target value added."""
    return _trend(points, label=label, target=target, events=events, unit=unit, maximum=maximum, size=_WIDE)


def _trend(
    points: Sequence[TrendPoint],
    *,
    label: str,
    target: Value,
    events: Sequence[Event],
    unit: str,
    maximum: Value,
    size: _Size,
) -> Markup:
    figures = [known(point.value) for point in points]
    wanted = known(target)
    across = Scale(0, max(len(points) - 1, 1), _LEFT, size.width - size.right)
    down = _scale_down(figures, wanted, known(maximum), size)
    parts = [
        *_grid(down, size),
        *_names(points, across, size),
        *_gaps(figures, across, size),
        *_marks(events, len(points), across, size),
        *_line(figures, wanted, across, down, size, unit),
    ]
    return svg(size.width, size.height, _finding(label, figures, wanted, unit), parts)


def _scale_down(figures: list[float | None], wanted: float | None, maximum: float | None, size: _Size) -> Scale:
    seen = [figure for figure in (*figures, wanted) if figure is not None]
    lowest = min([0.0, *seen])
    highest = maximum if maximum is not None and maximum > lowest else max([0.0, *seen]) * _ROOM
    return Scale(lowest, highest if highest > lowest else lowest + 1, size.height - _BOTTOM, _TOP)


def _grid(down: Scale, size: _Size) -> list[Markup]:
    parts = []
    for step in range(_GRID + 1):
        value = down.low + (down.high - down.low) * step / _GRID
        y = down(value)
        parts.append(Markup('<path class="grid" d="M{} {}H{}"/>').format(_LEFT, y, size.width - size.right))
        parts.append(text(_LEFT - 7, round(y + 4, 1), words(value), anchor="end"))
    return parts


def _names(points: Sequence[TrendPoint], across: Scale, size: _Size) -> list[Markup]:
    every = max(1, -(-len(points) // size.labels))
    return [
        text(across(i), size.height - 7, printable(point.label), anchor="middle")
        for i, point in enumerate(points)
        if i % every == 0
    ]


def _gaps(figures: list[float | None], across: Scale, size: _Size) -> list[Markup]:
    """A band from the last known point to the next one, for each run of periods without data."""
    parts = []
    for is_gap, run in groupby(range(len(figures)), key=lambda i: figures[i] is None):
        if not is_gap:
            continue
        missing = list(run)
        left, right = across(max(missing[0] - 1, 0)), across(min(missing[-1] + 1, len(figures) - 1))
        parts.append(
            Markup('<rect class="gap-band" x="{}" y="{}" width="{}" height="{}"/>').format(
                left, _TOP, round(right - left, 1), size.height - _TOP - _BOTTOM
            )
        )
        parts.append(text(round((left + right) / 2, 1), size.height - _BOTTOM - 8, "no data", anchor="middle"))
    return parts


def _marks(events: Sequence[Event], count: int, across: Scale, size: _Size) -> list[Markup]:
    parts = []
    for number, event in enumerate(events, 1):
        if not 0 <= event.at < count:
            continue
        x = across(event.at)
        parts.append(Markup('<path class="event-line" d="M{} {}V{}"/>').format(x, _TOP - 8, size.height - _BOTTOM))
        parts.append(Markup('<circle class="event-dot" cx="{}" cy="{}" r="8.5"/>').format(x, _TOP - 12))
        parts.append(text(x, _TOP - 8, str(number), anchor="middle", look="event-n"))
    return parts


def _line(
    figures: list[float | None], wanted: float | None, across: Scale, down: Scale, size: _Size, unit: str
) -> list[Markup]:
    spots = [None if figure is None else (across(i), down(figure)) for i, figure in enumerate(figures)]
    beside = size.width - size.right + 8
    parts = []
    last = next((i for i in reversed(range(len(figures))) if spots[i]), None)
    spot = spots[last] if last is not None else None
    now_y = spot[1] + 4 if spot else None
    if wanted is not None:
        y = down(wanted)
        parts.append(Markup('<path class="dash" d="M{} {}H{}"/>').format(_LEFT, y, size.width - size.right))
        parts.append(text(beside, _apart(y + 4, now_y), f"Target {words(wanted, unit)}", look="t-strong"))
    if last is not None and now_y is not None:
        parts.append(Markup('<path class="line" d="{}"/>').format(path(spots)))
        parts.append(Markup('<circle class="dot" cx="{}" cy="{}" r="4.5"/>').format(across(last), now_y - 4))
        parts.append(text(beside, now_y, f"{words(figures[last] or 0.0, unit)} now", look="t-strong"))
    return parts


def _apart(y: float, other: float | None) -> float:
    """Far enough from the other words to be read."""
    if other is None or abs(y - other) >= _LINE:
        return round(y, 1)
    return round(other - _LINE if y <= other else other + _LINE, 1)


def _finding(label: str, figures: list[float | None], wanted: float | None, unit: str) -> str:
    seen = [figure for figure in figures if figure is not None]
    told = f"from {words(seen[0], unit)} to {words(seen[-1], unit)}" if seen else "no data"
    aim = f", target {words(wanted, unit)}" if wanted is not None else ""
    return f"{label}, {told}{aim}"
