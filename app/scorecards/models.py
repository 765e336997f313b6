"""A place's state in a period, stored so that a comparison is a read."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.goals.rules.states import State


class Scorecard(TenantRow, Base):
    """How a place stood in a period: the weakest judged part, how many parts, how many of them could be judged."""

    __tablename__ = "scorecard"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        sa.UniqueConstraint("consortium_id", "period_last_on", "period_first_on", "place_id"),
    )

    place_id: Mapped[int] = mapped_column(Id)
    period_first_on: Mapped[date]
    period_last_on: Mapped[date]
    state: Mapped[State] = mapped_column(word(State))
    #: goals of a branch, branches of a library, libraries of a consortium
    parts: Mapped[int]
    parts_judged: Mapped[int]
    parts_on_track: Mapped[int]
    #: the weakest part in words, such as "Broadcast share 92%, at most 70%"
    cause: Mapped[str] = mapped_column(sa.String(200), default="")
    #: when this was found; the newest of a period says when that was last computed
    rebuilt_at: Mapped[datetime]
