"""The demo's generator: the same days every time, whole months that add up, holes where the story wants them."""

from datetime import date, timedelta

import pytest

from app.desk.demo.calendar import Calendar
from app.desk.demo.cast import cast
from app.desk.demo.drawing import (
    COLUMNS,
    AccountSpec,
    MonthPlan,
    Row,
    Stretch,
    daily_rows,
    engagement_share,
    reach_share,
)
from app.desk.demo.specs import Casting, spec_of
from app.metrics.rules.dictionary import Metric

FIRST, LAST = date(2025, 1, 1), date(2026, 10, 31)
AS_OF = date(2026, 11, 9)


def spec(**changed: object) -> AccountSpec:
    fields = {"account_id": 7, "seed": 4711, "offers": frozenset(Metric), "followers": 1800.0, "since": FIRST}
    return AccountSpec(**(fields | changed))  # type: ignore[arg-type]


def total(rows: list[Row], metric: Metric) -> int:
    return sum(row[2 + COLUMNS.index(metric)] or 0 for row in rows)


def test_any_stretch_of_days_is_a_part_of_the_whole() -> None:
    whole = list(daily_rows(spec(), FIRST, LAST))
    assert [row[1] for row in whole] == [FIRST + timedelta(days=step) for step in range((LAST - FIRST).days + 1)]
    part = list(daily_rows(spec(), date(2025, 6, 11), date(2025, 8, 2)))
    assert part == [row for row in whole if date(2025, 6, 11) <= row[1] <= date(2025, 8, 2)]


def test_two_accounts_differ_and_summer_is_busier_than_winter() -> None:
    assert list(daily_rows(spec(), FIRST, LAST)) != list(daily_rows(spec(seed=4712), FIRST, LAST))
    summer = list(daily_rows(spec(), date(2025, 6, 1), date(2025, 7, 31)))
    winter = list(daily_rows(spec(), date(2025, 1, 1), date(2025, 2, 28)))
    assert total(summer, Metric.POSTS) > total(winter, Metric.POSTS)


def test_parts_are_never_more_than_their_whole() -> None:
    at = {metric: 2 + number for number, metric in enumerate(COLUMNS)}
    for row in daily_rows(spec(posts=40, questions=30), FIRST, LAST):
        kinds = row[at[Metric.BROADCASTS]] + row[at[Metric.ASKS]] + row[at[Metric.REPLIES]]
        assert kinds <= row[at[Metric.POSTS]]
        assert 0 <= row[at[Metric.QUESTIONS_IN_TIME]] <= row[at[Metric.QUESTIONS_DUE]]


def test_a_planned_month_comes_out_as_planned() -> None:
    month = date(2026, 3, 1)
    plan = MonthPlan(posts=43, broadcasts=39, interactions=900.0, questions=17, in_time=9)
    rows = list(daily_rows(spec(months={month: plan}), month, date(2026, 3, 31)))
    assert (total(rows, Metric.POSTS), total(rows, Metric.BROADCASTS)) == (43, 39)
    assert (total(rows, Metric.QUESTIONS_DUE), total(rows, Metric.QUESTIONS_IN_TIME)) == (17, 9)
    interactions = sum(total(rows, metric) for metric in (Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES))
    assert interactions == pytest.approx(900, rel=0.25)


def test_holes_silence_spikes_and_withheld_figures() -> None:
    gap, quiet = Stretch(date(2025, 3, 3), date(2025, 3, 23)), Stretch(date(2025, 5, 1), date(2025, 5, 31))
    odd = spec(
        gaps=(gap,),
        silent=(quiet,),
        withheld={Metric.REACH: date(2025, 9, 1)},
        spike_on=date(2025, 10, 15),
        spike=1000,
    )
    rows = {row[1]: dict(zip(COLUMNS, row[2:], strict=True)) for row in daily_rows(odd, FIRST, date(2025, 12, 31))}
    assert len(rows) == 365 - 21
    assert not any(gap.first <= day <= gap.last for day in rows)
    assert sum(rows[day][Metric.POSTS] for day in rows if quiet.first <= day <= quiet.last) == 0
    assert rows[date(2025, 8, 31)][Metric.REACH] is not None
    assert rows[date(2025, 9, 1)][Metric.REACH] is None
    gained = rows[date(2025, 10, 15)][Metric.FOLLOWERS] - rows[date(2025, 10, 14)][Metric.FOLLOWERS]
    assert 990 <= gained <= 1010


def test_what_a_platform_does_not_offer_is_missing_and_not_zero() -> None:
    rows = daily_rows(spec(offers=frozenset({Metric.POSTS})), FIRST, date(2025, 1, 31))
    offered = 2 + COLUMNS.index(Metric.POSTS)
    for row in rows:
        assert row[offered] is not None
        assert {value for number, value in enumerate(row[2:], start=2) if number != offered} == {None}


def test_large_pages_reach_and_move_a_smaller_share() -> None:
    assert [reach_share(size) for size in (500, 1_000, 100_000, 200_000)] == pytest.approx([0.4, 0.4, 0.05, 0.05])
    assert engagement_share(1_000) == pytest.approx(0.006)
    assert engagement_share(30_000) == pytest.approx(0.0015)
    assert 0.0015 < engagement_share(8_000) < 0.006


def quarter_of(code: str, *, as_of: date = AS_OF) -> dict[Metric, int]:
    calendar = Calendar(as_of)
    branch = next(branch for library in cast().libraries for branch in library.branches if branch.code == code)
    rows = [
        row
        for platform in branch.platforms
        for row in daily_rows(
            spec_of(Casting(1, code, platform, branch.platforms, branch.residents), calendar),
            calendar.quarter.first,
            calendar.quarter.last,
        )
    ]
    return {metric: total(rows, metric) for metric in COLUMNS}


@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 11, 30), date(2027, 2, 3), date(2028, 2, 29)])
def test_the_story_holds_on_whatever_day_the_demo_ends(as_of: date) -> None:
    eastside, hollis = quarter_of("eastside", as_of=as_of), quarter_of("hollis-street", as_of=as_of)
    assert eastside[Metric.BROADCASTS] / eastside[Metric.POSTS] > 0.85
    assert 0.58 < eastside[Metric.QUESTIONS_IN_TIME] / eastside[Metric.QUESTIONS_DUE] < 0.64
    assert hollis[Metric.QUESTIONS_IN_TIME] / hollis[Metric.QUESTIONS_DUE] > 0.9
    assert quarter_of("mill-lane", as_of=as_of)[Metric.QUESTIONS_DUE] == 6


def test_the_cast_is_as_large_as_told() -> None:
    libraries = cast().libraries
    codes = [branch.code for library in libraries for branch in library.branches]
    assert (len(libraries), len(codes), len(set(codes))) == (12, 64, 64)
    sizes = sorted((len(library.branches) for library in libraries), reverse=True)
    assert sizes[:2] == [22, 9]
    assert sizes[6:] == [1] * 6
    own = sum(len(branch.platforms) for library in libraries for branch in library.branches)
    assert own + sum(len(library.platforms) for library in libraries) >= 150
