"""Both worlds with a row in every table: where none tells a story of its own, one made of the table's columns."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from app.foundation.database import Base, Day, UtcDateTime, enter_tenant, prepare_engine
from app.foundation.ids import new_id
from app.mail.models import MailMessage
from app.mail.rules import MailState
from app.metrics.models import FurtherFigure, Observation
from tests import databases
from tests.databases import Database
from tests.factories import everything
from tests.factories.world import AT, WORLDS, find_world, template_of_worlds

_ON = date(2026, 11, 8)
_VALUES: tuple[tuple[type[sa.types.TypeEngine[Any]], object], ...] = (
    (UtcDateTime, AT),
    (Day, _ON),
    (sa.Date, _ON),
    (sa.DateTime, datetime(2026, 11, 8, 15, 30)),  # noqa: DTZ001 - a column that keeps no zone
    (sa.Time, time(9, 30)),
    (sa.Boolean, True),
    (sa.SmallInteger, 3),
    (sa.Integer, 7_000_000_000),
    (sa.Double, 0.1),
    (sa.Numeric, Decimal("0.25")),
    (sa.LargeBinary, bytes(range(256))),
    (sa.JSON, {"text": "ä“\u2028", "list": [1, None, 2.5]}),
)
#: what a check constraint, or the sense of the row, wants otherwise
_OTHERWISE: dict[str, dict[str, object]] = {
    MailMessage.__tablename__: {"state": MailState.SENT},  # what waits is held when it is restored
    FurtherFigure.__tablename__: {"reason": None},
    Observation.__tablename__: {"reason": None},
}


def template_of_complete(engine_name: str) -> Database:
    """The template in which no table of any consortium is empty."""
    return databases.filled(engine_name, "complete", _complete, source=template_of_worlds(engine_name))


def _complete(database: Database) -> None:
    engine = sa.create_engine(database.url)
    prepare_engine(engine)
    with Session(engine, expire_on_commit=False) as session, time_machine.travel(AT):
        for slug, _name, prefix in WORLDS:
            enter_tenant(session, None)
            world = find_world(session, slug=slug, prefix=prefix)
            assert world is not None
            everything.fill(session, world)
            _add_rows(session, world.consortium.id)
        session.commit()
    engine.dispose()


def _add_rows(session: Session, consortium_id: int) -> None:
    """A row in each table that has none yet for this consortium, or none at all where a table is the installation's."""
    for table in Base.metadata.sorted_tables:
        counted = sa.select(sa.func.count()).select_from(table).where(_mine(table, consortium_id))
        if session.scalar(counted) == 0:
            session.execute(sa.insert(table), _row(session, table, consortium_id))


def _mine(table: sa.Table, consortium_id: int) -> sa.ColumnElement[bool]:
    return table.c.consortium_id == consortium_id if "consortium_id" in table.c else sa.true()


def _row(session: Session, table: sa.Table, consortium_id: int) -> dict[str, Any]:
    """A value for each column: for a key to another table the one of a row there, else one that tells its type."""
    row = {column.name: _value(column) for column in table.columns}
    if "id" in row:
        row["id"] = new_id()
    for key in sorted(table.foreign_key_constraints, key=lambda key: len(key.elements)):
        target = key.referred_table
        wanted = [element.column for element in key.elements]
        found = session.execute(sa.select(*wanted).where(_mine(target, consortium_id)).order_by(*wanted)).first()
        row.update(zip(key.column_keys, found or [None] * len(wanted), strict=True))
    if "consortium_id" in row:
        row["consortium_id"] = consortium_id
    return row | _OTHERWISE.get(table.name, {})


def _value(column: sa.Column[Any]) -> object:
    if isinstance(column.type, sa.Enum):
        return next(iter(column.type.enum_class or column.type.enums))
    told = next((value for kind, value in _VALUES if isinstance(column.type, kind)), None)
    return f"{new_id()} “{column.name}”"[: getattr(column.type, "length", None)] if told is None else told
