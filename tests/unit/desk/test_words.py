"""The smaller sentences of the homes: how long, how far, how late."""

from datetime import date
from decimal import Decimal

import pytest

from app.access.rules import Actor, Grant, Role
from app.desk.rules import (
    closing_words,
    concerns,
    duration,
    is_late,
    joined_sentence,
    minutes_a_day,
    part_of_day,
    role_at,
    waiting_words,
)
from app.duties.rules.catalogue import Family
from app.goals.rules import Direction, Target

ON = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("numerator", "cases", "target", "direction", "words"),
    [
        (31, 51, 85, Direction.UP, "13 more of 51 would have reached it."),
        (85, 100, 85, Direction.UP, ""),
        (119, 129, 70, Direction.DOWN, "29 fewer of 129 would have kept to it."),
        (70, 100, 70, Direction.DOWN, ""),
        (57, 100, 57, Direction.DOWN, ""),
    ],
)
def test_what_would_close_a_gap(numerator: int, cases: int, target: int, direction: Direction, words: str) -> None:
    assert closing_words(numerator, cases, Target(target), direction=direction) == words


@pytest.mark.parametrize(
    ("hours", "minutes"), [("2.5", 30), ("5", 60), ("0.25", 5), ("0.1", 5), ("0", 0), ("4.75", 55)]
)
def test_a_duty_on_one_of_five_days(hours: str, minutes: int) -> None:
    assert minutes_a_day(Decimal(hours)) == minutes


@pytest.mark.parametrize(("minutes", "words"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (75, "1 h 15 min")])
def test_minutes_in_words(minutes: int, words: str) -> None:
    assert duration(minutes) == words


@pytest.mark.parametrize(
    ("newest", "late"),
    [(None, False), (ON, False), (date(2026, 11, 8), False), (date(2026, 11, 7), True)],
)
def test_figures_are_late_after_a_day(newest: date | None, *, late: bool) -> None:
    assert is_late(newest, on=ON) is late


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (ON, "Open since today"),
        (date(2026, 11, 8), "Open for 1 day"),
        (date(2023, 1, 1), "Open for 1,408 days"),
        (date(2026, 11, 12), "Open since today"),
    ],
)
def test_how_long_something_waits(since: date, words: str) -> None:
    assert waiting_words(since, on=ON) == words


@pytest.mark.parametrize(("hour", "words"), [(0, "Good morning"), (12, "Good afternoon"), (18, "Good evening")])
def test_the_greeting(hour: int, words: str) -> None:
    assert part_of_day(hour) == words


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([], ""),
        (["", ""], ""),
        (["one is late", ""], "One is late."),
        (["one is late", "two are broken"], "One is late, and two are broken."),
        (["one is late", "two are broken", "three wait"], "One is late, two are broken, and three wait."),
    ],
)
def test_clauses_as_a_sentence(parts: list[str], sentence: str) -> None:
    assert joined_sentence(parts) == sentence


def test_a_finding_concerns_those_who_hold_its_duties() -> None:
    assert concerns("posts.broadcast_max_pct", {Family.POST})
    assert not concerns("posts.broadcast_max_pct", {Family.ANSWER})
    assert concerns("duty.required", {Family.LISTEN})
    assert not concerns("duty.required", set())


def test_the_role_somebody_holds_at_a_place() -> None:
    actor = Actor("Ada", 1, 2, 3, (Grant(Role.STAFF, 5, "1/2/5/"), Grant(Role.AUDITOR, 2, "1/2/")))
    assert role_at(actor, "1/2/5/") is Role.STAFF
    assert role_at(actor, "1/2/6/") is Role.AUDITOR
    assert role_at(actor, "1/3/") is None
