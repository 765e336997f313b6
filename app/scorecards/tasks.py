"""What a worker does for scorecards: rebuild a consortium's."""

from collections.abc import Mapping
from datetime import date

from app.access.rules import Scope
from app.background.registry import Handler, Work
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.queries import settings_of
from app.foundation.clock import local_day, now
from app.scorecards.actions import rebuild_all
from app.web.filters import day


def rebuild(work: Work) -> str:
    """Rebuild every period that is kept, as of the consortium's own day."""
    within = Scope(consortium_id=work.consortium_id)
    settings = settings_of(work.session, within=within)
    on: date = settings.demo_as_of or local_day(now(), settings.time_zone)
    work.session.rollback()
    work.renew()
    rebuild_all(work.session, within=within, on=on, at=now())
    return f"Scorecards are rebuilt as of {day(on)}."


#: by kind of work
HANDLERS: Mapping[str, Handler] = {REBUILD_SCORECARDS: rebuild}
