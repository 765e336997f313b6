"""The pages of the desk: homes, an account, set-up, merging two places, search (and changing the place), help."""

from app.desk.views import account, helping, leaving, merging, person, searching, setting_up
from app.desk.views.homes import blueprint

__all__ = ["account", "blueprint", "helping", "leaving", "merging", "person", "searching", "setting_up"]
