"""Changing goals: ``setting`` (what people write), ``noting`` (standings, which the scorecards hand down)."""

from app.goals.actions.noting import note_standings
from app.goals.actions.setting import (
    GoalTerms,
    KpiTerms,
    add_goal,
    add_kpi,
    change_goal,
    end_goal,
    note_event,
    set_target,
    write_strategy,
)

__all__ = [
    "GoalTerms",
    "KpiTerms",
    "add_goal",
    "add_kpi",
    "change_goal",
    "end_goal",
    "note_event",
    "note_standings",
    "set_target",
    "write_strategy",
]
