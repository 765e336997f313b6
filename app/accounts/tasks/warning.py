"""What a worker does about accounts in trouble: tell their people, once for each spell."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts import queries
from app.accounts.documents import warning_letter
from app.accounts.models import AccountWarning
from app.accounts.queries.connecting import Due, keepers_of, people_to_tell, untold
from app.background.actions import ask
from app.background.registry import Handler, Work
from app.consortia.queries import all_consortia, settings_of, today_of
from app.foundation.clock import now
from app.foundation.database import tenant
from app.foundation.installation import settings
from app.mail.actions import post
from app.mail.queries import is_mail_set_up
from app.web.filters import plural

WARN = "accounts.warn"
#: spells told of in one piece of work
_AT_ONCE = 100


def warn(work: Work) -> str:
    """Tell of each spell of trouble that nobody was told of; what was told is kept together with the letters."""
    session, within, at = work.session, Scope(work.consortium_id), now()
    due = untold(session, within=within, at=at, most=_AT_ONCE)
    for one in due:
        tell(session, one, within=within, at=at)
    return f"{plural(len(due), 'spell', 'spells')} of trouble told."


def tell(session: Session, due: Due, *, within: Scope, at: datetime) -> AccountWarning:
    """Post a letter to each contact of the account who wants one, else to those who look after its place."""
    account, on = due.account, today_of(session, within=within, at=at)
    contacts = queries.contacts_of(session, account, within=within, on=on)
    ids = [contact.person_id for contact in contacts if contact.is_there and contact.person_id]
    told = people_to_tell(session, ids or keepers_of(session, account.place, within=within), within=within)
    zone = settings_of(session, within=within).time_zone
    mails = [one.person.email for one in told if one.wants_mail and one.person.email]
    if not is_mail_set_up(settings()):
        mails = []
    for to in mails:
        letter = warning_letter(account, due.trouble, due.since, to=to, zone=zone, at=at)
        post(session, letter, consortium_id=within.consortium_id, at=at)
    warning = AccountWarning(
        consortium_id=within.consortium_id,
        account_id=account.id,
        trouble=due.trouble,
        since=due.since,
        told_at=at,
        person_ids=[one.person.id for one in told],
        mails=len(mails),
    )
    session.add(warning)
    session.flush()
    return warning


def find_due_warnings(session: Session, at: datetime) -> None:
    """Ask for it where there is something to tell; never of a demo, whose accounts nobody asks."""
    for consortium in all_consortia(session):
        within = Scope(consortium.id)
        with tenant(session, consortium.id):
            is_demo = settings_of(session, within=within).is_demo
            if not is_demo and untold(session, within=within, at=at, most=1):
                ask(session, WARN, {}, consortium_id=consortium.id, at=at, key=WARN)


HANDLERS: Mapping[str, Handler] = {WARN: warn}
