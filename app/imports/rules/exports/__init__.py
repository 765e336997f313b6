"""The files that platforms export, each known by its headings; one small module a platform.

A file that stands here is recognized whatever the order of its columns and whatever columns are added to it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.foundation.errors import Refused
from app.imports.rules.exports import linkedin, meta, tiktok, x, youtube
from app.imports.rules.exports.shape import Export, plain
from app.imports.rules.meanings import PUBLISHED

__all__ = [
    "EXPORTS",
    "OWN_POSTS",
    "Export",
    "Recognized",
    "brings_posts",
    "export_named",
    "is_known",
    "is_total",
    "platforms_of",
    "recognize",
    "titles",
]

#: a file of posts whose columns a person named: no platform's, yet a run must be told from one of days
OWN_POSTS = "own_posts"
_BY_HEADINGS = (*x.EXPORTS, *meta.EXPORTS, *tiktok.EXPORTS, *linkedin.EXPORTS)
EXPORTS = {export.name: export for export in (*_BY_HEADINGS, *youtube.EXPORTS)}
_TOTALS = frozenset(
    {"total", "totals", "gesamt", "totale", "totaal", "totalt", "totales", "итого", "合計", "总计", "합계"}
)
_LONGEST_TOTAL = 12


@dataclass(frozen=True, slots=True)
class Recognized:
    """A file that a platform exported, and what its columns mean."""

    export: Export
    meanings: tuple[str, ...]
    #: are the headings in English, so that what is known of its days holds?
    is_english: bool = True


def recognize(header: Sequence[str], *, platform: str) -> Recognized | None:
    """Which platform's file has these headings; None where it is none that is known.

    Refuses a file that tells nothing of days or posts, and one of another platform than the account's.
    """
    found = _known_by_headings(header, platform=platform)
    if found is not None:
        return _readable(found, platform=platform)
    meanings = youtube.studio_meanings(header, platform=platform)
    if meanings is None:
        return None
    return _of_the_platform(Recognized(_studio(meanings), meanings, is_english=False), platform=platform)


def is_known(header: Sequence[str], *, platform: str) -> bool:
    """Are these the headings of a platform's file, whether or not anything of it can be read?"""
    try:
        return recognize(header, platform=platform) is not None
    except Refused:
        return True


def export_named(name: str) -> Export | None:
    """The file of this name; None for a file of our own columns."""
    return EXPORTS.get(name)


def titles() -> dict[str, str]:
    """What each file that stands here is called on screen, by its name."""
    return {export.name: export.title for export in EXPORTS.values()}


def platforms_of() -> dict[str, tuple[str, ...]]:
    """The platforms of whose accounts each file is, by its name."""
    return {export.name: export.platforms for export in EXPORTS.values()}


def brings_posts(name: str) -> bool:
    """Are the rows of a file of this name posts rather than days?"""
    return name == OWN_POSTS or (name in EXPORTS and EXPORTS[name].brings_posts)


def is_total(cells: Sequence[str], positions: Collection[int]) -> bool:
    """Is this a row that sums the others up? It says so at one of these positions, where its day or its id should be."""
    return any(at < len(cells) and len(cells[at]) <= _LONGEST_TOTAL and plain(cells[at]) in _TOTALS for at in positions)


def _known_by_headings(header: Sequence[str], *, platform: str) -> Recognized | None:
    """The account's own platform goes before the others."""
    candidates = sorted(_BY_HEADINGS, key=lambda export: platform not in export.platforms)
    for export in candidates:
        names = export.english(header)
        if export.is_known_by(names, platform=platform):
            is_english = names == [plain(heading) for heading in header]
            return Recognized(export, export.meanings(names), is_english=is_english)
    return None


def _readable(found: Recognized, *, platform: str) -> Recognized:
    found = _of_the_platform(found, platform=platform)
    if found.export.refusal:
        raise Refused(found.export.refusal)
    return found


def _of_the_platform(found: Recognized, *, platform: str) -> Recognized:
    export = found.export
    if platform and platform not in export.platforms:
        raise Refused(
            f"This is another platform's file: {export.title}. "
            "Choose a file of this account, or import it on the account that it is of."
        )
    return found


def _studio(meanings: Sequence[str]) -> Export:
    return youtube.POSTS if PUBLISHED in meanings else youtube.DAYS
