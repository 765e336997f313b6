"""Charts are drawn from whatever figures there are: sound XML, no style, a label that tells the finding."""

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.web import charts
from app.web.charts import Event, FunnelLimit, FunnelPoint, TrendPoint
from app.web.charts.drawing import words

_VALUE = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**20), 10**20),
    st.decimals(allow_nan=False, allow_infinity=False),
)
_VALUES = st.lists(_VALUE, max_size=30)
_SHARE = st.floats(0, 1)
_POINT = st.builds(
    FunnelPoint,
    name=st.text(max_size=20),
    cases=st.integers(0, 10**7),
    share=st.one_of(st.none(), _SHARE),
    standing=st.sampled_from(["in", "watch", "off", "good"]),
)
_LIMIT = st.builds(FunnelLimit, st.integers(1, 10**6), _SHARE, _SHARE, _SHARE, _SHARE)


def drawn(svg: Markup) -> ET.Element:
    """The drawing, parsed; every chart must pass this."""
    root = ET.fromstring(f"<page>{svg}</page>")  # noqa: S314 - our own drawing
    lowered = str(svg).lower()
    assert "style=" not in lowered
    for element in root.iter():
        for name, value in element.attrib.items():
            if name not in {"aria-label", "class"}:
                assert "nan" not in value.lower()
                assert "inf" not in value.lower()
    return root


def label_of(svg: Markup) -> str:
    return drawn(svg)[0].attrib["aria-label"]


def looks(svg: Markup, name: str) -> list[ET.Element]:
    return [element for element in drawn(svg).iter() if name in element.attrib.get("class", "").split()]


@given(_VALUE, _VALUE, _VALUE, _VALUE, st.lists(st.floats(), max_size=5), st.text(), st.booleans())
def test_a_bullet_draws_anything(value, target, maximum, prior, bands, label, low) -> None:
    drawn(charts.bullet(value, target=target, maximum=maximum, prior=prior, bands=bands, label=label, low=low))


@given(_VALUES, _VALUE, _VALUE, _VALUE, st.text())
def test_a_sparkline_draws_anything(values, target, lowest, highest, label) -> None:
    drawn(charts.spark(values, target=target, lowest=lowest, highest=highest, label=label))


@given(_VALUES, _VALUE, _VALUE, st.lists(st.integers(-3, 40), max_size=4), st.text())
def test_a_trend_draws_anything(values, target, maximum, events, label) -> None:
    points = [TrendPoint(label, value) for value in values]
    marks = [Event(at, label) for at in events]
    drawn(charts.trend_pair(points, label=label, target=target, maximum=maximum, events=marks))


@given(st.lists(_POINT, max_size=12), _VALUE, st.lists(_LIMIT, max_size=6), st.text())
def test_a_funnel_draws_anything(points, center, limits, axis) -> None:
    drawn(charts.funnel_pair(points, center=center, limits=limits, label="Answered", axis=axis))


@given(_VALUE, _VALUE, st.text())
def test_bars_draw_anything(value, most, label) -> None:
    drawn(charts.minibar(value))
    drawn(charts.meter(value, most, label))


def test_a_bullet_tells_its_finding() -> None:
    svg = charts.bullet(61, target=85, maximum=100, bands=[60, 80], unit="%", label="Answered", prior=84)
    assert label_of(svg) == "Answered: 61%, target 85%, a year ago 84%"
    assert float(looks(svg, "val")[0].attrib["width"]) == pytest.approx(0.61 * 340, abs=0.1)
    assert [band.attrib["class"] for band in drawn(svg).iter() if band.attrib.get("class") in {"b1", "b2", "b3"}] == [
        "b1",
        "b2",
        "b3",
    ]


def test_lower_is_better_turns_the_bands_round_and_says_at_most() -> None:
    svg = charts.bullet(92, target=70, maximum=100, bands=[70, 85], unit="%", label="Broadcast", low=True)
    assert "target at most 70%" in label_of(svg)
    bands = [band.attrib["class"] for band in drawn(svg).iter() if band.attrib.get("class") in {"b1", "b2", "b3"}]
    assert bands == ["b3", "b2", "b1"]


def test_a_missing_value_has_no_bar_and_is_told() -> None:
    svg = charts.bullet(None, target=85, maximum=100, label="Answered")
    assert looks(svg, "val") == []
    assert label_of(svg) == "Answered: no data, target 85"


def test_what_is_beyond_the_scale_ends_at_its_edge() -> None:
    svg = charts.bullet(10**9, target=85, maximum=100)
    assert float(looks(svg, "val")[0].attrib["width"]) == 340


def test_a_sparkline_lifts_its_pen_at_a_gap() -> None:
    svg = charts.spark([1, 2, None, 4], label="Eastside")
    line = looks(svg, "line")[0].attrib["d"]
    assert line.count("M") == 2
    assert len(looks(svg, "gap-tick")) == 1
    assert label_of(svg) == "Eastside, from 1 to 4, 1 without data"


@pytest.mark.parametrize("values", [[], [None, None]])
def test_nothing_known_is_no_data(values) -> None:
    svg = charts.spark(values, label="Northgate")
    assert label_of(svg) == "Northgate, no data"
    assert looks(svg, "dot") == []


def test_one_point_is_a_dot() -> None:
    svg = charts.spark([5])
    assert len(looks(svg, "dot")) == 1
    assert label_of(svg) == "5"


def test_a_trend_shows_gaps_events_and_where_it_stands() -> None:
    points = [TrendPoint(name, value) for name, value in zip("JFMAMJ", [84, 82, None, None, 80, 61], strict=True)]
    svg = charts.trend(points, label="Answered", target=85, unit="%", maximum=100, events=[Event(4, "left")])
    assert label_of(svg) == "Answered, from 84% to 61%, target 85%"
    assert len(looks(svg, "gap-band")) == 1
    assert len(looks(svg, "event-dot")) == 1
    told = [element.text for element in drawn(svg).iter("text")]
    assert "61% now" in told
    assert "Target 85%" in told


def test_a_trend_that_ends_in_a_gap_marks_the_last_known_point() -> None:
    svg = charts.trend([TrendPoint("a", 10), TrendPoint("b", 20), TrendPoint("c", None)], label="Posts")
    dot, line = looks(svg, "dot")[0], looks(svg, "line")[0]
    assert f"{dot.attrib['cx']} " in line.attrib["d"].split("L")[-1]


def test_values_below_zero_stay_inside_the_drawing() -> None:
    svg = charts.trend([TrendPoint("a", -50), TrendPoint("b", 50)], label="Change")
    assert all(0 <= float(dot.attrib["cy"]) <= 230 for dot in looks(svg, "dot"))


def test_only_places_outside_the_bands_are_named() -> None:
    points = [FunnelPoint("Eastside", 51, 0.61, "off"), FunnelPoint("Harbour", 205, 0.86)]
    svg = charts.funnel(points, center=0.82, limits=[], label="Answered", axis="Questions")
    told = [element.text for element in drawn(svg).iter("text")]
    assert "Eastside" in told
    assert "Harbour" not in told
    assert "All together 82%" in told


def test_a_script_in_a_name_is_text() -> None:
    name = '"><script>alert(1)</script>'
    svg = charts.funnel([FunnelPoint(name, 5, 0.1, "off")], center=0.5, limits=[], label=name, axis=name)
    assert list(drawn(svg).iter("script")) == []
    assert label_of(svg) == name


def test_a_minibar_stops_at_a_quarter_over_the_target() -> None:
    assert looks(charts.minibar(5), "val")[0].attrib["width"] == looks(charts.minibar(1.25), "val")[0].attrib["width"]


def test_a_meter_is_a_share_of_its_whole() -> None:
    assert float(looks(charts.meter(9, 12, "9 of 12 signed"), "done")[0].attrib["width"]) == 75


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (78, "%", "78%"),
        (12.5, " h".strip(), "12.5 h"),
        (1240, "", "1,240"),
        (1_240_000, "", "1.2M"),
        (-0.01, "", "0"),
        (float(Decimal("12.0")), "", "12"),
    ],
)
def test_values_in_words(value, unit, expected) -> None:
    assert words(value, unit) == expected
