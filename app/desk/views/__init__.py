"""The pages of the desk: homes, an account and decisions on it, mentions, set-up, merging two places, search (and changing the place), help."""

from app.desk.views import (
    account,
    answering,
    checking_in,
    faring,
    first_steps,
    founding,
    helping,
    leaving,
    life,
    mentions,
    merging,
    person,
    searching,
)
from app.desk.views.homes import blueprint

__all__ = [
    "account",
    "answering",
    "blueprint",
    "checking_in",
    "faring",
    "first_steps",
    "founding",
    "helping",
    "leaving",
    "life",
    "mentions",
    "merging",
    "person",
    "searching",
]
