"""Whose figure stands where two sources tell of one day, and when they differ so much that people are told."""

from enum import StrEnum

from app.metrics.rules.dictionary import Source


class Precedence(StrEnum):
    """Whose figures stand where a platform and a file tell of one day."""

    PLATFORM = "platform"
    FILE = "file"

    @property
    def label(self) -> str:
        """As on screen."""
        return {
            "platform": "What the platform says stands; a file fills gaps",
            "file": "The file’s figures stand",
        }[self.value]


#: why a figure is changed after the platform restates it no more
LATE_REASONS = ("Corrected export", "The platform restated it", "An earlier file was wrong", "Another reason")
#: sources that differ by more are told apart
TOLERANCE = 0.02
#: what the platform itself said, or what we counted from it
_PLATFORM = frozenset({Source.PULL, Source.COMPUTED})
_STAND_OVER_HAND = _PLATFORM | {Source.IMPORT}


def is_platforms(source: Source) -> bool:
    """Did the platform itself say it, or was it counted from what it said?"""
    return source in _PLATFORM


def differs_much(one: int, other: int) -> bool:
    """Do two figures of one thing differ by more than 2% of the greater?"""
    return abs(one - other) > TOLERANCE * max(abs(one), abs(other))


def apart(stands: int, other: int) -> float:
    """By which share of it the other differs from what stands."""
    return abs(other - stands) / max(abs(stands), 1)


def stands_against(held: Source, came: Source, *, held_is_firm: bool, came_is_firm: bool) -> bool:
    """Does a figure that is held stand against another that came in?

    Firm is a file's figure that a person, or the consortium, chose to stand over the platform's. What a person wrote
    by hand stands against nothing but what is by hand or made up.
    """
    if came is Source.BY_HAND:
        return held in _STAND_OVER_HAND
    if came is Source.IMPORT:
        return held in _PLATFORM and not came_is_firm
    return came in _PLATFORM and held is Source.IMPORT and held_is_firm
