"""What a worker does once a day for each consortium: forget what nobody can use any more."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.actions import ask, drop_upload
from app.background.queries import abandoned_uploads, recent_work
from app.background.registry import Handler, Work
from app.consortia.queries import all_consortia
from app.foundation.clock import now
from app.foundation.database import tenant
from app.foundation.installation import settings
from app.mail.actions import tidy as tidy_mail
from app.people.actions.forgetting import forget_ended
from app.web.filters import plural

FORGET = "upkeep.forget"
_EVERY = timedelta(days=1)
#: a file that somebody gave and whose import they never finished
_UPLOADS_KEPT_FOR = timedelta(days=7)


def forget(work: Work) -> str:
    """Ended links, sessions and tries, mail that ended long ago, and files whose import nobody finished."""
    session, at, within = work.session, now(), Scope(consortium_id=work.consortium_id)
    rows = forget_ended(session, within=within, at=at) + tidy_mail(session, within=within, at=at)
    uploads = abandoned_uploads(session, at - _UPLOADS_KEPT_FOR, within=within)
    for upload in uploads:
        drop_upload(session, upload, folder=settings().uploads_path)
    return f"{plural(rows, 'row', 'rows')} and {plural(len(uploads), 'file', 'files')} forgotten."


def find_due_forgetting(session: Session, at: datetime) -> None:
    """Ask for it where it was not asked for within a day."""
    for consortium in all_consortia(session):
        with tenant(session, consortium.id):
            last = recent_work(session, FORGET, within=Scope(consortium_id=consortium.id), count=1)
            if not last or last[0].asked_at <= at - _EVERY:
                ask(session, FORGET, {}, consortium_id=consortium.id, at=at, key=FORGET)


HANDLERS: Mapping[str, Handler] = {FORGET: forget}
