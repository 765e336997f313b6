"""What a check is given (a rule, a place with its accounts and days) and what it answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.accounts.rules import AccountMode
from app.duties.rules.catalogue import Family
from app.duties.rules.matrix import Cell
from app.findings.rules.care import CareSeen
from app.findings.rules.seen import PostSeen
from app.foundation.periods import Period
from app.metrics.rules.questions import QuestionSeen
from app.metrics.rules.sums import ENOUGH
from app.policies.rules.catalogue import RuleKind
from app.policies.rules.parameters import Value
from app.policies.rules.states import Result

_WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
NO_ACCOUNT = "No account here that the rule is about."
#: accounts that speak at all; a dormant one is asked nothing
SPEAKING = frozenset(AccountMode) - {AccountMode.DORMANT}


class DayCounts(NamedTuple):
    """What was counted on one account on one day; None where the figure is missing.

    A named tuple and no dataclass: a check of a large consortium makes half a million of them.
    """

    day: date
    posts: int | None
    broadcasts: int | None
    questions_due: int | None
    questions_in_time: int | None


@dataclass(frozen=True, slots=True)
class PostCounts:
    """Of an account's stored posts in the period: how many, with a picture, video or sound, and only a link."""

    posts: int = 0
    with_media: int = 0
    link_only: int = 0


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account that a place has or shares, with what was seen of it in the period."""

    account_id: int
    #: such as "Mastodon @greeneast"
    label: str
    mode: AccountMode
    #: it belongs to another place, where its figures are judged
    is_shared: bool
    opened_on: date | None = None
    cells: Mapping[Family, Cell] = field(default_factory=dict)
    days: tuple[DayCounts, ...] = ()
    posts: PostCounts = PostCounts()
    #: questions whose time ran out in the period, from mentions that people sorted
    questions: tuple[QuestionSeen, ...] = ()
    #: its posts one by one, the newest first; read only where a rule asks what is said of them
    said: tuple[PostSeen, ...] = ()
    #: how it is looked after; None where it is not in use, or no rule asks
    care: CareSeen | None = None


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """A place with its accounts; on ``closed`` days nothing is expected of it."""

    place_id: int
    name: str
    accounts: tuple[AccountSeen, ...] = ()
    closed: frozenset[date] = frozenset()
    #: hours of duty a week; read only where a rule asks
    duty_hours: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class RuleAsked:
    """A rule as it binds a place, over the days it is judged on."""

    rule_id: int
    kind: RuleKind
    parameters: Mapping[str, Value]
    #: the policy's spine label, such as "SM 1"
    code: str
    period: Period
    on: date


@dataclass(frozen=True, slots=True)
class RowUsed:
    """A row a check rests on, in words: an account, one of its duties, or one of its posts."""

    account_id: int
    label: str
    words: str
    family: str = ""
    post_id: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check found; a failing one has a title (the fact against the rule) and says what would pass."""

    result: Result
    #: what was seen, in a sentence
    evidence: str
    #: cases judged; None where counting has no meaning
    cases: int | None = None
    #: in the rule's unit
    measured: float | None = None
    title: str = ""
    to_pass: str = ""
    #: first day of the failure, where the rows tell
    since: date | None = None
    rows: tuple[RowUsed, ...] = ()


def cannot_say(evidence: str, *, cases: int | None = None, rows: tuple[RowUsed, ...] = ()) -> Judgement:
    """Cannot be checked, and why."""
    return Judgement(Result.NOT_MEASURABLE, evidence, cases=cases, rows=rows)


def does_not_apply(place: PlaceSeen) -> Judgement:
    """No account of the right kind, or only one that another place answers for."""
    shared = bool(place.accounts) and all(account.is_shared for account in place.accounts)
    words = "The account it shares is checked at the place that owns it." if shared else NO_ACCOUNT
    return Judgement(Result.NOT_APPLICABLE, words)


def own_accounts(place: PlaceSeen, modes: frozenset[AccountMode]) -> list[AccountSeen]:
    """The place's own accounts of these types; a shared account's figures stay with its owner."""
    return [account for account in place.accounts if not account.is_shared and account.mode in modes]


def expected_days(place: PlaceSeen, account: AccountSeen, period: Period) -> int:
    """Days of the period on which a figure is expected: the place open, the account begun."""
    first = max(period.first, account.opened_on or period.first)
    return max((period.last - first).days + 1, 0) - sum(first <= day <= period.last for day in place.closed)


def is_enough(known: int, expected: int) -> bool:
    """At least 80% of the expected days?"""
    return expected > 0 and known / expected >= ENOUGH


def counted(days: int, expected: int) -> str:
    """Such as "84 of 92 days"."""
    return f"{days} of {expected} days"


def is_only_a_link(text: str) -> bool:
    """Is nothing left of a post's text without its web addresses?"""
    return not _WEB_ADDRESS.sub(" ", text).strip()
