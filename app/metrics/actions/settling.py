"""Choosing whose figures stand in a consortium where a platform and a file tell of one day."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.consortia.models import Place
from app.history.actions import record
from app.history.rules import Deed
from app.metrics.models import FigureSettings
from app.metrics.rules.standing import Precedence


def set_precedence(session: Session, root: Place, precedence: Precedence, *, by: Actor, at: datetime) -> None:
    """Whose figures stand from now on where nobody chooses otherwise for a file; what is kept stays as it is."""
    held = session.scalars(
        sa.select(FigureSettings).where(FigureSettings.consortium_id == root.consortium_id)
    ).one_or_none()
    if held is None:
        held = FigureSettings(consortium_id=root.consortium_id)
        session.add(held)
    held.precedence = precedence
    session.flush()
    detail = {"stands": precedence.value}
    record(session, Deed.FIGURES_PRECEDENCE_SET, held, by=by, at=at, place_path=root.path, detail=detail)
