"""How long what others said is kept, and how a name is told apart without being kept."""

import hashlib
import hmac
from datetime import datetime, timedelta

from app.foundation.errors import Refused

#: unless a consortium says otherwise
MENTIONS_KEPT_DAYS = 90
SHORTEST_KEPT, LONGEST_KEPT = 1, 730


def refuse_kept_days(days: int) -> None:
    """Refuse to keep them for less than a day or more than two years."""
    if not SHORTEST_KEPT <= days <= LONGEST_KEPT:
        raise Refused(f"Choose between {SHORTEST_KEPT} and {LONGEST_KEPT} days.", field="days")


def kept_since(at: datetime, *, days: int) -> datetime:
    """What was said before this instant is kept no longer."""
    return at - timedelta(days=days)


def keyed_hash(secret: str, *parts: object) -> str:
    """The same for the same parts and secret, and of no use to whoever does not know the secret (HMAC, RFC 2104)."""
    text = "\x1f".join(str(part) for part in parts)
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
