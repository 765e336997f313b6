"""Which days a pull asks for, which of them its answer covers, and which days are a gap when there is none."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.foundation.periods import Period

#: later ones so far behind the last, since replies count for a week and platforms restate
_AGAIN_DAYS = 8
#: the longest gap that is noted day by day
_LONGEST_GAP = 60
#: a prime, so that ids which follow each other end up far apart
_SCATTER = 7919
_A_WEEK = 7
_HEARD_AGAIN = timedelta(days=1)
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


def sway_after_hold(account_id: int) -> timedelta:
    """How long after a server's wait is over an account asks again: within a minute, each at a moment of its own."""
    return timedelta(milliseconds=account_id * _SCATTER % 60_000)


def history_wanted(account_id: int, *, today: date, days: int, known_days: int) -> date | None:
    """The day back to which all posts are read today; None where no more are offered, or on other days of the week.

    Each account has its day, so that not all are read back in one night.
    """
    is_its_day = (account_id + today.toordinal()) % _A_WEEK == 0
    return today - timedelta(days=days) if days > known_days and is_its_day else None


def history_days(days: Collection[date], *, first: date, until: date, is_cut: bool) -> Period | None:
    """The days before ``until`` that posts on these days cover, which were asked for from ``first`` on.

    Nothing is said of days before the oldest post: the account may not have been there. Where the list is cut, its
    oldest day may lack some.
    """
    older = [day for day in days if day < until]
    if not older:
        return None
    start = max(first, min(older) + timedelta(days=1 if is_cut else 0))
    return Period(start, until - timedelta(days=1)) if start < until else None


def days_waited(asked_at: datetime, until: datetime | None, *, today: date, zone: ZoneInfo) -> tuple[date, ...]:
    """The days before today that a pull which was asked for then spent waiting, until when the platform had said."""
    if until is None or until <= asked_at:
        return ()
    first = asked_at.astimezone(zone).date()
    last = min(until.astimezone(zone).date(), today - timedelta(days=1))
    return tuple(first + timedelta(days=step) for step in range((last - first).days + 1))


def heard_since(window: Period, newest_at: datetime | None, *, zone: ZoneInfo) -> datetime:
    """From when mentions are read: a day before the newest one that is known, since lists come late and with holes."""
    start = start_of_day(window.first, zone=zone)
    return start if newest_at is None else max(start, newest_at - _HEARD_AGAIN)


@dataclass(frozen=True, slots=True)
class InsightsWanted:
    """Which days of a platform's own statistics are asked for, in parts that it gives at once."""

    #: restated days and new ones
    fresh: tuple[Period, ...] = ()
    #: days further back that no pull has read yet, newest part first
    older: tuple[Period, ...] = ()

    @property
    def goal(self) -> date | None:
        """The day to which the past is to be read."""
        return self.older[-1].first if self.older else None

    @property
    def last(self) -> date | None:
        """The newest day that is asked for."""
        parts = self.fresh + self.older
        return parts[0].last if parts else None


def insights_wanted(
    known_from: date | None, known_until: date | None, *, last: date, days: int, at_once: int
) -> InsightsWanted:
    """What to ask for up to ``last``, the platform's last whole day, where ``days`` are offered."""
    goal = last - timedelta(days=days - 1)
    if known_from is None or known_until is None:
        return InsightsWanted(older=_parts(goal, last, at_once))
    fresh = _parts(max(goal, min(known_until - timedelta(days=_AGAIN_DAYS), last)), last, at_once)
    older = _parts(goal, known_from - timedelta(days=1), at_once) if known_from > goal else ()
    return InsightsWanted(fresh, older)


def _parts(first: date, last: date, at_once: int) -> tuple[Period, ...]:
    """The days in parts, the newest part first."""
    parts = []
    while first <= last:
        start = max(first, last - timedelta(days=at_once - 1))
        parts.append(Period(start, last))
        last = start - timedelta(days=1)
    return tuple(parts)


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
