"""Moving a place below another one, and merging one into another."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia import queries
from app.consortia.actions.refusals import refuse_untimely
from app.consortia.actions.rows import keep_event, lock_tree
from app.consortia.models import Place, PlaceEvent
from app.consortia.rules import EventKind, may_hold
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.web.filters import plural


def move(session: Session, place: Place, *, below: Place, on: date, by: Actor, at: datetime) -> None:
    """Put a place, with all that stands below it, below another one; where it stood is kept with the day.

    Roles and everything else hold at places, so whoever has a role at the new parent has it here from now on, and
    a role at the former parent ends to reach here. Refuses a parent of the wrong kind, below itself, closed, or the
    same as now; a day to come, and a day before the last move.
    """
    lock_tree(session, place, below)
    _refuse_parent(place, below, on=on)
    refuse_untimely(session, place, EventKind.MOVED, on=on, at=at)
    within = Scope(consortium_id=place.consortium_id)
    former = queries.ancestors_of(session, place, within=within)[-2]
    place.parent_id = below.id
    session.flush()
    _rewrite_paths(session, place, path=f"{below.path}{place.id}/")
    keep_event(session, place, PlaceEvent(kind=EventKind.MOVED, happened_on=on, other_id=former.id), at=at)
    detail = {"name": place.name, "from": former.name, "to": below.name, "on": on}
    record(session, Deed.PLACE_MOVED, place, by=by, at=at, place_path=place.path, detail=detail)


def merge(session: Session, place: Place, *, into: Place, on: date, by: Actor, at: datetime) -> None:
    """Close a place for good on a day because another of its kind takes it in; accounts and positions stay as they are.

    Refuses itself, another kind, one that is closed or not open yet, a place with open places below it, and a day
    to come.
    """
    lock_tree(session, place, into)
    if into.id == place.id or into.kind is not place.kind:
        raise Refused(f"Choose another {place.kind.value}.", field="into")
    refuse_closing(session, place, on=on)
    refuse_untimely(session, place, EventKind.MERGED, on=on, at=at)
    if not into.is_open(on):
        raise Refused(f"{into.name} is not open on that day. Choose another {place.kind.value}.", field="into")
    place.closed_on = on
    keep_event(session, place, PlaceEvent(kind=EventKind.MERGED, happened_on=on, other_id=into.id), at=at)
    detail = {"name": place.name, "into": into.name, "on": on}
    record(session, Deed.PLACE_MERGED, place, by=by, at=at, place_path=place.path, detail=detail)


def refuse_closing(session: Session, place: Place, *, on: date) -> None:
    """Refuse to close the consortium, what is closed already or not open yet, and what still holds open places."""
    if place.parent_id is None:
        raise Refused("The consortium itself cannot be closed.")
    if place.closed_on is not None:
        raise Refused(f"{place.name} is closed already. Undo its closing first.")
    if place.opened_on and on < place.opened_on:
        raise Refused("The place closes before it opens.", field="on")
    below = queries.children_of(session, place, within=Scope(consortium_id=place.consortium_id))
    still_open = [each for each in below if each.closed_on is None or each.closed_on > on]
    if still_open:
        kind = still_open[0].kind
        counted = plural(len(still_open), f"open {kind.value}", f"open {kind.plural}")
        raise Refused(f"{place.name} still has {counted}. Move or close them first.")


def _refuse_parent(place: Place, below: Place, *, on: date) -> None:
    if place.parent_id is None:
        raise Refused("The consortium itself cannot be moved.")
    if below.path.startswith(place.path):
        raise Refused("A place cannot stand below itself.", field="below")
    if not may_hold(below.kind, place.kind):
        sentence = f"A {place.kind.value} cannot stand directly below a {below.kind.value}."
        raise Refused(sentence, field="below")
    if below.id == place.parent_id:
        raise Refused(f"It stands below {below.name} already.", field="below")
    if not below.is_open(on):
        raise Refused(f"{below.name} is not open on that day.", field="below")


def _rewrite_paths(session: Session, place: Place, *, path: str) -> None:
    """One statement for the place and all below it; then the session reads them anew."""
    former = place.path
    places = sa.Table(Place.__tablename__, Place.metadata)
    rewritten = sa.literal(path) + sa.func.substr(places.c.path, len(former) + 1)
    session.execute(
        sa.update(places)
        .where(places.c.consortium_id == place.consortium_id, places.c.path.startswith(former, autoescape=True))
        .values(path=rewritten)
    )
    moved = sa.select(Place).where(
        Place.consortium_id == place.consortium_id, Place.path.startswith(path, autoescape=True)
    )
    session.scalars(moved.execution_options(populate_existing=True)).all()
