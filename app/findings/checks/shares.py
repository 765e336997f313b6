"""Shares of posts: broadcast, only a link, with a picture; over all posts of a place's accounts together.

*Broadcast*: posts that are not a reply, ask nothing, and under which the account wrote no reply within 7 days.
"""

from dataclasses import dataclass
from math import ceil, floor

from app.accounts.rules import AccountMode
from app.findings.rules.judging import (
    SPEAKING,
    AccountSeen,
    Judgement,
    PlaceSeen,
    RowUsed,
    RuleAsked,
    cannot_say,
    counted,
    does_not_apply,
    expected_days,
    is_enough,
    own_accounts,
)
from app.metrics.rules.sums import ENOUGH
from app.policies.rules.parameters import number
from app.policies.rules.states import Result

#: an account that only broadcasts, or takes no comments, says so: its posts are not held against it
_CONVERSING = frozenset({AccountMode.CONVERSATIONAL})
_WEEK = 7
#: where binary fractions would make 70% of 130 a hair more than 91
_HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class _Share:
    """What a share is called: of the posts, the fact in a title, and what would change one."""

    verb: str
    fact: str
    change: str


_BROADCAST = _Share("only announce", "{share} broadcast", "a question or a reply")
_LINK_ONLY = _Share("are only a link", "{share} of posts as only a link", "a few words of their own")
_WITH_MEDIA = _Share("carry a picture, a video or sound", "{share} of posts with a picture, video or sound", "one")


@dataclass(frozen=True, slots=True)
class _Count:
    """Posts of one account that count, of all that are known."""

    account: AccountSeen
    part: int
    posts: int
    known: int
    expected: int

    @property
    def is_enough(self) -> bool:
        return is_enough(self.known, self.expected)


def judge_broadcast(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """The broadcast share of all posts, from the daily figures."""
    accounts = own_accounts(place, _CONVERSING)
    if not accounts:
        return does_not_apply(place)
    counts = [_by_days(rule, place, account) for account in accounts]
    return _judge(rule, place, [count for count in counts if count.known], counts, _BROADCAST)


def judge_link_only(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """The share of posts that are only a link, from the stored posts."""
    return _stored(rule, place, _LINK_ONLY)


def judge_with_media(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """The share of posts that carry a picture, a video or sound, from the stored posts."""
    return _stored(rule, place, _WITH_MEDIA)


def _by_days(rule: RuleAsked, place: PlaceSeen, account: AccountSeen) -> _Count:
    days = [
        (each.broadcasts, each.posts)
        for each in account.days
        if each.posts is not None
        and each.broadcasts is not None
        and each.day in rule.period
        and each.day not in place.closed
    ]
    part, posts = sum(part for part, _ in days), sum(posts for _, posts in days)
    return _Count(account, part, posts, len(days), expected_days(place, account, rule.period))


def _stored(rule: RuleAsked, place: PlaceSeen, words: _Share) -> Judgement:
    """From stored posts, where they are nearly all of those the daily figures count."""
    accounts = own_accounts(place, SPEAKING)
    if not accounts:
        return does_not_apply(place)
    counts = []
    for account in accounts:
        part = account.posts.link_only if words is _LINK_ONLY else account.posts.with_media
        told = _by_posts(rule, place, account)
        counts.append(_Count(account, part, account.posts.posts, told.known, told.expected))
        if account.posts.posts < ENOUGH * told.posts:
            some = f"{account.posts.posts} of {told.posts} posts of {account.label}"
            return cannot_say(f"Only {some} are stored, so their content is not known.", cases=account.posts.posts)
    return _judge(rule, place, [count for count in counts if count.known], counts, words)


def _by_posts(rule: RuleAsked, place: PlaceSeen, account: AccountSeen) -> _Count:
    days = [each.posts for each in account.days if each.posts is not None and each.day in rule.period]
    return _Count(account, 0, sum(days), len(days), expected_days(place, account, rule.period))


def _judge(rule: RuleAsked, place: PlaceSeen, known: list[_Count], counts: list[_Count], words: _Share) -> Judgement:
    rows = tuple(RowUsed(count.account.account_id, count.account.label, _words_of(count)) for count in counts)
    days, expected = sum(count.known for count in known), sum(count.expected for count in known)
    if not known:
        return cannot_say(f"No figures for {counts[0].account.label} in {rule.period.label}.", rows=rows)
    if not is_enough(days, expected):
        return cannot_say(f"Figures for only {counted(days, expected)}, less than 80%.", rows=rows)
    part, posts = sum(count.part for count in known), sum(count.posts for count in known)
    if posts < rule.kind.min_n:
        return cannot_say(f"Too few to judge ({_posts(posts)}, {rule.kind.min_n} needed).", cases=posts, rows=rows)
    return _against(rule, place, (part, posts), words, rows)


def _against(
    rule: RuleAsked, place: PlaceSeen, count: tuple[int, int], words: _Share, rows: tuple[RowUsed, ...]
) -> Judgement:
    part, posts = count
    parameter = rule.kind.parameters[0]
    bound = number(rule.parameters, parameter.name)
    measured = 100 * part / posts
    if parameter.name == "maximum":
        missing = part - floor(bound * posts / 100 + _HAIR)
    else:
        missing = ceil(bound * posts / 100 - _HAIR) - part
    evidence = f"{part} of {_posts(posts)} from {rule.period.label} {words.verb}"
    if missing <= 0:
        return Judgement(Result.PASS, evidence, posts, measured, rows=rows)
    limit = "at most" if parameter.name == "maximum" else "at least"
    fact = words.fact.format(share=f"{measured:.0f}%")
    return Judgement(
        Result.FAIL,
        evidence,
        posts,
        measured,
        title=f"{place.name} posts {fact}; {rule.code} asks for {limit} {bound:g}%",
        to_pass=f"{missing} of these posts would need {words.change}. {_pace(missing, rule.period.days)}",
        rows=rows,
    )


def _pace(missing: int, days: int) -> str:
    """Such as "About 2 a week."."""
    weekly = missing / (days / _WEEK)
    return f"About {weekly:.0f} a week." if weekly >= 1 else f"About 1 every {1 / weekly:.0f} weeks."


def _words_of(count: _Count) -> str:
    return f"{count.part} of {_posts(count.posts)} on {counted(count.known, count.expected)}"


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count:,} posts"
