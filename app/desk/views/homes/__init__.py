"""The homes, one module each: who is here and what the place is decide which; and the page of a place."""

from app.desk.views.homes.about import about
from app.desk.views.homes.pages import blueprint

__all__ = ["about", "blueprint"]
