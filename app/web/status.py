"""The four shapes of a status, and which code of any room is drawn with which."""

from typing import Literal

Kind = Literal["ok", "watch", "off", "none"]

_CODES: dict[Kind, tuple[str, ...]] = {
    "ok": ("on_track", "pass", "covered", "in_force", "active", "working", "succeeded", "adopted", "improving", "sent"),
    "watch": (
        "at_risk",
        "backup_only",
        "not_qualified",
        "in_review",
        "on_watch",
        "expiring",
        "partial",
        "late",
        "uncertain",
    ),
    "off": ("off_track", "fail", "vacant", "failed", "overdue", "declined", "open"),
    "none": (
        *("no_data", "not_applicable", "not_measurable", "waived", "not_required"),
        *("draft", "approved", "proposed", "replaced", "withdrawn", "retired", "closed", "dormant"),
        *("queued", "running"),
    ),
}
_KIND_OF: dict[str, Kind] = {code: kind for kind, codes in _CODES.items() for code in (kind, *codes)}
_WORDS = {
    "ok": "On track",
    "watch": "At risk",
    "off": "Off track",
    "none": "No data",
    "on_track": "On track",
    "at_risk": "At risk",
    "off_track": "Off track",
    "no_data": "No data",
    "not_applicable": "Does not apply",
    "not_measurable": "Cannot be checked",
    "pass": "Met",
    "fail": "Not met",
    "backup_only": "No backup",
    "vacant": "Nobody",
    "not_required": "Not needed",
    "not_qualified": "Not qualified yet",
}


def status_kind(code: str) -> Kind:
    """The shape for a code; a code that says nothing good or bad gets the open one."""
    return _KIND_OF.get(str(code), "none")


def status_word(code: str) -> str:
    """The word on screen for a code, where its room gives no more exact one."""
    return _WORDS.get(str(code), str(code).replace("_", " ").capitalize())
