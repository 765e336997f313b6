"""What day it is where the consortium is."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia import queries as consortia
from app.foundation.clock import local_day


def today_of(session: Session, *, within: Scope, at: datetime) -> date:
    """The calendar day of an instant in the consortium's own time zone; one statement."""
    return local_day(at, consortia.settings_of(session, within=within).time_zone)
