"""How a KPI's figures read."""

from datetime import date

import pytest

from app.foundation.figures import Figure, Reason
from app.goals.rules import Direction, Target, amount, attainment, count_words, curve_words, get_kpi, target_words
from app.goals.rules.words import even_top


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (61.2, "%", "61%"),
        (0, "%", "0%"),
        (1.26, "% a month", "1.3%"),
        (-0.01, "% a month", "0%"),
        (4.46, "posts a week", "4.5"),
        (23.4, "a month", "23"),
        (1240, "a month", "1,240"),
    ],
)
def test_an_amount_has_one_decimal_at_most(value: float, unit: str, words: str) -> None:
    assert amount(value, unit) == words


def test_a_target_reads_by_its_direction() -> None:
    assert target_words(Target(85), direction=Direction.UP, unit="%") == "target 85%"
    assert target_words(Target(70), direction=Direction.DOWN, unit="%") == "at most 70%"
    assert target_words(Target(2, 4.5), direction=Direction.BAND, unit="posts a week") == "2 to 4.5"


@pytest.mark.parametrize(
    ("value", "target", "direction", "reached"),
    [
        (61, Target(85), Direction.UP, 61 / 85),
        (200, Target(85), Direction.UP, 1.25),
        (92, Target(70), Direction.DOWN, 70 / 92),
        (0, Target(70), Direction.DOWN, 1.25),
        (3, Target(2, 4), Direction.BAND, 1),
        (1, Target(2, 4), Direction.BAND, 0.5),
        (8, Target(2, 4), Direction.BAND, 0.5),
        (-3, Target(2), Direction.UP, 0),
    ],
)
def test_attainment_is_turned_round_where_lower_is_better(
    value: float, target: Target, direction: Direction, reached: float
) -> None:
    assert attainment(value, target, direction=direction) == pytest.approx(reached)


def test_a_count_stands_under_a_share() -> None:
    assert count_words(get_kpi("K28"), numerator=31, cases=51) == "31 of 51 questions"
    assert count_words(get_kpi("K51"), numerator=948, cases=948) == "948 interactions"
    assert count_words(get_kpi("K17"), numerator=4000, cases=None) == ""


def months(*values: float | None) -> list[tuple[date, Figure]]:
    return [
        (date(2026, number, 1), Figure.missing(Reason.NOT_COLLECTED) if value is None else Figure.of(value))
        for number, value in enumerate(values, 1)
    ]


def test_a_curve_says_since_when_it_goes_where_it_goes() -> None:
    fallen = months(82, 86, 82, 82, None, 80, 81, 70, 59, 53)
    assert curve_words("Answering", fallen) == "Answering has fallen since July"
    assert curve_words("Answering", months(20, 21, 20, 35, 50)) == "Answering has risen since March"
    assert curve_words("Answering", months(80, 81, 80, 82)) == "Answering has held steady"
    assert curve_words("Answering", months(80, None, 20)) == "Answering by month"


@pytest.mark.parametrize(("most", "top"), [(34.4, 40), (96, 120), (2.1, 3.2), (1000, 1200), (0.3, 0.4), (0, 1)])
def test_a_scale_ends_at_a_round_number_beyond_its_largest_figure(most: float, top: float) -> None:
    assert even_top(most) == pytest.approx(top)
