"""Asking a platform for one account: its profile, its posts and, with a token, who spoke to it. No database here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.foundation.clock import local_day
from app.foundation.periods import Period
from app.metrics.actions.pulled import History, Insights, Pulled, Refusals
from app.metrics.rules.pulls import Coverage, InsightsWanted, covered, start_of_day
from app.platforms.catalogue import get_platform
from app.platforms.contract import (
    MOST_POSTS,
    DayReading,
    Identity,
    InsightsReader,
    Listener,
    MentionReading,
    PlatformError,
    PostReading,
    RateLimited,
    Reach,
    Reader,
)

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a pull asks for."""

    window: Period
    zone: ZoneInfo
    was_pulled_before: bool
    mentions_since: datetime
    insights: InsightsWanted
    #: days before today that went by while the platform had asked us to wait
    waited: tuple[date, ...] = ()
    #: the day back to which all posts are read in this pull; None in most
    history_from: date | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom we ask, how, and for what."""

    reader: Reader
    reach: Reach
    identity: Identity
    wanted: Wanted
    #: called between the questions
    between: Callable[[], None]


def read_account(
    reader: Reader, reach: Reach, identity: Identity, wanted: Wanted, *, between: Callable[[], None] = lambda: None
) -> Pulled:
    """What the platform says now; the readings may raise any ``PlatformError``. ``between`` is called between them."""
    since = start_of_day(wanted.window.first, zone=wanted.zone)
    profile = reader.profile(reach, identity)
    identity = replace(identity, external_id=profile.external_id)  # saves asking for the account again
    asked = _Asked(reader, reach, identity, wanted, between)
    between()
    posts, window, no_posts = _posts(asked, since)
    between()
    is_heard_only = get_platform(identity.platform).heard_only
    heard_since = since if is_heard_only else wanted.mentions_since
    mentions, no_mentions = _mentions(asked, _LONG_AGO if is_heard_only else heard_since)
    if is_heard_only:
        window = covered(wanted.window, _coverage_of_heard(mentions or (), wanted))
    insights, no_insights = _insights(asked)
    return Pulled(
        profile=profile,
        posts=tuple(post for post in posts if post.published_at >= since),
        mentions=None if mentions is None else tuple(mention for mention in mentions if mention.at >= heard_since),
        heard_since=heard_since,
        window=window,
        zone=wanted.zone,
        insights=insights,
        has_statistics=isinstance(reader, InsightsReader),
        refused=Refusals(no_posts, no_mentions, no_insights),
        waited=wanted.waited,
        history=_history(asked),
    )


def _posts(asked: _Asked, since: datetime) -> tuple[Sequence[PostReading], Period | None, PlatformError | None]:
    """The posts, the days for which they are complete, and why there are none where asking again is of no use.

    The profile that was read, and billed, is kept then.
    """
    identity, wanted = asked.identity, asked.wanted
    is_latest_only = get_platform(identity.platform).latest_only
    try:
        posts = asked.reader.posts(asked.reach, identity, _LONG_AGO if is_latest_only else since)
    except PlatformError as error:
        if error.worth_retrying:
            raise
        return (), None, error
    is_full = len(posts) >= MOST_POSTS
    was_pulled_before = wanted.was_pulled_before or is_full
    coverage = Coverage(_oldest(posts, wanted.zone), is_full or is_latest_only, was_pulled_before=was_pulled_before)
    return posts, covered(wanted.window, coverage), None


def _coverage_of_heard(mentions: Sequence[MentionReading], wanted: Wanted) -> Coverage:
    first_on = None if wanted.was_pulled_before else wanted.window.last
    oldest_on = _oldest_heard(mentions, wanted.zone) or first_on
    return Coverage(oldest_on, is_cut=True, was_pulled_before=wanted.was_pulled_before)


def _oldest(posts: Sequence[PostReading], zone: ZoneInfo) -> date | None:
    return min((local_day(post.published_at, zone.key) for post in posts), default=None)


def _oldest_heard(mentions: Sequence[MentionReading], zone: ZoneInfo) -> date | None:
    return min((local_day(mention.at, zone.key) for mention in mentions), default=None)


def _history(asked: _Asked) -> History | None:
    """Posts of further back than any pull asks for, once: a gift, so what is refused is asked for a week later."""
    from_on = asked.wanted.history_from
    if from_on is None:
        return None
    asked.between()
    try:
        posts = asked.reader.posts(asked.reach, asked.identity, start_of_day(from_on, zone=asked.wanted.zone))
    except PlatformError:
        return None
    return History(tuple(posts), from_on)


def _mentions(asked: _Asked, since: datetime) -> tuple[tuple[MentionReading, ...] | None, PlatformError | None]:
    """None where they cannot be read: no token, or one that does not reach so far, which the error then says.

    What was read before, and billed, is kept where the platform asks us to wait now: the next pull hears from where the last ended.
    """
    reader, reach = asked.reader, asked.reach
    if not isinstance(reader, Listener) or (reader.needs_token and not reach.token):
        return None, None
    try:
        return tuple(reader.mentions(reach, asked.identity, since)), None
    except PlatformError as error:
        return None, error


def _insights(asked: _Asked) -> tuple[Insights | None, PlatformError | None]:
    """What the platform's own statistics say; None where it has none, or gives none to us.

    Days further back are a gift: where the platform asks us to wait in the midst of them, the next pull goes on.
    """
    reader, wanted = asked.reader, asked.wanted.insights
    if not isinstance(reader, InsightsReader) or (reader.needs_sign_in and not asked.reach.is_signed_in):
        return None, None
    days: list[DayReading] = []
    from_on: date | None = None
    refusal: PlatformError | None = None
    try:
        for part in wanted.fresh:
            asked.between()
            days += reader.insights(asked.reach, asked.identity, part.first, part.last)
        for part in wanted.older:
            asked.between()
            came = reader.insights(asked.reach, asked.identity, part.first, part.last)
            days += came
            from_on = part.first if came else wanted.goal  # it keeps nothing from before
            if not came:
                break
    except RateLimited:
        if from_on is None:
            raise
    except PlatformError as error:
        refusal = error
        if not days:
            return None, refusal
    return Insights(tuple(days), from_on, wanted.last), refusal
