"""The pages of imports: one file in two steps, many at once, the rows left out, and taking an import back."""

from app.imports.views import files, left_out, taking_back, together
from app.imports.views.places import blueprint

__all__ = ["blueprint", "files", "left_out", "taking_back", "together"]
