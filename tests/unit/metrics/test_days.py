"""Posts become the figures of local days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.metrics.rules.days import PostSeen, add_up, asks, daily_figures, is_broadcast, replies_under
from app.metrics.rules.dictionary import Metric, offered_by

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")
WEEK = Period(date(2026, 11, 8), date(2026, 11, 14))


def post(post_id: str = "1", text: str = "Story time at ten.", **told) -> PostSeen:
    return PostSeen(id=post_id, text=text, **({"published_at": NOON} | told))


@pytest.mark.parametrize(
    ("text", "is_tagged", "asked"),
    [
        ("What are you reading?", False, True),
        ("Tell us what you are reading.", False, False),
        ("Tell us what you are reading.", True, True),
        ("Renew at https://example.org/renew?card=1", False, False),
        ("Renew at www.example.org/?q", False, False),
        ("何を読んでいますか\uff1f", False, True),
        ("ماذا تقرأ\u061f", False, True),
        ("", False, False),
    ],
)
def test_a_post_asks_by_tag_or_question_mark(text, is_tagged, asked):
    assert asks(text, is_tagged_ask=is_tagged) is asked


@pytest.mark.parametrize(
    ("seen", "replies", "is_tagged", "broadcast"),
    [
        (post(), 0, False, True),
        (post(), 1, False, False),
        (post(), 0, True, False),
        (post(text="Which one?"), 0, False, False),
        (post(is_reply=True), 0, False, False),
        (post(is_repost=True), 0, False, False),
    ],
)
def test_broadcast_by_its_definition(seen, replies, is_tagged, broadcast):
    found = is_broadcast(seen, replies_by_account_within_7_days=replies, is_tagged_ask=is_tagged)
    assert found is broadcast


def answer(post_id: str, above: str, after: timedelta) -> PostSeen:
    return post(post_id, is_reply=True, in_reply_to_id=above, published_at=NOON + after)


@pytest.mark.parametrize(("after", "count"), [(timedelta(days=7), 1), (timedelta(days=7, seconds=1), 0)])
def test_replies_count_for_seven_days(after, count):
    posts = [post("1"), answer("2", "1", after)]
    assert replies_under(posts, parents={})["1"] == count


def test_a_reply_to_a_comment_counts_for_the_post_above_it():
    posts = [post("1"), answer("2", "comment", timedelta(hours=1))]
    assert replies_under(posts, parents={"comment": "1"})["1"] == 1


def test_going_on_with_ones_own_thread_is_no_reply():
    posts = [post("1"), post("2", in_reply_to_id="1", published_at=NOON + timedelta(hours=1))]
    assert replies_under(posts, parents={}) == {"1": 0, "2": 0}


def test_a_circle_in_the_platforms_data_ends():
    posts = [post("1"), answer("2", "a", timedelta(hours=1))]
    assert replies_under(posts, parents={"a": "b", "b": "a"}) == {"1": 0, "2": 0}


def on_the_9th(posts, platform="mastodon", zone=CHICAGO):
    days = daily_figures(posts, window=WEEK, zone=zone, parents={}, offered=offered_by(platform))
    return {day.day: day.figures for day in days}[date(2026, 11, 9)]


def test_a_day_counts_posts_without_reposts():
    posts = [
        post("1"),
        post("2", text="Why?"),
        post("3", is_reply=True),
        post("4", is_repost=True),
        answer("5", "2", timedelta(days=1)),
    ]
    figures = on_the_9th(posts)
    counted = [figures[metric].value for metric in (Metric.POSTS, Metric.REPLIES, Metric.ASKS, Metric.BROADCASTS)]
    assert counted == [3, 1, 1, 1]


def test_a_post_late_in_the_evening_belongs_to_the_local_day():
    late = post(published_at=datetime(2026, 11, 10, 4, 30, tzinfo=UTC))  # 10:30 pm on the 9th in Chicago
    assert on_the_9th([late])[Metric.POSTS].value == 1
    assert on_the_9th([late], zone=ZoneInfo("UTC"))[Metric.POSTS].value == 0


def test_every_day_of_the_window_is_there_and_quiet_days_are_zero():
    days = daily_figures([post()], window=WEEK, zone=CHICAGO, parents={}, offered=offered_by("mastodon"))
    assert [day.day for day in days] == [date(2026, 11, number) for number in range(8, 15)]
    assert [day.figures[Metric.POSTS].value for day in days] == [0, 1, 0, 0, 0, 0, 0]


def test_what_a_platform_does_not_offer_is_a_reason():
    figures = on_the_9th([post()], platform="blog")
    assert figures[Metric.POSTS].value == 1
    assert figures[Metric.BROADCASTS].reason is Reason.NOT_SUPPORTED
    assert figures[Metric.REACTIONS].reason is Reason.NOT_SUPPORTED


def test_reactions_add_up_and_a_hole_is_not_a_small_sum():
    liked = post("1", figures={Metric.REACTIONS: Figure.of(4), Metric.SHARES: Figure.of(1)})
    hidden = post("2", figures={Metric.REACTIONS: Figure.of(3), Metric.SHARES: Figure.missing(Reason.HIDDEN)})
    figures = on_the_9th([liked, hidden])
    assert figures[Metric.REACTIONS].value == 7
    assert figures[Metric.SHARES].reason is Reason.HIDDEN
    assert figures[Metric.COMMENTS].reason is Reason.NOT_COLLECTED


def test_an_answer_that_the_platform_counts_nothing_of_leaves_the_day_whole():
    liked = post("1", figures={Metric.REACTIONS: Figure.of(4)})
    comment = post("2", is_reply=True, figures={Metric.REACTIONS: Figure.missing(Reason.NOT_SUPPORTED)})
    uncounted = post("3", figures={Metric.REACTIONS: Figure.missing(Reason.NOT_SUPPORTED)})
    assert on_the_9th([liked, comment])[Metric.REACTIONS] == Figure.of(4)
    assert on_the_9th([liked, comment, uncounted])[Metric.REACTIONS].reason is Reason.NOT_SUPPORTED


def test_the_sum_of_nothing_is_zero():
    assert add_up([]) == Figure.of(0)


instants = st.datetimes(datetime(2026, 11, 5), datetime(2026, 11, 17), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds and adds the zone
ids = st.sampled_from("abcdef")
posts = st.lists(
    st.builds(
        PostSeen,
        id=ids,
        published_at=instants,
        text=st.text(max_size=20),
        is_reply=st.booleans(),
        is_repost=st.booleans(),
        in_reply_to_id=st.none() | ids,
    ),
    unique_by=lambda seen: seen.id,
)


@given(posts, st.dictionaries(ids, ids))
def test_parts_of_a_day_never_exceed_its_posts(seen, parents):
    days = daily_figures(seen, window=WEEK, zone=CHICAGO, parents=parents, offered=offered_by("mastodon"))
    for day in days:
        values = {metric: figure.value or 0 for metric, figure in day.figures.items()}
        assert values[Metric.BROADCASTS] + values[Metric.REPLIES] <= values[Metric.POSTS]
        assert values[Metric.BROADCASTS] + values[Metric.ASKS] <= values[Metric.POSTS]
    inside = [one for one in seen if not one.is_repost and one.published_at.astimezone(CHICAGO).date() in WEEK]
    assert sum(day.figures[Metric.POSTS].value or 0 for day in days) == len(inside)
