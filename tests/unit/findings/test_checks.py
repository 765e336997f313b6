"""Each check on made-up evidence: met, not met, cannot be checked, does not apply, and the sentence it says."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rules import AccountMode
from app.duties.rules.catalogue import Family
from app.duties.rules.coverage import Holder, Requirement
from app.duties.rules.matrix import cell_of
from app.findings.checks.register import judge
from app.findings.rules.judging import (
    AccountSeen,
    DayCounts,
    Judgement,
    PlaceSeen,
    PostCounts,
    RuleAsked,
    is_only_a_link,
)
from app.foundation.periods import Period
from app.policies.rules.catalogue import get_kind
from app.policies.rules.duties_asked import Depth, DutyHours
from app.policies.rules.parameters import parse_parameters
from app.policies.rules.states import Result

ON = date(2026, 11, 9)
QUARTER = Period(date(2026, 8, 1), date(2026, 10, 31))


def rule(key: str, *, period: Period = QUARTER, code: str = "SM 1", **parameters: object) -> RuleAsked:
    return RuleAsked(7, get_kind(key), parse_parameters(key, parameters), code, period, ON)


def counts(*per_day: tuple[int | None, int | None], first: date = QUARTER.first) -> tuple[DayCounts, ...]:
    """Days from the first on, each with its posts and broadcasts."""
    return tuple(
        DayCounts(first + timedelta(days=step), posts, broadcasts, None, None)
        for step, (posts, broadcasts) in enumerate(per_day)
    )


def account(number: int = 1, **more: object) -> AccountSeen:
    given: dict[str, object] = {"mode": AccountMode.CONVERSATIONAL, "is_shared": False, **more}
    return AccountSeen(number, f"Mastodon @a{number}", **given)


def place(*accounts: AccountSeen, closed: frozenset[date] = frozenset()) -> PlaceSeen:
    return PlaceSeen(1, "Eastside", accounts, closed)


def test_broadcast_share_of_the_specification() -> None:
    days = [(1, 1)] * 91 + [(38, 28)]
    found = judge(rule("posts.broadcast_max_pct"), place(account(days=counts(*days))))
    assert (found.result, found.cases) == (Result.FAIL, 129)
    assert found.measured == pytest.approx(92.25, abs=0.01)
    assert found.title == "Eastside posts 92% broadcast; SM 1 asks for at most 70%"
    assert found.evidence == "119 of 129 posts from August to October 2026 only announce"
    assert found.to_pass == "29 of these posts would need a question or a reply. About 2 a week."


def test_exactly_at_the_limit_is_met() -> None:
    found = judge(rule("posts.broadcast_max_pct"), place(account(days=counts(*[(0, 0)] * 91, (130, 91)))))
    assert found.result is Result.PASS


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=92, max_size=92), st.integers(0, 100))
def test_broadcast_share_agrees_with_plain_arithmetic(days: list[tuple[int, int]], most: int) -> None:
    posts, broadcasts = sum(max(pair) for pair in days), sum(min(pair) for pair in days)
    seen = counts(*((max(pair), min(pair)) for pair in days))
    found = judge(rule("posts.broadcast_max_pct", maximum=most), place(account(days=seen)))
    if posts < 10:
        assert found.result is Result.NOT_MEASURABLE
    else:
        assert (found.result is Result.PASS) == (100 * broadcasts <= most * posts)


@pytest.mark.parametrize(
    ("days", "evidence"),
    [
        ([(0, 0)] * 92, "Too few to judge (0 posts, 10 needed)."),
        ([(3, 2)] * 50, "Figures for only 50 of 92 days, less than 80%."),
        ([(3, None)] * 92, "No figures for Mastodon @a1 in August to October 2026."),
        ([], "No figures for Mastodon @a1 in August to October 2026."),
    ],
)
def test_what_cannot_be_judged_says_why(days: list[tuple[int, int | None]], evidence: str) -> None:
    found = judge(rule("posts.broadcast_max_pct"), place(account(days=counts(*days))))
    assert (found.result, found.evidence) == (Result.NOT_MEASURABLE, evidence)


def test_days_of_closure_are_not_expected_and_not_counted() -> None:
    closed = frozenset(QUARTER.first + timedelta(days=step) for step in range(42, 92))
    found = judge(rule("posts.broadcast_max_pct"), place(account(days=counts(*[(3, 0)] * 45)), closed=closed))
    assert (found.result, found.cases) == (Result.PASS, 126)


def test_an_account_that_began_in_the_period_is_judged_from_then() -> None:
    began = date(2026, 10, 1)
    seen = account(days=counts(*[(1, 0)] * 31, first=began), opened_on=began)
    assert judge(rule("posts.broadcast_max_pct"), place(seen)).result is Result.PASS


@pytest.mark.parametrize(
    "accounts",
    [
        (),
        (account(mode=AccountMode.DORMANT),),
        (account(mode=AccountMode.BROADCAST_ONLY),),
        (account(is_shared=True),),
    ],
)
def test_broadcast_does_not_apply_without_a_conversation(accounts: tuple[AccountSeen, ...]) -> None:
    assert judge(rule("posts.broadcast_max_pct"), place(*accounts)).result is Result.NOT_APPLICABLE


def test_posts_a_week_are_judged_by_the_worst_account() -> None:
    busy, quiet = account(1, days=counts(*[(1, 0)] * 92)), account(2, days=counts(*[(0, 0)] * 91, (13, 0)))
    found = judge(rule("posts.min_per_week", minimum=2), place(busy, quiet))
    assert found.result is Result.FAIL
    assert found.evidence == "Mastodon @a2: 13 posts in 13 weeks, 1 a week"
    assert found.title == "Eastside posts 1 times a week on Mastodon @a2; SM 1 asks for at least 2"
    assert found.to_pass == "14 posts more in such a period."
    assert judge(rule("posts.min_per_week", minimum=2), place(busy)).result is Result.PASS


def test_an_account_without_figures_is_told_beside_the_others() -> None:
    found = judge(rule("posts.min_per_week"), place(account(1, days=counts(*[(1, 0)] * 92)), account(2)))
    assert found.result is Result.PASS
    assert found.evidence.endswith("; 1 cannot be checked")
    assert judge(rule("posts.min_per_week"), place(account(2))).result is Result.NOT_MEASURABLE


def test_the_day_with_the_most_posts() -> None:
    days = counts(*[(1, 0)] * 91, (9, 0))
    found = judge(rule("posts.max_per_day", maximum=6), place(account(days=days)))
    assert (found.result, found.measured) == (Result.FAIL, 9)
    assert "9 posts on one day (Oct 31)" in found.evidence


def test_weeks_with_a_post() -> None:
    days = counts(*[(1, 0)] * 49, *[(0, 0)] * 43)
    found = judge(rule("posts.active_weeks_min_pct", minimum=90), place(account(days=days)))
    assert (found.result, found.cases) == (Result.FAIL, 13)
    assert found.evidence == "Mastodon @a1: a post in 7 of 13 weeks"
    assert found.to_pass == "A post in 5 more weeks."


def test_pictures_need_the_posts_themselves() -> None:
    days = counts(*[(1, 0)] * 92)
    few = place(account(days=days, posts=PostCounts(20, 20, 0)))
    assert judge(rule("posts.with_media_min_pct"), few).evidence.startswith("Only 20 of 92 posts")
    all_of_them = place(account(days=days, posts=PostCounts(92, 40, 60)))
    media = judge(rule("posts.with_media_min_pct"), all_of_them)
    assert (media.result, media.measured) == (Result.FAIL, pytest.approx(43.48, abs=0.01))
    assert media.to_pass.startswith("16 of these posts would need one.")
    assert judge(rule("posts.link_only_max_pct"), all_of_them).result is Result.FAIL


@pytest.mark.parametrize(
    ("text", "bare"),
    [("https://example.org/a", True), (" www.example.org ", True), ("Look: https://example.org", False), ("", True)],
)
def test_only_a_link(text: str, *, bare: bool) -> None:
    assert is_only_a_link(text) is bare


def questions(due: int, in_time: int) -> PlaceSeen:
    return place(account(days=(DayCounts(QUARTER.first, None, None, due, in_time),)))


@pytest.mark.parametrize(
    ("due", "in_time", "result", "evidence"),
    [
        (51, 31, Result.FAIL, "31 of 51 questions in time, August to October 2026"),
        (20, 17, Result.PASS, "17 of 20 questions in time, August to October 2026"),
        (19, 19, Result.NOT_MEASURABLE, "Too few to judge (19 questions, 20 needed)."),
        (0, 0, Result.NOT_MEASURABLE, "No questions recorded."),
    ],
)
def test_questions_answered_in_time(due: int, in_time: int, result: Result, evidence: str) -> None:
    found = judge(rule("response.min_rate_pct", minimum=85), questions(due, in_time))
    assert (found.result, found.evidence) == (result, evidence)


def test_what_would_pass_is_exact() -> None:
    found = judge(rule("response.min_rate_pct", minimum=85), questions(51, 31))
    assert found.to_pass == "13 more of these 51 questions answered in time."
    assert judge(rule("response.min_rate_pct", minimum=85), questions(51, 44)).result is Result.PASS


def duty(*holders: Holder, rule_id: int = 7, depth: Depth = Depth.PRIMARY_AND_BACKUP) -> AccountSeen:
    need = Requirement(Family.CRITICS, depth, DutyHours.NONE, "SM 4", "1.0", 3, rule_id)
    cell = cell_of(Family.CRITICS, [need], holders, exempt_because=None, on=ON)
    return account(cells={Family.CRITICS: cell})


def holder(name: str | None, *, is_primary: bool, since: date = date(2026, 1, 1)) -> Holder:
    return Holder(1, "Librarian", name, is_primary, Decimal(1), since)


def required(seen: PlaceSeen) -> Judgement:
    asked = {"family": "critics", "account_types": ["conversational"], "depth": "primary_and_backup", "hours": "none"}
    return judge(rule("duty.required", period=Period(ON, ON), code="SM 4", duties=[asked]), seen)


def test_a_duty_with_both_is_met() -> None:
    found = required(place(duty(holder("Ann", is_primary=True), holder("Bo", is_primary=False))))
    assert (found.result, found.evidence) == (Result.PASS, "1 of 1 duty held as asked for")
    assert [row.words for row in found.rows] == ["Ann, Bo"]


def test_a_missing_backup_says_since_when() -> None:
    gone = holder(None, is_primary=False, since=date(2026, 10, 4))
    found = required(place(duty(holder("Ann", is_primary=True), gone)))
    assert found.result is Result.FAIL
    assert found.title == "Eastside: no backup since Oct 4 on Mastodon @a1; SM 4 asks for a primary and a backup"
    assert found.since == date(2026, 10, 4)
    assert found.to_pass == "Name somebody for 1 duty: Respond to critics on Mastodon @a1."


def test_only_the_cells_a_rule_asks_for_are_its_own() -> None:
    assert required(place(duty(rule_id=8))).result is Result.NOT_APPLICABLE


@pytest.mark.parametrize(
    "key",
    [
        "critic.cooloff_min_minutes",
        "critic.reply_max_hours",
        "critic.second_reader",
        "listen.min_checks_per_open_day",
        "response.clock",
        "response.question_target_hours",
    ],
)
def test_what_is_not_recorded_cannot_be_checked(key: str) -> None:
    assert judge(rule(key), place(account())).result is Result.NOT_MEASURABLE
    assert judge(rule(key), place()).result is Result.NOT_APPLICABLE
