"""Logins and sessions (installation-wide); persons, positions, incumbencies, memberships, teams (of a consortium)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.access.rules import Role
from app.consortia.models import Place
from app.foundation.database import Base, Id, Row, TenantRow, link, tenant_args, word
from app.people.rules import LinkPurpose


class Login(Row, Base):
    """An email address and a password; the only thing a person in several consortia has once."""

    __tablename__ = "login"
    __table_args__ = (sa.UniqueConstraint("email"),)

    #: lower case
    email: Mapped[str] = mapped_column(sa.String(254))
    #: argon2id; None until the first password is set
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    theme: Mapped[str] = mapped_column(sa.String(5), default="auto")


class LoginConsortium(Row, Base):
    """A consortium that a login is a person in."""

    __tablename__ = "login_consortium"
    __table_args__ = (
        sa.UniqueConstraint("login_id", "consortium_id"),
        sa.UniqueConstraint("consortium_id", "person_id"),
    )

    login_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("login.id", ondelete="RESTRICT"))
    consortium_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(Id)


class LoginSession(Row, Base):
    """A signed-in browser; written at sign-in, sign-out, switch and revoke, never on a read."""

    __tablename__ = "login_session"
    __table_args__ = (sa.UniqueConstraint("token_hash"), sa.Index(None, "login_id"))

    token_hash: Mapped[str] = mapped_column(sa.String(64))
    login_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("login.id", ondelete="RESTRICT"))
    consortium_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInAttempt(Row, Base):
    """One try to sign in; a failed one is the one refusal that is written down."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (sa.Index(None, "email_hash", "tried_at"),)

    #: SHA-256 of the lower-case address: the table must not become a list of addresses
    email_hash: Mapped[str] = mapped_column(sa.String(64))
    tried_at: Mapped[datetime]
    succeeded: Mapped[bool]


class LinkToken(Row, Base):
    """A one-time link, by hash: what it is for is inside the tenant."""

    __tablename__ = "link_token"
    __table_args__ = (sa.UniqueConstraint("token_hash"),)

    token_hash: Mapped[str] = mapped_column(sa.String(64))
    purpose: Mapped[LinkPurpose] = mapped_column(word(LinkPurpose))
    #: None for the link that sets up the first consortium
    consortium_id: Mapped[int | None] = mapped_column(Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginLink(Row, Base):
    """Whose login a one-time link is for, where it is sent to the address of the login itself."""

    __tablename__ = "login_link"
    __table_args__ = (sa.UniqueConstraint("link_token_id"), sa.Index(None, "login_id"))

    link_token_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("link_token.id", ondelete="RESTRICT"))
    login_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("login.id", ondelete="RESTRICT"))
    #: the address it was sent to: for a new address, the one the login gets
    email: Mapped[str] = mapped_column(sa.String(254))


class LinkRequest(Row, Base):
    """Someone asked for a link at an address, known or not: so that nobody's inbox is filled."""

    __tablename__ = "link_request"
    __table_args__ = (sa.Index(None, "email_hash", "asked_at"),)

    #: SHA-256 of the lower-case address, as in sign_in_attempt
    email_hash: Mapped[str] = mapped_column(sa.String(64))
    asked_at: Mapped[datetime]


class LoginChoice(Row, Base):
    """What a login chose for itself; no row while nothing was chosen."""

    __tablename__ = "login_choice"
    __table_args__ = (sa.UniqueConstraint("login_id"),)

    login_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("login.id", ondelete="RESTRICT"))
    #: IANA name of the clock that times are shown by; "" for the consortium's
    time_zone: Mapped[str] = mapped_column(sa.String(60), default="")
    #: the form of dates and clocks, such as en-GB; "" for the American one
    locale: Mapped[str] = mapped_column(sa.String(10), default="")
    #: a mail at each sign-in
    hears_of_sign_ins: Mapped[bool] = mapped_column(default=False)
    #: a mail when an account of theirs stops answering, or is about to
    hears_of_accounts: Mapped[bool] = mapped_column(default=True, server_default=sa.true())


class Person(TenantRow, Base):
    """Someone who works for a member, with or without a login."""

    __tablename__ = "person"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id", "email"))

    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    #: last day of work, which may lie ahead; None while nobody knows of one
    left_on: Mapped[date | None]
    #: when the name and the address were erased, some time after they left
    anonymized_at: Mapped[datetime | None]


class Departure(TenantRow, Base):
    """What a leaving that was recorded takes to undo; gone once it is undone or the person is back."""

    __tablename__ = "departure"
    __table_args__ = tenant_args(link("person_id", "person"), sa.UniqueConstraint("consortium_id", "person_id"))

    person_id: Mapped[int] = mapped_column(Id)
    recorded_at: Mapped[datetime]
    #: by the id of each incumbency that ended with it, the last day it had before: ISO, or None
    ends_before: Mapped[dict[str, Any]]


class Invitation(TenantRow, Base):
    """Whom a one-time link invites."""

    __tablename__ = "invitation"
    __table_args__ = tenant_args(link("person_id", "person"), sa.UniqueConstraint("consortium_id", "link_token_id"))

    link_token_id: Mapped[int] = mapped_column(Id, sa.ForeignKey("link_token.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(Id)

    person: Mapped[Person] = relationship(
        primaryjoin="foreign(Invitation.person_id) == Person.id", viewonly=True, lazy="raise"
    )


class Membership(TenantRow, Base):
    """A role at a place between two dates; it holds for every place below."""

    __tablename__ = "membership"
    __table_args__ = tenant_args(
        link("person_id", "person"),
        link("place_id", "place"),
        sa.Index(None, "consortium_id", "person_id"),
        sa.Index(None, "consortium_id", "place_id"),
    )

    person_id: Mapped[int] = mapped_column(Id)
    place_id: Mapped[int] = mapped_column(Id)
    role: Mapped[Role] = mapped_column(word(Role))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(
        primaryjoin="foreign(Membership.person_id) == Person.id", viewonly=True, lazy="raise"
    )
    place: Mapped[Place] = relationship(
        primaryjoin="foreign(Membership.place_id) == Place.id", viewonly=True, lazy="raise"
    )


class Position(TenantRow, Base):
    """A job slot at a place; it stays when its incumbent goes."""

    __tablename__ = "position"
    __table_args__ = tenant_args(
        link("place_id", "place"), link("reports_to_id", "position"), sa.Index(None, "consortium_id", "place_id")
    )

    place_id: Mapped[int] = mapped_column(Id)
    title: Mapped[str] = mapped_column(sa.String(120))
    reports_to_id: Mapped[int | None] = mapped_column(Id)
    #: hours a week in the contract
    contracted_hours: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    #: of those, hours a week agreed for social media
    agreed_hours: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    #: for members of the public: what the job is for
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    closed_on: Mapped[date | None]

    place: Mapped[Place] = relationship(
        primaryjoin="foreign(Position.place_id) == Place.id", viewonly=True, lazy="raise"
    )


class Incumbency(TenantRow, Base):
    """A person in a position, both days inside; ``last_on`` None while it lasts."""

    __tablename__ = "incumbency"
    __table_args__ = tenant_args(
        link("position_id", "position"),
        link("person_id", "person"),
        sa.Index(None, "consortium_id", "position_id"),
        sa.Index(None, "consortium_id", "person_id"),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name="ends_after_start"),
    )

    position_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    first_on: Mapped[date]
    last_on: Mapped[date | None]

    position: Mapped[Position] = relationship(
        primaryjoin="foreign(Incumbency.position_id) == Position.id", viewonly=True, lazy="raise"
    )
    person: Mapped[Person] = relationship(
        primaryjoin="foreign(Incumbency.person_id) == Person.id", viewonly=True, lazy="raise"
    )


class Team(TenantRow, Base):
    """A named set of positions that may hold a duty together."""

    __tablename__ = "team"
    __table_args__ = tenant_args(link("place_id", "place"), sa.UniqueConstraint("consortium_id", "place_id", "name"))

    place_id: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(sa.String(120))

    place: Mapped[Place] = relationship(primaryjoin="foreign(Team.place_id) == Place.id", viewonly=True, lazy="raise")


class TeamMember(TenantRow, Base):
    """A position in a team."""

    __tablename__ = "team_member"
    __table_args__ = tenant_args(
        link("team_id", "team"),
        link("position_id", "position"),
        sa.UniqueConstraint("consortium_id", "team_id", "position_id"),
    )

    team_id: Mapped[int] = mapped_column(Id)
    position_id: Mapped[int] = mapped_column(Id)
