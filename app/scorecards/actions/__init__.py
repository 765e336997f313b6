"""Changing scorecards: ``measuring``, ``rebuilding`` (what was measured is stored), ``closing`` (it stays so)."""

from app.scorecards.actions.closing import ask_to_close_year, close_period, measure_to_close, reopen_period
from app.scorecards.actions.measuring import measure
from app.scorecards.actions.rebuilding import keep, rebuild, rebuild_all

__all__ = [
    "ask_to_close_year",
    "close_period",
    "keep",
    "measure",
    "measure_to_close",
    "rebuild",
    "rebuild_all",
    "reopen_period",
]
