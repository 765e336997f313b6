"""Tags of posts: what a value may be, lines of topics, and which rule tags which text."""

import pytest

from app.foundation.errors import Refused
from app.metrics.rules.tags import (
    CHOICES,
    DEFAULT_TOPICS,
    OPEN,
    Planned,
    Ruling,
    TagKind,
    cleaned,
    cleaned_word,
    format_seen,
    read_topics,
    says,
    tags_for,
    words_of,
)


def test_every_kind_has_a_label_and_a_list_or_words_of_its_own() -> None:
    assert all(kind.label for kind in TagKind)
    assert set(CHOICES) | OPEN == set(TagKind)
    assert not set(CHOICES) & OPEN


@pytest.mark.parametrize("kind", list(CHOICES))
def test_a_closed_list_takes_its_own_values_only(kind: TagKind) -> None:
    for value in CHOICES[kind]:
        assert cleaned(kind, f" {value} ") == value
        assert words_of(kind, value)
    with pytest.raises(Refused):
        cleaned(kind, "no such thing")


def test_a_word_of_ones_own_is_tidied_and_not_endless() -> None:
    assert cleaned(TagKind.COMMUNITY, "  Job \n seekers ") == "Job seekers"
    for wrong in ("  ", "x" * 81):
        with pytest.raises(Refused):
            cleaned(TagKind.PARTNER, wrong)


@pytest.mark.parametrize(
    ("text", "word", "fits"),
    [
        ("Join us for #StoryTime!", "#storytime", True),
        ("Join us for #storytimes", "#storytime", False),
        ("a#storytime", "#storytime", False),
        ("Storytime at ten", "#storytime", False),
        ("#Storytime at ten", "storytime", True),
        ("History is fun", "story", False),
        ("Große BÜCHERNACHT", "büchernacht", True),
        ("Summer reading starts", "summer reading", True),
    ],
)
def test_a_word_is_found_whole(text: str, word: str, *, fits: bool) -> None:
    assert says(text, word) is fits


def test_the_first_rule_that_fits_gives_each_kind() -> None:
    rulings = [
        Ruling(1, "#storytime", TagKind.TOPIC, "Events"),
        Ruling(2, "books", TagKind.TOPIC, "New titles"),
        Ruling(3, "teens", TagKind.COMMUNITY, "Teens"),
    ]
    found = tags_for("New books for teens at #storytime", rulings)
    assert {kind: ruling.id for kind, ruling in found.items()} == {TagKind.TOPIC: 1, TagKind.COMMUNITY: 3}
    assert tags_for("Closed on Monday", rulings) == {}


def test_a_short_word_would_tag_everything() -> None:
    assert cleaned_word("  #story   time ") == "#story time"
    for wrong in ("a", "#ab", ""):
        with pytest.raises(Refused):
            cleaned_word(wrong)


def test_topics_are_lines_with_shares() -> None:
    told = read_topics("Events 60\n\n Early literacy, 25%\nNew titles: 15")
    assert told == (Planned("Events", 60), Planned("Early literacy", 25), Planned("New titles", 15))
    assert read_topics("Events\nYear 2026 in review") == (Planned("Events"), Planned("Year 2026 in review"))
    assert sum(topic.percent or 0 for topic in DEFAULT_TOPICS) == 100


@pytest.mark.parametrize("text", ["", "Events 50\nAdvice", "Events 50\nAdvice 40", "Events\nevents", "A\n" * 13])
def test_topics_that_do_not_add_up_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_topics(text)


def test_a_format_is_proposed_from_what_was_read() -> None:
    assert format_seen(has_media=True, has_link=True) == "picture"
    assert format_seen(has_media=False, has_link=True) == "link"
    assert format_seen(has_media=False, has_link=False) == "text"
