"""Life-cycle states, modes and connections of an account, and when it is asked again."""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from urllib.parse import urlsplit


class AccountState(StrEnum):
    """Where an account stands in its life."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    ACTIVE = "active"
    ON_WATCH = "on_watch"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """As on screen."""
        return self.words.capitalize()

    @property
    def words(self) -> str:
        """As inside a sentence."""
        return self.value.replace("_", " ")


class AccountMode(StrEnum):
    """What the public may expect there."""

    CONVERSATIONAL = "conversational"
    BROADCAST_ONLY = "broadcast_only"
    COMMENTS_CLOSED = "comments_closed"
    DORMANT = "dormant"

    @property
    def label(self) -> str:
        """As on screen."""
        return self.value.replace("_", " ").capitalize()


class Connection(StrEnum):
    """Whether figures reach us."""

    NOT_CONNECTED = "not_connected"
    WORKING = "working"
    SIGN_IN_EXPIRED = "sign_in_expired"
    FAILING = "failing"
    LIMITED = "limited"
    FILE_ONLY = "file_only"

    @property
    def label(self) -> str:
        """As on screen."""
        return _CONNECTION_LABELS[self]


_CONNECTION_LABELS = {
    Connection.NOT_CONNECTED: "Not connected",
    Connection.WORKING: "Working",
    Connection.SIGN_IN_EXPIRED: "Sign-in expired",
    Connection.FAILING: "Not answering",
    Connection.LIMITED: "Asked us to wait",
    Connection.FILE_ONLY: "CSV only",
}

#: figures of a file or by hand come once a month: older than this many days they are stale
FILES_STALE_AFTER_DAYS = 35
#: pulled figures older than this many days are stale, unless the platform's entry says otherwise
STALE_AFTER_DAYS = 3
#: the hours of the night, by the consortium's clock, over which the pulls of a day are spread
NIGHT_FROM, NIGHT_UNTIL = time(2), time(6)
_NIGHT = timedelta(hours=4)
#: after the first, second, third failure in a row; later ones wait for the account's turn in the next night
_WAITS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
#: a wait is up to so much shorter or longer, so that accounts which failed together are not asked again together
_SWAY = 0.2


@dataclass(frozen=True, slots=True)
class PullEnd:
    """How a pull ended, as the account remembers it; ``next_at`` None is never, until a person does something."""

    connection: Connection
    at: datetime
    next_at: datetime | None
    #: figures came in
    is_good: bool
    note: str = ""
    external_id: str | None = None


def turn_in_night(account_id: int, on: date, *, zone: tzinfo) -> datetime:
    """The instant of that day at which the account is pulled: every night the same, spread over the hours of the night."""
    turn = _NIGHT * _share(f"turn {account_id}")
    return (datetime.combine(on, NIGHT_FROM, tzinfo=zone) + turn).astimezone(UTC).replace(microsecond=0)


def next_turn(account_id: int, *, after: datetime, zone: tzinfo) -> datetime:
    """Its turn in the night of the next day, however late on its own day it was pulled: so each day has its pull."""
    return turn_in_night(account_id, after.astimezone(zone).date() + timedelta(days=1), zone=zone)


def after_failure(
    before: Connection, failures: int, *, account_id: int, at: datetime, turn_at: datetime
) -> tuple[Connection, datetime]:
    """Where the connection stands after so many failures in a row, and when to ask again: ``turn_at`` at the latest.

    One or two failures are the internet's weather; from the third on the account does not answer. How far a wait is
    from the usual one follows from the account and the failure, so it is the same however often one asks.
    """
    connection = Connection.FAILING if failures >= len(_WAITS) else before
    if failures > len(_WAITS):
        return connection, turn_at
    sway = 1 + _SWAY * (2 * _share(f"failure {failures} of {account_id}") - 1)
    return connection, min(at + _WAITS[failures - 1] * sway, turn_at)


def _share(text: str) -> float:
    """From 0 up to 1, evenly spread over texts and always the same for one."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 256**6


def is_on_own_network(url: str) -> bool:
    """Does the address name a machine of one's own network: localhost, or an IP address that is not public?

    A name that leads there is found when it is resolved, by the guard of every connection.
    """
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


#: the shape a connection is drawn with
CONNECTION_CODES = {
    Connection.NOT_CONNECTED: "none",
    Connection.WORKING: "ok",
    Connection.SIGN_IN_EXPIRED: "off",
    Connection.FAILING: "off",
    Connection.LIMITED: "watch",
    Connection.FILE_ONLY: "none",
}
