"""Proof that an account is ours, and others that may be taken for it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.accounts import Account
from app.accounts.rules.look_alikes import LookAlikeState
from app.accounts.rules.proofs import Proof, ProofState
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word


class AccountProof(TenantRow, Base):
    """How one proof that an account is ours stood when it was last looked at."""

    __tablename__ = "account_proof"
    __table_args__ = tenant_args(
        link("account_id", "account"), sa.UniqueConstraint("consortium_id", "account_id", "proof")
    )

    account_id: Mapped[int] = mapped_column(Id)
    proof: Mapped[Proof] = mapped_column(word(Proof))
    state: Mapped[ProofState] = mapped_column(word(ProofState))
    sentence: Mapped[str] = mapped_column(sa.String(300))
    checked_at: Mapped[datetime]


class LookAlike(TenantRow, Base):
    """An account that may be taken for one of ours, or doubles it: found in the register, or reported by somebody."""

    __tablename__ = "look_alike"
    __table_args__ = tenant_args(
        link("account_id", "account"),
        link("other_id", "account"),
        link("place_id", "place"),
        link("reported_by_id", "person"),
        link("decided_by_id", "person"),
        sa.UniqueConstraint("consortium_id", "account_id", "other_id"),
        sa.Index(None, "consortium_id", "place_id"),
    )

    #: where it was seen, or the place of the account
    place_id: Mapped[int] = mapped_column(Id)
    #: ours; None where somebody saw one that looks like no account in particular
    account_id: Mapped[int | None] = mapped_column(Id)
    #: the one in the register that looks like it; None for one from outside
    other_id: Mapped[int | None] = mapped_column(Id)
    url: Mapped[str] = mapped_column(sa.String(500))
    #: why it is here, in a sentence
    note: Mapped[str] = mapped_column(sa.String(500))
    state: Mapped[LookAlikeState] = mapped_column(word(LookAlikeState), default=LookAlikeState.OPEN)
    #: None: found by the program
    reported_by_id: Mapped[int | None] = mapped_column(Id)
    reported_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")

    account: Mapped[Account | None] = relationship(
        primaryjoin="foreign(LookAlike.account_id) == Account.id", viewonly=True, lazy="raise"
    )
