"""Contents: what is said of posts (descriptions, captions, consent, rights, use of AI), over a place's posts together.

A post of which nobody said what a rule asks about is neither met nor missed: below 80% of posts told nothing is judged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from textwrap import shorten
from typing import NamedTuple

from app.findings.rules.judging import (
    SPEAKING,
    AccountSeen,
    Judgement,
    PlaceSeen,
    RowUsed,
    RuleAsked,
    cannot_say,
    does_not_apply,
    own_accounts,
)
from app.findings.rules.seen import PostSeen
from app.metrics.rules.sums import ENOUGH
from app.metrics.rules.tags import TagKind
from app.policies.rules.catalogue import ParameterType
from app.policies.rules.parameters import number
from app.policies.rules.states import Result

_ALL = 100
_HAIR = 1e-9
#: so many posts are named in the rows; the counts behind them tell of all
_MOST_NAMED = 50
#: so much of a post tells a reader which one it is
_SHOWN = 60
_VIDEOS = frozenset({"video", "live"})


class _Told(NamedTuple):
    """A post in the eyes of one rule: cases that count, those that are as asked, and what is wrong with the others."""

    cases: int = 0
    good: int = 0
    lacks: str = ""


#: the rule is about the post, but nobody said what it asks
_UNKNOWN = _Told(-1)
_NO_CASE = _Told()
_GOOD = _Told(1, 1)
_Look = Callable[[PostSeen], _Told | None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """How one rule looks at a post (None: it is not about it), and what its cases are called."""

    look: _Look
    #: what is counted, and how one is as asked, for one and for many
    case: tuple[str, str]
    good: tuple[str, str]
    #: what would mend one, and what people tag posts with
    change: str
    tagged: str

    def verb(self, good: int, cases: int) -> str:
        """How so many of so many are as asked."""
        return self.good[0 if 1 in (good, cases) else 1]


@dataclass(frozen=True, slots=True)
class _Count:
    """One account in the eyes of one rule."""

    account: AccountSeen
    cases: int
    good: int
    #: posts the rule is about, and those of which enough is said
    posts: int
    known: int
    lacking: tuple[tuple[PostSeen, str], ...]


def _alt_text(post: PostSeen) -> _Told | None:
    if post.images is not None:
        if not post.images:
            return None
        missing = post.images - (post.described or 0)
        return _Told(post.images, post.images - missing, f"{missing} of {post.images} pictures without a description")
    return _picture_tick(post)


def _picture_tick(post: PostSeen) -> _Told | None:
    tick = post.says(TagKind.ALT_TEXT)
    if tick is not None:
        return _GOOD if tick == "present" else _Told(1, 0, "Tagged as without a description")
    if not post.has_media or post.says(TagKind.FORMAT) in _VIDEOS or post.says(TagKind.CAPTIONS):
        return None
    return _UNKNOWN


def _captions(post: PostSeen) -> _Told | None:
    """A post with media of which nobody says whether it is a video may be one."""
    match post.says(TagKind.CAPTIONS):
        case "present":
            return _GOOD
        case "missing":
            return _Told(1, 0, "Tagged as without captions")
        case "no_speech":
            return _NO_CASE
    form = post.says(TagKind.FORMAT)
    if form in _VIDEOS:
        return _UNKNOWN
    is_picture = form is not None or bool(post.images) or post.says(TagKind.ALT_TEXT) is not None
    return None if is_picture or not post.has_media else _UNKNOWN


def _consent(post: PostSeen) -> _Told | None:
    return _media_tick(post, TagKind.CONSENT, "Tagged as without consent")


def _rights(post: PostSeen) -> _Told | None:
    return _media_tick(post, TagKind.RIGHTS, "Tagged as not cleared")


def _media_tick(post: PostSeen, kind: TagKind, lacks: str) -> _Told | None:
    tick = post.says(kind)
    if tick is None:
        return _UNKNOWN if post.has_media else None
    return _Told(1, 0, lacks) if tick == "missing" else _GOOD


def _reviewed(post: PostSeen) -> _Told | None:
    """An approval counts, and so does the word of whoever tagged it that a person reviewed it."""
    use = post.says(TagKind.AI_USE)
    if use is None:
        return None if post.is_reply else _UNKNOWN
    if use == "none":
        return _NO_CASE
    is_reviewed = use == "reviewed" or post.says(TagKind.APPROVAL) is not None
    return _GOOD if is_reviewed else _Told(1, 0, "Nobody approved it")


def _disclosed(post: PostSeen) -> _Told | None:
    use = post.says(TagKind.AI_USE)
    if use is None:
        return None if post.is_reply else _UNKNOWN
    if use in {"none", "reviewed"}:
        return _NO_CASE
    return _GOOD if use == "disclosed" else _Told(1, 0, "Does not say that AI made it")


_ASKED: Mapping[str, _Asked] = {
    "a11y.alt_text_min_pct": _Asked(
        _alt_text, ("picture", "pictures"), ("has a description", "have a description"), "a description", "pictures"
    ),
    "a11y.captions_min_pct": _Asked(
        _captions, ("video", "videos"), ("has captions", "have captions"), "captions", "possible videos"
    ),
    "photo.consent_required": _Asked(
        _consent,
        ("post with a picture or video", "posts with a picture or video"),
        ("has the consent it needs", "have the consent they need"),
        "consent on file, or to be taken down",
        "pictures and videos",
    ),
    "media.rights_basis_required": _Asked(
        _rights,
        ("post with a picture or video", "posts with a picture or video"),
        ("has its rights cleared", "have their rights cleared"),
        "a right to be used, noted at the post",
        "pictures and videos",
    ),
    "ai.human_reviewer": _Asked(
        _reviewed,
        ("post made with AI", "posts made with AI"),
        ("was reviewed by a person", "were reviewed by a person"),
        "a person who reads and approves them",
        "posts",
    ),
    "ai.disclose": _Asked(
        _disclosed, ("post made by AI", "posts made by AI"), ("says so", "say so"), "a line that says so", "posts"
    ),
}


#: the ticks that only rules read; pictures and captions are counted for KPIs too
_READ: Mapping[str, tuple[TagKind, ...]] = {
    "photo.consent_required": (TagKind.CONSENT,),
    "media.rights_basis_required": (TagKind.RIGHTS,),
    "ai.human_reviewer": (TagKind.AI_USE, TagKind.APPROVAL),
    "ai.disclose": (TagKind.AI_USE,),
}


def ticks_read(key: str, parameters: Mapping[str, object]) -> tuple[TagKind, ...]:
    """What has to be said of posts for a rule of this key to be judged; nothing where its policy does not ask."""
    return _READ.get(key, ()) if all(value is not False for value in parameters.values()) else ()


def judge(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """The share of a place's cases that are as the rule asks, from what is said of its stored posts."""
    accounts = own_accounts(place, SPEAKING)
    if not accounts:
        return does_not_apply(place)
    asked, least = _ASKED[rule.kind.key], _least(rule)
    if least is None:
        return Judgement(Result.NOT_APPLICABLE, "The policy does not ask for it.")
    for account in accounts:
        if some := _not_stored(rule, account):
            return cannot_say(some, cases=len(account.said))
    counts = [_count(rule, account, asked.look) for account in accounts]
    return _judge(rule, place, counts, asked, least)


def _least(rule: RuleAsked) -> float | None:
    """The share asked for, in percent: all, where the rule is a yes; None where it is a no."""
    parameter = rule.kind.parameters[0]
    if parameter.type is ParameterType.FLAG:
        return _ALL if rule.parameters[parameter.name] else None
    return number(rule.parameters, parameter.name)


def _not_stored(rule: RuleAsked, account: AccountSeen) -> str | None:
    """Where the daily figures count more posts than are kept, the others cannot be looked at."""
    posts = sum(each.posts for each in account.days if each.posts is not None and each.day in rule.period)
    stored = sum(post.on in rule.period for post in account.said)
    if stored >= ENOUGH * posts:
        return None
    return f"Only {stored} of {posts} posts of {account.label} are stored, so their content is not known."


def _count(rule: RuleAsked, account: AccountSeen, look: _Look) -> _Count:
    told = [(post, seen) for post in account.said if post.on in rule.period and (seen := look(post)) is not None]
    known = [(post, seen) for post, seen in told if seen is not _UNKNOWN]
    return _Count(
        account,
        sum(seen.cases for _, seen in known),
        sum(seen.good for _, seen in known),
        len(told),
        len(known),
        tuple((post, seen.lacks) for post, seen in known if seen.good < seen.cases),
    )


def _judge(rule: RuleAsked, place: PlaceSeen, counts: list[_Count], asked: _Asked, least: float) -> Judgement:
    rows = _rows(counts, asked)
    posts, known = sum(each.posts for each in counts), sum(each.known for each in counts)
    cases, good = sum(each.cases for each in counts), sum(each.good for each in counts)
    none = f"No {asked.case[0]} in {rule.period.label}."
    if not posts:
        return Judgement(Result.NOT_APPLICABLE, none)
    if known < ENOUGH * posts:
        return cannot_say(f"{known} of {posts:,} {asked.tagged} tagged, less than 80%.", cases=known, rows=rows)
    if not cases:
        return Judgement(Result.NOT_APPLICABLE, none, rows=rows)
    if cases < rule.kind.min_n:
        few = f"Too few to judge ({_cases(cases, asked)}, {rule.kind.min_n} needed)."
        return cannot_say(few, cases=cases, rows=rows)
    missing = ceil(least * cases / 100 - _HAIR) - good
    evidence = f"{good} of {_cases(cases, asked)} from {rule.period.label} {asked.verb(good, cases)}"
    measured = 100 * good / cases
    if missing <= 0:
        return Judgement(Result.PASS, evidence, cases, measured, rows=rows)
    return Judgement(
        Result.FAIL,
        evidence,
        cases,
        measured,
        title=f"{place.name}: {good} of {_cases(cases, asked)} {asked.verb(good, cases)}; "
        f"{rule.code} asks for {'all' if least == _ALL else f'at least {least:g}%'}",
        to_pass=f"{missing} more of these would need {asked.change}.",
        rows=rows,
    )


def _rows(counts: list[_Count], asked: _Asked) -> tuple[RowUsed, ...]:
    """Each post that is not as asked, newest first, then the count of each account."""
    lacking = [(count.account, post, lacks) for count in counts for post, lacks in count.lacking]
    lacking.sort(key=lambda row: row[1].on, reverse=True)
    named = [
        RowUsed(
            account.account_id,
            f"{account.label}, {post.on:%b} {post.on.day}",
            _words(post, lacks),
            post_id=post.post_id,
        )
        for account, post, lacks in lacking[:_MOST_NAMED]
    ]
    summed = [RowUsed(count.account.account_id, count.account.label, _sum(count, asked)) for count in counts]
    return (*named, *summed)


def _words(post: PostSeen, lacks: str) -> str:
    words = shorten(post.words, _SHOWN, placeholder=" …")
    return f"{lacks}: “{words}”" if words else lacks


def _sum(count: _Count, asked: _Asked) -> str:
    if not count.posts:
        return f"No {asked.case[0]}"
    told = f"{count.known} of {count.posts} {asked.tagged} tagged"
    return f"{count.good} of {_cases(count.cases, asked)} {asked.verb(count.good, count.cases)}; {told}"


def _cases(count: int, asked: _Asked) -> str:
    return f"1 {asked.case[0]}" if count == 1 else f"{count:,} {asked.case[1]}"
