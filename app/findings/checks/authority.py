"""Authority: is every account in use somebody's, wanted, proven and alive; judged account by account as it stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from app.accounts.rules import AccountMode
from app.accounts.rules.proofs import ProofState
from app.accounts.rules.quiet import Voice, heard
from app.duties.rules.load import hours_in_words
from app.findings.rules.care import CareSeen
from app.findings.rules.judging import (
    NO_ACCOUNT,
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
from app.foundation.periods import add_months, month_of
from app.metrics.rules.sums import ENOUGH
from app.policies.rules.catalogue import ParameterType
from app.policies.rules.parameters import number
from app.policies.rules.states import Result
from app.policies.rules.wording import quantity

_ALL = 100
#: the hours a week that ``account.max_per_weekly_hours`` counts accounts by
_HOURS = 2
_ANY = frozenset(AccountMode)
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Seen:
    """One account in the eyes of one rule; ``is_met`` None where nobody can say."""

    is_met: bool | None
    words: str
    #: what is wrong, as inside a title, such as "no second contact"
    fact: str = ""
    since: date | None = None
    measured: float | None = None


@dataclass(frozen=True, slots=True)
class _Words:
    """How a rule speaks: of accounts that are as asked (one, many), what it asks for, and what would mend one."""

    good: tuple[str, str]
    asks: str
    change: str

    def verb(self, good: int, of: int) -> str:
        """How so many of so many accounts are as asked."""
        return self.good[0 if 1 in (good, of) else 1]


_Spot = tuple[AccountSeen, _Seen]


def judge_owners(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """Contacts that can be reached on the day, for each account in use."""
    least = int(number(rule.parameters, "minimum"))

    def look(care: CareSeen) -> _Seen:
        there = [contact.name for contact in care.contacts if contact.is_there]
        gone = [contact.gone_since for contact in care.contacts if contact.gone_since]
        fact = "one contact" if there else "no contact"
        return _Seen(len(there) >= least, ", ".join(there) or "Nobody", fact, max(gone, default=None), len(there))

    words = _Words(
        ("has the contacts it needs", "have the contacts they need"),
        f"at least {quantity(least, rule.kind.parameters[0].unit)}",
        "Name contacts for",
    )
    return _judge(rule, place, look, words)


def judge_purpose(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """A purpose is written down for each account in use."""
    if not rule.parameters["asked"]:
        return Judgement(Result.NOT_APPLICABLE, "The policy does not ask for it.")

    def look(care: CareSeen) -> _Seen:
        return _Seen(bool(care.purpose), care.purpose[:120] or "No purpose", "no purpose written down")

    words = _Words(("has a purpose", "have a purpose"), "one for every account", "Write down what it is for:")
    return _judge(rule, place, look, words)


def judge_renewed(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """Somebody looked at each account in use within so many months; a younger one is fine without."""
    most = int(number(rule.parameters, "maximum"))
    since = _months_before(rule.on, most)

    def look(care: CareSeen) -> _Seen:
        last = care.reviewed_on or care.opened_on
        if last is None:
            return _Seen(None, "Neither a review nor the day it was opened is known")
        words = f"{'looked at last' if care.reviewed_on else 'nobody looked at it since it was opened'} on {_day(last)}"
        return _Seen(last > since, words[0].upper() + words[1:], words, last)

    asks = f"a look within {quantity(most, rule.kind.parameters[0].unit)}"
    return _judge(rule, place, look, _Words(("was looked at", "were looked at"), asks, "Review"))


def judge_linked(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """The library's site was seen to link to each account that has an address, not too long ago."""
    most = int(number(rule.parameters, "maximum"))

    def look(care: CareSeen) -> _Seen | None:
        if not care.is_on_web:
            return None
        if not care.site_link:
            return _Seen(False, "No page of our site is named", "no page of our site is named")
        if care.proof is None or care.proof[0] is ProofState.UNKNOWN:
            return _Seen(None, f"Nobody could look yet whether {care.site_link} links to it")
        state, on = care.proof
        if state is ProofState.FAILS:
            return _Seen(False, f"{care.site_link} does not link to it", "our site does not link to it", on)
        is_fresh = (rule.on - on).days <= most
        return _Seen(is_fresh, f"Proven on {_day(on)}", f"proven last on {_day(on)}", on)

    asks = f"a link proven within {quantity(most, rule.kind.parameters[0].unit)}"
    words = _Words(("is linked from our site", "are linked from our site"), asks, "Link from the site to")
    return _judge(rule, place, look, words)


def judge_silence(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """No account in use is quiet for too long: only complete figures say so, and days of closure do not count."""
    most = int(number(rule.parameters, "maximum"))

    def look(care: CareSeen) -> _Seen | None:
        if care.is_emergency or not care.has_posts:
            return None
        if most not in care.posting:
            return _Seen(None, "Its posts are not known")
        posting = care.posting[most]
        voice = heard(posting, on=rule.on, days=most).voice
        if voice is Voice.UNKNOWN or (voice is Voice.QUIET and posting.known_days < ENOUGH * most):
            return _Seen(None, f"Posts are known on {posting.known_days} of {most} days")
        last = care.last_post_on
        if last is None:
            return _Seen(False, "No post as far back as we know", "no post as far back as we know")
        silent = _silent_days(place, last, on=rule.on)
        since = last + timedelta(days=most)
        return _Seen(silent <= most, f"Last post on {_day(last)}", f"no post since {_day(last)}", since, silent)

    asks = f"one at least every {quantity(most, rule.kind.parameters[0].unit)}"
    words = _Words(("speaks", "speak"), asks, "Post, put on watch or close")
    return _judge(rule, place, look, words, modes=SPEAKING)


def judge_drills(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """Each account for emergencies was tried out, or needed, within so many months."""
    most = int(number(rule.parameters, "maximum"))
    since = _months_before(rule.on, most)

    def look(care: CareSeen) -> _Seen | None:
        if not care.is_emergency:
            return None
        last = max((each for each in (care.last_post_on, care.last_drill_on) if each), default=None)
        if last is None:
            return _Seen(False, "Never tried out", "never tried out")
        return _Seen(last > since, f"Used last on {_day(last)}", f"used last on {_day(last)}", last)

    asks = f"a drill within {quantity(most, rule.kind.parameters[0].unit)}"
    words = _Words(("was tried out", "were tried out"), asks, "Hold a drill with")
    return _judge(rule, place, look, words)


def judge_capacity(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """Accounts in use against the hours of duty a week at the place; those for emergencies take none."""
    most = Decimal(str(number(rule.parameters, "maximum")))
    accounts = [account for account, care in _in_use(place, _ANY) if not care.is_emergency]
    if not accounts:
        return does_not_apply(place)
    count, hours, an_account = len(accounts), place.duty_hours, _HOURS / most
    rows = tuple(RowUsed(account.account_id, account.label, "In use") for account in accounts)
    evidence = f"{_accounts(count)} on {hours_in_words(hours)} of duty a week"
    measured = float(count * _HOURS / hours) if hours else None
    missing = count * an_account - hours
    if missing <= 0:
        return Judgement(Result.PASS, evidence, count, measured, rows=rows)
    fewer = min(int((missing / an_account).to_integral_value(ROUND_CEILING)), count)
    return Judgement(
        Result.FAIL,
        evidence,
        count,
        measured,
        title=f"{place.name} has {evidence}; {rule.code} asks for at most {most:g} for every {_HOURS} hours",
        to_pass=f"{hours_in_words(missing)} of duty more a week, or {_accounts(fewer)} fewer.",
        rows=rows,
    )


def _in_use(place: PlaceSeen, modes: frozenset[AccountMode]) -> list[tuple[AccountSeen, CareSeen]]:
    return [(account, account.care) for account in own_accounts(place, modes) if account.care is not None]


def _judge(
    rule: RuleAsked,
    place: PlaceSeen,
    look: Callable[[CareSeen], _Seen | None],
    words: _Words,
    *,
    modes: frozenset[AccountMode] = _ANY,
) -> Judgement:
    """Met where every account that can be told about is; below 80% of them told nothing is judged."""
    in_use = _in_use(place, modes)
    if not in_use:
        return does_not_apply(place)
    spots = [(account, seen) for account, care in in_use if (seen := look(care)) is not None]
    if not spots:
        return Judgement(Result.NOT_APPLICABLE, NO_ACCOUNT)
    spots.sort(key=lambda spot: (spot[1].is_met is not False, spot[1].is_met is not None, spot[1].since or date.min))
    rows = tuple(RowUsed(account.account_id, account.label, seen.words) for account, seen in spots)
    known = [spot for spot in spots if spot[1].is_met is not None]
    if len(known) < ENOUGH * len(spots):
        return cannot_say(_too_little(spots, known), cases=len(known), rows=rows)
    return _told(rule, place, known, words, rows)


def _too_little(spots: Sequence[_Spot], known: Sequence[_Spot]) -> str:
    account, seen = next(spot for spot in spots if spot[1].is_met is None)
    if len(spots) == 1:
        return f"{account.label}: {seen.words}."
    return f"Known of {len(known)} of {_accounts(len(spots))}, less than 80%. {account.label}: {seen.words}."


def _told(
    rule: RuleAsked, place: PlaceSeen, known: Sequence[_Spot], words: _Words, rows: tuple[RowUsed, ...]
) -> Judgement:
    failing = [spot for spot in known if not spot[1].is_met]
    good = len(known) - len(failing)
    evidence = f"{good} of {_accounts(len(known))} {words.verb(good, len(known))}"
    measured = _measured(rule, known, good)
    if not failing:
        return Judgement(Result.PASS, evidence, len(known), measured, rows=rows)
    (account, first), more = failing[0], len(failing) - 1
    which = account.label + (f" and {more} more" if more else "")
    return Judgement(
        Result.FAIL,
        f"{evidence}. {account.label}: {first.words}",
        len(known),
        measured,
        title=f"{which} at {place.name}: {first.fact}; {rule.code} asks for {words.asks}",
        to_pass=f"{words.change} {_named(failing)}.",
        since=min((seen.since for _, seen in failing if seen.since), default=None),
        rows=rows,
    )


def _measured(rule: RuleAsked, known: Sequence[_Spot], good: int) -> float | None:
    """For a yes the share of accounts that are as asked, else what the account that fares worst has."""
    parameter = rule.kind.parameters[0]
    if parameter.type is ParameterType.FLAG:
        return _ALL * good / len(known)
    found = [seen.measured for _, seen in known if seen.measured is not None]
    return (min if parameter.name == "minimum" else max)(found, default=None)


def _named(failing: Sequence[_Spot]) -> str:
    named = "; ".join(account.label for account, _ in failing[:_MOST_NAMED])
    return named + ("; and more" if len(failing) > _MOST_NAMED else "")


def _silent_days(place: PlaceSeen, last: date, *, on: date) -> int:
    """Days after the last post and before this one on which the place was open."""
    return (on - last).days - 1 - sum(last < each < on for each in place.closed)


def _months_before(on: date, count: int) -> date:
    month = month_of(add_months(on, -count))
    return min(month.last, month.first + timedelta(days=on.day - 1))


def _day(on: date) -> str:
    return f"{on:%b} {on.day}, {on.year}"


def _accounts(count: int) -> str:
    return "1 account" if count == 1 else f"{count} accounts"
