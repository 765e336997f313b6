"""The thinking of scorecards: medians, limits of chance, size-adjusted rates, trends and the order of a comparison."""

from app.scorecards.rules.chance import (
    Funnel,
    Level,
    Limits,
    Point,
    Signal,
    binomial_at_most,
    binomial_quantile,
    dispersion,
    funnel,
    is_worth_showing,
)
from app.scorecards.rules.ordering import Order, figure_key, state_key
from app.scorecards.rules.peers import (
    PLACES_FOR_MEDIAN,
    PeerMedian,
    SizeAdjusted,
    median_of,
    robust_scores,
    size_adjusted,
)
from app.scorecards.rules.pooling import AccountPeriod, Surroundings, inputs_of, stale_words, weeks_of
from app.scorecards.rules.trend import NaturalLimits, has_shifted, natural_limits

__all__ = [
    "PLACES_FOR_MEDIAN",
    "AccountPeriod",
    "Funnel",
    "Level",
    "Limits",
    "NaturalLimits",
    "Order",
    "PeerMedian",
    "Point",
    "Signal",
    "SizeAdjusted",
    "Surroundings",
    "binomial_at_most",
    "binomial_quantile",
    "dispersion",
    "figure_key",
    "funnel",
    "has_shifted",
    "inputs_of",
    "is_worth_showing",
    "median_of",
    "natural_limits",
    "robust_scores",
    "size_adjusted",
    "stale_words",
    "state_key",
    "weeks_of",
]
