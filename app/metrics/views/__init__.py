"""The pages of metrics: an account's figures with their provenance, what they mean, imports, and what reading costs."""

from app.metrics.views import breaks, byhand, costs, files, left_out, runs, taking_back, together
from app.metrics.views.figures import blueprint

__all__ = ["blueprint", "breaks", "byhand", "costs", "files", "left_out", "runs", "taking_back", "together"]
