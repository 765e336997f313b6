"""The pages of metrics: an account's figures with their provenance, what they mean, runs, and what reading costs."""

from app.metrics.views import breaks, byhand, costs, deciding, runs
from app.metrics.views.figures import blueprint

__all__ = ["blueprint", "breaks", "byhand", "costs", "deciding", "runs"]
