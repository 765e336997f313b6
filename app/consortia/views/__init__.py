"""The pages of places: ``listing`` (the tree), ``survey`` and ``own_file`` (its imports)."""

from app.consortia.views import own_file, survey
from app.consortia.views.listing import blueprint

__all__ = ["blueprint", "own_file", "survey"]
