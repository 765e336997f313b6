"""Days on their way in: the stage from which a batch is merged."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base, Day, Id, word
from app.metrics.models.days import AT_THE_END, WideFigures
from app.metrics.rules.dictionary import FurtherMetric


class StagedFigure(WideFigures, Base):
    """A row of a file on its way in: staged in batches, merged in one short transaction at the end.

    It refers to nothing: the day that it becomes does, and looking up what each row refers to twice is half an import.
    """

    __tablename__ = "staged_figure"
    __table_args__ = ({"sqlite_with_rowid": False},)

    consortium_id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    line: Mapped[int]
    #: why a figure is not there, where it is not for a blank cell
    reasons: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True), sort_order=AT_THE_END)


class StagedFurther(Base):
    """What a row of a file tells beside the metrics, on its way in; it refers to nothing, like the row."""

    __tablename__ = "staged_further"
    __table_args__ = ({"sqlite_with_rowid": False},)

    consortium_id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    metric: Mapped[FurtherMetric] = mapped_column(word(FurtherMetric), primary_key=True)
    value: Mapped[int]
