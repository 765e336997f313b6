"""What a worker forgets: what can be taken back no more."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.actions import ask
from app.background.queries import recent_work
from app.background.registry import Work
from app.consortia.queries import all_consortia
from app.foundation.clock import now
from app.foundation.database import tenant
from app.metrics.actions.correcting import forget_post_changes
from app.metrics.actions.replacing import FORGET_REPLACED, UNDO_FOR, forget_replaced
from app.metrics.queries.post_changes import post_changes_past
from app.metrics.queries.standing import choices_past
from app.web.filters import plural

_DAILY = UNDO_FOR / 30


def forget_what_was_replaced(work: Work) -> str:
    """Keep no longer what imports replaced, and people corrected by hand, that can be taken back no more."""
    within, at = Scope(consortium_id=work.consortium_id), now()
    gone = forget_replaced(work.session, choices_past(work.session, at, within=within))
    by_hand = forget_post_changes(work.session, post_changes_past(work.session, at, within=within))
    return f"{plural(gone, 'row', 'rows')} of old imports and {plural(by_hand, 'correction', 'corrections')} forgotten."


def find_due_replaced(session: Session, at: datetime) -> None:
    """Ask for it where something is kept too long, once a day."""
    for consortium in all_consortia(session):
        within = Scope(consortium_id=consortium.id)
        with tenant(session, consortium.id):
            last = recent_work(session, FORGET_REPLACED, within=within, count=1)
            is_any = choices_past(session, at, within=within) or post_changes_past(session, at, within=within)
            if is_any and not (last and last[0].asked_at > at - _DAILY):
                ask(session, FORGET_REPLACED, {}, consortium_id=consortium.id, at=at, key=FORGET_REPLACED)
