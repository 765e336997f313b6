"""The platforms we know, read once from ``seeds/platforms.yaml``: addresses, words, and what each offers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.foundation.errors import NotFound

_FILE = Path(__file__).resolve().parents[2] / "seeds" / "platforms.yaml"
#: the C parser, where PyYAML was built with it, reads a catalogue ten times faster; each process reads it at its start
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


#: a pull a day, and two that may fail
_STALE_AFTER_DAYS = 3


class Way(StrEnum):
    """How a platform's figures come in."""

    PULL = "pull"
    CSV = "csv"
    BY_HAND = "by_hand"

    @property
    def label(self) -> str:
        """The words for it on a page."""
        return {Way.PULL: "Pulled daily", Way.CSV: "From a file", Way.BY_HAND: "By hand"}[self]


@dataclass(frozen=True, slots=True)
class AccountShape:
    """One way in which a platform writes the address of an account."""

    match: re.Pattern[str]
    url: str
    keeps_case: bool
    #: hosts it is limited to; empty means all of the platform's
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherShape:
    """An address on the platform that is no official account, and the sentence that says so."""

    match: re.Pattern[str]
    sentence: str


@dataclass(frozen=True, slots=True)
class ConnectWords:
    """What a person should know before pasting a token."""

    token: str
    read: str
    not_read: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """How a platform lets a person allow us in (OAuth 2.0 with a code)."""

    #: addresses, or paths where each account has a server of its own
    authorize: str
    token: str
    scopes: tuple[str, ...]
    #: how the platform names itself in its answers; "" where each server does
    issuer: str = ""
    #: the settings that hold what the platform knows us by: NAME_client_id and NAME_client_secret; "" where it registers
    client: str = ""
    pkce: bool = False
    #: where the secret of the client goes: in the form that is posted, or in a header
    secret_in: str = "post"  # noqa: S105 - a place, no secret
    #: each server is told of us first, at this path; "" where the platform has a page for that
    registers: str = ""
    #: the kind of grant by which a token that soon ends is changed for a long one
    prolongs_by: str = ""
    #: further parameters of the question
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prices:
    """What a platform bills for reading, as far as we know."""

    as_of: date
    #: millionths of a US dollar for one read, by kind
    per_read: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """How a platform is asked without being a burden, and how far back it is asked."""

    #: pulls of one server at the same time, in all worker processes together; None for as many as there are workers
    at_once: int | None = None
    #: the first pull of an account reads the posts of so many days
    backfill_days: int = 90
    #: a later one reads those of so many days, once, where the platform lets us for nothing
    history_days: int = 90
    #: the first pull reads the platform's own statistics of so many days, as far as it still keeps them
    insights_days: int = 90
    #: and asks for so many days at a time
    insights_at_once: int = 90
    #: IANA name of the clock by which the platform's statistics count their days
    clock: str = "UTC"


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform as ``seeds/platforms.yaml`` describes it."""

    name: str
    label: str
    #: what the platform calls an account: page, profile, channel
    account_word: str
    hosts: tuple[str, ...]
    not_hosts: tuple[str, ...]
    #: hosts that are too many to name, as a pattern; None where there are none
    hosts_match: re.Pattern[str] | None
    accounts: tuple[AccountShape, ...]
    reserved: frozenset[str]
    posts: tuple[re.Pattern[str], ...]
    post_hosts: tuple[str, ...]
    others: tuple[OtherShape, ...]
    feed_hosts: tuple[str, ...]
    #: has no address: people name it
    is_named: bool
    #: says nothing at all without a token, so an account is fed from files until it is connected
    needs_token: bool
    #: does the id of what somebody said tell who it was?
    ids_name_people: bool
    #: gives only its latest entries, however far back one asks
    latest_only: bool
    #: tells only what others said, only the latest of it, and nothing from before it was asked to listen
    heard_only: bool
    ways: tuple[Way, ...]
    metrics: tuple[str, ...]
    #: None where no token is asked for
    connect: ConnectWords | None
    #: None where a token can only be pasted
    sign_in: SignIn | None
    #: None where reading is free
    prices: Prices | None
    limits: Limits
    #: pulled figures older than so many days are stale
    stale_after_days: int

    @property
    def is_pulled(self) -> bool:
        """Is there a reader for it?"""
        return Way.PULL in self.ways

    @property
    def is_pulled_unconnected(self) -> bool:
        """Is there a reader for it that reads something without a token too?"""
        return self.is_pulled and not self.needs_token

    def lives_at(self, host: str) -> bool:
        """Is this lower-case host one of the platform's?"""
        is_here = under(host, self.hosts) or (self.hosts_match is not None and self.hosts_match.fullmatch(host))
        return bool(is_here) and not under(host, self.not_hosts)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All platforms, in the order of the file, and what is common to all addresses."""

    platforms: tuple[Platform, ...]
    #: beginnings of query parameters that only track
    tracking: tuple[str, ...]
    shorteners: tuple[str, ...]
    sign_in_paths: frozenset[str]


def under(host: str, domains: Sequence[str]) -> bool:
    """Is the host one of the domains, or below one of them?"""
    return any(host == domain or host.endswith("." + domain) for domain in domains)


@cache
def catalogue() -> Catalogue:
    """The catalogue; a mistake in the file is a bug and rises."""
    data = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both loaders are safe
    return Catalogue(
        platforms=tuple(_platform(entry) for entry in data["platforms"]),
        tracking=tuple(data["tracking"]),
        shorteners=tuple(data["shorteners"]),
        sign_in_paths=frozenset(data["sign_in_paths"]),
    )


def platforms() -> tuple[Platform, ...]:
    """Every platform, in the order in which a form lists them."""
    return catalogue().platforms


def clients() -> dict[str, list[Platform]]:
    """The platforms at which people sign in with what an installation is known by there, by the name of its settings."""
    found: dict[str, list[Platform]] = {}
    for platform in platforms():
        if platform.sign_in and platform.sign_in.client:
            found.setdefault(platform.sign_in.client, []).append(platform)
    return found


def get_platform(name: str) -> Platform:
    """The platform of this name; raises NotFound."""
    for platform in platforms():
        if platform.name == name:
            return platform
    raise NotFound(f"There is no platform “{name}”.")


def _platform(entry: Mapping[str, Any]) -> Platform:
    return Platform(
        name=entry["name"],
        label=entry["label"],
        account_word=entry["account_word"],
        hosts=tuple(entry["hosts"]),
        not_hosts=tuple(entry.get("not_hosts", ())),
        hosts_match=re.compile(entry["hosts_match"]) if "hosts_match" in entry else None,
        accounts=tuple(_account_shape(shape) for shape in entry.get("accounts", ())),
        reserved=frozenset(entry.get("reserved", ())),
        posts=tuple(re.compile(pattern) for pattern in entry.get("posts", ())),
        post_hosts=tuple(entry.get("post_hosts", ())),
        others=tuple(OtherShape(re.compile(other["match"]), other["sentence"]) for other in entry.get("others", ())),
        feed_hosts=tuple(entry.get("feed_hosts", ())),
        is_named=entry.get("is_named", False),
        needs_token=entry.get("needs_token", False),
        ids_name_people=entry.get("ids_name_people", False),
        latest_only=entry.get("latest_only", False),
        heard_only=entry.get("heard_only", False),
        ways=tuple(Way(way) for way in entry["ways"]),
        metrics=tuple(entry["metrics"]),
        connect=ConnectWords(**entry["connect"]) if "connect" in entry else None,
        sign_in=_sign_in(entry["oauth"]) if "oauth" in entry else None,
        prices=_prices(entry["prices"]) if "prices" in entry else None,
        limits=Limits(**entry.get("limits", {})),
        stale_after_days=entry.get("stale_after_days", _STALE_AFTER_DAYS),
    )


def _sign_in(entry: Mapping[str, Any]) -> SignIn:
    return SignIn(**{**entry, "scopes": tuple(entry["scopes"])})


def _prices(entry: Mapping[str, Any]) -> Prices:
    return Prices(
        as_of=entry["as_of"],
        per_read={kind: int(Decimal(str(price)) * 1_000_000) for kind, price in entry["per_read"].items()},
    )


def _account_shape(shape: Mapping[str, Any]) -> AccountShape:
    return AccountShape(
        match=re.compile(shape["match"]),
        url=shape["url"],
        keeps_case=shape.get("case") == "keep",
        hosts=tuple(shape.get("hosts", ())),
    )
