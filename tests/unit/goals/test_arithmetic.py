"""The formulas of the KPIs on figures worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import NotFound
from app.foundation.figures import Figure, Reason
from app.goals.rules import (
    FORMULAS,
    Direction,
    Inputs,
    Measured,
    Part,
    StandingReason,
    State,
    Target,
    available_kpis,
    catalogue,
    compute,
    get_kpi,
    judge,
    judge_kpi,
)
from app.metrics.rules.dictionary import Metric, dictionary
from app.metrics.rules.sums import Completeness, Flow

QUARTER = Completeness(present=90, expected=90)
SEEN = {
    Metric.POSTS: 36,
    Metric.REPLIES: 9,
    Metric.BROADCASTS: 27,
    Metric.REACTIONS: 400,
    Metric.COMMENTS: 60,
    Metric.SHARES: 40,
    Metric.QUESTIONS_DUE: 51,
    Metric.QUESTIONS_IN_TIME: 31,
}


def flows(completeness=QUARTER, **changed: int) -> dict[Metric, Flow]:
    sums = {metric.value: count for metric, count in SEEN.items()} | changed
    return {Metric(name): Flow(Figure.of(count), completeness) for name, count in sums.items()}


FULL = Inputs(
    flows=flows(),
    followers_at_start=Figure.of(1000),
    followers_at_end=Figure.of(1060),
    followers_completeness=QUARTER,
    population=Figure.of(20_000),
    months=3.0,
    coverage=Part(540, 600),
    single_duties=Part(3, 12),
    weeks=Part(11, 13),
    metric_days=Part(850, 1000),
)


@pytest.mark.parametrize(
    ("kpi_id", "value", "n"),
    [
        ("K02", 90.0, 600),
        ("K03", 25.0, 12),
        ("K06", 2.8, 12),
        ("K07", 84.615, 13),
        ("K13", 0.25, 36),
        ("K14", 75.0, 36),
        ("K16", 2.0, 1000),
        ("K17", 53.0, None),
        ("K28", 60.784, 51),
        ("K34", 10.484, 31),
        ("K35", 6.290, 31),
        ("K49", 85.0, 1000),
        ("K51", 8.455, 500),
    ],
)
def test_the_formula_gives(kpi_id, value, n):
    measured = compute(kpi_id, FULL)
    assert measured.figure.value == pytest.approx(value, abs=0.001)
    assert measured.n == n


def test_shares_of_counted_cases_carry_their_interval():
    answered = compute("K28", FULL)
    assert answered.interval
    assert answered.interval.lower == pytest.approx(47.1, abs=0.1)
    assert answered.interval.upper == pytest.approx(73.0, abs=0.1)
    assert (answered.numerator, answered.denominator) == (31, 51)
    assert compute("K02", FULL).interval is None  # everything there is, no sample


def test_counts_keep_the_pace_of_the_observed_days():
    half = Completeness(present=45, expected=90)
    whole = compute("K34", FULL).figure.value
    same_pace = compute("K34", Inputs(flows=flows(half, questions_in_time=31 // 2 + 1)))
    assert same_pace.figure.value == pytest.approx(whole, rel=0.05)
    assert same_pace.completeness == 0.5


@pytest.mark.parametrize("kpi_id", sorted(FORMULAS))
def test_nothing_known_is_a_reason_not_a_zero(kpi_id):
    measured = compute(kpi_id, Inputs())
    assert not measured.figure.is_known


def test_no_questions_due_is_too_few_not_a_share():
    measured = compute("K28", Inputs(flows=flows(questions_due=0, questions_in_time=0)))
    assert measured.figure.reason is Reason.NO_CASES
    assert judge(measured, target=Target(85), direction=Direction.UP, unit="%").reason is StandingReason.TOO_FEW


def test_no_posts_have_no_broadcast_share_and_no_replies_a_post():
    quiet = Inputs(flows=flows(posts=0, replies=0, broadcasts=0))
    assert compute("K14", quiet).figure.reason is Reason.NO_CASES
    assert compute("K13", quiet).figure.reason is Reason.NO_CASES
    assert compute("K06", quiet).figure.value == 0  # no posts in a watched quarter is a cadence of none


def test_growth_from_nobody_is_no_rate():
    assert compute("K16", Inputs(followers_at_start=Figure.of(0), followers_at_end=Figure.of(5))).n == 0


@pytest.mark.parametrize("kpi_id", ["K17", "K35", "K51"])
def test_a_place_without_a_population_says_so(kpi_id):
    alone = Inputs(flows=flows(), followers_at_end=Figure.of(10), followers_completeness=QUARTER)
    found = judge(compute(kpi_id, alone), target=Target(5), direction=Direction.UP, unit="")
    assert (found.state, found.reason) == (State.NO_DATA, StandingReason.NO_POPULATION)


def test_interactions_need_all_their_parts():
    partly = flows()
    partly[Metric.SHARES] = Flow(Figure.missing(Reason.HIDDEN), Completeness(0, 90))
    measured = compute("K51", Inputs(flows=partly, population=Figure.of(20_000)))
    assert measured.figure.reason is Reason.HIDDEN


def test_more_in_time_than_due_is_not_shown_above_100():
    assert compute("K28", Inputs(flows=flows(questions_in_time=60))).figure.value == 100


def test_a_growth_interval_is_completed_by_the_weakest_input():
    uneven = flows()
    uneven[Metric.QUESTIONS_IN_TIME] = Flow(Figure.of(31), Completeness(60, 90))
    assert compute("K28", Inputs(flows=uneven)).completeness == pytest.approx(2 / 3)


def test_the_catalogue_and_the_formulas_are_one_list():
    assert [kpi.id for kpi in available_kpis()] == list(FORMULAS)
    assert list(catalogue()) == [f"K{number:02}" for number in range(1, 52)]


def test_a_counter_kpi_is_in_the_catalogue_and_is_another():
    for kpi in catalogue().values():
        assert kpi.counter_kpi is None or (kpi.counter_kpi in catalogue() and kpi.counter_kpi != kpi.id)


def test_every_available_kpi_has_a_better_side_and_known_metrics():
    others = {"coverage", "assignments", "population", "metric_days", "post_tags"}
    for kpi in available_kpis():
        assert kpi.may_have_target
        assert set(kpi.inputs) <= others | set(dictionary())


def test_the_catalogue_judges_by_its_own_terms():
    answered = judge_kpi(get_kpi("K28"), compute("K28", FULL), target=Target(85))
    assert (answered.state, answered.distance) == (State.OFF_TRACK, "24 points below target")
    few = judge_kpi(get_kpi("K28"), compute("K28", Inputs(flows=flows(questions_due=6))), target=Target(85))
    assert few.detail == "Too few to judge (6 questions)"
    short = judge_kpi(get_kpi("K07"), compute("K07", Inputs(weeks=Part(4, 4))), target=Target(85))
    assert short.detail == "Too few to judge (4 weeks)"


def test_a_kpi_without_a_better_side_takes_no_target():
    mentions = judge_kpi(get_kpi("K26"), Measured(Figure.of(12)), target=Target(5))
    assert mentions.reason is StandingReason.NO_TARGET


def test_an_unknown_kpi_is_not_found():
    with pytest.raises(NotFound, match="K99"):
        get_kpi("K99")


counts = st.integers(0, 10**6)
many_flows = st.dictionaries(
    st.sampled_from(Metric),
    st.builds(
        Flow,
        total=st.one_of(counts.map(Figure.of), st.sampled_from(Reason).map(Figure.missing)),
        completeness=st.integers(1, 92).flatmap(
            lambda days: st.builds(Completeness, present=st.integers(0, days), expected=st.just(days))
        ),
    ),
)
some_figures = st.one_of(counts.map(Figure.of), st.sampled_from(Reason).map(Figure.missing))


@given(st.sampled_from(sorted(FORMULAS)), many_flows, some_figures, some_figures, some_figures)
def test_any_inputs_give_a_figure_or_a_reason(kpi_id, some_flows, start, end, population):
    inputs = Inputs(flows=some_flows, followers_at_start=start, followers_at_end=end, population=population)
    measured = compute(kpi_id, inputs)
    value = measured.figure.value
    if value is not None and measured.interval:
        assert measured.interval.lower <= value + 1e-9 * max(1, value)
        assert measured.interval.upper >= value - 1e-9 * max(1, value)
    if value is not None and get_kpi(kpi_id).unit == "%":
        assert 0 <= value <= 100
