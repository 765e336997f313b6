"""The pages of scorecards: ``compare`` (with ``table`` and ``pictures``) and ``periods``, which are open or closed."""

from app.scorecards.views import periods
from app.scorecards.views.compare import blueprint

__all__ = ["blueprint", "periods"]
