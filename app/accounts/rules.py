"""Life-cycle states, modes and connections of an account, with the moves that are legal."""

from enum import StrEnum


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
        return self.value.replace("_", " ").capitalize()


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
