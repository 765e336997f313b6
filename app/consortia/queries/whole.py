"""The whole tree as the database holds it now, for those who change much of it at once."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import BranchDetail, LibraryDetail, Place


def read_anew(session: Session, *, within: Scope) -> None:
    """Let the session know every place afresh: it may have looked before it held the lock."""
    for model in (Place, LibraryDetail, BranchDetail):
        statement = sa.select(model).where(model.consortium_id == within.consortium_id).order_by(model.id)
        session.scalars(statement.execution_options(populate_existing=True)).all()
