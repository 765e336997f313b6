"""Many files given at once, whose each is, and what is remembered of that for the next month."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.consortia.models import Place
from app.foundation.database import Base, Id, TenantRow, link, tenant_args, word
from app.imports.rules.batches import BatchState
from app.metrics.models import Run


class ImportBatch(TenantRow, Base):
    """Files that one person gave at once for a place: looked at, then imported together, each by its own run."""

    __tablename__ = "import_batch"
    __table_args__ = tenant_args(link("place_id", "place"), sa.Index(None, "consortium_id", "place_id", "given_at"))

    place_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id)
    given_at: Mapped[datetime]
    state: Mapped[BatchState] = mapped_column(word(BatchState))
    #: the work row that unpacks or imports it
    background_row_id: Mapped[int | None] = mapped_column(Id)
    #: why nothing of it can be read, or how its import went
    message: Mapped[str] = mapped_column(sa.String(500), default="")

    place: Mapped[Place] = relationship(
        primaryjoin="foreign(ImportBatch.place_id) == Place.id", viewonly=True, lazy="raise"
    )


class BatchUpload(TenantRow, Base):
    """A file as it was given, an archive or not, until it is unpacked."""

    __tablename__ = "batch_upload"
    __table_args__ = tenant_args(
        link("batch_id", "import_batch"), sa.UniqueConstraint("consortium_id", "batch_id", "position")
    )

    batch_id: Mapped[int] = mapped_column(Id)
    position: Mapped[int]
    upload_id: Mapped[int] = mapped_column(Id)


class BatchFile(TenantRow, Base):
    """One file of a batch: whose it is, and the run that brings it in."""

    __tablename__ = "batch_file"
    __table_args__ = tenant_args(
        link("batch_id", "import_batch"),
        link("account_id", "account"),
        link("run_id", "run"),
        sa.UniqueConstraint("consortium_id", "batch_id", "name"),
    )

    batch_id: Mapped[int] = mapped_column(Id)
    #: as it stands in the archive, with its folders
    name: Mapped[str] = mapped_column(sa.String(255))
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    upload_id: Mapped[int | None] = mapped_column(Id)
    #: which export of which platform it is; "" for one of our own columns
    layout: Mapped[str] = mapped_column(sa.String(60), default="")
    #: what its rows tell of whose they are: ids of a page, else names; "" where they tell nothing
    told: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    account_id: Mapped[int | None] = mapped_column(Id)
    #: how its account was found, or what a person must say
    why: Mapped[str] = mapped_column(sa.String(300), default="")
    run_id: Mapped[int | None] = mapped_column(Id)
    #: chosen to be imported
    is_chosen: Mapped[bool] = mapped_column(default=False)
    #: why it cannot be imported
    refusal: Mapped[str] = mapped_column(sa.String(500), default="")

    account: Mapped[Account | None] = relationship(
        primaryjoin="foreign(BatchFile.account_id) == Account.id", viewonly=True, lazy="raise"
    )
    run: Mapped[Run | None] = relationship(
        primaryjoin="foreign(BatchFile.run_id) == Run.id", viewonly=True, lazy="raise"
    )


class SavedOwner(TenantRow, Base):
    """Whose files were the last time: those of one layout whose rows tell the same page, else of one name."""

    __tablename__ = "saved_owner"
    __table_args__ = tenant_args(link("account_id", "account"), sa.UniqueConstraint("consortium_id", "stem", "layout"))

    #: the name without its days; of files whose rows tell whose they are, that behind a "#"
    stem: Mapped[str] = mapped_column(sa.String(255))
    layout: Mapped[str] = mapped_column(sa.String(60))
    account_id: Mapped[int] = mapped_column(Id)
    #: given to two accounts, so that it says nothing: a person is asked each time
    is_shared: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    saved_at: Mapped[datetime]
