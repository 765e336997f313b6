"""Text as it can be kept: halves of characters and zero bytes are replaced, everything else stays."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.platforms.texts import storable

UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def test_what_no_database_takes_is_replaced_wherever_it_stands() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    told = {"a\ud800": ["x\0", {"b": "\udc00y\N{GRINNING FACE}"}], "at": at, "n": 1, "none": None}
    kept = {f"a{UNKNOWN}": [f"x{UNKNOWN}", {"b": f"{UNKNOWN}y\N{GRINNING FACE}"}], "at": at, "n": 1, "none": None}
    assert storable(told) == kept


@given(st.text())
def test_every_text_can_be_written_afterwards(text: str) -> None:
    storable(text).encode()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_good_text_stays(text: str) -> None:
    assert storable(text) == text
