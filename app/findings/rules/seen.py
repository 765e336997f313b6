"""What a check is told of one post: what the platform shows of it, and what people say of it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from app.metrics.rules.tags import TagKind

_NOTHING: Mapping[TagKind, str] = MappingProxyType({})


class PostSeen(NamedTuple):
    """A post of an account in the period.

    A named tuple and no dataclass: a check of a large consortium makes half a million of them.
    """

    post_id: int
    on: date
    #: how it begins
    words: str
    is_reply: bool
    has_media: bool
    #: pictures, and those with a description; None where the platform shows neither
    images: int | None = None
    described: int | None = None
    tags: Mapping[TagKind, str] = _NOTHING

    def says(self, kind: TagKind) -> str | None:
        """The value of a kind of tag; None where nobody said anything."""
        return self.tags.get(kind)
