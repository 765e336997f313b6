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
from app.foundation.database import enter_tenant
from app.scorecards.actions import rebuild_all
from app.scorecards.queries.standings import is_out_of_date
from app.scorecards.rules.whole import periods_kept
from app.web.filters import day


def rebuild(work: Work) -> str:
    """Rebuild every period that is kept, as of the consortium's own day."""
    within = Scope(consortium_id=work.consortium_id)
    on = today_of(work.session, within=within, at=now())
    work.session.rollback()
    work.renew()
    rebuild_all(work.session, within=within, on=on, at=now())
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
