"""Whatever a platform's file brings has its definition, so that each figure can say what it means."""

import pytest

from app.imports.rules.exports import EXPORTS
from app.imports.rules.exports.youtube import METRICS as YOUTUBE
from app.metrics.rules.dictionary import DESK_LOG, FurtherMetric, Metric, definition_of, dictionary
from app.platforms.catalogue import platforms


@pytest.mark.parametrize("export", EXPORTS.values(), ids=lambda export: export.name)
def test_the_dictionary_defines_whatever_a_file_brings(export):
    told = YOUTUBE.values() if export.platforms == ("youtube",) else [meaning for meaning, _ in export.reads]
    named = {metric.value: metric for metric in (*Metric, *FurtherMetric)}
    brought = [named[meaning] for meaning in told if meaning in named]
    if export.brings_posts and export.holds_all_posts:
        brought += [Metric.POSTS, Metric.ASKS, *([Metric.REPLIES] if "x" in export.platforms else [])]
    assert [metric for metric in brought if export.name not in definition_of(metric).makings] == []


def test_the_dictionary_says_the_same_of_files_as_they_are():
    known = {*EXPORTS, *(platform.name for platform in platforms()), DESK_LOG}
    for definition in dictionary().values():
        assert set(definition.makings) <= known
        told = {source: makings[-1].counts for source, makings in definition.makings.items() if source != DESK_LOG}
        assert None not in told.values() or set(told.values()) == {None}, definition.name
        wrong = [
            source
            for source, counts in told.items()
            if counts and source in EXPORTS and ("posts" in counts) is not EXPORTS[source].brings_posts
        ]
        assert wrong == [], definition.name
