"""What every chart is drawn with: scales, paths with gaps, numbers in words, the SVG element."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

Value = int | float | Decimal | None
_WHOLE = 100
_COMPACT = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e5, "K"))
_LARGEST = 1e15


def known(value: Value) -> float | None:
    """The value as a float; None where there is none, or where it is no finite number."""
    if value is None:
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return max(-_LARGEST, min(_LARGEST, found)) if math.isfinite(found) else None


@dataclass(frozen=True, slots=True)
class Scale:
    """From a value to a coordinate; values outside are drawn at the edge, never outside the drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The coordinate, to a tenth of a pixel."""
        span = self.high - self.low
        part = (value - self.low) / span if span > 0 else 0.5
        at = round(self.start + max(0.0, min(1.0, part)) * (self.end - self.start), 1)
        return int(at) if at.is_integer() else at  # a page holds hundreds, and each is written out


def words(value: float, unit: str = "") -> str:
    """A value as it stands beside a mark: ``78%``, ``1,240``, ``1.2M``, ``12.5 h``."""
    size = abs(value)
    step, letter = next(((step, letter) for step, letter in _COMPACT if size >= step), (1, ""))
    digits = 0 if letter == "" and size >= _WHOLE else 1
    text = f"{value / step:,.{digits}f}"
    text = (text.removesuffix(".0") if digits else text) + letter
    text = "0" if text == "-0" else text
    return f"{text}{unit}" if unit in {"", "%"} else f"{text} {unit}"


def path(points: Iterable[tuple[float, float] | None]) -> str:
    """The commands of a line that lifts its pen at every None; a lone point between gaps becomes a dot of a line."""
    commands: list[str] = []
    for run in _runs(points):
        commands.append("M" + "L".join(f"{x} {y}" for x, y in run))
        if len(run) == 1:
            commands.append("h.1")
    return "".join(commands)


def _runs(points: Iterable[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def text(x: float, y: float, content: str, *, anchor: str = "start", look: str = "") -> Markup:
    """Words in a drawing."""
    if look:
        return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(look, x, y, anchor, content)
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, y, anchor, content)


def svg(width: float, height: float, label: str, parts: Sequence[Markup | str]) -> Markup:
    """The drawing; without a label it is decoration, and hidden from screen readers."""
    told = Markup('role="img" aria-label="{}"').format(printable(label)) if label else Markup('aria-hidden="true"')
    inner = Markup("").join(part if isinstance(part, Markup) else escape(part) for part in parts)
    return Markup('<svg class="ch" viewBox="0 0 {} {}" width="{}" {}>{}</svg>').format(
        width, height, width, told, inner
    )


def printable(content: str) -> str:
    """Words from outside without the characters that no XML may hold."""
    return "".join(character for character in content if character.isprintable())


def pair(wide: Markup, narrow: Markup) -> Markup:
    """Two drawings of one chart: the style sheet shows the one that fits the screen, so words keep their size."""
    return Markup('<div class="hide-m">{}</div><div class="only-m">{}</div>').format(wide, narrow)
