"""Profile, media, mentions and daily statistics of an Instagram profile; a count that does not come is a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from app.foundation.clock import now
from app.foundation.figures import Reason
from app.platforms.contract import (
    DayReading,
    Identity,
    Malformed,
    MentionReading,
    PostReading,
    ProfileReading,
    Reach,
    TokenReading,
)
from app.platforms.guard import DEFAULT_LIMITS, Limits
from app.platforms.instagram.media import comments_of, posts_of
from app.platforms.instagram.words import (
    DAILY,
    DAILY_REACH,
    DAILY_TOTALS,
    MEDIA,
    PROFILE_COUNTS,
    PROFILE_FIELDS,
    RAW,
    TAG_FIELDS,
)
from app.platforms.meta.calls import GraphCalls, graph_calls
from app.platforms.meta.comments import author_of, mention_of, newest_mentions, newest_posts
from app.platforms.meta.insights import (
    Statistics,
    days_between,
    days_of,
    kept_span,
    midnight,
    pacific_today,
    read_span,
    spans,
)
from app.platforms.meta.sign_in import INSTAGRAM, Facts, has_instagram, signed_in
from app.platforms.meta.stream import Stream, read_stream, recent
from app.platforms.meta.tokens import read_token
from app.platforms.meta.trouble import NOT_META, FieldUnknown, PermissionMissing
from app.platforms.meta.values import count, id_of, part, plain, text_of

_PROFILE = "instagram.profile"
#: why a metric has no values on any day, found out once a pull
_GONE = "instagram.gone"
_AT_ONCE = 50
#: Instagram gives 30 days of a series at once; one fewer, since a day in autumn has 25 hours
_SPAN_DAYS = 29
#: it keeps statistics of a profile so long, and those of its media for two years
_KEPT_DAYS = 90
#: times shown come as one total a question, so only the latest days are asked for, one by one
_DAYS_ONE_BY_ONE = 30


@dataclass(frozen=True, slots=True)
class _Profile:
    """A way to Meta for one profile, and what it says of itself."""

    calls: GraphCalls
    facts: Facts
    unknown: tuple[str, ...]

    @property
    def own_id(self) -> str:
        """The profile's id."""
        return id_of(self.facts.get("id"))


@dataclass(frozen=True, slots=True)
class InstagramReader:
    """Reads one profile at a time; remembers only which one the token led to, for the pull it serves."""

    needs_token: ClassVar[bool] = True
    needs_sign_in: ClassVar[bool] = False
    limits: Limits = DEFAULT_LIMITS

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """The profile and its counts."""
        profile = self._profile(reach, identity)
        facts = profile.facts
        return ProfileReading(
            external_id=profile.own_id,
            handle=text_of(facts.get("username")) or identity.handle,
            display_name=text_of(facts.get("name")) or identity.handle,
            read_at=now(),
            figures={metric: count(facts.get(name)) for metric, name in PROFILE_COUNTS.items()},
            raw=plain(facts, RAW),
            notes=tuple(f"Instagram no longer tells {name}." for name in profile.unknown),
        )

    def posts(self, reach: Reach, identity: Identity, since: datetime) -> list[PostReading]:
        """Media from ``since`` and the profile's own answers under them, newest first; no stories."""
        return newest_posts(posts_of(_stream(self._kept_profile(reach, identity), since), since))

    def mentions(self, reach: Reach, identity: Identity, since: datetime) -> list[MentionReading]:
        """Media that tag the profile, and comments under its own media of these days, newest first.

        A part for which the token lacks the permission is left out; raises where it lacks it for both.
        """
        profile = self._kept_profile(reach, identity)
        stream = _stream(profile, since)
        found = list(comments_of(stream, since))
        pages = profile.calls.pages(f"{profile.own_id}/tags", {"fields": TAG_FIELDS, "limit": _AT_ONCE})
        try:
            found += [
                mention_of(item, "mention", MEDIA, text="caption")
                for item in recent(pages, since, time=MEDIA.time)
                if author_of(item) != profile.own_id
            ]
        except PermissionMissing as error:
            if not stream.asked.has_comments:
                raise error.over("Comments and tags", usual=MEDIA.comments_permission) from error
        return newest_mentions(found)

    def insights(self, reach: Reach, identity: Identity, first: date, last: date) -> list[DayReading]:
        """People reached by day, and times shown of the latest 30 days, as Instagram counts days: by Pacific time."""
        span = kept_span(first, last, days=_KEPT_DAYS)
        if span is None:
            return []
        profile = self._kept_profile(reach, identity)
        found = Statistics(reasons=reach.kept.setdefault(f"{_GONE} {profile.own_id}", {}))
        try:
            for start, end in spans(*span, days=_SPAN_DAYS):
                _read(profile, [DAILY_REACH], start, end, into=found)
            earliest = pacific_today() - timedelta(days=_DAYS_ONE_BY_ONE)
            for day in days_between(max(span[0], earliest), span[1]):
                _read(profile, tuple(DAILY_TOTALS.values()), day, day, into=found)
        except PermissionMissing as error:
            raise error.over("Times shown and people reached", usual=MEDIA.statistics_permission) from error
        return days_of(found, DAILY, *span, otherwise=Reason.NOT_COLLECTED)

    def token(self, reach: Reach) -> TokenReading | None:
        """Until when the token serves and what for, as Meta tells it."""
        return read_token(reach, limits=self.limits)

    def _profile(self, reach: Reach, identity: Identity) -> _Profile:
        fields, unknown = list(PROFILE_FIELDS), []
        while True:
            nested = f"{INSTAGRAM}{{{','.join(fields)}}}"
            try:
                page = signed_in(graph_calls(reach, limits=self.limits), (nested,), is_meant=has_instagram(identity))
                break
            except FieldUnknown as error:
                if error.field not in fields or error.field in {"id", "username"}:
                    raise Malformed(NOT_META) from error
                fields.remove(error.field)
                unknown.append(error.field)
        profile = _Profile(page.calls, part(page.facts, INSTAGRAM), tuple(unknown))
        reach.kept[_PROFILE] = profile
        return profile

    def _kept_profile(self, reach: Reach, identity: Identity) -> _Profile:
        known = reach.kept.get(_PROFILE)
        if isinstance(known, _Profile) and has_instagram(identity)({INSTAGRAM: known.facts}):
            return known
        return self._profile(reach, identity)


def _stream(profile: _Profile, since: datetime) -> Stream:
    return read_stream(profile.calls, profile.own_id, MEDIA, since)


def _read(profile: _Profile, metrics: Sequence[str], first: date, last: date, *, into: Statistics) -> None:
    """Metrics of a span; all but people reached are asked for as totals, which is the only way they come."""
    params: dict[str, str | int] = {
        "period": "day",
        "since": int(midnight(first).timestamp()),
        "until": int(midnight(last + timedelta(days=1)).timestamp()),
    }
    if DAILY_REACH not in metrics:
        params["metric_type"] = "total_value"
    read_span(
        profile.calls, f"{profile.own_id}/insights", metrics, params, into=into, day=first if first == last else None
    )
