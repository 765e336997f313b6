"""Which days a pull asks for, which of them its answer covers, and which days are a gap when there is none."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.foundation.periods import Period

#: later ones so far behind the last, since replies count for a week and platforms restate
_AGAIN_DAYS = 8
#: the longest gap that is noted day by day
_LONGEST_GAP = 60
_LONGEST_LANE = 200


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of how far the posts that were read reach back."""

    #: local day of the oldest post, None where there was none
    oldest_on: date | None
    #: there may be older posts that were not given
    is_cut: bool
    #: days up to and with the oldest one were counted by an earlier pull
    was_pulled_before: bool


def lane_of(platform: str, url: str) -> str:
    """What the pulls of one platform's server share, in all worker processes together."""
    return f"{platform} {urlsplit(url).netloc.lower()}"[:_LONGEST_LANE]


def window_of(last_pull_on: date | None, *, today: date, backfill_days: int) -> Period:
    """The days that a pull counts anew; the first one of an account looks as far back as the platform's entry says."""
    back = today - timedelta(days=backfill_days)
    return Period(back if last_pull_on is None else max(back, last_pull_on - timedelta(days=_AGAIN_DAYS)), today)


def start_of_day(day: date, *, zone: ZoneInfo) -> datetime:
    """The instant at which a local day begins."""
    return datetime.combine(day, time.min, tzinfo=zone)


def covered(window: Period, coverage: Coverage) -> Period | None:
    """The days of the window that were read whole: a day that may lack posts is not counted."""
    if not coverage.is_cut or coverage.oldest_on is None or coverage.oldest_on < window.first:
        return window
    first = coverage.oldest_on + timedelta(days=1 if coverage.was_pulled_before else 0)
    return Period(first, window.last) if first <= window.last else None


def gap_days(newest_on: date | None, *, today: date) -> list[date]:
    """The days without figures up to today, oldest first; only today where there never was one."""
    first = today if newest_on is None else newest_on + timedelta(days=1)
    first = max(first, today - timedelta(days=_LONGEST_GAP))
    return [first + timedelta(days=step) for step in range((today - first).days + 1)]
