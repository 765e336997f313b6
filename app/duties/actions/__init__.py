"""Verbs of duties: ``assigning`` (and ending), ``exempting``, ``following`` an account to another place."""

from app.duties.actions.assigning import assign, end_assignment, resume, withdraw
from app.duties.actions.exempting import exempt, need_again
from app.duties.actions.following import follow_account
from app.duties.actions.spots import Spot, Terms

__all__ = [
    "Spot",
    "Terms",
    "assign",
    "end_assignment",
    "exempt",
    "follow_account",
    "need_again",
    "resume",
    "withdraw",
]
