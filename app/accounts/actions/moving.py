"""Giving an account to another place."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.access.rules import Actor
from app.accounts.models import Account, AccountShare
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed


def move_account(session: Session, account: Account, *, to: Place, by: Actor, at: datetime) -> None:
    """Let another place own an account; its figures go with it, and what it served before it serves no more.

    Refuses the place that has it already. Duties on it are the business of the room of duties.
    """
    if account.place_id == to.id:
        raise Refused(f"{account.handle} belongs to {to.name} already.")
    former = account.place
    served = sa.delete(AccountShare).where(
        AccountShare.consortium_id == account.consortium_id,
        AccountShare.account_id == account.id,
        AccountShare.place_id.in_((to.id, former.id)),
    )
    session.execute(served)
    account.place_id = to.id
    session.flush()
    set_committed_value(account, "place", to)
    detail = {"handle": account.handle, "from": former.name, "to": to.name}
    record(session, Deed.ACCOUNT_MOVED, account, by=by, at=at, place_path=to.path, detail=detail)
