"""Giving at one place what another place holds, in one deed; nothing that stands there is touched."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia.models import Place
from app.duties.actions.assigning import assign, withdraw
from app.duties.actions.spots import Spot, Terms
from app.duties.models import Assignment
from app.duties.queries.copying import lines_to_copy
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed


def copy_duties(
    session: Session, source: Place, place: Place, *, first_on: date, by: Actor, at: datetime
) -> list[Assignment]:
    """Give what the preview shows, from a day on; refuses where nothing of it can be given."""
    within = Scope(consortium_id=place.consortium_id)
    made = []
    for line in lines_to_copy(session, source, place, within=within, on=first_on):
        if line.why_not or line.account is None or line.holder is None:
            continue
        spot = Spot(place, line.account, line.source.family)
        terms = Terms(line.source.is_primary, line.source.hours_per_week, first_on, line.source.last_on)
        made.append(assign(session, spot, holder=line.holder, terms=terms, by=by, at=at))
    if not made:
        raise Refused(f"Nothing that {source.name} holds can be given here. The list says why, line by line.")
    detail = {"from": source.name, "duties": len(made)}
    record(session, Deed.DUTIES_COPIED, place, by=by, at=at, place_path=place.path, detail=detail)
    return made


def withdraw_copied(session: Session, made: Sequence[Assignment], *, place: Place, by: Actor, at: datetime) -> None:
    """Take back everything that was copied in one deed; refuses after an hour."""
    for each in made:
        withdraw(session, each, place=place, by=by, at=at)
