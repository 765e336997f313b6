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
from app.scorecards.rules.trend import NaturalLimits, has_shifted, natural_limits

__all__ = [
    "PLACES_FOR_MEDIAN",
    "Funnel",
    "Level",
    "Limits",
    "NaturalLimits",
    "Order",
    "PeerMedian",
    "Point",
    "Signal",
    "SizeAdjusted",
    "binomial_at_most",
    "binomial_quantile",
    "dispersion",
    "figure_key",
    "funnel",
    "has_shifted",
    "is_worth_showing",
    "median_of",
    "natural_limits",
    "robust_scores",
    "size_adjusted",
    "state_key",
]
