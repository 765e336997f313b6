"""What a worker does for scorecards: rebuild a consortium's."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.actions import ask
from app.background.registry import Handler, Work
from app.background.rules import REBUILD_SCORECARDS
from app.consortia.queries import all_consortia, today_of
from app.foundation.clock import now
from app.foundation.database import enter_tenant, reading
from app.scorecards.actions import keep, measure
from app.scorecards.queries.ground import ground_of
from app.scorecards.queries.standings import is_out_of_date
from app.scorecards.rules.whole import periods_kept
from app.web.filters import day


def rebuild(work: Work) -> str:
    """Rebuild every period that is kept, as of the consortium's own day, one after the other.

    Each is measured while others write, and stored at once.
    """
    session, within, at = work.session, Scope(consortium_id=work.consortium_id), now()
    with reading(session):
        on = today_of(session, within=within, at=at)
        ground = ground_of(session, within=within)
    for period in periods_kept(on):
        work.renew()
        with reading(session):
            found = measure(session, ground, within=within, period=period, as_of=on, at=at)
        keep(session, found, within=within)
        session.commit()
    return f"Scorecards are rebuilt as of {day(on)}."


def find_due_rebuilds(session: Session, at: datetime) -> None:
    """Ask for a rebuild wherever figures or duties are newer than the scorecards, consortium by consortium."""
    for consortium in all_consortia(session):
        enter_tenant(session, consortium.id)
        within = Scope(consortium_id=consortium.id)
        on = today_of(session, within=within, at=at)
        if is_out_of_date(session, within=within, period=periods_kept(on)[0]):
            ask(session, REBUILD_SCORECARDS, {}, consortium_id=consortium.id, at=at, key="all")
    enter_tenant(session, None)


#: by kind of work
HANDLERS: Mapping[str, Handler] = {REBUILD_SCORECARDS: rebuild}
