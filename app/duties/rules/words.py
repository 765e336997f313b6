"""Sentences about a whole matrix: how many duties are covered and what is missing."""

from datetime import date

from app.duties.rules.catalogue import Family
from app.duties.rules.coverage import Holder
from app.duties.rules.matrix import Cell, Summary

_SMALL = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def summary_in_words(summary: Summary) -> str:
    """Such as "20 of 23 duties have the people asked for. One has nobody, two have no backup."."""
    if not summary.required:
        return "No policy in force asks for a duty here yet."
    noun = "duty has" if summary.required == 1 else "duties have"
    first = f"{summary.covered:,} of {summary.required:,} {noun} the people the policies ask for."
    parts = [
        _part(summary.vacant, "nobody"),
        _part(summary.no_backup, "no backup"),
        _part(summary.no_primary, "no primary"),
        _part(summary.not_qualified, "nobody qualified yet"),
    ]
    said = ", ".join(part for part in parts if part)
    return f"{first} {said[0].upper()}{said[1:]}." if said else first


def _part(count: int, what: str) -> str:
    return f"{count_in_words(count).lower()} {'has' if count == 1 else 'have'} {what}" if count else ""


def count_in_words(count: int) -> str:
    """Small numbers as words, such as "Two"; others as figures."""
    return _SMALL[count] if count < len(_SMALL) else f"{count:,}"


def cell_in_words(cell: Cell, *, account: str) -> str:
    """A cell's link read aloud: "Respond to critics, Google reviews: primary Daniel Hsu, no backup"."""
    people = [_said("primary", cell.primaries), _said("backup", cell.backups)]
    said = [part for part in people if part]
    if words := cell.words:
        said.append(f"not needed, {cell.exempt_because}" if cell.exempt_because else _lower(words))
    return f"{cell.family.label}, {account}: {', '.join(said)}"


def _said(role: str, holders: list[Holder]) -> str:
    names = " and ".join(holder.person_name or holder.title for holder in holders)
    return f"{role} {names}" if names else ""


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def relieved_in_words(title: str, last_on: date) -> str:
    """Such as "Reference librarian is vacant; its duty ends Nov 8, 2026."."""
    return f"{title} is vacant; its duty ends {last_on:%b} {last_on.day}, {last_on.year}."


def missing_role(cell: Cell) -> str:
    """What the cell's link offers to do about its gap."""
    if not cell.primaries and not cell.backups:
        return "Assign someone"
    return "Assign a backup" if cell.primaries else "Assign a primary"


#: the kind of rule that says in a few words how a family of duties is carried out
TELLING_RULES = {
    "listen.min_checks_per_open_day": Family.LISTEN,
    "posts.broadcast_max_pct": Family.POST,
    "response.question_target_hours": Family.ANSWER,
    "critic.reply_max_hours": Family.CRITICS,
}
