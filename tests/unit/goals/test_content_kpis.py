"""KPIs of what posts are made of, worked out by hand; what nobody tagged makes them incomplete, never better."""

import pytest

from app.foundation.figures import Figure, Reason
from app.goals.rules import Inputs, StandingReason, State, Target, compute, get_kpi, judge_kpi
from app.metrics.rules.contents import Contents
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.sums import Completeness, Flow

PLAN = {"Events": 50, "Advice": 30, "New titles": 20}
TOLD = Contents(
    posts=40,
    own=36,
    with_media=24,
    topics={"Events": 24, "Advice": 6, "Weather": 2},
    pictures=20,
    pictures_told=18,
    images=25,
    images_described=20,
    videos=10,
    videos_told=9,
    videos_speaking=8,
    videos_captioned=6,
)


def inputs(told: Contents | None = TOLD, *, posts: int = 40) -> Inputs:
    counted = {Metric.POSTS: Flow(Figure.of(posts), Completeness(90, 90))}
    return Inputs(flows=counted, contents=told, planned=PLAN)


@pytest.mark.parametrize(
    ("kpi_id", "value", "n", "complete"),
    [
        # 75, 18.75, 0 and 6.25 against 50, 30, 20 and 0
        ("K08", 31.25, 32, 32 / 36),
        ("K10", 60.0, 40, 1.0),
        ("K11", 80.0, 25, 0.9),
        ("K12", 75.0, 8, 0.9),
    ],
)
def test_the_formula_gives(kpi_id: str, value: float, n: int, complete: float) -> None:
    measured = compute(kpi_id, inputs())
    assert measured.figure.value == pytest.approx(value)
    assert (measured.n, measured.completeness) == (n, pytest.approx(complete))


@pytest.mark.parametrize("kpi_id", ["K08", "K10", "K11", "K12"])
def test_posts_that_are_counted_but_not_kept_make_it_incomplete(kpi_id: str) -> None:
    kpi = get_kpi(kpi_id)
    assert judge_kpi(kpi, compute(kpi_id, inputs()), target=Target(10)).state.is_judged
    half = judge_kpi(kpi, compute(kpi_id, inputs(posts=80)), target=Target(10))
    assert (half.state, half.reason) == (State.NO_DATA, StandingReason.INCOMPLETE)


@pytest.mark.parametrize("kpi_id", ["K08", "K10", "K11", "K12"])
def test_without_posts_there_is_nothing_to_say(kpi_id: str) -> None:
    assert compute(kpi_id, inputs(None)).figure.reason is Reason.NOT_COLLECTED
    assert compute(kpi_id, inputs(Contents())).figure.reason is Reason.NO_CASES


def test_without_a_plan_there_is_no_distance_from_it() -> None:
    assert compute("K08", Inputs(contents=TOLD)).figure.reason is Reason.NOT_COLLECTED


def test_few_tags_say_so_rather_than_judge() -> None:
    few = Contents(posts=40, own=40, topics={"Events": 12})
    found = judge_kpi(get_kpi("K08"), compute("K08", inputs(few)), target=Target(10))
    assert found.state is State.NO_DATA


def test_accounts_add_up() -> None:
    both = TOLD + Contents(posts=10, own=10, topics={"Events": 1, "Quilts": 2}, images=5)
    assert (both.posts, both.own, both.images, both.videos) == (50, 46, 30, 10)
    assert dict(both.topics) == {"Events": 25, "Advice": 6, "Weather": 2, "Quilts": 2}
