"""The outside world's names for a library and its outlets: FSCS key and sequence, ISIL."""

import re

_FSCS_KEY = re.compile(r"[A-Z]{2}[0-9]{4}", re.ASCII)
_FSCS_SEQUENCE = re.compile(r"[0-9]{3}", re.ASCII)
#: ISO 15511: a prefix (a country's two letters, or one, three or four characters of another agency), a hyphen, the unit
_ISIL = re.compile(r"([A-Z]{2}|[A-Za-z0-9]|[A-Za-z0-9]{3,4})-[A-Za-z0-9/:-]{1,11}", re.ASCII)
_LONGEST_ISIL = 16


def fscs_key_problem(key: str) -> str | None:
    """Why this is no key of the Public Libraries Survey, in a sentence; None where it is one."""
    if _FSCS_KEY.fullmatch(key):
        return None
    return "An FSCS key is the state's two capital letters and four digits, such as WI0123."


def fscs_sequence_problem(sequence: str) -> str | None:
    """Why this is no outlet's number in the survey, in a sentence; None where it is one."""
    if _FSCS_SEQUENCE.fullmatch(sequence):
        return None
    return "An FSCS sequence is three digits, leading zeros kept, such as 002."


def isil_problem(isil: str) -> str | None:
    """Why this is no ISIL by ISO 15511, in a sentence; None where it is one."""
    if _ISIL.fullmatch(isil) and len(isil) <= _LONGEST_ISIL:
        return None
    return "An ISIL is a country's two capital letters, a hyphen and at most 11 characters, such as US-WiMil."
