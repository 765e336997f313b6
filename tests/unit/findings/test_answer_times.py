"""The check on the time to an answer, from questions with their times: the usual question is held against the hours."""

from datetime import UTC, date, datetime, timedelta

from app.accounts.rules import AccountMode
from app.findings.checks.register import judge
from app.findings.rules.judging import AccountSeen, Judgement, PlaceSeen, RuleAsked
from app.foundation.periods import Period
from app.metrics.rules.questions import QuestionSeen
from app.policies.rules.catalogue import get_kind
from app.policies.rules.parameters import parse_parameters
from app.policies.rules.states import Result

KEY = "response.question_target_hours"
QUARTER = Period(date(2026, 8, 1), date(2026, 10, 31))
DUE = datetime(2026, 9, 1, 20, tzinfo=UTC)


def judged(*hours: float | None, most: float = 8) -> Judgement:
    """Questions answered after so many hours each, None for never."""
    questions = tuple(
        QuestionSeen(DUE, None if each is None else DUE + timedelta(hours=each - most), each and round(each * 60))
        for each in hours
    )
    rule = RuleAsked(7, get_kind(KEY), parse_parameters(KEY, {"maximum": most}), "SM 1", QUARTER, date(2026, 11, 9))
    account = AccountSeen(1, "Mastodon @a1", AccountMode.CONVERSATIONAL, is_shared=False, questions=questions)
    return judge(rule, PlaceSeen(1, "Eastside", (account,)))


def test_half_of_the_questions_within_the_hours_is_met() -> None:
    found = judged(*[2.0] * 12, *[30.0] * 12)
    assert (found.result, found.cases, found.measured) == (Result.PASS, 24, 2.0)
    assert found.evidence == "Half were answered within 2.0 hours (24 questions), August to October 2026"
    assert [row.words for row in found.rows] == ["12 of 24 in time"]


def test_a_late_half_is_not_met() -> None:
    found = judged(*[2.0] * 10, *[30.0] * 12)
    assert (found.result, found.measured) == (Result.FAIL, 30.0)
    assert found.title == "Eastside takes longer to answer than the 8 hours of SM 1"


def test_what_was_never_answered_counts_as_longest() -> None:
    found = judged(*[2.0] * 10, *[None] * 12)
    assert (found.result, found.measured) == (Result.FAIL, None)
    assert found.evidence.startswith("More than half have no answer (22 questions)")


def test_few_questions_cannot_be_judged() -> None:
    assert judged(*[2.0] * 19).result is Result.NOT_MEASURABLE
    assert "not recorded" in judged().evidence
