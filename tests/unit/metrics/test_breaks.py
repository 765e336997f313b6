"""Versions of a definition, and the periods that a break cuts."""

from datetime import date

import pytest

from app.foundation.periods import Period
from app.metrics.rules.breaks import Break, Told, breaks_between, cut_metrics, mixed_metrics
from app.metrics.rules.dictionary import DESK_LOG, Metric, definition_of, read_definitions

_ENTRY = {
    "name": "views",
    "label": "Times shown",
    "gloss": "How often",
    "unit": "times",
    "kind": "flow",
    "store": "wide",
    "formula": "Displays",
    "comparable": False,
    "comparison_note": "No",
}
_VERSIONS = [
    {"field": "page_impressions", "sentence": "Displays of anything."},
    {"field": "page_media_view", "sentence": "Displays of media.", "from": date(2025, 11, 15), "why": "Replaced."},
]


def read(per_platform):
    (definition,) = read_definitions({"metrics": [{**_ENTRY, "per_platform": per_platform}]})
    return definition


def test_the_version_in_force_is_that_of_the_day():
    definition = read({"facebook": _VERSIONS, "blog": "Counted."})
    assert definition.making_on("facebook", date(2025, 11, 14)).field == "page_impressions"
    newer = definition.making_on("facebook", date(2025, 11, 15))
    assert (newer.field, newer.version, newer.why) == ("page_media_view", 2, "Replaced.")
    assert definition.making_on("blog", date(2020, 1, 1)).sentence == "Counted."
    assert definition.making_on("x", date(2020, 1, 1)) is None


@pytest.mark.parametrize(
    "versions", [_VERSIONS[1:], [_VERSIONS[0], _VERSIONS[0]], [_VERSIONS[0], {**_VERSIONS[1], "why": ""}]]
)
def test_a_later_version_says_when_and_why(versions):
    with pytest.raises(ValueError, match="first version"):
        read({"facebook": versions})


def test_a_period_is_cut_only_where_its_days_lie_on_both_sides():
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    cut = [Break(Metric.REACH, date(2026, 11, day), "why") for day in (1, 2, 30)]
    assert [each.cuts(november) for each in cut] == [False, True, True]
    assert not Break(Metric.REACH, date(2026, 12, 1), "why").cuts(november)
    assert cut_metrics([*cut, Break(Metric.VIEWS, date(2026, 11, 1), "why")], november) == {Metric.REACH}


def days(*sources):
    return [Told(date(2026, 11, day), source) for day, source in enumerate(sources, start=1)]


def test_impressions_and_views_are_two_series():
    (found,) = breaks_between(Metric.VIEWS, days("facebook_posts_old", DESK_LOG, "facebook_posts"))
    assert found.from_on == date(2026, 11, 3)
    assert found.is_of_source
    assert "before it counted views" in found.why
    assert breaks_between(Metric.REACTIONS, days("facebook_posts_old", "facebook_posts", "facebook")) == []


def test_only_metrics_that_sources_count_otherwise_are_looked_at():
    assert mixed_metrics("x", ()) == []
    assert mixed_metrics("x", {"x_posts"}) == []
    assert mixed_metrics("x", {"x_days"}) == [Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES, Metric.VIEWS]
    assert mixed_metrics("tiktok", {"tiktok_days", "tiktok_viewers"}) == []
    assert mixed_metrics("facebook", {"facebook_posts_old", "facebook_posts"}) == [Metric.VIEWS, Metric.REACH]


@pytest.mark.parametrize(("day", "field"), [(date(2025, 4, 20), "impressions"), (date(2025, 4, 21), "views")])
def test_what_instagram_replaced_has_the_version_of_its_day(day, field):
    assert definition_of(Metric.VIEWS).making_on("instagram", day).field == field
