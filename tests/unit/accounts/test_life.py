"""Steps of a life, contacts who left, and costs of what is used beside."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from app.accounts.rules import (
    AccountState,
    ContactRank,
    ContactSeen,
    Cost,
    Step,
    contact_seen,
    may_be_undone,
    next_states,
    refusal_of_step,
    renews_soon,
    yearly_sums,
)

TODAY = date(2026, 11, 9)
S = AccountState


def refusal(before: AccountState, after: AccountState, **more) -> str | None:
    wanted = {"on": TODAY, "reason": "Because", **{key: more.pop(key) for key in ("on", "reason") if key in more}}
    facts = {"purpose": "News", "contacts": 2, "not_before": date(2026, 11, 1), "today": TODAY, **more}
    return refusal_of_step(Step(before, after, **wanted), **facts)


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_only_the_steps_of_the_life_are_taken(before, after):
    allowed = {
        (S.PROPOSED, S.APPROVED), (S.APPROVED, S.ACTIVE), (S.ACTIVE, S.ON_WATCH), (S.ON_WATCH, S.ACTIVE),
        *((state, S.RETIRED) for state in S if state is not S.RETIRED),
    }  # fmt: skip
    assert (refusal(before, after) is None) == ((before, after) in allowed)
    assert (after in next_states(before)) == ((before, after) in allowed)


def test_a_step_asks_for_what_it_needs():
    assert "what the account is for" in (refusal(S.PROPOSED, S.APPROVED, purpose=" ") or "")
    assert "two contacts" in (refusal(S.APPROVED, S.ACTIVE, contacts=1) or "")
    assert refusal(S.ON_WATCH, S.ACTIVE, contacts=0) is None
    assert "why" in (refusal(S.ACTIVE, S.ON_WATCH, reason=" ") or "")
    assert refusal(S.ACTIVE, S.RETIRED, reason="") is None


def test_a_step_stands_between_the_one_before_and_today():
    assert "in the future" in (refusal(S.ACTIVE, S.RETIRED, on=TODAY + timedelta(days=1)) or "")
    assert "2026-11-01" in (refusal(S.ACTIVE, S.RETIRED, on=date(2026, 10, 31)) or "")
    assert refusal(S.ACTIVE, S.RETIRED, on=date(2026, 11, 1)) is None


def test_a_step_may_be_taken_back_for_seven_days():
    at = datetime(2026, 11, 9, 12, tzinfo=UTC)
    assert may_be_undone(at - timedelta(days=7), at=at)
    assert not may_be_undone(at - timedelta(days=7, seconds=1), at=at)


@pytest.mark.parametrize(
    ("last_on", "left_on", "gone_since"),
    [
        (None, None, None),
        (TODAY, None, None),
        (date(2026, 11, 8), None, date(2026, 11, 8)),
        (None, date(2026, 10, 30), date(2026, 10, 30)),
        (date(2026, 11, 2), date(2026, 10, 30), date(2026, 10, 30)),
        (None, date(2026, 12, 1), None),
    ],
)
def test_a_contact_is_gone_when_the_naming_ended_or_the_person_left(last_on, left_on, gone_since):
    seen = contact_seen(
        ContactRank.PRIMARY,
        name="Ann",
        person_id=1,
        first_on=date(2026, 1, 1),
        last_on=last_on,
        left_on=left_on,
        on=TODAY,
    )
    assert (seen.gone_since, seen.is_there) == (gone_since, gone_since is None)
    assert not ContactSeen(ContactRank.SECOND).is_there


def test_currencies_are_never_added_together():
    costs = [Cost(Decimal("1200.50"), "USD"), Cost(Decimal(300), "CAD"), Cost(Decimal("0.50"), "USD")]
    assert yearly_sums(costs) == [Cost(Decimal("1201.00"), "USD"), Cost(Decimal(300), "CAD")]
    assert yearly_sums([]) == []


def test_a_renewal_is_near_sixty_days_before_and_while_it_is_past():
    assert [renews_soon(on, on=TODAY) for on in (None, TODAY + timedelta(days=61))] == [False, False]
    assert [renews_soon(TODAY + timedelta(days=days), on=TODAY) for days in (60, 0, -9)] == [True, True, True]
