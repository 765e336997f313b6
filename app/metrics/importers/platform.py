"""Asking a platform for one account: its profile, its posts and, with a token, who spoke to it. No database here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.foundation.clock import local_day
from app.foundation.periods import Period
from app.metrics.actions.pulls import Pulled
from app.metrics.rules.pulls import Coverage, covered, start_of_day
from app.platforms.contract import (
    MOST_POSTS,
    Identity,
    Listener,
    MentionReading,
    PlatformError,
    PostReading,
    RateLimited,
    Reach,
    Reader,
)

#: platforms that give only their latest entries, however far back one asks
_LATEST_ONLY = frozenset({"blog"})
#: platforms that tell only what others said, only the latest of it, and nothing from before they were asked to listen
_HEARD_ONLY = frozenset({"google_alerts"})
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def read_account(
    reader: Reader, reach: Reach, identity: Identity, *, window: Period, zone: ZoneInfo, was_pulled_before: bool
) -> Pulled:
    """What the platform says now; the readings may raise any ``PlatformError``."""
    since = start_of_day(window.first, zone=zone)
    is_latest_only = identity.platform in _LATEST_ONLY
    profile = reader.profile(reach, identity)
    identity = replace(identity, external_id=profile.external_id)  # saves asking for the account again
    posts = reader.posts(reach, identity, _LONG_AGO if is_latest_only else since)
    is_full = len(posts) >= MOST_POSTS
    coverage = Coverage(_oldest(posts, zone), is_full or is_latest_only, was_pulled_before or is_full)
    is_heard_only = identity.platform in _HEARD_ONLY
    mentions = _mentions(reader, reach, identity, _LONG_AGO if is_heard_only else since)
    if is_heard_only:
        first_on = None if was_pulled_before else window.last
        coverage = Coverage(
            _oldest_heard(mentions or (), zone) or first_on, is_cut=True, was_pulled_before=was_pulled_before
        )
    return Pulled(
        profile=profile,
        posts=tuple(post for post in posts if post.published_at >= since),
        mentions=None if mentions is None else tuple(mention for mention in mentions if mention.at >= since),
        window=covered(window, coverage),
        zone=zone,
    )


def _oldest(posts: Sequence[PostReading], zone: ZoneInfo) -> date | None:
    return min((local_day(post.published_at, zone.key) for post in posts), default=None)


def _oldest_heard(mentions: Sequence[MentionReading], zone: ZoneInfo) -> date | None:
    return min((local_day(mention.at, zone.key) for mention in mentions), default=None)


def _mentions(reader: Reader, reach: Reach, identity: Identity, since: datetime) -> tuple[MentionReading, ...] | None:
    """None where they cannot be read: no token, or one that does not reach so far. The rest is worth having."""
    if not isinstance(reader, Listener) or (reader.needs_token and not reach.token):
        return None
    try:
        return tuple(reader.mentions(reach, identity, since))
    except RateLimited:
        raise
    except PlatformError:
        return None
