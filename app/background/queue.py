"""Huey as the carrier of messages: "look at row N". A message may be lost, doubled or late, and all is still right."""

import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from huey import crontab
from huey.api import Huey
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import PostgresStorage, SqliteStorage

#: the schema of Huey's own tables on PostgreSQL, made by a migration
SCHEMA = "message_queue"
log = structlog.get_logger(__name__)


class PlainSerializer(Serializer):  # type: ignore[misc]  # Huey ships no types
    """Messages as JSON: who can write to the queue must not be able to run code in a worker, as pickles would."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data._asdict()).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(**json.loads(data))


class Queue:
    """The queue beside an installation's database; opened when the first message is sent or read.

    ``look`` does one row, ``drain`` all that is due, ``sweep`` is called each minute; workers call them.
    """

    def __init__(
        self,
        *,
        database_url: str,
        folder: Path,
        look: Callable[[int], object],
        drain: Callable[[], object],
        sweep: Callable[[], object],
    ) -> None:
        self._url = sa.make_url(database_url)
        self._folder = folder
        self._tasks: dict[str, Callable[..., object]] = {"look": look, "drain": drain}
        self._sweep = sweep

    @cached_property
    def _opened(self) -> tuple[Huey, dict[str, Callable[..., object]]]:
        """Huey, and by name what sends a message through it."""
        huey = Huey("concordance", results=False, serializer=PlainSerializer(), **self._storage())
        huey.periodic_task(crontab(), name="sweep")(self._sweep)
        return huey, {name: huey.task(name=name)(function) for name, function in self._tasks.items()}

    @property
    def huey(self) -> Huey:
        """A file under the instance folder for SQLite; tables in a schema of their own on PostgreSQL."""
        return self._opened[0]

    def send_look(self, row_ids: set[int]) -> None:
        """Tell the workers of new rows; never fails, because the sweep finds what no message told."""
        try:
            self._post("look", [(row_id,) for row_id in sorted(row_ids)])
        except Exception:  # SQLite, PostgreSQL and the disk each fail in a way of their own, and none may end a request
            log.warning("queue.send_failed", rows=len(row_ids), exc_info=True)

    def send_drain(self, count: int) -> None:
        """Wake this many workers, unless as many messages wait already."""
        self._post("drain", [()] * max(0, count - self.huey.pending_count()))

    def _post(self, name: str, arguments: list[tuple[int, ...]]) -> None:
        for values in arguments:
            self._opened[1][name](*values)

    def _storage(self) -> dict[str, Any]:
        if self._url.get_backend_name() == "sqlite":
            self._folder.mkdir(parents=True, exist_ok=True)
            return {"storage_class": SqliteStorage, "filename": str(self._folder / "queue.db")}
        dsn = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        return {
            "storage_class": PostgresStorage,
            "dsn": dsn,
            "options": f"-csearch_path={SCHEMA}",
            "create_tables": False,  # the application may not; a migration has
        }
