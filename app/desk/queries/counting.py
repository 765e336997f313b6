"""Counts of places added up along the tree, so that a library's count is that of all its branches."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.queries.health import accounts_by_place
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.consortia.rules.places import ids_in


def accounts_below(session: Session, *, within: Scope) -> dict[int, int]:
    """How many accounts in use each place has at itself and all below it, by place id; two statements."""
    own = accounts_by_place(session, within=within)
    return folded(own, consortia.places_by_id(session, own, within=within).values())


def folded(counts: Mapping[int, int], places: Iterable[Place]) -> dict[int, int]:
    """Each place's count with the counts of all places below it; ``places`` are those that have one of their own."""
    found: dict[int, int] = {}
    for place in places:
        for step in ids_in(place.path):
            found[step] = found.get(step, 0) + counts.get(place.id, 0)
    return found
