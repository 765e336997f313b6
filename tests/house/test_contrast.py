"""The colors of the two themes can be read, and no color is named outside the tokens."""

import re

import pytest

from tests.house.project import read

_SHEET = "app/web/static/app.css"
_TEXT, _GRAPHIC = 4.5, 3.0
_TEXTS = [
    *[("ink", on) for on in ("paper", "sheet", "ok-soft")],
    *[("ink-2", on) for on in ("paper", "sheet", "sunken", "off-soft", "watch-soft")],
    *[("ink-3", on) for on in ("paper", "sheet", "sunken")],
    *[("accent", on) for on in ("paper", "sheet", "accent-soft")],
    *[(state, on) for state in ("ok", "watch", "off", "none") for on in ("paper", "sheet", f"{state}-soft")],
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-bar", "bar"),
    ("on-bar-2", "bar"),
    ("on-bar", "bar-field"),
    ("bar-hint", "bar-field"),
    ("sheet", "off"),
    ("focus", "paper"),
]
_GRAPHICS = [
    ("edge", "sheet"),
    ("edge", "paper"),
    ("margin", "sheet"),
    ("bar-edge", "bar"),
    *[("accent", f"band-{n}") for n in (1, 2, 3)],
]
_HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")


def _tokens(opening: str) -> dict[str, str]:
    block = read(_SHEET).split(opening, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


def _themes() -> dict[str, dict[str, str]]:
    light = _tokens(':root,\n[data-bs-theme="light"] {')
    return {"light": light, "dark": {**light, **_tokens('\n[data-bs-theme="dark"] {')}}


def _luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_the_standards() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("pair", "least"), [*[(pair, _TEXT) for pair in _TEXTS], *[(pair, _GRAPHIC) for pair in _GRAPHICS]]
)
def test_a_pair_can_be_told_apart(theme: str, pair: tuple[str, str], least: float) -> None:
    tokens = _themes()[theme]
    assert _contrast(tokens[pair[0]], tokens[pair[1]]) >= least


def test_following_the_computer_means_the_same_dark() -> None:
    sheet = read(_SHEET)
    assert _tokens('\n[data-bs-theme="auto"] {') == _tokens('\n[data-bs-theme="dark"] {')
    before = sheet.split('\n[data-bs-theme="auto"] {')[0]
    assert before.rstrip().endswith("@media screen and (prefers-color-scheme: dark) {")


def test_colors_are_named_in_the_tokens_only() -> None:
    rest = read(_SHEET).split("/* 2.", 1)[1].split("/* 11. Print", 1)[0]
    assert _HEX.findall(rest) == []


def test_the_sheet_is_small_and_no_word_in_it_too_small_to_read() -> None:
    sheet = read(_SHEET)
    assert len(sheet.encode()) < 40_000
    screen = sheet.split("/* 11. Print", 1)[0]
    assert [size for size in re.findall(r"font-size:\s*([\d.]+)rem", screen) if float(size) < 0.8125] == []
