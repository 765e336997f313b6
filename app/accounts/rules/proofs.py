"""Proof that an account is ours: which there are, how each stands, and when it is looked at again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

_HOURS_A_WEEK = 168
#: one that was missed in its hour is looked at after this
LATEST_AFTER = timedelta(days=8)
#: nothing is looked at twice within this
SOONEST_AFTER = timedelta(days=1)


class Proof(StrEnum):
    """A way to prove that an account is ours."""

    SITE_LINK = "site_link"
    REL_ME = "rel_me"
    DOMAIN_HANDLE = "domain_handle"

    @property
    def label(self) -> str:
        """As on screen."""
        return {
            "site_link": "Our site links to it",
            "rel_me": "The two name each other",
            "domain_handle": "Its name is our own domain",
        }[self.value]


class ProofState(StrEnum):
    """How a proof stands."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"holds": "Proven", "fails": "Not proven", "unknown": "Cannot be told"}[self.value]

    @property
    def code(self) -> str:
        """The shape it is drawn with."""
        return {"holds": "ok", "fails": "off", "unknown": "none"}[self.value]


@dataclass(frozen=True, slots=True)
class Found:
    """What looking at one proof gave."""

    proof: Proof
    state: ProofState
    sentence: str


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """A link of a page or a profile: the canonical address it leads to, and whether rel=me is said of it."""

    url: str
    is_me: bool


def judge_site(links: Iterable[LinkSeen], account_url: str, *, page: str) -> Found:
    """Does the library's page link to the account?"""
    if any(each.url == account_url for each in links):
        return Found(Proof.SITE_LINK, ProofState.HOLDS, f"{page} links to the account.")
    return Found(Proof.SITE_LINK, ProofState.FAILS, f"{page} does not link to the account.")


def judge_rel_me(links: Iterable[LinkSeen], account_url: str, *, page: str, named: Iterable[LinkSeen] | None) -> Found:
    """Do site and profile name each other? Anybody may name our site, so one side alone proves nothing.

    ``named`` is what the profile names, verified where its server saw our page name it; None where it cannot be read.
    """
    says_me = any(each.url == account_url and each.is_me for each in links)
    page_says = "The page says rel=me" if says_me else "The page's link says no rel=me"
    if named is None:
        return Found(Proof.REL_ME, ProofState.UNKNOWN, f"{page_says}. The profile could not be read.")
    ours = [each for each in named if _host(each.url) == _host(page)]
    if any(each.is_me for each in ours):
        return Found(Proof.REL_ME, ProofState.HOLDS, "The account's server has verified that our site links back.")
    if says_me and ours:
        return Found(Proof.REL_ME, ProofState.HOLDS, "The page says rel=me, and the profile names our site.")
    profile_says = "the profile names our site" if ours else "the profile does not name our site"
    return Found(Proof.REL_ME, ProofState.FAILS, f"{page_says}, and {profile_says}.")


def own_domain(handle: str, *, site: str) -> str | None:
    """The domain that a handle on Bluesky claims, where it can be the library's own; None for a hosted name."""
    name = handle.removeprefix("@").lower()
    if name.endswith(".bsky.social") or "." not in name:
        return None
    host = _host(site)
    return name if not host or name == host or name.endswith(f".{host}") or host.endswith(f".{name}") else None


def judge_domain(handle: str, answer: str | None, *, known_did: str | None, site: str) -> Found:
    """Does the domain confirm the handle? ``answer`` is what it says at its well-known address, None for nothing.

    Whose a domain is cannot be told without a page of the library's own ``site`` ("" for none).
    """
    domain = handle.removeprefix("@").lower()
    if answer is None:
        says = f"{domain} does not say so at its well-known address. It may say so by DNS, which is not read here."
        return Found(Proof.DOMAIN_HANDLE, ProofState.UNKNOWN, says)
    did = answer.strip()
    if not did.startswith("did:") or (known_did and known_did.startswith("did:") and did != known_did):
        return Found(Proof.DOMAIN_HANDLE, ProofState.FAILS, f"{domain} confirms another account.")
    if not site:
        says = f"{domain} confirms the account. Whether the domain is ours, only a page of our site could tell."
        return Found(Proof.DOMAIN_HANDLE, ProofState.UNKNOWN, says)
    return Found(Proof.DOMAIN_HANDLE, ProofState.HOLDS, f"{domain} confirms the account.")


def hour_of_week(at: datetime) -> int:
    """Which hour of the week it is, from 0; each account is looked at in one of them."""
    return at.weekday() * 24 + at.hour


def hours_a_week() -> int:
    """How many there are."""
    return _HOURS_A_WEEK


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
