"""The dictionary covers every column and says for each platform how a figure is made."""

import pytest

from app.metrics.rules.dictionary import (
    FLOWS,
    STOCKS,
    Kind,
    Metric,
    Source,
    Store,
    definition_of,
    dictionary,
    offered_by,
)


def test_every_column_is_defined_in_order_and_kind():
    wide = [name for name, definition in dictionary().items() if definition.store is Store.WIDE]
    assert wide == [metric.value for metric in Metric]
    assert {metric for metric in Metric if definition_of(metric).kind is Kind.STOCK} == STOCKS
    assert set(Metric) == STOCKS | FLOWS
    assert Metric.FOLLOWERS.is_stock
    assert not Metric.POSTS.is_stock


def test_marketing_words_are_not_on_screen():
    assert Metric.VIEWS.label == "Times shown"
    assert Metric.REACH.label == "People reached"


@pytest.mark.parametrize("metric", Metric)
def test_a_definition_says_everything(metric):
    definition = definition_of(metric)
    assert all([definition.label, definition.gloss, definition.unit, definition.formula, definition.comparison_note])
    assert "desk_log" in definition.makings


def test_what_a_platform_offers():
    assert offered_by("blog") == {Metric.POSTS, Metric.ASKS}
    assert Metric.FOLLOWERS in offered_by("mastodon")
    assert Metric.VIEWS not in offered_by("mastodon")
    assert offered_by("desk_log") == set(Metric)
    assert offered_by("carrier pigeon") == frozenset()


@pytest.mark.parametrize("source", Source)
def test_every_source_has_words(source):
    assert source.label
