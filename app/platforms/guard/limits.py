"""How long an answer may take and how large it may be, whichever client reads it."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.platforms.contract import Malformed, Unreachable

#: how we name ourselves to servers
USER_AGENT = "Concordance (library accounts)"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait and how much to read."""

    #: seconds for each single wait: connecting, the next bytes
    timeout: float = 10.0
    #: seconds for one answer as a whole, so that a trickle ends too
    total: float = 60.0
    max_bytes: int = 5_000_000
    max_redirects: int = 5


DEFAULT_LIMITS = Limits()


@dataclass(slots=True)
class Allowance:
    """What one answer may still cost."""

    bytes_left: int
    deadline: float

    @classmethod
    def of(cls, limits: Limits) -> "Allowance":
        """All that the limits allow, from now on."""
        return cls(bytes_left=limits.max_bytes, deadline=time.monotonic() + limits.total)

    def spend(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks; raises Malformed where they are too many, Unreachable where they take too long."""
        for chunk in chunks:
            self.bytes_left -= len(chunk)
            if self.bytes_left < 0:
                raise Malformed("The answer is larger than we accept.")
            self.seconds_left()
            yield chunk

    def seconds_left(self) -> float:
        """The time that remains, more than nothing; raises Unreachable where none does."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Unreachable("The answer took too long.")
        return left
