"""The pages of the desk: homes, an account and decisions on it, set-up, merging two places, search (and changing the place), help."""

from app.desk.views import account, first_steps, founding, helping, leaving, life, merging, person, searching
from app.desk.views.homes import blueprint

__all__ = [
    "account",
    "blueprint",
    "first_steps",
    "founding",
    "helping",
    "leaving",
    "life",
    "merging",
    "person",
    "searching",
]
