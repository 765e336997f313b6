"""Verbs of places: adding, importing, changing facts, moving and merging, opening and closing, hours."""

from app.consortia.actions.adding import add_place, create_consortium
from app.consortia.actions.importing import apply_plan, plan_directory

__all__ = ["add_place", "apply_plan", "create_consortium", "plan_directory"]
