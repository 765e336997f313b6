"""What outlives the month of a file's name."""

import pytest

from app.imports.rules.batches import SaysOf, mark_of, says_of, stem_of


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Sep-01-2026_Sep-30-2026_1234567890.csv", ""),
        ("2026-09.csv", ""),
        ("account_overview_analytics (1).csv", "account overview analytics"),
        ("tweet_activity_metrics_lib_20211101_20211201_en.csv", "tweet activity metrics lib en"),
        # libraries whose names begin like months
        ("marion/Overview.csv", "marion overview"),
        ("Decatur_Sept-2026.csv", "decatur"),
    ],
)
def test_a_name_without_its_days_and_numbers(name, stem):
    assert stem_of(name) == stem


def test_what_rows_tell_goes_before_the_name_and_no_name_is_taken_for_it():
    assert mark_of("a.csv", "17841") == "#17841"
    assert mark_of("#17841.csv", "") == ""
    assert SaysOf(ids=frozenset({"2", "1"}), usernames=frozenset({"lib"})).told == "1 2"


def test_an_address_tells_whose_posts_they_are_only_where_most_say_so():
    def linked(*names):
        return says_of(["Post Link"], [[f"https://x.com/{name}/status/1"] for name in names]).linked

    assert linked("lib", "lib", "other") == {"lib"}
    assert linked("lib", "other") == frozenset()
