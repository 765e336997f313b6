"""What every view test watches: tenant tables are read with their key, and reading a page changes nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.foundation.database import INSTALLATION_TABLES, Base

_TENANT_TABLES = sorted(set(Base.metadata.tables) - INSTALLATION_TABLES, key=len, reverse=True)
_NAMED = re.compile(rf"(?:\bFROM|\bJOIN|,)\s+\(*({'|'.join(_TENANT_TABLES)})\b(?:\s+AS\s+(\w+))?", re.IGNORECASE)


@lru_cache(maxsize=4096)  # the same few statements come again and again
def tables_without_key(statement: str) -> list[str]:
    """Tenant tables that a SELECT names without asking for one consortium's rows; nothing for other statements."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return []
    start = statement.upper().find("FROM ")
    condition = statement[start:]
    missing = []
    for table, alias in _NAMED.findall(condition):
        name = alias or table
        if not re.search(rf"\b{name}\.consortium_id\s*(?:=|IN\b)|=\s*{name}\.consortium_id\b", condition):
            missing.append(table)
    return missing


@contextmanager
def watching() -> Iterator[list[str]]:
    """Collect, inside the block, what requests did that none may do."""
    seen: list[str] = []

    def on_statement(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        if has_request_context() and (missing := tables_without_key(statement)):
            seen.append(f"{request.method} {request.path} reads {missing} without consortium_id: {statement}")

    def on_commit(_session: Session) -> None:
        if has_request_context() and request.method == "GET":
            seen.append(f"GET {request.path} commits: reading a page changes nothing.")

    event.listen(sa.Engine, "before_cursor_execute", on_statement)
    event.listen(Session, "after_commit", on_commit)
    try:
        yield seen
    finally:
        event.remove(sa.Engine, "before_cursor_execute", on_statement)
        event.remove(Session, "after_commit", on_commit)
