"""Life-cycle states, modes and connections of an account, and when it is asked again."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
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

#: figures older than this many days are stale
STALE_AFTER_DAYS = 3
#: between two pulls that went well
PULL_EVERY = timedelta(days=1)
#: after the first, second, third failure in a row; later ones wait a day
_WAITS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))


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


def after_failure(before: Connection, failures: int, *, at: datetime) -> tuple[Connection, datetime]:
    """Where the connection stands after so many failures in a row, and when to ask again.

    One or two failures are the internet's weather; from the third on the account does not answer.
    """
    wait = _WAITS[failures - 1] if failures <= len(_WAITS) else PULL_EVERY
    return (Connection.FAILING if failures >= len(_WAITS) else before), at + wait


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
