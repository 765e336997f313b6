"""A file of figures on its way in: what its columns mean, and its posts on the stage."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Day, Id, TenantRow, link, tenant_args, word
from app.imports.rules.dates import DateOrder
from app.imports.rules.numbers import NumberStyle


class ImportMatch(TenantRow, Base):
    """What each column of an import's file means, guessed at first and then as a person says."""

    __tablename__ = "import_match"
    __table_args__ = tenant_args(link("run_id", "run"), sa.UniqueConstraint("consortium_id", "run_id"))

    run_id: Mapped[int] = mapped_column(Id)
    #: headings and the first values under them, as they stand in the file, shortened
    header: Mapped[list[Any]]
    first_values: Mapped[list[Any]]
    #: for each column a metric, "day" or "" for what is not read
    meanings: Mapped[list[Any]]
    date_order: Mapped[DateOrder] = mapped_column(word(DateOrder))
    number_style: Mapped[NumberStyle] = mapped_column(word(NumberStyle))
    #: the year of the file's last day, where its days say none
    year: Mapped[int | None]
    #: the name of the platform's file that this is, "" for one of our own columns
    export: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    #: why a person must say something before the file can be checked; "" where the guess will do
    question: Mapped[str] = mapped_column(sa.String(600), default="")


class SavedMatch(TenantRow, Base):
    """How files with these headings were read the last time, so that the next one is guessed right."""

    __tablename__ = "saved_match"
    __table_args__ = tenant_args(sa.UniqueConstraint("consortium_id", "fingerprint"))

    #: SHA-256 of the headings in their order, whatever their case
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    meanings: Mapped[list[Any]]
    date_order: Mapped[DateOrder] = mapped_column(word(DateOrder))
    number_style: Mapped[NumberStyle] = mapped_column(word(NumberStyle))
    saved_at: Mapped[datetime]


class StagedPost(Base):
    """A post of a file on its way in; the days that the posts of a file amount to are staged beside it."""

    __tablename__ = "staged_post"
    __table_args__ = (link("run_id", "run"), link("account_id", "account"), {"sqlite_with_rowid": False})

    consortium_id: Mapped[int] = mapped_column(
        Id, sa.ForeignKey("consortium.id", ondelete="RESTRICT"), primary_key=True
    )
    run_id: Mapped[int] = mapped_column(Id, primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(Id)
    external_id: Mapped[str] = mapped_column(sa.String(200))
    url: Mapped[str] = mapped_column(sa.String(500))
    published_at: Mapped[datetime]
    #: the day by the library's clock
    day: Mapped[date] = mapped_column(Day)
    text: Mapped[str] = mapped_column(sa.Text)
    is_reply: Mapped[bool]
    has_link: Mapped[bool]
    #: for each metric of the file its count, or the reason there is none
    figures: Mapped[dict[str, Any]]
