"""The names X gives to things: which of two vocabularies to ask in, and every name an answer may carry.

X renamed tweets to posts in its description of 2026. What the live service speaks may change from one day to the next,
so a question is worded either way, and an answer is read in both at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.platforms.contract import Metric


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How a question names the fields of a post."""

    parameter: str
    fields: tuple[str, ...]


TWEETS = Vocabulary(
    "tweet.fields",
    (
        "attachments",
        "author_id",
        "conversation_id",
        "created_at",
        "entities",
        "in_reply_to_user_id",
        "public_metrics",
        "referenced_tweets",
        "withheld",
    ),
)
#: names fewer fields: who wrote a post and what it answers come unasked or not at all
POSTS = Vocabulary(
    "post.fields",
    ("attachments", "conversation_id", "created_at", "entities", "public_metrics", "withheld"),
)
#: the old one first, since X's own page on its names still says so
VOCABULARIES = (TWEETS, POSTS)

USER_FIELDS = ("created_at", "protected", "public_metrics", "verified", "withheld")

#: in ``public_metrics`` of a user, by any of its names
USER_COUNTS = {
    Metric.FOLLOWERS: ("followers_count",),
    Metric.FOLLOWING: ("following_count",),
    Metric.POSTS_TOTAL: ("post_count", "tweet_count"),
}
#: in ``public_metrics`` of a post
POST_COUNTS = {
    Metric.REACTIONS: ("like_count",),
    Metric.COMMENTS: ("reply_count",),
    Metric.SHARES: ("repost_count", "retweet_count"),
    Metric.VIEWS: ("impression_count",),
}
QUOTES = ("quote_count",)
REFERENCES = ("referenced_posts", "referenced_tweets")
REPOSTED = frozenset({"retweeted", "reposted"})
REPLIED_TO = "replied_to"


def under_any(holder: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """The value under the first of the names that the answer carries, else None."""
    return next((holder[name] for name in names if holder.get(name) is not None), None)
