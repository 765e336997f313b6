"""How accounts are looked after, held against a rule: contacts, purpose, proof, hours, silence, drills."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.accounts.rules import AccountMode, ContactRank, ContactSeen
from app.accounts.rules.proofs import ProofState
from app.accounts.rules.quiet import Posting
from app.findings.checks.register import judge
from app.findings.rules.care import CareSeen
from app.findings.rules.judging import AccountSeen, Judgement, PlaceSeen, RuleAsked
from app.foundation.periods import Period
from app.policies.rules.catalogue import get_kind
from app.policies.rules.parameters import parse_parameters
from app.policies.rules.states import Result

ON = date(2026, 11, 9)
MET, MISSED, UNKNOWN, NOTHING = Result.PASS, Result.FAIL, Result.NOT_MEASURABLE, Result.NOT_APPLICABLE
ANA = ContactSeen(ContactRank.PRIMARY, "Ana Ruiz", 1, date(2025, 1, 1))
BO = ContactSeen(ContactRank.SECOND, "Bo Li", 2, date(2025, 1, 1))
GONE = ContactSeen(ContactRank.SECOND, "Cy Poe", 3, date(2025, 1, 1), date(2026, 10, 2))


def rule(key: str, **parameters: object) -> RuleAsked:
    return RuleAsked(7, get_kind(key), parse_parameters(key, parameters), "SM 8", Period(ON, ON), ON)


def account(number: int = 1, *, mode: AccountMode = AccountMode.CONVERSATIONAL, **care: Any) -> AccountSeen:
    return AccountSeen(number, f"Mastodon @a{number}", mode, is_shared=False, care=CareSeen(**care))


def held(key: str, *accounts: AccountSeen, **more: Any) -> Judgement:
    parameters = more.pop("parameters", {})
    return judge(rule(key, **parameters), PlaceSeen(1, "Eastside", accounts, **more))


def silent(days: int, *, known: int | None = None, **more: Any) -> AccountSeen:
    """An account with complete figures and no post for so many whole days."""
    last = ON - timedelta(days=days + 1)
    in_window = last if days < 30 else None
    posting = Posting(in_window, 30 if known is None else known, ON - timedelta(days=1), 3)
    return account(posting={30: posting}, last_post_on=last, **more)


def test_a_contact_who_left_is_named_since_when() -> None:
    found = held("account.min_owners", account(1, contacts=(ANA, BO)), account(2, contacts=(ANA, GONE)))
    assert (found.result, found.cases, found.measured, found.since) == (MISSED, 2, 1, date(2026, 10, 2))
    assert found.title == "Mastodon @a2 at Eastside: one contact; SM 8 asks for at least 2 people"
    assert found.evidence == "1 of 2 accounts has the contacts it needs. Mastodon @a2: Ana Ruiz"
    assert found.to_pass == "Name contacts for Mastodon @a2."
    assert [row.words for row in found.rows] == ["Ana Ruiz", "Ana Ruiz, Bo Li"]
    assert held("account.min_owners", account(contacts=(ANA, GONE)), parameters={"minimum": 1}).result is MET


def test_many_accounts_are_told_shortly() -> None:
    found = held("account.min_owners", *(account(number) for number in range(1, 6)))
    assert found.title == "Mastodon @a1 and 4 more at Eastside: no contact; SM 8 asks for at least 2 people"
    assert found.to_pass.endswith("@a3; and more.")


def test_only_accounts_in_use_of_its_own_are_asked_about() -> None:
    shared = AccountSeen(1, "Mastodon @a", AccountMode.CONVERSATIONAL, is_shared=True, care=None)
    unused = AccountSeen(2, "Mastodon @b", AccountMode.CONVERSATIONAL, is_shared=False, care=None)
    assert {held("account.min_owners", each).result for each in (shared, unused)} == {NOTHING}


def test_a_purpose_is_written_down() -> None:
    found = held("account.purpose_required", account(1, purpose="Events for teens"), account(2))
    assert (found.result, found.measured) == (MISSED, 50)
    assert found.title.startswith("Mastodon @a2 at Eastside: no purpose written down;")
    assert held("account.purpose_required", account(), parameters={"asked": False}).result is NOTHING


@pytest.mark.parametrize(
    ("care", "result", "words"),
    [
        ({"reviewed_on": date(2025, 11, 10)}, MET, "Looked at last on Nov 10, 2025"),
        ({"reviewed_on": date(2025, 11, 9)}, MISSED, "Looked at last on Nov 9, 2025"),
        ({"opened_on": date(2026, 3, 1)}, MET, "Nobody looked at it since it was opened on Mar 1, 2026"),
        ({"opened_on": date(2024, 3, 1)}, MISSED, "Nobody looked at it since it was opened on Mar 1, 2024"),
        ({}, UNKNOWN, "Neither a review nor the day it was opened is known"),
    ],
)
def test_somebody_looks_once_a_year(care: dict[str, Any], result: Result, words: str) -> None:
    found = held("account.purpose_renew_months", account(**care))
    assert (found.result, [row.words for row in found.rows]) == (result, [words])


@pytest.mark.parametrize(
    ("care", "result", "words"),
    [
        ({}, MISSED, "No page of our site is named"),
        ({"site_link": "https://e.org"}, UNKNOWN, "Nobody could look yet whether https://e.org links to it"),
        ({"site_link": "https://e.org", "proof": (ProofState.UNKNOWN, ON)}, UNKNOWN, "Nobody could look yet"),
        ({"site_link": "https://e.org", "proof": (ProofState.FAILS, ON)}, MISSED, "https://e.org does not link to it"),
        ({"site_link": "https://e.org", "proof": (ProofState.HOLDS, date(2026, 5, 13))}, MET, "Proven on May 13, 2026"),
        ({"site_link": "https://e.org", "proof": (ProofState.HOLDS, date(2026, 5, 12))}, MISSED, "Proven on May 12"),
        ({"is_on_web": False}, NOTHING, ""),
    ],
)
def test_the_site_links_to_it(care: dict[str, Any], result: Result, words: str) -> None:
    found = held("account.linked_from_site", account(**care))
    assert found.result is result
    assert [row.words.startswith(words) for row in found.rows] == ([True] if words else [])


def test_what_is_known_of_too_few_is_not_judged() -> None:
    unknown = account(9, site_link="https://e.org")
    found = held("account.linked_from_site", account(1), unknown)
    assert (found.result, found.cases) == (UNKNOWN, 1)
    assert found.evidence.startswith("Known of 1 of 2 accounts, less than 80%. Mastodon @a9: Nobody could look yet")
    assert held("account.linked_from_site", *(account(number) for number in range(4)), unknown).result is MISSED


@pytest.mark.parametrize(
    ("accounts", "hours", "most", "result", "to_pass"),
    [
        (2, "4", 1, MET, ""),
        (4, "5", 1, MISSED, "3 h of duty more a week, or 2 accounts fewer."),
        (1, "0", 1, MISSED, "2 h of duty more a week, or 1 account fewer."),
        (3, "2", 3, MET, ""),
    ],
)
def test_accounts_and_the_hours_for_them(accounts: int, hours: str, most: float, result: Result, to_pass: str) -> None:
    own = [account(number) for number in range(accounts)]
    storm = account(99, is_emergency=True)
    found = held("account.max_per_weekly_hours", *own, storm, duty_hours=Decimal(hours), parameters={"maximum": most})
    assert (found.result, found.to_pass, found.cases) == (result, to_pass, accounts)
    assert held("account.max_per_weekly_hours", storm).result is NOTHING


def test_a_silent_account_is_told_with_its_last_post() -> None:
    found = held("account.dormant_after_days", silent(45))
    assert (found.result, found.measured, found.since) == (MISSED, 45, date(2026, 10, 24))
    assert (
        found.title == "Mastodon @a1 at Eastside: no post since Sep 24, 2026; SM 8 asks for one at least every 30 days"
    )


@pytest.mark.parametrize(
    ("seen", "result"),
    [
        (silent(3), MET),
        (silent(45, known=20), UNKNOWN),
        (silent(45, is_emergency=True), NOTHING),
        (silent(45, mode=AccountMode.DORMANT), NOTHING),
        (silent(45, has_posts=False), NOTHING),
        (account(), UNKNOWN),
    ],
)
def test_silence_needs_evidence_and_has_exemptions(seen: AccountSeen, result: Result) -> None:
    assert held("account.dormant_after_days", seen).result is result


def test_files_that_come_once_a_month_do_not_prove_a_silence_of_a_month() -> None:
    seen = account(posting={30: Posting(None, 0, ON - timedelta(days=20), 35)})
    found = held("account.dormant_after_days", seen)
    assert (found.result, found.evidence) == (UNKNOWN, "Mastodon @a1: Posts are known on 0 of 30 days.")


def test_days_of_closure_are_no_silence() -> None:
    closed = frozenset(date(2026, 10, 1) + timedelta(days=step) for step in range(15))
    assert held("account.dormant_after_days", silent(45), closed=closed).result is MET
    assert held("account.dormant_after_days", silent(46), closed=closed).result is MISSED


@pytest.mark.parametrize(
    ("care", "result"),
    [
        ({"is_emergency": True, "last_drill_on": date(2025, 12, 1)}, MET),
        ({"is_emergency": True, "last_drill_on": date(2024, 1, 1), "last_post_on": date(2026, 7, 1)}, MET),
        ({"is_emergency": True, "last_drill_on": date(2025, 11, 9)}, MISSED),
        ({"is_emergency": True}, MISSED),
        ({}, NOTHING),
    ],
)
def test_accounts_for_emergencies_are_tried_out(care: dict[str, Any], result: Result) -> None:
    assert held("crisis.drill_months", account(**care)).result is result
