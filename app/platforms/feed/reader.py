"""A blog by its feed: RSS, Atom or JSON Feed, found from the blog's page where that is what was pasted.

A feed tells what was published and nothing of who reads it: every count but a post's comments is missing. Entries
without a date cannot be counted in any period, and those of a day to come not yet; they are left out, and the profile
reading says how many they are.
"""

from dataclasses import dataclass
from datetime import datetime

from app.foundation.clock import now
from app.foundation.figures import Figure, Reason
from app.platforms.contract import (
    MOST_POSTS,
    POST_METRICS,
    PROFILE_METRICS,
    Identity,
    Metric,
    PostReading,
    ProfileReading,
    Reach,
)
from app.platforms.feed.entries import Entry, Feed, feed_at
from app.platforms.guard import DEFAULT_LIMITS, Limits
from app.platforms.markup import plain_text


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Reads one feed at a time; keeps nothing but the feed of a pull, and that in the pull's own reach."""

    limits: Limits = DEFAULT_LIMITS

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """The feed's title, and that nothing of its readers is known."""
        feed, read_at = self._feed(reach, identity), now()
        return ProfileReading(
            external_id=feed.url,
            handle=identity.handle,
            display_name=feed.title or identity.handle,
            read_at=read_at,
            figures={metric: Figure.missing(Reason.NOT_SUPPORTED) for metric in PROFILE_METRICS},
            raw={
                "feed_url": feed.url,
                "version": feed.version,
                "entries": len(feed.entries),
                "undated": _undated(feed),
            },
            notes=_notes(feed, read_at),
        )

    def posts(self, reach: Reach, identity: Identity, since: datetime) -> list[PostReading]:
        """The dated entries from ``since`` to now, newest first; a feed holds only the latest, often ten."""
        until = now()
        posts = [
            _post(entry, entry.published_at)
            for entry in self._feed(reach, identity).entries
            if entry.published_at and since <= entry.published_at <= until
        ]
        return sorted(posts, key=lambda post: post.published_at, reverse=True)[:MOST_POSTS]

    def _feed(self, reach: Reach, identity: Identity) -> Feed:
        return feed_at(reach.base_url or identity.url, reach, limits=self.limits)


def _post(entry: Entry, published_at: datetime) -> PostReading:
    body = plain_text(entry.html)
    figures: dict[str, Figure] = {metric: Figure.missing(Reason.NOT_SUPPORTED) for metric in POST_METRICS}
    if entry.comments is not None:
        figures[Metric.COMMENTS] = Figure.of(entry.comments)
    return PostReading(
        external_id=entry.external_id,
        url=entry.url,
        published_at=published_at,
        text="\n".join(part for part in (entry.title, body.text) if part),
        is_reply=False,
        is_repost=False,
        in_reply_to_own=False,
        has_media=entry.has_enclosure or body.has_media,
        has_link=bool(body.links),
        figures=figures,
    )


def _undated(feed: Feed) -> int:
    return sum(entry.published_at is None for entry in feed.entries)


def _notes(feed: Feed, read_at: datetime) -> tuple[str, ...]:
    notes = []
    if undated := _undated(feed):
        notes.append(f"{undated} of {len(feed.entries)} entries carry no date that can be read and are not counted.")
    if to_come := sum(entry.published_at > read_at for entry in feed.entries if entry.published_at):
        notes.append(f"{to_come} of {len(feed.entries)} entries are dated in the future and are counted then.")
    if feed.is_broken:
        notes.append("The feed is not well formed; entries after the mistake may be missing.")
    return tuple(notes)
