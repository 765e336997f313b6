"""Taking a position to another place."""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.access.rules import Actor
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.models import Position


def move_position(session: Session, position: Position, *, to: Place, by: Actor, at: datetime) -> None:
    """Let a position stand at another place, with whoever is in it and the duties it holds; roles stay where they are.

    Refuses the place it stands at already, and a closed position.
    """
    if position.place_id == to.id:
        raise Refused(f"The position “{position.title}” is at {to.name} already.")
    if position.closed_on is not None:
        raise Refused(f"The position “{position.title}” is closed.")
    former = position.place
    position.place_id = to.id
    session.flush()
    set_committed_value(position, "place", to)
    detail = {"title": position.title, "from": former.name, "to": to.name}
    record(session, Deed.POSITION_MOVED, position, by=by, at=at, place_path=to.path, detail=detail)
