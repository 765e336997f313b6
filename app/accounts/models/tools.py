"""What a place uses beside this product."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.rules.tools import ToolKind
from app.consortia.models import Place
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.people.models import Position


class Tool(TenantRow, Base):
    """What a place uses beside this product, who holds it and what it costs."""

    __tablename__ = "tool"
    __table_args__ = tenant_args(
        link("place_id", "place"), link("position_id", "position"), sa.Index(None, "consortium_id", "place_id")
    )

    place_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[ToolKind] = mapped_column(word(ToolKind))
    name: Mapped[str] = mapped_column(sa.String(120))
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    #: the position that holds it; None where nobody in the consortium does
    position_id: Mapped[int | None] = mapped_column(Id)
    #: who holds it, in words, where that is no position
    held_by: Mapped[str] = mapped_column(sa.String(120), default="")
    #: a year, in ``currency``; None where nobody wrote it down
    yearly_cost: Mapped[Decimal | None] = mapped_column(sa.Numeric(12, 2))
    #: ISO 4217
    currency: Mapped[str] = mapped_column(sa.String(3), default="USD")
    renews_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    #: the last day of use; None while it lasts
    ended_on: Mapped[date | None]

    place: Mapped[Place] = relationship(primaryjoin="foreign(Tool.place_id) == Place.id", viewonly=True, lazy="raise")
    position: Mapped[Position | None] = relationship(
        primaryjoin="foreign(Tool.position_id) == Position.id", viewonly=True, lazy="raise"
    )
