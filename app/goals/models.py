"""Strategies, goals, KPIs, dated targets, events; and how each KPI and goal stood in a period."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.consortia.models import Place
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.goals.rules.states import Direction, StandingReason, State


class Strategy(TenantRow, Base):
    """What a place wants from social media, in its own words, for a time."""

    __tablename__ = "strategy"
    __table_args__ = tenant_args(
        link("place_id", "place"), sa.UniqueConstraint("consortium_id", "place_id", "first_on")
    )

    place_id: Mapped[int] = mapped_column(Id)
    statement: Mapped[str] = mapped_column(sa.Text)
    first_on: Mapped[date]
    last_on: Mapped[date]


class Goal(TenantRow, Base):
    """An outcome a place set itself, with an owner and a date."""

    __tablename__ = "goal"
    __table_args__ = tenant_args(
        link("strategy_id", "strategy"),
        link("place_id", "place"),
        link("owner_id", "position"),
        sa.Index(None, "consortium_id", "place_id"),
    )

    strategy_id: Mapped[int] = mapped_column(Id)
    place_id: Mapped[int] = mapped_column(Id)
    title: Mapped[str] = mapped_column(sa.String(200))
    #: the position that answers for it
    owner_id: Mapped[int | None] = mapped_column(Id)
    due_on: Mapped[date]
    ended_on: Mapped[date | None]

    place: Mapped[Place] = relationship(primaryjoin="foreign(Goal.place_id) == Place.id", viewonly=True, lazy="raise")


class Kpi(TenantRow, Base):
    """A measure of a goal: a definition of seeds/kpis.yaml at a place, with baseline and owner."""

    __tablename__ = "kpi"
    __table_args__ = tenant_args(
        link("goal_id", "goal"),
        link("place_id", "place"),
        link("owner_id", "position"),
        # one at a time: an ended KPI keeps its targets and its past, and a new one may follow it
        sa.Index(
            "uq_kpi_open",
            "consortium_id",
            "place_id",
            "definition",
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        ),
    )

    goal_id: Mapped[int] = mapped_column(Id)
    place_id: Mapped[int] = mapped_column(Id)
    #: id in seeds/kpis.yaml, such as K14
    definition: Mapped[str] = mapped_column(sa.String(10))
    direction: Mapped[Direction] = mapped_column(word(Direction))
    owner_id: Mapped[int | None] = mapped_column(Id)
    baseline: Mapped[float | None] = mapped_column(sa.Double)
    baseline_on: Mapped[date | None]
    #: the last day it was measured against its target
    ended_on: Mapped[date | None]

    goal: Mapped[Goal] = relationship(primaryjoin="foreign(Kpi.goal_id) == Goal.id", viewonly=True, lazy="raise")
    place: Mapped[Place] = relationship(primaryjoin="foreign(Kpi.place_id) == Place.id", viewonly=True, lazy="raise")


class Target(TenantRow, Base):
    """A target and the day it holds from; a period is judged by the one in force on its last day."""

    __tablename__ = "target"
    __table_args__ = tenant_args(
        link("kpi_id", "kpi"),
        sa.UniqueConstraint("consortium_id", "kpi_id", "from_on"),
        sa.CheckConstraint("upper IS NULL OR upper >= value", name="band_is_ordered"),
    )

    kpi_id: Mapped[int] = mapped_column(Id)
    #: the target; the lower end of a band
    value: Mapped[float] = mapped_column(sa.Double)
    #: the upper end of a band
    upper: Mapped[float | None] = mapped_column(sa.Double)
    from_on: Mapped[date]
    #: the day it should be reached
    due_on: Mapped[date]
    set_at: Mapped[datetime]


class GoalEvent(TenantRow, Base):
    """Something that happened at a place and may explain a curve."""

    __tablename__ = "goal_event"
    __table_args__ = tenant_args(link("place_id", "place"), sa.Index(None, "consortium_id", "place_id", "happened_on"))

    place_id: Mapped[int] = mapped_column(Id)
    happened_on: Mapped[date]
    words: Mapped[str] = mapped_column(sa.String(200))


class KpiStanding(TenantRow, Base):
    """What a KPI of the dictionary measured at a place in a period, and how it stood: noted by the scorecards.

    ``kpi_id`` None where the place set itself no such KPI: the figure is there, without a target.
    """

    __tablename__ = "kpi_standing"
    __table_args__ = tenant_args(
        link("kpi_id", "kpi"),
        link("place_id", "place"),
        sa.UniqueConstraint("consortium_id", "period_last_on", "period_first_on", "place_id", "definition"),
        sa.CheckConstraint("value IS NOT NULL OR reason IS NOT NULL", name="value_or_reason"),
    )

    place_id: Mapped[int] = mapped_column(Id)
    definition: Mapped[str] = mapped_column(sa.String(10))
    kpi_id: Mapped[int | None] = mapped_column(Id)
    period_first_on: Mapped[date]
    period_last_on: Mapped[date]
    state: Mapped[State] = mapped_column(word(State))
    reason: Mapped[StandingReason | None] = mapped_column(word(StandingReason))
    #: the reason with its particulars, such as "Facebook not pulled since Nov 2"
    reason_words: Mapped[str] = mapped_column(sa.String(200), default="")
    value: Mapped[float | None] = mapped_column(sa.Double)
    #: ends of the 95% interval, where there is one
    low: Mapped[float | None] = mapped_column(sa.Double)
    high: Mapped[float | None] = mapped_column(sa.Double)
    numerator: Mapped[float | None] = mapped_column(sa.Double)
    cases: Mapped[int | None]
    target: Mapped[float | None] = mapped_column(sa.Double)
    target_upper: Mapped[float | None] = mapped_column(sa.Double)
    #: 0 to 1
    completeness: Mapped[float | None] = mapped_column(sa.Double)
    #: since when it stands so
    noted_at: Mapped[datetime]


class GoalStanding(TenantRow, Base):
    """How a goal stood in a period, the weakest judged of its KPIs deciding: noted by the scorecards."""

    __tablename__ = "goal_standing"
    __table_args__ = tenant_args(
        link("goal_id", "goal"),
        sa.UniqueConstraint("consortium_id", "period_last_on", "period_first_on", "goal_id"),
    )

    goal_id: Mapped[int] = mapped_column(Id)
    period_first_on: Mapped[date]
    period_last_on: Mapped[date]
    state: Mapped[State] = mapped_column(word(State))
    parts: Mapped[int]
    parts_judged: Mapped[int]
    parts_on_track: Mapped[int]
