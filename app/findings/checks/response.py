"""Response: questions answered in time, from counts of each day, and the time to an answer, from mentions that are sorted."""

from collections.abc import Sequence
from math import ceil, inf

from app.accounts.rules import AccountMode
from app.findings.rules.judging import (
    AccountSeen,
    Judgement,
    PlaceSeen,
    RowUsed,
    RuleAsked,
    cannot_say,
    does_not_apply,
    own_accounts,
)
from app.metrics.rules.questions import QuestionSeen
from app.policies.rules.parameters import number
from app.policies.rules.states import Result

_ANSWERING = frozenset({AccountMode.CONVERSATIONAL})
_HAIR = 1e-9


def judge_rate(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """Answered in time of all questions that fell due; a day without a desk log adds nothing to either."""
    accounts = own_accounts(place, _ANSWERING)
    if not accounts:
        return does_not_apply(place)
    counts = [_count(rule, account) for account in accounts]
    rows = tuple(
        RowUsed(account.account_id, account.label, f"{in_time} of {due} in time")
        for account, (in_time, due) in zip(accounts, counts, strict=True)
    )
    in_time, due = sum(each for each, _ in counts), sum(each for _, each in counts)
    if due < rule.kind.min_n:
        words = f"Too few to judge ({_questions(due)}, {rule.kind.min_n} needed)." if due else "No questions recorded."
        return cannot_say(words, cases=due, rows=rows)
    least = number(rule.parameters, "minimum")
    measured, missing = 100 * in_time / due, ceil(least * due / 100 - _HAIR) - in_time
    evidence = f"{in_time} of {_questions(due)} in time, {rule.period.label}"
    if missing <= 0:
        return Judgement(Result.PASS, evidence, due, measured, rows=rows)
    return Judgement(
        Result.FAIL,
        evidence,
        due,
        measured,
        title=f"{place.name} answers {measured:.0f}% of questions in time; {rule.code} asks for at least {least:g}%",
        to_pass=f"{missing} more of these {_questions(due)} answered in time.",
        rows=rows,
    )


def judge_target(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """Half of the questions that fell due were answered within the hours; one without an answer took forever.

    How many may be late is the rule of the share in time; this one holds the usual question against the hours.
    """
    accounts = own_accounts(place, _ANSWERING)
    if not accounts:
        return does_not_apply(place)
    questions = [each for account in accounts for each in account.questions]
    rows = tuple(
        RowUsed(
            account.account_id,
            account.label,
            f"{sum(each.is_in_time for each in account.questions)} of {len(account.questions)} in time",
        )
        for account in accounts
        if account.questions
    )
    if not questions:
        return cannot_say("Times of single answers are not recorded; the share in time is checked by its own rule.")
    if len(questions) < rule.kind.min_n:
        words = f"Too few to judge ({_questions(len(questions))} with their times, {rule.kind.min_n} needed)."
        return cannot_say(words, cases=len(questions), rows=rows)
    return _judge_usual(rule, place, questions, rows)


def _judge_usual(
    rule: RuleAsked, place: PlaceSeen, questions: Sequence[QuestionSeen], rows: tuple[RowUsed, ...]
) -> Judgement:
    most = number(rule.parameters, "maximum")
    took = sorted(inf if each.minutes is None else each.minutes / 60 for each in questions)
    usual = took[(len(took) - 1) // 2]
    told = "More than half have no answer" if usual == inf else f"Half were answered within {usual:.1f} hours"
    evidence = f"{told} ({_questions(len(took))}), {rule.period.label}"
    measured = None if usual == inf else usual
    if usual <= most:
        return Judgement(Result.PASS, evidence, len(took), measured, rows=rows)
    return Judgement(
        Result.FAIL,
        evidence,
        len(took),
        measured,
        title=f"{place.name} takes longer to answer than the {most:g} hours of {rule.code}",
        to_pass=f"Half of the questions answered within {most:g} hours.",
        rows=rows,
    )


def judge_clock(rule: RuleAsked, place: PlaceSeen) -> Judgement:  # noqa: ARG001 - every check has this shape
    """It says how time is counted; what a desk log counted by is not recorded."""
    if not own_accounts(place, _ANSWERING):
        return does_not_apply(place)
    return cannot_say("The hours that time to answer was counted in are not recorded.")


def _count(rule: RuleAsked, account: AccountSeen) -> tuple[int, int]:
    days = [
        (each.questions_in_time, each.questions_due)
        for each in account.days
        if each.questions_due is not None and each.questions_in_time is not None and each.day in rule.period
    ]
    return sum(in_time for in_time, _ in days), sum(due for _, due in days)


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count:,} questions"
