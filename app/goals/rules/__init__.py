"""The thinking of goals: the catalogue of KPIs, their arithmetic, states and reasons, and how parts make a whole."""

from app.goals.rules.arithmetic import FORMULAS, Inputs, Part, compute
from app.goals.rules.intervals import Interval, poisson, wilson
from app.goals.rules.judging import (
    MINIMUM_N,
    TOLERANCE,
    Measured,
    Standing,
    Target,
    distance_in_words,
    judge,
    judge_kpi,
    reason_of,
)
from app.goals.rules.kpis import Kpi, Stage, available_kpis, catalogue, get_kpi, read_kpis
from app.goals.rules.states import (
    JUDGED,
    Direction,
    RollUpRule,
    StandingReason,
    State,
    Whole,
    roll_up,
    share_on_track,
    weakest,
)
from app.goals.rules.words import MOST_ATTAINED, amount, attainment, count_words, curve_words, target_words

__all__ = [
    "FORMULAS",
    "JUDGED",
    "MINIMUM_N",
    "MOST_ATTAINED",
    "TOLERANCE",
    "Direction",
    "Inputs",
    "Interval",
    "Kpi",
    "Measured",
    "Part",
    "RollUpRule",
    "Stage",
    "Standing",
    "StandingReason",
    "State",
    "Target",
    "Whole",
    "amount",
    "attainment",
    "available_kpis",
    "catalogue",
    "compute",
    "count_words",
    "curve_words",
    "distance_in_words",
    "get_kpi",
    "judge",
    "judge_kpi",
    "poisson",
    "read_kpis",
    "reason_of",
    "roll_up",
    "share_on_track",
    "target_words",
    "weakest",
    "wilson",
]
