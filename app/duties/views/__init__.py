"""The pages of duties: ``matrix`` (a place's duties, one's own), ``cell`` (one duty on one account), ``changes``, ``copying``."""

from app.duties.views import cell, changes, copying
from app.duties.views.matrix import blueprint

__all__ = ["blueprint", "cell", "changes", "copying"]
