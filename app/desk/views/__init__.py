"""The pages of the desk: ``homes``, ``account``, ``setting_up`` (the first consortium), ``searching`` (and changing the place), ``helping``."""

from app.desk.views import account, helping, searching, setting_up
from app.desk.views.homes import blueprint

__all__ = ["account", "blueprint", "helping", "searching", "setting_up"]
