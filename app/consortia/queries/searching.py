"""Finding places by their words: on the page that changes the place, and in the search of every header."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.access.rules import Scope
from app.consortia.models import BranchDetail, LibraryDetail, Place, PlaceEvent
from app.consortia.rules import EventKind
from app.foundation.searching import Found, at_or_below, holds_words


def search_places(
    session: Session, words: str, *, within: Scope, paths: Sequence[str], limit: int, offset: int = 0
) -> Found[tuple[Place, str | None]]:
    """Places at or below ``paths`` whose name, former name, code or town holds every word.

    Each with the name of what it belongs to, in the order of the tree; two statements, however many match.
    """
    above = aliased(Place)
    former = (
        sa.select(sa.func.aggregate_strings(PlaceEvent.former, " "))
        .where(PlaceEvent.consortium_id == within.consortium_id, PlaceEvent.kind == EventKind.RENAMED)
        .where(PlaceEvent.place_id == Place.id)
        .correlate(Place)
        .scalar_subquery()
    )
    statement = (
        sa.select(Place, above.name)
        .outerjoin(above, sa.and_(above.consortium_id == Place.consortium_id, above.id == Place.parent_id))
        .outerjoin(
            LibraryDetail,
            sa.and_(LibraryDetail.consortium_id == Place.consortium_id, LibraryDetail.place_id == Place.id),
        )
        .outerjoin(
            BranchDetail, sa.and_(BranchDetail.consortium_id == Place.consortium_id, BranchDetail.place_id == Place.id)
        )
        .where(
            Place.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            at_or_below(Place.path, paths),
            holds_words(words, Place.name, Place.code, LibraryDetail.city, BranchDetail.city, former),
        )
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(statement.with_only_columns(Place.id).subquery()))
    by_library = sa.func.coalesce(sa.case((above.parent_id.is_(None), Place.name), else_=above.name), "")
    ordered = statement.order_by(by_library, sa.func.length(Place.path), Place.name, Place.id)
    rows = session.execute(ordered.limit(limit).offset(offset)).all()
    return Found(rows, total or 0)
