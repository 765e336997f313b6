"""What holds for the whole consortium: its clock, its year, and the members' vote on names."""

from datetime import date, datetime
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia import queries
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed

_MONTHS = 12


def settle(
    session: Session,
    *,
    time_zone: str,
    fiscal_year_start_month: int,
    names_shared_on: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Set the consortium's time zone, the month its year starts in, and the day its members voted to see names.

    Refuses a zone that the time-zone database does not name; the same values change nothing.
    """
    if time_zone not in available_timezones():
        raise Refused("Choose a time zone from the list.", field="time_zone")
    if not 1 <= fiscal_year_start_month <= _MONTHS:
        raise Refused("Choose the month the year starts in.", field="fiscal_year_start_month")
    within = Scope(by.consortium_id)
    root = queries.root_for_change(session, within=within)
    settings = queries.settings_of(session, within=within)
    wanted = {
        "time_zone": time_zone,
        "fiscal_year_start_month": fiscal_year_start_month,
        "names_shared_on": names_shared_on,
    }
    changed = {name: value for name, value in wanted.items() if getattr(settings, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(settings, name, value)
    record(session, Deed.CONSORTIUM_SETTLED, root, by=by, at=at, place_path=root.path, detail=changed)
