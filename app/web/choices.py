"""Choices that several forms offer: the months, and the time zones of the world."""

from calendar import month_name
from functools import cache
from zoneinfo import available_timezones

#: for a year that starts somewhere
MONTHS = [(str(number), name) for number, name in enumerate(month_name) if number]
_ZONES = {
    "America/New_York": "Eastern Time",
    "America/Chicago": "Central Time",
    "America/Denver": "Mountain Time",
    "America/Phoenix": "Arizona Time",
    "America/Los_Angeles": "Pacific Time",
    "America/Anchorage": "Alaska Time",
    "Pacific/Honolulu": "Hawaii Time",
}


@cache
def time_zones() -> list[tuple[str, str]]:
    """Every zone by its name, those of the United States first and as people call them."""
    others = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [*_ZONES.items(), *((name, name.replace("_", " ")) for name in others if name not in _ZONES)]
