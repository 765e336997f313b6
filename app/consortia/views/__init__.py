"""The pages of places: ``listing`` (the tree), ``one`` (a place), ``describing`` and ``opening`` (changing it), imports."""

from app.consortia.views import describing, one, opening, own_file, settings, survey
from app.consortia.views.listing import blueprint

__all__ = ["blueprint", "describing", "one", "opening", "own_file", "settings", "survey"]
