"""Checks with their evidence, findings, and actions."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.consortia.models import Place
from app.findings.rules.states import FindingState
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.people.models import Position
from app.policies.models import Rule
from app.policies.rules.states import Result


class Check(TenantRow, Base):
    """One rule at one place in one period: what was found, on how many cases, from which rows."""

    __tablename__ = "rule_check"
    __table_args__ = tenant_args(
        link("rule_id", "policy_rule"),
        link("place_id", "place"),
        sa.UniqueConstraint("consortium_id", "rule_id", "place_id", "period_last_on", "period_first_on"),
        sa.Index(None, "consortium_id", "place_id"),
        sa.CheckConstraint("period_last_on >= period_first_on", name="ends_after_start"),
    )

    rule_id: Mapped[int] = mapped_column(Id)
    place_id: Mapped[int] = mapped_column(Id)
    #: the days judged; for a rule judged as it stands on a day, the days over which the result stayed the same
    period_first_on: Mapped[date]
    period_last_on: Mapped[date]
    result: Mapped[Result] = mapped_column(word(Result))
    #: cases judged; None where counting has no meaning
    cases: Mapped[int | None]
    #: what was measured, in the rule's unit
    measured: Mapped[float | None] = mapped_column(sa.Double)
    #: what was seen, in a sentence
    evidence: Mapped[str] = mapped_column(sa.String(300))
    #: the rows used: ids and days by table, enough to open them
    rows_used: Mapped[dict[str, Any]]
    checked_at: Mapped[datetime]

    rule: Mapped[Rule] = relationship(primaryjoin="foreign(Check.rule_id) == Rule.id", viewonly=True, lazy="raise")
    place: Mapped[Place] = relationship(primaryjoin="foreign(Check.place_id) == Place.id", viewonly=True, lazy="raise")


class Finding(TenantRow, Base):
    """A rule that is not met at a place, from the first failing check until it is met again."""

    __tablename__ = "finding"
    __table_args__ = tenant_args(
        link("rule_id", "policy_rule"),
        link("place_id", "place"),
        link("check_id", "rule_check"),
        link("owner_id", "position"),
        sa.Index(None, "consortium_id", "place_id", "state"),
        sa.Index(None, "consortium_id", "check_id"),
        sa.CheckConstraint("(state = 'open') = (closed_on IS NULL)", name="closed_when_put_right"),
        sa.Index(
            "uq_finding_open",
            "consortium_id",
            "rule_id",
            "place_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    rule_id: Mapped[int] = mapped_column(Id)
    place_id: Mapped[int] = mapped_column(Id)
    #: the latest check that says so
    check_id: Mapped[int] = mapped_column(Id)
    state: Mapped[FindingState] = mapped_column(word(FindingState))
    #: the fact against the rule, such as "Eastside posts 92% broadcast; SM 5 asks for at most 70%"
    title: Mapped[str] = mapped_column(sa.String(300))
    #: what would have to change for the rule to be met
    to_pass: Mapped[str] = mapped_column(sa.String(300), default="")
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    #: the position that answers for it; None says nobody does
    owner_id: Mapped[int | None] = mapped_column(Id)

    rule: Mapped[Rule] = relationship(primaryjoin="foreign(Finding.rule_id) == Rule.id", viewonly=True, lazy="raise")
    place: Mapped[Place] = relationship(
        primaryjoin="foreign(Finding.place_id) == Place.id", viewonly=True, lazy="raise"
    )
    check: Mapped[Check] = relationship(
        primaryjoin="foreign(Finding.check_id) == Check.id", viewonly=True, lazy="raise"
    )
    owner: Mapped[Position | None] = relationship(
        primaryjoin="foreign(Finding.owner_id) == Position.id", viewonly=True, lazy="raise"
    )


class FindingAction(TenantRow, Base):
    """What somebody will do about a finding, by when."""

    __tablename__ = "finding_action"
    __table_args__ = tenant_args(
        link("finding_id", "finding"), link("owner_id", "position"), sa.Index(None, "consortium_id", "finding_id")
    )

    finding_id: Mapped[int] = mapped_column(Id)
    words: Mapped[str] = mapped_column(sa.String(300))
    owner_id: Mapped[int] = mapped_column(Id)
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    set_at: Mapped[datetime]

    owner: Mapped[Position] = relationship(
        primaryjoin="foreign(FindingAction.owner_id) == Position.id", viewonly=True, lazy="raise"
    )
