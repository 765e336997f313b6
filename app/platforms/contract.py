"""What every platform is asked and how it answers: plain readings, or an error that says what to do next.

A metric's name is the same on every platform: ``followers``, ``following`` and ``posts_total`` (the platform's own
running count, on Mastodon boosts included) belong to a profile; ``reactions``, ``comments``, ``shares``, ``views``,
``reach`` and ``link_clicks`` to a post. The daily ``posts``, ``replies``, ``mentions``, ``questions_due``,
``questions_in_time``, ``asks`` and ``broadcasts`` are counted from readings by the rooms above. What a platform tells
of a day beside them stands under ``new_follows`` and those after it.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, runtime_checkable

from app.foundation.figures import Figure, Reason


class Metric(StrEnum):
    """What a reader may measure itself; see the module's text for what is counted above it."""

    FOLLOWERS = "followers"
    FOLLOWING = "following"
    POSTS_TOTAL = "posts_total"
    REACTIONS = "reactions"
    COMMENTS = "comments"
    SHARES = "shares"
    VIEWS = "views"
    REACH = "reach"
    LINK_CLICKS = "link_clicks"
    NEW_FOLLOWS = "new_follows"
    UNFOLLOWS = "unfollows"
    PROFILE_VIEWS = "profile_views"
    ENGAGEMENTS = "engagements"
    SAVES = "saves"
    VIDEO_VIEWS = "video_views"


_CAP_REACHED = "The monthly cap on the cost of reading is reached. Pulls go on next month, or once the cap is raised."
#: the most posts of one call; exactly so many mean that there may be older ones
MOST_POSTS = 2000

PROFILE_METRICS = (Metric.FOLLOWERS, Metric.FOLLOWING, Metric.POSTS_TOTAL)
POST_METRICS = (Metric.REACTIONS, Metric.COMMENTS, Metric.SHARES, Metric.VIEWS, Metric.REACH, Metric.LINK_CLICKS)


@dataclass(frozen=True, slots=True)
class Identity:
    """Which account on which platform; ``url`` is canonical, so two ways of writing one account are equal."""

    platform: str
    handle: str
    url: str
    #: scheme, host and port of the server, for platforms that live on many servers; else None
    base_url: str | None = None
    #: the platform's own id where it is known already, which saves asking for it
    external_id: str | None = field(default=None, compare=False)


@dataclass(slots=True)
class Meter:
    """Counts what one pull reads of a platform that bills or rations its answers, and ends it at its allowance.

    A reader calls ``check`` (or, where each read has its price, ``afford``) before it asks and ``count`` for what came;
    the count outlives a pull that failed.
    """

    #: what one read of a kind costs, in millionths of the currency; a kind that is not named costs nothing
    prices: Mapping[str, int] = field(default_factory=dict)
    #: what may still be spent, in the same; None without a cap
    allowance: int | None = None
    #: sets so much more aside, of what all pulls share, and answers with what it got; None where nothing is shared
    set_aside: Callable[[int], int] | None = None
    reads: Counter[str] = field(default_factory=Counter)

    @property
    def spent(self) -> int:
        """What was read so far, at its prices."""
        return sum(number * self.prices.get(kind, 0) for kind, number in self.reads.items())

    def count(self, kind: str, number: int = 1) -> None:
        """So many of a kind were read."""
        self.reads[kind] += number

    def check(self) -> None:
        """Raises CapReached where nothing more may be spent."""
        if self.allowance is not None and self.spent >= self.allowance:
            raise CapReached(_CAP_REACHED)

    def afford(self, kind: str, *, most: int, least: int = 1) -> int:
        """How many of a kind the next question may bring; raises CapReached where it is fewer than ``least``."""
        price = self.prices.get(kind, 0)
        if self.allowance is None or not price:
            return most
        lacking = self.spent + most * price - self.allowance
        if lacking > 0 and self.set_aside is not None:
            self.allowance += self.set_aside(lacking)
        affordable = min(most, (self.allowance - self.spent) // price)
        if affordable < least:
            raise CapReached(_CAP_REACHED)
        return affordable


@dataclass(frozen=True, slots=True)
class Reach:
    """How an account may be reached."""

    base_url: str | None = None
    token: str | None = field(default=None, repr=False)  # a token must not land in a log
    #: did a sign-in bring the token (an access token), and nobody paste it (which may be a key)?
    is_signed_in: bool = False
    #: what the platform knows this installation by, name and secret; None where its settings do not say
    known_as: tuple[str, str] | None = field(default=None, repr=False)
    #: may private and loopback addresses be contacted (own servers; a setting decides)?
    allow_private: bool = False
    meter: Meter = field(default_factory=Meter, compare=False, repr=False)
    #: what a reader remembers from one question to the next of a pull, such as a session; never stored or shown
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """One metric and its figure."""

    metric: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class ProfileReading:
    """What the platform says of an account at one instant."""

    external_id: str
    handle: str
    display_name: str
    read_at: datetime
    figures: Mapping[str, Figure]
    #: the few plain facts as the platform worded them, for provenance; never a token
    raw: Mapping[str, Any]
    #: sentences about what could not be measured, for the person who reads the pull
    notes: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The UTC day of the reading; a room that knows the branch's zone computes its own from ``read_at``."""
        return self.read_at.date()

    @property
    def readings(self) -> list[Reading]:
        """The figures as rows, in the order of their names."""
        return [Reading(metric, self.figures[metric]) for metric in sorted(self.figures)]


@dataclass(frozen=True, slots=True)
class PostReading:
    """One post of the account, with the counts under it as they stand at the reading."""

    external_id: str
    url: str
    published_at: datetime
    #: plain text, without markup
    text: str
    is_reply: bool
    #: someone else's post passed on; not a post of ours
    is_repost: bool
    #: a reply to one of our own posts: a thread, not an answer
    in_reply_to_own: bool
    has_media: bool
    has_link: bool
    figures: Mapping[str, Figure]
    in_reply_to_id: str | None = None
    #: pictures whose alternative text the platform lets us see, and how many of them have one; 0 of 0 says nothing
    images: int = 0
    images_with_alt: int = 0


@dataclass(frozen=True, slots=True)
class MentionReading:
    """Someone spoke to us or of us; of the author only what telling two people apart needs."""

    external_id: str
    at: datetime
    #: ``mention``, ``reply``, ``quote``, or ``alert`` where a search engine found the library's name on a page
    kind: str
    author_id: str
    text: str | None = None
    url: str | None = None
    in_reply_to_id: str | None = None


@dataclass(frozen=True, slots=True)
class DayReading:
    """What the platform's own statistics say of one whole day, by the clock on which the platform counts."""

    day: date
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class TokenReading:
    """What a platform says of a token itself."""

    #: when it ends; None where it does not
    ends_at: datetime | None
    #: when it is shown nothing more until somebody signs in again; None for never
    access_ends_at: datetime | None
    #: the permissions that it has
    scopes: frozenset[str]


class PlatformError(Exception):
    """A platform did not give a reading; the message is a sentence without secrets, ``reason`` stands for the figure."""

    reason: ClassVar[Reason] = Reason.API_ERROR
    #: is trying again later, unchanged, of any use?
    worth_retrying: ClassVar[bool] = False


class Unreachable(PlatformError):  # noqa: N818 - an error of the contract is named for what happened
    """Nobody answered, or the server failed: try again later."""

    worth_retrying = True


class RateLimited(PlatformError):  # noqa: N818 - likewise
    """The platform asks us to wait; ``until`` is when it said it will listen again, None where it did not say."""

    reason = Reason.RATE_LIMITED
    worth_retrying = True

    def __init__(self, sentence: str, *, until: datetime | None = None) -> None:
        super().__init__(sentence)
        self.until = until


class SignInExpired(PlatformError):  # noqa: N818 - likewise
    """The token is not valid (any more), or the platform wants one: a person must sign in again."""

    reason = Reason.TOKEN_REVOKED


class NotYet(PlatformError):  # noqa: N818 - likewise
    """The platform does not know the account yet (a new one, say): try again later."""

    reason = Reason.NOT_INDEXED
    worth_retrying = True


class Gone(PlatformError):  # noqa: N818 - likewise
    """The account is closed, moved away or was never there."""

    reason = Reason.ACCOUNT_CLOSED


class Malformed(PlatformError):  # noqa: N818 - likewise
    """An answer came that cannot be read, or is larger than we accept."""

    worth_retrying = True


class NotShown(PlatformError):  # noqa: N818 - likewise
    """The account keeps this from all but its followers."""

    reason = Reason.HIDDEN


class NotAllowed(PlatformError):  # noqa: N818 - likewise
    """The address may not be contacted from here: private, loopback, not http or https."""


class CapReached(PlatformError):  # noqa: N818 - likewise
    """Reading on would cost more than may be spent, by our own cap or by the platform's credits."""

    reason = Reason.COST_CAP


class Reader(Protocol):
    """One platform. Every method may raise a ``PlatformError`` and nothing else that a caller should catch."""

    def profile(self, reach: Reach, identity: Identity) -> ProfileReading:
        """What the platform says of the account now."""
        ...

    def posts(self, reach: Reach, identity: Identity, since: datetime) -> list[PostReading]:
        """Posts published at or after ``since``, newest first, at most ``MOST_POSTS``."""
        ...


@runtime_checkable
class Listener(Protocol):
    """A reader that can also hear who spoke to the account."""

    #: are mentions shown only to who is signed in?
    needs_token: ClassVar[bool]

    def mentions(self, reach: Reach, identity: Identity, since: datetime) -> list[MentionReading]:
        """Mentions at or after ``since``, newest first, at most ``MOST_POSTS``; never to be taken as complete."""
        ...


@runtime_checkable
class InsightsReader(Protocol):
    """A reader whose platform keeps statistics of past days.

    What it answers for a day and a metric stands before what is counted from posts; a metric that the platform has
    withdrawn, or keeps back below a threshold, is a missing figure with its reason and costs the others nothing.
    """

    #: are they shown only to who signed in, and not to a token that was pasted?
    needs_sign_in: ClassVar[bool]

    def insights(self, reach: Reach, identity: Identity, first: date, last: date) -> list[DayReading]:
        """The days from ``first`` to ``last``, both inside, oldest first; days the platform no longer keeps are left out."""
        ...


@runtime_checkable
class TokenReader(Protocol):
    """A reader whose platform says how long a token serves and what for."""

    def token(self, reach: Reach) -> TokenReading | None:
        """Of the reach's own; None where the platform does not tell us."""
        ...
