"""Consortia and their trees: a place by its code or id, what stands above it and below it."""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Consortium, ConsortiumSettings, Place
from app.consortia.rules import PlaceKind, ids_in, in_tree_order, may_hold
from app.foundation.clock import local_day
from app.foundation.errors import NotFound

#: put together once, since every request asks it
_SETTINGS = sa.select(ConsortiumSettings).where(ConsortiumSettings.consortium_id == sa.bindparam("of_consortium"))


def find_consortium_by_slug(session: Session, slug: str) -> Consortium | None:
    """A consortium of this installation, whoever asks."""
    return session.scalars(sa.select(Consortium).where(Consortium.slug == slug)).one_or_none()


def get_consortium_by_slug(session: Session, slug: str) -> Consortium:
    """A consortium of this installation, whoever asks; NotFound where no one has the slug."""
    if consortium := find_consortium_by_slug(session, slug):
        return consortium
    raise NotFound(f"There is no consortium “{slug}” in this installation.")


def all_consortia(session: Session) -> list[Consortium]:
    """Every consortium of this installation, by name: for set-up and the machine, never for a page of a tenant."""
    return list(session.scalars(sa.select(Consortium).order_by(Consortium.name, Consortium.id)))


def consortium_of(session: Session, *, within: Scope) -> Consortium:
    """The reader's own consortium: its name and slug."""
    return session.scalars(sa.select(Consortium).where(Consortium.id == within.consortium_id)).one()


def settings_of(session: Session, *, within: Scope) -> ConsortiumSettings:
    """What holds for the whole consortium."""
    return session.scalars(_SETTINGS, {"of_consortium": within.consortium_id}).one()


def today_of(session: Session, *, within: Scope, at: datetime) -> date:
    """The day that pages and checks speak of: the consortium's local day, or a demo's own last day; one statement."""
    settings = settings_of(session, within=within)
    return settings.demo_as_of or local_day(at, settings.time_zone)


def root_of(session: Session, *, within: Scope) -> Place:
    """The place that stands for the whole consortium."""
    return session.scalars(_root(within)).one()


def root_for_change(session: Session, *, within: Scope) -> Place:
    """The same, locked until the transaction ends: two changes of many places follow each other."""
    return session.scalars(_root(within).with_for_update()).one()


def reread(session: Session, *places: Place) -> None:
    """Read places anew from the database, which may know more of them since a lock was taken."""
    statement = sa.select(Place).where(
        Place.consortium_id.in_({place.consortium_id for place in places}), Place.id.in_({place.id for place in places})
    )
    session.scalars(statement.execution_options(populate_existing=True)).all()


def get_place(session: Session, code: str, *, within: Scope) -> Place:
    """The place with this code; NotFound for a code that is not in the scope."""
    if place := find_place(session, code, within=within):
        return place
    raise NotFound(f"There is no place with the code “{code}” here.")


def find_place(session: Session, code: str, *, within: Scope) -> Place | None:
    """The place with this code, None where it is not in the scope."""
    return session.scalars(places_in(within).where(Place.code == code)).one_or_none()


def get_place_by_id(session: Session, place_id: int, *, within: Scope) -> Place:
    """The place with this id; NotFound for another consortium's and for one outside the scope."""
    if place := find_place_by_id(session, place_id, within=within):
        return place
    raise NotFound("There is no such place here.")


def find_place_by_id(session: Session, place_id: int, *, within: Scope) -> Place | None:
    """The place with this id, None where it is not in the scope."""
    return session.scalars(places_in(within).where(Place.id == place_id)).one_or_none()


def places_by_id(session: Session, ids: Iterable[int] | None = None, *, within: Scope) -> dict[int, Place]:
    """Places of the scope by their id, in the order of the tree; all of them where no ids are given."""
    return {place.id: place for place in subtree(session, within=within, ids=ids)}


def subtree(session: Session, *, within: Scope, ids: Iterable[int] | None = None) -> list[Place]:
    """The scope's place and all below it, each before what it holds, neighbors by name."""
    statement = places_in(within)
    if ids is not None:
        statement = statement.where(Place.id.in_(sorted(set(ids))))
    return in_tree_order(session.scalars(statement))


def children_of(session: Session, place: Place, *, within: Scope) -> list[Place]:
    """What stands directly below a place, by name."""
    return list(session.scalars(places_in(within).where(Place.parent_id == place.id)))


def parents_for(session: Session, place: Place, *, on: date, within: Scope) -> list[Place]:
    """Where a place may be moved to: open places of the kinds that hold its kind, its own parent aside, by name."""
    kinds = [kind for kind in PlaceKind if may_hold(kind, place.kind)]
    found = session.scalars(places_in(within).where(Place.kind.in_(kinds), Place.id != place.parent_id))
    return [each for each in found if each.is_open(on) and not each.path.startswith(place.path)]


def ancestors_of(session: Session, place: Place, *, within: Scope) -> list[Place]:
    """The trail from the consortium down to the place itself, which is its last; as far up as the scope reaches."""
    ids = ids_in(place.path)
    found = {step.id: step for step in session.scalars(places_in(within).where(Place.id.in_(ids)))}
    return [found[step] for step in ids if step in found]


def libraries_of(session: Session, *, within: Scope) -> list[Place]:
    """The libraries of the scope, by name, closed ones too."""
    return list(session.scalars(places_in(within).where(Place.kind == PlaceKind.LIBRARY)))


def branches_of(session: Session, *, within: Scope) -> list[Place]:
    """The branches of the scope, by name, closed ones too."""
    return list(session.scalars(places_in(within).where(Place.kind == PlaceKind.BRANCH)))


def _root(within: Scope) -> sa.Select[Place]:
    return sa.select(Place).where(Place.consortium_id == within.consortium_id, Place.kind == PlaceKind.CONSORTIUM)


def places_in(within: Scope) -> sa.Select[Place]:
    """Places of a scope by name: what the queries of places begin with."""
    return (
        sa.select(Place)
        .where(Place.consortium_id == within.consortium_id, *below(within))
        .order_by(Place.name, Place.id)
    )


def below(within: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions that keep a statement to the scope's place and all below it."""
    return (Place.path.startswith(within.path, autoescape=True),) if within.path else ()
