"""How long links and sessions last, when sign-in is locked, what a password must be, what stays of who left."""

import hashlib
import ipaddress
import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.foundation.errors import Refused
from app.foundation.periods import add_months


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
#: links that an address, and a client for whatever addresses, may ask for within the window
MOST_LINKS = 3
MOST_LINKS_OF_CLIENT = 30
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


class Show(StrEnum):
    """Which lines of the people's page are shown."""

    EVERYONE = "everyone"
    VACANT = "vacant"
    NO_LOGIN = "no-login"
    LEFT = "left"

    @property
    def label(self) -> str:
        """As on screen."""
        return {
            "everyone": "Everyone",
            "vacant": "Vacant positions",
            "no-login": "Without a login",
            "left": "People who left",
        }[self.value]


class Origin(StrEnum):
    """Where a role that holds at a place was granted."""

    HERE = "here"
    BELOW = "below"
    ABOVE = "above"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"here": "At this place", "below": "At places below", "above": "Inherited from above"}[self.value]


INVITATION_LASTS = timedelta(days=14)
SET_UP_LINK_LASTS = timedelta(days=1)
SESSION_LASTS = timedelta(hours=12)
#: failures within the window that lock an address for the client that made them: nobody else is kept out by a stranger
LOCK_AFTER = 5
#: likewise for every client: more than one person ever makes, far fewer than guessing takes
LOCK_AFTER_ANYWHERE = 50
#: and those that lock a client out of every address; a library behind one public address stays below
LOCK_CLIENT_AFTER = 100
LOCK_WINDOW = timedelta(minutes=15)
_SHORTEST_PASSWORD = 12
_LONGEST_PASSWORD = 200
#: without the signs that mail gives a meaning to: more than one address, a name beside it, a comment
_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@[^@\s.,;:<>()\[\]\\\"]+(\.[^@\s.,;:<>()\[\]\\\"]+)+")
_LONGEST_EMAIL = 254
_ONE_OFFICE = 64
#: stands in no text that a form takes, so that no address that somebody types is counted as a client
_FROM = "\x00from "


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


def client_of(address: str | None) -> str:
    """Who asks, by their network address: one of IPv4, or the /64 that one household or office has of IPv6; "" unknown."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, _ONE_OFFICE), strict=False).network_address)
    return str(found)


def _is_public(client: str) -> bool:
    """Is it one of the internet? Others may be a proxy that nobody told us of, behind which everybody stands."""
    return bool(client) and ipaddress.ip_address(client).is_global


def keys_of_try(email: str, client: str) -> dict[str, int]:
    """Under what a try to sign in is counted, and how many failures under it lock."""
    keys = {email: LOCK_AFTER_ANYWHERE}
    if client:
        keys[f"{email}{_FROM}{client}"] = LOCK_AFTER
    if _is_public(client):
        keys[f"{_FROM}{client}"] = LOCK_CLIENT_AFTER
    return keys


def keys_of_request(email: str, client: str) -> dict[str, int]:
    """Under what asking for a link is counted, and how often it may be asked for."""
    keys = {email: MOST_LINKS}
    if _is_public(client):
        keys[f"{_FROM}{client}"] = MOST_LINKS_OF_CLIENT
    return keys


def locked_until(failures: list[datetime], *, at: datetime, after: int = LOCK_AFTER) -> datetime | None:
    """When sign-in opens again after these failed tries (any order), of which ``after`` lock; None where it is open."""
    recent = sorted((tried for tried in failures if tried > at - LOCK_WINDOW), reverse=True)
    return recent[after - 1] + LOCK_WINDOW if len(recent) >= after else None


def asks_again_at(asked: list[datetime], *, at: datetime, most: int = MOST_LINKS) -> datetime | None:
    """When links may be asked for again after these moments, of which ``most`` are allowed; None where they may now."""
    recent = sorted((moment for moment in asked if moment > at - LINK_WINDOW), reverse=True)
    return recent[most - 1] + LINK_WINDOW if len(recent) >= most else None


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
        raise Refused(f"“{text.strip()[:60]}” is not an email address. Write it like name@library.org.", field="email")
    return email


#: what stands where the address of someone who left long ago stood
ERASED_ADDRESS = "erased address"
#: so long a leaving has been recorded before a name is erased, however long ago the last day was
RECORDED_FOR = timedelta(days=30)
SHORTEST_RETENTION, LONGEST_RETENTION = 1, 120


def refuse_retention(months: int) -> None:
    """Refuse to keep names for less than a month or more than ten years."""
    if not SHORTEST_RETENTION <= months <= LONGEST_RETENTION:
        raise Refused(f"Choose between {SHORTEST_RETENTION} and {LONGEST_RETENTION} months.", field="months")


def former_name(person_id: int) -> str:
    """What someone is called once their name is erased, such as "Former staff member 7F3A": the same at each place."""
    return f"Former staff member {hashlib.sha256(str(person_id).encode()).hexdigest()[:4].upper()}"


def erased_on(left_on: date, *, months: int) -> date:
    """When the name of someone who left is erased: the first day of a month, so many whole months after they left."""
    return add_months(left_on, months + 1)


def left_before(on: date, *, months: int) -> date:
    """Whoever left before this day has a name that is due to be erased on ``on``."""
    return add_months(on, -months)


def without_names(text: str, *, names: Collection[str], emails: Collection[str], instead: str) -> str:
    """The text with each name and address of one person replaced.

    A name of a single word is replaced only where the text is nothing else: "May" is also a month.
    """
    for email in emails:
        text = re.sub(rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)", ERASED_ADDRESS, text, flags=re.IGNORECASE)
    for name in sorted(names, key=len, reverse=True):
        if text.strip().casefold() == name.casefold():
            return instead
        if " " in name:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", instead, text, flags=re.IGNORECASE)
    return text


def cleared(value: Any, *, names: Collection[str], emails: Collection[str], instead: str) -> Any:
    """The same for a JSON value: every text inside lists and objects, their keys too."""
    if isinstance(value, str):
        return without_names(value, names=names, emails=emails, instead=instead)
    if isinstance(value, list):
        return [cleared(each, names=names, emails=emails, instead=instead) for each in value]
    if isinstance(value, dict):
        return {
            without_names(key, names=names, emails=emails, instead=instead): cleared(
                each, names=names, emails=emails, instead=instead
            )
            for key, each in value.items()
        }
    return value
