"""Profile, posts, mentions and daily statistics of a Facebook page; a count that does not come is a reason, never 0."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from app.foundation.clock import now
from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    DayReading,
    Identity,
    MentionReading,
    Metric,
    PostReading,
    ProfileReading,
    Reach,
    TokenReading,
)
from app.platforms.facebook.posts import comments_of, posts_of
from app.platforms.facebook.words import DAILY, FOLLOWERS, LIKES, LIKES_NEEDED, MENTION_FIELDS, PAGE_FIELDS, POSTS, RAW
from app.platforms.guard import DEFAULT_LIMITS, Limits
from app.platforms.meta.calls import graph_calls
from app.platforms.meta.comments import author_of, mention_of, newest_mentions, newest_posts
from app.platforms.meta.insights import Statistics, days_of, kept_span, read_span, spans
from app.platforms.meta.sign_in import SignedIn, is_page, signed_in
from app.platforms.meta.stream import Stream, read_stream, recent
from app.platforms.meta.tokens import read_token
from app.platforms.meta.trouble import PermissionMissing
from app.platforms.meta.values import count, plain, text_of

_PAGE = "facebook.page"
#: why a metric has no values on any day, found out once a pull
_GONE = "facebook.gone"
_AT_ONCE = 50
#: where others speak to the page, beside the comments
_EDGES = ("visitor_posts", "tagged")
#: Facebook gives 90 days at once; two fewer, since where a span ends is told in two ways
_SPAN_DAYS = 88
#: it keeps statistics of a page for two years
_KEPT_DAYS = 730


@dataclass(frozen=True, slots=True)
class FacebookReader:
    """Reads one page at a time; remembers only which page the token led to, for the pull it serves."""

    needs_token: ClassVar[bool] = True
    needs_sign_in: ClassVar[bool] = False
    limits: Limits = DEFAULT_LIMITS

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """The page and its followers; likes and the rest stay in ``raw``."""
        page = self._page(reach, identity)
        facts = page.facts
        return ProfileReading(
            external_id=page.page_id,
            handle=text_of(facts.get("username")) or identity.handle,
            display_name=text_of(facts.get("name")) or identity.handle,
            read_at=now(),
            figures={
                Metric.FOLLOWERS: count(facts.get(FOLLOWERS)),
                Metric.FOLLOWING: Figure.missing(Reason.NOT_SUPPORTED),
                Metric.POSTS_TOTAL: Figure.missing(Reason.NOT_SUPPORTED),
            },
            raw=plain(facts, RAW),
            notes=_notes(page),
        )

    def posts(self, reach: Reach, identity: Identity, since: datetime) -> list[PostReading]:
        """Posts from ``since`` and the page's own answers under them, newest first."""
        page = self._kept_page(reach, identity)
        return newest_posts(posts_of(_stream(page, since), since, otherwise=_why_none(page)))

    def mentions(self, reach: Reach, identity: Identity, since: datetime) -> list[MentionReading]:
        """Posts that tag the page or stand on it, and comments under its posts of these days, newest first.

        A part for which the token lacks the permission is left out; raises where it lacks it for all of them.
        """
        page = self._kept_page(reach, identity)
        stream = _stream(page, since)
        found = list(comments_of(stream, since))
        lacking: list[PermissionMissing] = []
        for edge in _EDGES:
            try:
                found += _spoken(page, edge, since)
            except PermissionMissing as error:
                lacking.append(error)
        if len(lacking) == len(_EDGES) and not stream.asked.has_comments:
            raise lacking[0].over("Comments, posts of visitors and tags", usual="pages_read_user_content")
        return newest_mentions(found)

    def insights(self, reach: Reach, identity: Identity, first: date, last: date) -> list[DayReading]:
        """Times shown, people reached and followers by day, as Facebook counts days: by Pacific time."""
        span = kept_span(first, last, days=_KEPT_DAYS)
        if span is None:
            return []
        page = self._kept_page(reach, identity)
        found = Statistics(reasons=reach.kept.setdefault(f"{_GONE} {page.page_id}", {}))
        try:
            for start, end in spans(*span, days=_SPAN_DAYS):
                # ends a day late, since a value is dated by the morning after its day
                params = {"period": "day", "since": str(start), "until": str(end + timedelta(days=2))}
                read_span(page.calls, f"{page.page_id}/insights", tuple(DAILY.values()), params, into=found)
        except PermissionMissing as error:
            raise error.over("Times shown and people reached", usual="read_insights") from error
        is_empty = not any(found.values.values())
        otherwise = _why_none(page) if is_empty else Reason.NOT_COLLECTED
        return [_day(reading) for reading in days_of(found, DAILY, *span, otherwise=otherwise)]

    def token(self, reach: Reach) -> TokenReading | None:
        """Until when the token serves and what for, as Meta tells it."""
        return read_token(reach, limits=self.limits)

    def _page(self, reach: Reach, identity: Identity) -> SignedIn:
        page = signed_in(graph_calls(reach, limits=self.limits), PAGE_FIELDS, is_meant=is_page(identity))
        reach.kept[_PAGE] = page
        return page

    def _kept_page(self, reach: Reach, identity: Identity) -> SignedIn:
        page = reach.kept.get(_PAGE)
        return page if isinstance(page, SignedIn) and is_page(identity)(page.facts) else self._page(reach, identity)


def _notes(page: SignedIn) -> tuple[str, ...]:
    notes = []
    if page.facts.get("is_published") is False:
        notes.append("The page is not published: only those who manage it see it.")
    if page.facts.get("is_permanently_closed") is True:
        notes.append("The page says that this place is closed for good.")
    if _is_small(page):
        notes.append(f"Facebook keeps statistics only of pages with {LIKES_NEEDED} likes or more.")
    notes.extend(f"Facebook no longer tells {name}." for name in page.unknown)
    return tuple(notes)


def _is_small(page: SignedIn) -> bool:
    likes = count(page.facts.get(LIKES)).value
    return likes is not None and likes < LIKES_NEEDED


def _why_none(page: SignedIn) -> Reason:
    """Why there are no statistics where Facebook does not say: a small page has none, others have them later."""
    return Reason.BELOW_THRESHOLD if _is_small(page) else Reason.NOT_COLLECTED


def _stream(page: SignedIn, since: datetime) -> Stream:
    return read_stream(page.calls, page.page_id, POSTS, since)


def _day(reading: DayReading) -> DayReading:
    """Followers of a day only where there is a number, since the profile tells them of the day of the pull."""
    figures = {
        metric: figure for metric, figure in reading.figures.items() if metric != Metric.FOLLOWERS or figure.is_known
    }
    return DayReading(reading.day, figures)


def _spoken(page: SignedIn, edge: str, since: datetime) -> Iterator[MentionReading]:
    """Others' posts on an edge of the page."""
    pages = page.calls.pages(f"{page.page_id}/{edge}", {"fields": MENTION_FIELDS, "limit": _AT_ONCE})
    for item in recent(pages, since, time=POSTS.time):
        if author_of(item) != page.page_id:
            yield mention_of(item, "mention", POSTS)
