"""Verbs of places: ``adding``, ``importing``, ``describing``, ``moving`` (and merging), ``opening`` (closing, hours)."""

from app.consortia.actions.adding import add_place, create_consortium
from app.consortia.actions.describing import change_branch, change_library, count_residents, rename
from app.consortia.actions.importing import apply_plan, plan_directory
from app.consortia.actions.moving import merge, move
from app.consortia.actions.opening import (
    close,
    close_for_a_time,
    open_on,
    remove_closure,
    remove_hours,
    reopen,
    set_hours,
)
from app.consortia.actions.settling import settle

__all__ = [
    "add_place",
    "apply_plan",
    "change_branch",
    "change_library",
    "close",
    "close_for_a_time",
    "count_residents",
    "create_consortium",
    "merge",
    "move",
    "open_on",
    "plan_directory",
    "remove_closure",
    "remove_hours",
    "rename",
    "reopen",
    "set_hours",
    "settle",
]
