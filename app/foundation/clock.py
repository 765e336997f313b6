"""The one place that reads the time; everything else is handed it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def local_day(at: datetime, zone: str) -> date:
    """The calendar day of an instant in an IANA time zone such as ``America/Chicago``."""
    return at.astimezone(ZoneInfo(zone)).date()
