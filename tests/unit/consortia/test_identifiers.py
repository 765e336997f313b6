"""The outside world's names for libraries: which are well formed."""

import pytest

from app.consortia.rules import code_problem, fscs_key_problem, fscs_sequence_problem, isil_problem


@pytest.mark.parametrize("key", ["WI0123", "OH0001"])
def test_a_key_of_the_survey_is_taken(key: str) -> None:
    assert fscs_key_problem(key) is None


@pytest.mark.parametrize("key", ["wi0123", "WI123", "WI01234", "W10123", "WI0123\n", "WI０１２３"])
def test_anything_else_is_no_key(key: str) -> None:
    assert fscs_key_problem(key) == "An FSCS key is the state's two capital letters and four digits, such as WI0123."


def test_a_sequence_is_three_digits() -> None:
    assert fscs_sequence_problem("002") is None
    assert fscs_sequence_problem("2") == "An FSCS sequence is three digits, leading zeros kept, such as 002."


@pytest.mark.parametrize("isil", ["US-WiMil", "DE-7", "GB-Uk/Lo:B-1", "O-BCL", "OCLC-WIM", "EUR-CR1"])
def test_an_isil_of_the_standard_is_taken(isil: str) -> None:
    assert isil_problem(isil) is None


@pytest.mark.parametrize(
    "isil", ["us-WiMil", "USWiMil", "US-", "US-Wi Mil", "US-123456789012", "ÜS-1", "-Wi", "ABCDE-1"]
)
def test_anything_else_is_no_isil(isil: str) -> None:
    assert isil_problem(isil) is not None


def test_the_address_of_a_page_is_no_code() -> None:
    assert code_problem("import") == "The code import is the address of a page. Choose another one."
    assert code_problem("imported") is None
