"""What the doctor says: the word that fits, and what to do where something is not in order."""

from datetime import UTC, datetime, timedelta

import pytest

from app.upkeep.rules.findings import (
    Word,
    WorkStanding,
    ago,
    judge_backup,
    judge_clock,
    judge_disk,
    judge_work,
)

AT = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)


def work(*, seen: timedelta | None, waits: timedelta | None = None, failed: int = 0) -> list[str]:
    standing = WorkStanding(
        due=0 if waits is None else 3,
        running=1,
        failed=failed,
        oldest_due_at=None if waits is None else AT - waits,
        worker_seen_at=None if seen is None else AT - seen,
    )
    return [finding.sentence for finding in judge_work(standing, at=AT)]


def test_a_worker_that_was_just_seen_is_in_order() -> None:
    assert work(seen=timedelta(seconds=70)) == [
        "OK: A worker was seen within the last minutes.",
        "OK: 0 pieces of work wait, 1 run.",
    ]


def test_without_a_worker_it_is_broken_only_once_work_waits() -> None:
    assert work(seen=None)[0] == "Look: No worker was ever seen. Start one with flask worker."
    assert work(seen=timedelta(minutes=5))[0].startswith("Look: No worker was seen for 5 minutes.")
    assert work(seen=timedelta(hours=3), waits=timedelta(hours=2)) == [
        "Broken: No worker was seen for 3 hours. Start one with flask worker.",
        "Look: 3 pieces of work wait, the oldest for 2 hours. Start more workers, or read their log.",
    ]


def test_work_that_failed_is_looked_at() -> None:
    assert work(seen=timedelta(0), failed=2)[1].startswith("Look: 2 pieces of work failed in the last day.")


@pytest.mark.parametrize(
    ("age", "is_production", "word"),
    [(None, False, Word.OK), (None, True, Word.LOOK), (1, True, Word.OK), (47, True, Word.OK), (49, False, Word.LOOK)],
)
def test_a_backup_is_wanted_in_production_and_young(age: int | None, is_production: bool, word: Word) -> None:  # noqa: FBT001 - a parameter of the table above
    made_at = None if age is None else AT - timedelta(hours=age)
    assert judge_backup(made_at, is_production=is_production, at=AT).word is word


@pytest.mark.parametrize(
    ("seconds", "word"), [(0, Word.OK), (-5, Word.OK), (6, Word.LOOK), (-60, Word.LOOK), (61, Word.BROKEN)]
)
def test_clocks_that_differ_are_told(seconds: int, word: Word) -> None:
    assert judge_clock(AT + timedelta(seconds=seconds), at=AT).word is word


@pytest.mark.parametrize(("free_mb", "word"), [(400, Word.BROKEN), (600, Word.LOOK), (6000, Word.OK)])
def test_a_full_disk_is_told(free_mb: int, word: Word) -> None:
    assert judge_disk(free_mb * 1024**2, "/srv").word is word


def test_a_span_is_told_in_its_largest_unit() -> None:
    assert [ago(timedelta(seconds=seconds)) for seconds in (1, 119, 120, 7199, 7200, 200_000)] == [
        "1 seconds",
        "119 seconds",
        "2 minutes",
        "119 minutes",
        "2 hours",
        "2 days",
    ]
