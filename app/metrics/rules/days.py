"""From posts to the figures of a day: which posts count as broadcast, and on which local day each falls."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.metrics.rules.dictionary import Metric

#: how long the account has to reply under its own post before the post counts as broadcast
REPLY_WINDOW = timedelta(days=7)
#: taken from each post and added up over the posts of a day
PER_POST = (Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES, Metric.VIEWS, Metric.REACH, Metric.LINK_CLICKS)
#: counted from what the posts are
COUNTED = (Metric.POSTS, Metric.REPLIES, Metric.ASKS, Metric.BROADCASTS)

_WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_QUESTION_MARKS = frozenset("?\uff1f\u061f\u037e")  # Latin, full-width, Arabic, Greek


@dataclass(frozen=True, slots=True)
class PostSeen:
    """A post of the account as it was last read.

    ``is_reply`` means it answers somebody else; going on with one's own thread is a post, not a reply.
    ``in_reply_to_id`` is the post directly above it, whoever wrote that.
    """

    id: str
    published_at: datetime
    text: str
    is_reply: bool = False
    is_repost: bool = False
    in_reply_to_id: str | None = None
    is_tagged_ask: bool = False
    figures: Mapping[Metric, Figure] | None = None


@dataclass(frozen=True, slots=True)
class DailyFigures:
    """What one local day of an account amounts to; every metric asked for has a figure or its reason."""

    day: date
    figures: Mapping[Metric, Figure]


def asks(text: str, *, is_tagged_ask: bool) -> bool:
    """Does a post invite an answer: tagged as an ask, or else a question mark outside web addresses?"""
    return is_tagged_ask or not _QUESTION_MARKS.isdisjoint(_WEB_ADDRESS.sub(" ", text))


def is_broadcast(post: PostSeen, *, replies_by_account_within_7_days: int, is_tagged_ask: bool) -> bool:
    """Is the post not a reply, asking nothing, and without a reply of the account under it within 7 days?

    A repost is no post of the account, so it is no broadcast either.
    """
    if post.is_repost or post.is_reply or replies_by_account_within_7_days > 0:
        return False
    return not asks(post.text, is_tagged_ask=is_tagged_ask)


def replies_under(posts: Sequence[PostSeen], *, parents: Mapping[str, str]) -> dict[str, int]:
    """How many replies the account wrote within 7 days under each of its posts, by the post's id.

    ``parents`` leads from a comment of somebody else to the post it stands under, so that a reply to a comment
    counts for the post at the top of the thread.
    """
    own = {post.id: post for post in posts}
    above = {post.id: post.in_reply_to_id for post in posts if post.in_reply_to_id} | dict(parents)
    counts = dict.fromkeys(own, 0)
    for reply in posts:
        if reply.is_reply and not reply.is_repost:
            for ancestor in _ancestors(reply.id, above):
                post = own.get(ancestor)
                if post and timedelta(0) <= reply.published_at - post.published_at <= REPLY_WINDOW:
                    counts[ancestor] += 1
    return counts


def _ancestors(start: str, above: Mapping[str, str]) -> list[str]:
    chain: list[str] = []
    here = above.get(start)
    while here is not None and here != start and here not in chain:  # a platform's data may run in a circle
        chain.append(here)
        here = above.get(here)
    return chain


def daily_figures(
    posts: Sequence[PostSeen],
    *,
    window: Period,
    zone: ZoneInfo,
    parents: Mapping[str, str],
    offered: Collection[Metric],
) -> list[DailyFigures]:
    """The figures of every local day of the window, oldest first, from posts read for the whole window.

    A day without posts is 0, because the whole window was read; what the platform does not offer is a reason.
    """
    counts = replies_under(posts, parents=parents)
    by_day: dict[date, list[PostSeen]] = {window.first + timedelta(days=step): [] for step in range(window.days)}
    for post in posts:
        day = post.published_at.astimezone(zone).date()
        if day in by_day and not post.is_repost:
            by_day[day].append(post)
    return [
        DailyFigures(day, {metric: _figure(metric, ours, counts, offered) for metric in COUNTED + PER_POST})
        for day, ours in by_day.items()
    ]


def _figure(metric: Metric, posts: list[PostSeen], counts: Mapping[str, int], offered: Collection[Metric]) -> Figure:
    if metric not in offered:
        return Figure.missing(Reason.NOT_SUPPORTED)
    if metric in COUNTED:
        return Figure.of(sum(_counts_as(metric, post, counts) for post in posts))
    return add_up(_counted(posts, metric))


def _counted(posts: list[PostSeen], metric: Metric) -> list[Figure]:
    """A metric's figure of each post, but of answers that the platform counts nothing of, such as a comment's views."""
    figures = [(post, _of_post(post, metric)) for post in posts]
    return [figure for post, figure in figures if not (post.is_reply and figure.reason is Reason.NOT_SUPPORTED)]


def _counts_as(metric: Metric, post: PostSeen, counts: Mapping[str, int]) -> bool:
    match metric:
        case Metric.REPLIES:
            return post.is_reply
        case Metric.ASKS:
            return asks(post.text, is_tagged_ask=post.is_tagged_ask)
        case Metric.BROADCASTS:
            return is_broadcast(
                post, replies_by_account_within_7_days=counts[post.id], is_tagged_ask=post.is_tagged_ask
            )
        case _:
            return True


def _of_post(post: PostSeen, metric: Metric) -> Figure:
    return (post.figures or {}).get(metric, Figure.missing(Reason.NOT_COLLECTED))


def add_up(figures: Iterable[Figure]) -> Figure:
    """The sum, or the reason of the first that is missing: a sum with a hole would look like a small figure."""
    total = 0.0
    for figure in figures:
        if figure.value is None:
            return figure
        total += figure.value
    return Figure.of(total)
