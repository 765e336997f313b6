"""Deciding that a duty is not needed in a cell, and that it is needed again."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.duties.actions.spots import Spot, lock_account
from app.duties.models import DutyExemption
from app.duties.queries.assignments import find_exemption
from app.duties.rules.assigning import refuse_empty_reason
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed

_DAY = timedelta(days=1)


def exempt(session: Session, spot: Spot, *, reason: str, first_on: date, by: Actor, at: datetime) -> DutyExemption:
    """Decide that nobody is needed in a cell from a day on, with the reason; the same twice is once.

    Refuses an empty reason, and a cell that is not needed already for another one.
    """
    reason = " ".join(reason.split())
    refuse_empty_reason(reason)
    lock_account(session, spot)
    known = find_exemption(session, spot.place, spot.account, spot.family, within=spot.whole, on=first_on)
    if known is not None and known.reason == reason:
        return known
    if known is not None:
        raise Refused(f"Not needed already: “{known.reason}”. Say first that it is needed again.", field="reason")
    made = DutyExemption(
        consortium_id=spot.place.consortium_id,
        place_id=spot.place.id,
        account_id=spot.account.id,
        family=spot.family,
        reason=reason,
        first_on=first_on,
    )
    session.add(made)
    session.flush()
    detail = {"family": spot.family.value, "account": spot.account.handle, "reason": reason}
    record(session, Deed.DUTY_EXEMPTED, made, by=by, at=at, place_path=spot.place.path, detail=detail)
    return made


def need_again(session: Session, spot: Spot, *, first_on: date, by: Actor, at: datetime) -> None:
    """Ask for the duty again from a day on; nothing happens where it is asked for already."""
    lock_account(session, spot)
    known = find_exemption(session, spot.place, spot.account, spot.family, within=spot.whole, on=first_on)
    if known is None:
        return
    detail = {"family": spot.family.value, "account": spot.account.handle, "from": first_on}
    record(session, Deed.DUTY_NEEDED_AGAIN, known, by=by, at=at, place_path=spot.place.path, detail=detail)
    if known.first_on >= first_on:
        session.delete(known)
    else:
        known.last_on = first_on - _DAY
    session.flush()
