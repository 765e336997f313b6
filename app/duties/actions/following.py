"""Duties that go where their account goes."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.consortia.models import Place
from app.duties.models import Assignment, DutyExemption


def follow_account(session: Session, account: Account, *, former: Place, to: Place) -> None:
    """Let the duties on an account stand at the place it has moved to, past ones too, as its figures do.

    A family that is given at the new place already, because the account served it, stays as it is there.
    """
    for model in (Assignment, DutyExemption):
        there = sa.select(model.family).where(
            model.consortium_id == account.consortium_id, model.account_id == account.id, model.place_id == to.id
        )
        session.execute(
            sa.update(model)
            .where(
                model.consortium_id == account.consortium_id,
                model.account_id == account.id,
                model.place_id == former.id,
                model.family.not_in(there),
            )
            .values(place_id=to.id)
            .execution_options(synchronize_session=False)
        )
