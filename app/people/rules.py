"""How long links and sessions last, when sign-in is locked, what a password must be."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from app.foundation.errors import Refused


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    INVITE = "invite"
    SET_UP = "set_up"
    #: the three that are sent to the address of a login, and to nobody else
    NEW_PASSWORD = "new_password"  # noqa: S105 - a word for a link, no password
    SIGN_IN = "sign_in"
    NEW_EMAIL = "new_email"


#: how long each of the three works
LINK_LASTS = {
    LinkPurpose.NEW_PASSWORD: timedelta(hours=1),
    LinkPurpose.SIGN_IN: timedelta(minutes=15),
    LinkPurpose.NEW_EMAIL: timedelta(days=1),
}
#: links that an address may ask for within the window
MOST_LINKS = 3
LINK_WINDOW = timedelta(hours=1)
#: how long what nobody can use any more is kept
ENDED_KEPT_FOR = timedelta(days=30)


class Theme(StrEnum):
    """How pages look to one person."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"auto": "As this device", "light": "Light", "dark": "Dark"}[self.value]


INVITATION_LASTS = timedelta(days=14)
SET_UP_LINK_LASTS = timedelta(days=1)
SESSION_LASTS = timedelta(hours=12)
#: failures of one address within the window that lock it
LOCK_AFTER = 5
LOCK_WINDOW = timedelta(minutes=15)
_SHORTEST_PASSWORD = 12
_LONGEST_PASSWORD = 200
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_LONGEST_EMAIL = 254


#: whose clock a person may choose, by IANA name: every one of the United States and its territories
CLOCKS = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Mountain, without daylight time (Arizona)",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "America/Adak": "Aleutian",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Atlantic (Puerto Rico, Virgin Islands)",
    "Pacific/Guam": "Chamorro (Guam, Northern Marianas)",
    "Pacific/Pago_Pago": "Samoa",
    "UTC": "UTC",
}


def locked_until(failures: list[datetime], *, at: datetime) -> datetime | None:
    """When sign-in opens again for an address with these failed tries (any order); None where it is open."""
    recent = sorted((tried for tried in failures if tried > at - LOCK_WINDOW), reverse=True)
    return recent[LOCK_AFTER - 1] + LOCK_WINDOW if len(recent) >= LOCK_AFTER else None


def asks_again_at(asked: list[datetime], *, at: datetime) -> datetime | None:
    """When an address that asked for links at these moments may ask again; None where it may now."""
    recent = sorted((moment for moment in asked if moment > at - LINK_WINDOW), reverse=True)
    return recent[MOST_LINKS - 1] + LINK_WINDOW if len(recent) >= MOST_LINKS else None


def refuse_weak(password: str, *, email: str) -> None:
    """Refuse a password that is short, endless or the address itself (NIST SP 800-63B: length, no composition rules)."""
    if len(password) < _SHORTEST_PASSWORD:
        raise Refused(f"Use at least {_SHORTEST_PASSWORD} characters. A few words in a row are fine.", field="password")
    if len(password) > _LONGEST_PASSWORD:
        raise Refused(f"Use at most {_LONGEST_PASSWORD} characters.", field="password")
    if password.lower() == email.lower() or len(set(password)) == 1:
        raise Refused("Choose a password that is not your address or one repeated character.", field="password")


def clean_email(text: str) -> str:
    """The address in lower case; refuses what is no address."""
    email = text.strip().lower()
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Refused(f"“{text.strip()[:60]}” is not an e-mail address. Write it like name@library.org.", field="email")
    return email
