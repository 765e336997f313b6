"""Which platforms can be pulled, and by what."""

from functools import cache
from importlib import import_module

from app.platforms.contract import Reader

#: Named and not imported: some platforms' libraries take a second to load, and only a worker that meets such an
#: account should pay for it. A test loads every one.
_READERS = {
    "blog": ("app.platforms.feed.reader", "FeedReader"),
    "bluesky": ("app.platforms.bluesky.reader", "BlueskyReader"),
    "facebook": ("app.platforms.facebook.reader", "FacebookReader"),
    "instagram": ("app.platforms.instagram.reader", "InstagramReader"),
    "google_alerts": ("app.platforms.feed.alerts", "AlertsReader"),
    "mastodon": ("app.platforms.mastodon.reader", "MastodonReader"),
    "x": ("app.platforms.x.reader", "XReader"),
    "youtube": ("app.platforms.youtube.reader", "YouTubeReader"),
}


@cache
def reader_for(platform: str) -> Reader | None:
    """The reader for this platform, None where it cannot be pulled."""
    if platform not in _READERS:
        return None
    module, name = _READERS[platform]
    reader: Reader = getattr(import_module(module), name)()
    return reader
