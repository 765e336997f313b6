"""Ids made in Python: 63 bits, ordered by time, so a row has its id before it is written."""

import secrets
import threading
import time
from datetime import UTC, datetime

#: 2024-01-01T00:00:00Z in milliseconds; 41 bits of milliseconds last until 2093
_EPOCH_MS = 1_704_067_200_000
_RANDOM_BITS = 22
_lock = threading.Lock()
_last = 0


def new_id() -> int:
    """A fresh id, greater than every id this process made before: milliseconds, then 22 random bits."""
    global _last  # noqa: PLW0603 - the one counter of the process, guarded by a lock
    made = ((time.time_ns() // 1_000_000 - _EPOCH_MS) << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    with _lock:
        _last = made if made > _last else _last + 1
        return _last


def made_at(row_id: int) -> datetime:
    """When an id was made, to the millisecond."""
    return datetime.fromtimestamp(((row_id >> _RANDOM_BITS) + _EPOCH_MS) / 1000, UTC)
