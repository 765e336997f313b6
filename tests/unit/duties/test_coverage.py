"""Cells of the coverage matrix and their gaps in words."""

from datetime import date
from decimal import Decimal

import pytest

from app.duties.rules.catalogue import Family
from app.duties.rules.coverage import CellState, Holder, Requirement, gap_in_words, judge_cell
from app.policies.rules.duties_asked import Depth, DutyHours

TODAY = date(2026, 11, 9)
LEFT = date(2026, 10, 4)


def asked(depth=Depth.PRIMARY_AND_BACKUP, family=Family.ANSWER):
    return Requirement(family, depth, DutyHours.OPEN_HOURS, "SM 4", "1.0", 3, 11)


def holder(name, *, primary=True, since=date(2025, 1, 1), qualified=True):
    return Holder(1, "Librarian", name, primary, Decimal("0.5"), since, qualified)


PRIYA = holder("Priya Raman")
ROSA = holder("Rosa Delgado", primary=False)
EMPTY_PRIMARY = holder(None, since=LEFT)
EMPTY_BACKUP = holder(None, primary=False, since=LEFT)
ONE = asked(Depth.PRIMARY)


@pytest.mark.parametrize(
    ("requirement", "holders", "state", "words"),
    [
        (asked(), [PRIYA, ROSA], CellState.COVERED, None),
        (ONE, [PRIYA], CellState.COVERED, None),
        (asked(), [PRIYA], CellState.BACKUP_ONLY, "No backup. SM 4 asks for one"),
        (asked(), [PRIYA, EMPTY_BACKUP], CellState.BACKUP_ONLY, "No backup since Oct 4"),
        (asked(), [EMPTY_PRIMARY, ROSA], CellState.BACKUP_ONLY, "No primary since Oct 4"),
        (ONE, [ROSA], CellState.BACKUP_ONLY, "No primary. SM 4 asks for one"),
        (asked(), [EMPTY_PRIMARY], CellState.VACANT, "Nobody answers since Oct 4"),
        (asked(), [EMPTY_PRIMARY, EMPTY_BACKUP], CellState.VACANT, "Nobody answers since Oct 4"),
        (asked(), [], CellState.VACANT, "Nobody answers. SM 4 asks for someone"),
        (asked(family=Family.CRITICS), [], CellState.VACANT, "Nobody responds. SM 4 asks for someone"),
        (None, [], CellState.NOT_REQUIRED, "Not needed"),
        (None, [EMPTY_PRIMARY], CellState.NOT_REQUIRED, "Not needed"),
        (None, [PRIYA], CellState.COVERED, None),
    ],
)
def test_a_cell(requirement, holders, state, words):
    assert judge_cell(requirement, holders, on=TODAY) is state
    assert gap_in_words(requirement, holders, on=TODAY) == words


def test_nobody_is_there_since_the_last_of_them_left():
    holders = [holder(None, since=date(2026, 9, 1)), holder(None, primary=False, since=LEFT)]
    assert gap_in_words(asked(), holders, on=TODAY) == "Nobody answers since Oct 4"


def test_another_year_is_said():
    holders = [holder(None, since=date(2025, 12, 31))]
    assert gap_in_words(asked(), holders, on=TODAY) == "Nobody answers since Dec 31, 2025"


def test_who_comes_later_does_not_count_yet():
    coming = holder("Ann Sorel", since=date(2027, 1, 15))
    assert judge_cell(ONE, [coming], on=TODAY) is CellState.VACANT
    assert judge_cell(ONE, [coming], on=date(2027, 1, 15)) is CellState.COVERED


def test_training_that_is_due_is_said():
    untrained = holder("Rosa Delgado", primary=False, qualified=False)
    assert judge_cell(asked(), [PRIYA, untrained], on=TODAY) is CellState.NOT_QUALIFIED
    assert gap_in_words(asked(), [PRIYA, untrained], on=TODAY) == "Not qualified yet"
    assert judge_cell(ONE, [PRIYA, untrained], on=TODAY) is CellState.COVERED


def test_gaps_are_the_states_where_somebody_is_missing():
    assert [state for state in CellState if state.is_gap] == [
        CellState.BACKUP_ONLY,
        CellState.NOT_QUALIFIED,
        CellState.VACANT,
    ]
    assert [state.label for state in CellState] == ["Covered", "No backup", "Not qualified yet", "Nobody", "Not needed"]
