"""Versions of a definition, and the periods that a break cuts."""

from datetime import date

import pytest

from app.foundation.periods import Period
from app.metrics.rules.breaks import Break, cut_metrics
from app.metrics.rules.dictionary import Metric, read_definitions

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
