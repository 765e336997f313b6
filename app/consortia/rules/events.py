"""What can happen to a place on a day."""

from enum import StrEnum


class EventKind(StrEnum):
    """A turn in the life of a place; what it was before is kept, what it became stands in the place itself."""

    OPENED = "opened"
    RENAMED = "renamed"
    MOVED = "moved"
    COUNTED = "counted"
    KEYED = "keyed"
    CLOSED = "closed"
    MERGED = "merged"
    REOPENED = "reopened"
