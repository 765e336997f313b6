"""The matrix as it would be without somebody."""

from datetime import date

from app.duties.rules.matrix import Stay, stays_without

ON = date(2026, 11, 10)


def stay(person_id: int, first_on: date, last_on: date | None = None) -> Stay:
    """Somebody in a position."""
    return Stay(person_id, f"Person {person_id}", first_on, last_on)


def test_the_one_who_leaves_is_gone_from_the_day_on() -> None:
    ann, bea = stay(1, date(2025, 1, 1)), stay(2, date(2025, 1, 1))
    found = stays_without([ann, bea], 1, on=ON)
    assert [each.covers(ON) for each in found] == [False, True]
    assert found[0].last_on == date(2026, 11, 9)


def test_what_has_ended_stays_ended_and_what_would_begin_never_does() -> None:
    over, later = stay(1, date(2024, 1, 1), date(2024, 6, 1)), stay(1, date(2026, 12, 1))
    assert list(stays_without([over, later], 1, on=ON)) == [over]


def test_without_nobody_nothing_changes() -> None:
    stays = [stay(1, date(2025, 1, 1))]
    assert stays_without(stays, None, on=ON) is stays
