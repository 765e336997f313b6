"""What an installation remembers about its own upkeep."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Row


class BackupMade(Row, Base):
    """A backup that was written to its end; the doctor looks at the newest."""

    __tablename__ = "backup_made"
    __table_args__ = (sa.Index(None, "made_at"),)

    made_at: Mapped[datetime]
    rows: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
