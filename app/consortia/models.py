"""Consortium (installation-wide name), the place tree, its details, its events, hours and closures."""

from collections.abc import Iterable
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.consortia.rules import BranchType, EventKind, PlaceKind, PopulationMethod
from app.foundation.database import Base, Id, Row, TenantRow, link, tenant_args, word


class Consortium(Row, Base):
    """A tenant's name and slug: the only part of it that is known before sign-in."""

    __tablename__ = "consortium"
    __table_args__ = (sa.UniqueConstraint("slug"),)

    slug: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]


class ConsortiumSettings(TenantRow, Base):
    """What holds for the whole consortium."""

    __tablename__ = "consortium_settings"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id"))

    #: IANA name; a place may have its own
    time_zone: Mapped[str] = mapped_column(sa.String(60), default="America/New_York")
    fiscal_year_start_month: Mapped[int] = mapped_column(sa.SmallInteger, default=1)
    #: how long after their last day people keep their names here
    anonymize_after_months: Mapped[int] = mapped_column(sa.SmallInteger, default=24, server_default="24")
    #: the day the members voted that each may see the others' names; None until then
    names_shared_on: Mapped[date | None]
    #: True marks every page "Demo"; staleness is then judged against ``demo_as_of``
    is_demo: Mapped[bool] = mapped_column(default=False)
    demo_as_of: Mapped[date | None]


class Place(TenantRow, Base):
    """A node of the tree; ``path`` is the ids from the root, each followed by a slash."""

    __tablename__ = "place"
    __table_args__ = tenant_args(
        link("parent_id", "place"),
        sa.UniqueConstraint("consortium_id", "code"),
        sa.Index(None, "consortium_id", "path"),
        sa.Index(None, "consortium_id", "parent_id", "name"),
        sa.CheckConstraint(
            "closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on", name="closes_after_opening"
        ),
    )

    kind: Mapped[PlaceKind] = mapped_column(word(PlaceKind))
    code: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(200))
    parent_id: Mapped[int | None] = mapped_column(Id)
    path: Mapped[str] = mapped_column(sa.String(400))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    #: residents; None where no method has been stated (never divided evenly)
    population: Mapped[int | None]
    population_method: Mapped[PopulationMethod | None] = mapped_column(word(PopulationMethod))
    population_year: Mapped[int | None] = mapped_column(sa.SmallInteger)

    def is_open(self, on: date) -> bool:
        """Open to the public that day, temporary closures aside."""
        return (self.opened_on is None or self.opened_on <= on) and (self.closed_on is None or on < self.closed_on)


class LibraryDetail(TenantRow, Base):
    """What only an administrative entity has."""

    __tablename__ = "library_detail"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        sa.UniqueConstraint("consortium_id", "place_id"),
        sa.UniqueConstraint("consortium_id", "fscs_key"),
    )

    place_id: Mapped[int] = mapped_column(Id)
    #: state code and four digits, as in the survey; not stable over time, so never a key of ours
    fscs_key: Mapped[str | None] = mapped_column(sa.String(10))
    #: the state's own id
    state_id: Mapped[str | None] = mapped_column(sa.String(30))
    #: ISO 15511
    isil: Mapped[str | None] = mapped_column(sa.String(16))
    city: Mapped[str] = mapped_column(sa.String(100), default="")
    fiscal_year_start_month: Mapped[int | None] = mapped_column(sa.SmallInteger)
    #: False: this library opted out of other members seeing its name
    shares_name: Mapped[bool] = mapped_column(default=True)

    place: Mapped[Place] = relationship(
        primaryjoin="foreign(LibraryDetail.place_id) == Place.id", viewonly=True, lazy="raise"
    )


class BranchDetail(TenantRow, Base):
    """What only a service point has."""

    __tablename__ = "branch_detail"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        sa.UniqueConstraint("consortium_id", "place_id"),
        sa.UniqueConstraint("consortium_id", "fscs_key", "fscs_sequence"),
    )

    place_id: Mapped[int] = mapped_column(Id)
    branch_type: Mapped[BranchType] = mapped_column(word(BranchType))
    fscs_key: Mapped[str | None] = mapped_column(sa.String(10))
    #: three digits, leading zeros kept
    fscs_sequence: Mapped[str | None] = mapped_column(sa.String(3))
    city: Mapped[str] = mapped_column(sa.String(100), default="")
    #: the survey's two-digit urban-centric locale, such as 11 (large city) or 42 (distant rural)
    locale: Mapped[str | None] = mapped_column(sa.String(2))

    place: Mapped[Place] = relationship(
        primaryjoin="foreign(BranchDetail.place_id) == Place.id", viewonly=True, lazy="raise"
    )


class Closure(TenantRow, Base):
    """Days on which a place is closed though it exists: renovation, storm."""

    __tablename__ = "closure"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        sa.UniqueConstraint("consortium_id", "place_id", "first_on"),
        sa.CheckConstraint("last_on >= first_on", name="ends_after_start"),
    )

    place_id: Mapped[int] = mapped_column(Id)
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(200))

    def covers(self, on: date) -> bool:
        """Is the place closed that day for this reason?"""
        return self.first_on <= on <= self.last_on


class PlaceEvent(TenantRow, Base):
    """A turn in the life of a place: the day it happened, and what was before; the place itself holds what is now."""

    __tablename__ = "place_event"
    __table_args__ = tenant_args(
        link("place_id", "place"),
        link("other_id", "place"),
        sa.Index(None, "consortium_id", "place_id", "happened_on"),
    )

    place_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[EventKind] = mapped_column(word(EventKind))
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    #: renamed: the name until then; keyed: the FSCS key, with the sequence of an outlet
    former: Mapped[str | None] = mapped_column(sa.String(200))
    #: moved: what it stood below until then; merged: what took it in
    other_id: Mapped[int | None] = mapped_column(Id)
    #: counted: the residents until then, None where no figure had been stated
    former_population: Mapped[int | None]
    former_method: Mapped[PopulationMethod | None] = mapped_column(word(PopulationMethod))
    former_year: Mapped[int | None] = mapped_column(sa.SmallInteger)
    #: closed: why
    reason: Mapped[str] = mapped_column(sa.String(200), default="")

    other: Mapped[Place | None] = relationship(
        primaryjoin="foreign(PlaceEvent.other_id) == Place.id", viewonly=True, lazy="raise"
    )


class OpeningHours(TenantRow, Base):
    """The hours of a place's week from a day on, until a newer set holds: a season begins with its own."""

    __tablename__ = "opening_hours"
    __table_args__ = tenant_args(
        link("place_id", "place"), sa.UniqueConstraint("consortium_id", "place_id", "first_on")
    )

    place_id: Mapped[int] = mapped_column(Id)
    first_on: Mapped[date]


class OpeningPeriod(TenantRow, Base):
    """One period of a weekday in a set of hours; a day without one is closed."""

    __tablename__ = "opening_period"
    __table_args__ = tenant_args(
        link("opening_hours_id", "opening_hours"),
        sa.UniqueConstraint("consortium_id", "opening_hours_id", "weekday", "opens"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="day_of_week"),
        sa.CheckConstraint("closes > opens", name="closes_after_opening"),
    )

    opening_hours_id: Mapped[int] = mapped_column(Id)
    #: Monday is 0
    weekday: Mapped[int] = mapped_column(sa.SmallInteger)
    #: local time of the place
    opens: Mapped[time] = mapped_column(sa.Time)
    closes: Mapped[time] = mapped_column(sa.Time)


def is_closed_on(place: Place, on: date, closures: Iterable[Closure]) -> bool:
    """Not open that day: not opened yet, closed for good, or closed for a time by one of its own ``closures``."""
    return not place.is_open(on) or any(closure.covers(on) for closure in closures if closure.place_id == place.id)
