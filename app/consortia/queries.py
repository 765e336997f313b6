"""Reading consortia by name (before a tenant is known) and places within one."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Consortium, ConsortiumSettings, Place
from app.foundation.errors import NotFound


def get_consortium_by_slug(session: Session, slug: str) -> Consortium:
    """The consortium with this slug."""
    found = session.scalar(sa.select(Consortium).where(Consortium.slug == slug))
    if found is None:
        raise NotFound(f"There is no consortium called {slug}.")
    return found


def settings_of(session: Session, *, within: Scope) -> ConsortiumSettings:
    """What holds for the whole consortium."""
    return session.scalars(
        sa.select(ConsortiumSettings).where(ConsortiumSettings.consortium_id == within.consortium_id)
    ).one()


def root_of(session: Session, *, within: Scope) -> Place:
    """The place at the top of the tree."""
    return session.scalars(
        sa.select(Place).where(Place.consortium_id == within.consortium_id, Place.parent_id.is_(None))
    ).one()


def get_place(session: Session, code: str, *, within: Scope) -> Place:
    """The place with this code; NotFound outside the consortium."""
    found = session.scalar(sa.select(Place).where(Place.consortium_id == within.consortium_id, Place.code == code))
    if found is None:
        raise NotFound("There is no such place here.")
    return found


def ancestors_of(session: Session, place: Place, *, within: Scope) -> Sequence[Place]:
    """The places above one, from the root down, and itself last."""
    ids = [int(part) for part in place.path.split("/") if part]
    return session.scalars(
        sa.select(Place).where(Place.consortium_id == within.consortium_id, Place.id.in_(ids)).order_by(Place.path)
    ).all()
