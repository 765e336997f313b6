"""Reading goals: what was ``set`` (strategies, goals, KPIs, targets, events) and what was ``measured``."""

from app.goals.queries.measured import (
    Measurement,
    curves_of,
    goal_standings_of,
    measurements_of,
    standings_of_kpi,
    values_a_year_before,
)
from app.goals.queries.plans import (
    Plan,
    current_strategy,
    events_of,
    get_goal,
    get_kpi,
    goals_at,
    kpis_at,
    open_goals,
    open_kpis,
    plan_of,
    strategies_of,
    targets_at,
    targets_by_kpi,
    targets_of,
)

__all__ = [
    "Measurement",
    "Plan",
    "current_strategy",
    "curves_of",
    "events_of",
    "get_goal",
    "get_kpi",
    "goal_standings_of",
    "goals_at",
    "kpis_at",
    "measurements_of",
    "open_goals",
    "open_kpis",
    "plan_of",
    "standings_of_kpi",
    "strategies_of",
    "targets_at",
    "targets_by_kpi",
    "targets_of",
    "values_a_year_before",
]
