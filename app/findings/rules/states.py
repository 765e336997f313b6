"""States of a finding."""

from enum import StrEnum


class FindingState(StrEnum):
    """Whether a finding still asks for something."""

    OPEN = "open"
    PUT_RIGHT = "put_right"

    @property
    def label(self) -> str:
        """As on screen."""
        return {"open": "Not met", "put_right": "Put right"}[self.value]
