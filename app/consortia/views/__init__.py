"""The pages of places: ``listing`` (the tree), ``survey`` (its import)."""

from app.consortia.views import survey
from app.consortia.views.listing import blueprint

__all__ = ["blueprint", "survey"]
