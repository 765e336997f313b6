"""Every table holds the line between tenants, and every relationship runs one way, loaded on purpose."""

from importlib import import_module

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import RelationshipProperty

from app.foundation.database import INSTALLATION_TABLES, Base
from tests.house.project import files_under

for _name in files_under("app", ".py"):
    if "/models" in _name:
        import_module(_name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))

TABLES = dict(sorted(Base.metadata.tables.items()))
TENANT_TABLES = {name: table for name, table in TABLES.items() if name not in INSTALLATION_TABLES}
_KINDS = {"UtcDateTime": "an instant", "Date": "a day", "Day": "a day"}
_ENDINGS = {
    "an instant": {"at", "since", "until"},
    "a day": {"on", "since", "until", "of", "day", "month", "first", "last"},
}


def first_columns(table: sa.Table) -> dict[str, str]:
    """The column that each key and index of a table begins with."""
    keys = [key for key in table.constraints if isinstance(key, sa.UniqueConstraint)]
    found = {str(key.name): next(iter(key.columns)).name for key in keys}
    found |= {str(index.name): next(iter(index.columns)).name for index in table.indexes}
    primary = [column.name for column in table.primary_key]
    return found if primary == ["id"] else found | {"primary key": primary[0]}


def test_the_list_of_installation_wide_tables_names_real_ones() -> None:
    assert INSTALLATION_TABLES - set(TABLES) == {"alembic_version"}


@pytest.mark.parametrize("name", TENANT_TABLES)
def test_a_tenant_table_says_whose_each_row_is(name: str) -> None:
    column = TENANT_TABLES[name].columns.get("consortium_id")
    assert column is not None, f"{name} belongs to no consortium; is it installation-wide (foundation/database.py)?"
    assert not column.nullable


@pytest.mark.parametrize("name", TENANT_TABLES)
def test_the_consortium_comes_first_in_every_key(name: str) -> None:
    table = TENANT_TABLES[name]
    assert {key: first for key, first in first_columns(table).items() if first != "consortium_id"} == {}


@pytest.mark.parametrize("name", TENANT_TABLES)
def test_a_reference_between_tenant_tables_is_a_pair(name: str) -> None:
    for key in TENANT_TABLES[name].foreign_key_constraints:
        target = key.referred_table.name
        if target in TENANT_TABLES:
            columns = [column.name for column in key.columns]
            assert columns[0] == "consortium_id", f"{name}{columns} could refer to another tenant's {target}"
            assert key.elements[0].column.name == "consortium_id"


@pytest.mark.parametrize("name", TABLES)
def test_nothing_cascades_silently(name: str) -> None:
    for key in TABLES[name].foreign_key_constraints:
        assert key.ondelete == "RESTRICT", f"{name}: {[column.name for column in key.columns]}"


@pytest.mark.parametrize("name", TABLES)
def test_a_name_says_whether_it_is_an_instant_or_a_day(name: str) -> None:
    assert name == name.lower()
    for column in TABLES[name].columns:
        kind = _KINDS.get(type(column.type).__name__)
        ending = column.name.rsplit("_", 1)[-1]
        assert kind is None or ending in _ENDINGS[kind], f"{name}.{column.name} holds {kind}: {_ENDINGS[kind]}"
        assert ending not in {"at", "on"} or kind, f"{name}.{column.name} sounds like a time and is none"


def test_relationships_are_loaded_on_purpose_and_run_one_way() -> None:
    found = []
    for mapper in Base.registry.mappers:
        for name, relationship in mapper.relationships.items():
            assert isinstance(relationship, RelationshipProperty)
            where = f"{mapper.class_.__name__}.{name}"
            found += [f"{where}: lazy is {relationship.lazy}"] if relationship.lazy != "raise" else []
            theirs, ours = mapper.class_.__module__.split(".")[1], relationship.mapper.class_.__module__.split(".")[1]
            both_ways = relationship.back_populates and theirs != ours
            found += [f"{where}: runs both ways between rooms"] if both_ways else []
    assert found == []
