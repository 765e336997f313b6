"""Policies, their versions, clauses and rules; adoptions; and how each rule stands at each place."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.consortia.models import Place
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.policies.rules.states import AdoptionDecision, Force, Result, Severity, VersionState, state_on


class Policy(TenantRow, Base):
    """A named line of documents, issued by a place for everything below it."""

    __tablename__ = "policy"
    __table_args__ = tenant_args(link("issued_by_id", "place"), sa.UniqueConstraint("consortium_id", "code"))

    #: as on the spine, such as SM 4; its URL form is ``slug``
    code: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(200))
    force: Mapped[Force] = mapped_column(word(Force))
    issued_by_id: Mapped[int] = mapped_column(Id)
    #: key of the template it began as, such as T04
    template: Mapped[str | None] = mapped_column(sa.String(10))

    issued_by: Mapped[Place] = relationship(
        primaryjoin="foreign(Policy.issued_by_id) == Place.id", viewonly=True, lazy="raise"
    )

    @property
    def slug(self) -> str:
        """The code as a URL writes it: SM 4 becomes sm-4."""
        return self.code.lower().replace(" ", "-")


class Version(TenantRow, Base):
    """One wording of a policy; once published it never changes."""

    __tablename__ = "policy_version"
    __table_args__ = tenant_args(
        link("policy_id", "policy"), sa.UniqueConstraint("consortium_id", "policy_id", "number")
    )

    policy_id: Mapped[int] = mapped_column(Id)
    #: such as 1.0
    number: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[VersionState] = mapped_column(word(VersionState), default=VersionState.DRAFT)
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    #: first and last day in force, for those who adopted it from the start
    in_force_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    review_by_on: Mapped[date | None]
    drafted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    policy: Mapped[Policy] = relationship(
        primaryjoin="foreign(Version.policy_id) == Policy.id", viewonly=True, lazy="raise"
    )

    @property
    def is_published(self) -> bool:
        """Was it put in force? From then on it never changes."""
        return self.published_at is not None

    @property
    def is_open(self) -> bool:
        """Is it still being written, or waiting to be put in force?"""
        return self.published_at is None and self.state is not VersionState.WITHDRAWN

    def state_on(self, on: date) -> VersionState:
        """How it stands on a day, which its dates decide once it is published."""
        return state_on(self.state, first_on=self.in_force_on, last_on=self.ended_on, on=on)


class Clause(TenantRow, Base):
    """A numbered part of a version: Markdown text."""

    __tablename__ = "clause"
    __table_args__ = tenant_args(
        link("version_id", "policy_version"), sa.UniqueConstraint("consortium_id", "version_id", "number")
    )

    version_id: Mapped[int] = mapped_column(Id)
    number: Mapped[int] = mapped_column(sa.SmallInteger)
    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)


class Rule(TenantRow, Base):
    """A clause's machine-checkable part: a kind from the catalogue with its blanks filled."""

    __tablename__ = "policy_rule"
    __table_args__ = tenant_args(
        link("version_id", "policy_version"),
        link("clause_id", "clause"),
        sa.UniqueConstraint("consortium_id", "version_id", "key"),
    )

    version_id: Mapped[int] = mapped_column(Id)
    clause_id: Mapped[int] = mapped_column(Id)
    #: key of seeds/rules.yaml
    key: Mapped[str] = mapped_column(sa.String(80))
    #: the JSON form of the typed parameters
    parameters: Mapped[dict[str, Any]]
    severity: Mapped[Severity] = mapped_column(word(Severity))
    #: days after a first failure in which it shows as At risk
    grace_days: Mapped[int] = mapped_column(sa.SmallInteger, default=0)

    clause: Mapped[Clause] = relationship(
        primaryjoin="foreign(Rule.clause_id) == Clause.id", viewonly=True, lazy="raise"
    )
    version: Mapped[Version] = relationship(
        primaryjoin="foreign(Rule.version_id) == Version.id", viewonly=True, lazy="raise"
    )


class Adoption(TenantRow, Base):
    """What a library's board decided about an issued version, and from which day it binds there."""

    __tablename__ = "adoption"
    __table_args__ = tenant_args(
        link("version_id", "policy_version"),
        link("policy_id", "policy"),
        link("place_id", "place"),
        sa.Index(None, "consortium_id", "place_id", "in_force_on"),
        sa.Index(
            "uq_adoption_open",
            "consortium_id",
            "policy_id",
            "place_id",
            unique=True,
            sqlite_where=sa.text("in_force_on IS NOT NULL AND ended_on IS NULL"),
            postgresql_where=sa.text("in_force_on IS NOT NULL AND ended_on IS NULL"),
        ),
        sa.CheckConstraint("(decision = 'declined') = (in_force_on IS NULL)", name="binds_unless_declined"),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= in_force_on", name="ends_after_start"),
    )

    policy_id: Mapped[int] = mapped_column(Id)
    version_id: Mapped[int] = mapped_column(Id)
    place_id: Mapped[int] = mapped_column(Id)
    decision: Mapped[AdoptionDecision] = mapped_column(word(AdoptionDecision))
    decided_on: Mapped[date]
    #: None for a version that was declined
    in_force_on: Mapped[date | None]
    #: last day it bound here: the day before another version took effect
    ended_on: Mapped[date | None]
    #: how the board voted, as minuted
    vote: Mapped[str] = mapped_column(sa.String(200), default="")
    recorded_at: Mapped[datetime]

    version: Mapped[Version] = relationship(
        primaryjoin="foreign(Adoption.version_id) == Version.id", viewonly=True, lazy="raise"
    )
    place: Mapped[Place] = relationship(
        primaryjoin="foreign(Adoption.place_id) == Place.id", viewonly=True, lazy="raise"
    )

    def is_binding(self, on: date) -> bool:
        """Does it bind its place on a day: not declined, begun, not ended?"""
        return (
            self.in_force_on is not None and self.in_force_on <= on and (self.ended_on is None or self.ended_on >= on)
        )


class RuleStanding(TenantRow, Base):
    """How a rule last stood at a place: noted here by the checks above, so that a policy's page can show it."""

    __tablename__ = "rule_standing"
    __table_args__ = tenant_args(
        link("rule_id", "policy_rule"),
        link("place_id", "place"),
        sa.UniqueConstraint("consortium_id", "rule_id", "place_id"),
        sa.Index(None, "consortium_id", "place_id"),
    )

    rule_id: Mapped[int] = mapped_column(Id)
    place_id: Mapped[int] = mapped_column(Id)
    result: Mapped[Result] = mapped_column(word(Result))
    #: what was seen, such as "9 of 11 duties have a primary and a backup"
    evidence: Mapped[str] = mapped_column(sa.String(300))
    cases: Mapped[int | None]
    period_first_on: Mapped[date]
    period_last_on: Mapped[date]
    grace_until: Mapped[date | None]
    #: the open finding that says more, where it failed
    finding_id: Mapped[int | None] = mapped_column(Id)
    noted_at: Mapped[datetime]
