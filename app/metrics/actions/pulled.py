"""What a pull brought, and what it says of each day."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.accounts.models import Account
from app.foundation.clock import local_day
from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period
from app.metrics.rules.days import COUNTED, PER_POST, PostSeen, daily_figures
from app.metrics.rules.dictionary import Metric, offered_by
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.pulls import gap_days, start_of_day
from app.platforms.contract import DayReading, MentionReading, PlatformError, PostReading, ProfileReading

_KNOWN = frozenset(metric.value for metric in Metric)
_STOCKS = (Metric.FOLLOWERS, Metric.FOLLOWING)
#: what a platform with statistics counts by the day of the showing, and a sum over posts by the day of the post
_TOLD_BY_STATISTICS = frozenset({Metric.VIEWS, Metric.REACH})


@dataclass(frozen=True, slots=True)
class Insights:
    """What a platform's own statistics say of past days."""

    days: tuple[DayReading, ...]
    #: the day to which the past was read in this pull, None where it was not asked for
    from_on: date | None
    #: the newest day that was asked for
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Heard:
    """Who spoke to an account in the days of a pull, of all that was ever read."""

    #: from when on nothing is missing; None where nothing is known
    since: datetime | None
    #: id, time, and the post or comment it answers
    said: Sequence[tuple[str, datetime, str | None]] = ()

    @property
    def parents(self) -> dict[str, str]:
        """What each of them answers."""
        return {external_id: parent for external_id, _, parent in self.said if parent}

    def by_day(self, days: Iterable[date], *, zone: ZoneInfo) -> dict[date, int]:
        """How many on each of these days, of those that were heard whole."""
        counts = Counter(local_day(said_at, zone.key) for _, said_at, _ in self.said)
        return {day: counts[day] for day in days if self.since and start_of_day(day, zone=zone) >= self.since}


@dataclass(frozen=True, slots=True)
class Refusals:
    """What a platform refused beside the profile it told, each with why."""

    posts: PlatformError | None = None
    mentions: PlatformError | None = None
    insights: PlatformError | None = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """For the person who looks after the account; what one error cost all is said once."""
        told = [
            (self.posts, "Posts were not read"),
            (self.mentions, "Mentions were not read"),
            (self.insights, "The platform's statistics were not read"),
        ]
        said = {str(error): f"{what}: {error}" for error, what in reversed(told) if error}
        return tuple(reversed(said.values()))


@dataclass(frozen=True, slots=True)
class History:
    """All posts back to a day, as many as are given."""

    posts: tuple[PostReading, ...]
    from_on: date


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a platform said of one account."""

    profile: ProfileReading
    posts: tuple[PostReading, ...]
    #: who spoke to the account, None where that could not be read
    mentions: tuple[MentionReading, ...] | None
    #: since when it was asked who did
    heard_since: datetime
    #: the days for which the posts are complete, None where there is no such day
    window: Period | None
    zone: ZoneInfo
    #: None where the platform has none, or gives none to us
    insights: Insights | None = None
    #: does the platform keep statistics of days at all?
    has_statistics: bool = False
    refused: Refusals = Refusals()
    #: days before today that went by while the platform had asked us to wait
    waited: tuple[date, ...] = ()
    #: None in most pulls
    history: History | None = None

    @property
    def today(self) -> date:
        """The local day of the reading."""
        return local_day(self.profile.read_at, self.zone.key)


def days_of(account: Account, pulled: Pulled, seen: list[PostSeen], heard: Heard) -> list[AccountDay]:
    """The flows of the window, what the platform says of past days, and on the day of the reading the levels.

    What a platform with statistics does not tell of a day has its reason, and so have days without an answer.
    """
    offered = offered_by(account.platform)
    days = _flows(pulled, seen, heard, offered=offered)
    if pulled.has_statistics:
        _leave_to_statistics(days, pulled.refused.insights, offered=offered)
    if pulled.insights is not None:
        _prefer_insights(days, pulled.insights.days)
    levels = {metric: pulled.profile.figures[metric] for metric in _STOCKS if metric in pulled.profile.figures}
    days.setdefault(pulled.today, {}).update(levels)
    _say_why(days, account, pulled, offered=offered)
    return [AccountDay(account.id, day, figures, offered) for day, figures in sorted(days.items())]


def days_before(
    account: Account, pulled: Pulled, seen: list[PostSeen], heard: Heard, *, period: Period
) -> list[AccountDay]:
    """The flows of days long before the window; what statistics tell of such days they tell themselves."""
    offered = offered_by(account.platform)
    left_out = _TOLD_BY_STATISTICS if pulled.has_statistics else frozenset()
    flows = daily_figures(seen, window=period, zone=pulled.zone, parents=heard.parents, offered=offered)
    return [
        AccountDay(account.id, each.day, {m: f for m, f in each.figures.items() if m not in left_out}, offered)
        for each in flows
    ]


def _flows(
    pulled: Pulled, seen: list[PostSeen], heard: Heard, *, offered: Collection[Metric]
) -> dict[date, dict[Metric, Figure]]:
    if pulled.window is None:
        return {}
    parents = heard.parents
    flows = daily_figures(seen, window=pulled.window, zone=pulled.zone, parents=parents, offered=offered)
    days = {entry.day: dict(entry.figures) for entry in flows}
    for day, count in heard.by_day(days, zone=pulled.zone).items():
        days[day][Metric.MENTIONS] = Figure.of(count)
    return days


def _leave_to_statistics(
    days: dict[date, dict[Metric, Figure]], refusal: PlatformError | None, *, offered: frozenset[Metric]
) -> None:
    """The sum of what single posts gathered would be another figure under the same name; people never add up.

    Of a day that is not told yet nothing is written, which reads as not collected yet.
    """
    for figures in days.values():
        for metric in offered & _TOLD_BY_STATISTICS:
            del figures[metric]
            if refusal is not None:
                figures[metric] = Figure.missing(refusal.reason)


def _prefer_insights(days: dict[date, dict[Metric, Figure]], insights: Sequence[DayReading]) -> None:
    """What the platform says of a day stands before what we counted; why it says nothing, where we know nothing."""
    for reading in insights:
        held = days.setdefault(reading.day, {})
        for name, figure in reading.figures.items():
            if name not in _KNOWN:  # such as the platform's own running count of posts
                continue
            metric = Metric(str(name))
            if figure.value is not None or metric not in held or held[metric].value is None:
                held[metric] = figure


def _say_why(
    days: dict[date, dict[Metric, Figure]], account: Account, pulled: Pulled, *, offered: Collection[Metric]
) -> None:
    """Why what was refused, and what went by while we waited, has no figure; a figure that there is stands."""
    gap = gap_days(account.newest_figure_on, today=pulled.today)
    of_posts = [m for m in COUNTED + PER_POST if not (pulled.has_statistics and m in _TOLD_BY_STATISTICS)]
    for error, metrics in ((pulled.refused.posts, of_posts), (pulled.refused.mentions, [Metric.MENTIONS])):
        if error is not None:
            for day in sorted({*gap, pulled.today}):
                _note(days, day, {*metrics} & {*offered}, error.reason)
    for day in sorted({*gap} & {*pulled.waited}):
        _note(days, day, offered, Reason.RATE_LIMITED)


def _note(days: dict[date, dict[Metric, Figure]], day: date, metrics: Collection[Metric], reason: Reason) -> None:
    figures = days.setdefault(day, {})
    for metric in metrics:
        figures.setdefault(metric, Figure.missing(reason))
