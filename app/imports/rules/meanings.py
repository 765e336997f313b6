"""What a column of a file can mean besides a metric."""

from collections.abc import Collection

#: a column that is not read
IGNORED = ""
#: the day of a row
DAY = "day"
#: the account of a row, in a file of many accounts: its address, or "platform handle"
ACCOUNT = "account"
#: of a post: the platform's id, its address, when it was published, its words
POST_ID = "post_id"
POST_URL = "post_url"
PUBLISHED = "published"
POST_TEXT = "post_text"

#: every one with its words on screen
MEANING_LABELS = {
    DAY: "Day",
    ACCOUNT: "Account of the row",
    PUBLISHED: "Post published on",
    POST_ID: "Post’s id",
    POST_URL: "Post’s address",
    POST_TEXT: "Post’s text",
}
NO_METRICS = frozenset({IGNORED, *MEANING_LABELS})


def brings_posts(meanings: Collection[str]) -> bool:
    """Are the rows of a file with such columns posts rather than days?"""
    return PUBLISHED in meanings
