"""A backup's list of contents: what must be in the file, and of which version of the tables."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from app.foundation.errors import Refused
from app.upkeep.rules.values import Kind

#: the layout of the file itself; a reader refuses a newer one
FORMAT = 1
_PRODUCT = "concordance"


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside the backup: the rows of a table, or a kept upload.

    ``table`` is empty for an upload; ``consortium_id`` is None for a table of the whole installation.
    """

    name: str
    table: str
    consortium_id: int | None
    rows: int
    size: int
    sha256: str

    @classmethod
    def from_told(cls, told: dict[str, Any]) -> Self:
        """As the list of contents tells it; raises where it tells something else."""
        whose = told["consortium_id"]
        return cls(
            name=str(told["name"]),
            table=str(told["table"]),
            consortium_id=None if whose is None else int(whose),
            rows=int(told["rows"]),
            size=int(told["size"]),
            sha256=str(told["sha256"]),
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """The list of contents; ``columns`` gives each table's columns with what they hold, in the order of a row."""

    migration: str
    product_version: str
    engine: str
    made_at: datetime
    columns: dict[str, list[tuple[str, Kind]]]
    members: list[Member] = field(default_factory=list)
    #: uploads whose file was gone when the backup was made
    lost_uploads: list[int] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(member.rows for member in self.members)

    @property
    def uploads(self) -> int:
        """The number of kept files."""
        return sum(1 for member in self.members if not member.table)

    @property
    def consortia(self) -> int:
        """The number of consortia."""
        return sum(member.rows for member in self.members if member.table == "consortium")

    def to_json(self) -> str:
        """As it stands in the file."""
        told = asdict(self) | {"product": _PRODUCT, "format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(told, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read one; refuses what is not ours and what a newer version wrote."""
        try:
            told = json.loads(text)
            written_as = told["format"] if told["product"] == _PRODUCT else 0
        except (ValueError, KeyError, TypeError):
            written_as = 0
        if not isinstance(written_as, int) or written_as < 1:
            raise Refused("This is not a backup of Concordance. Choose another file.")
        if written_as > FORMAT:
            raise Refused("A newer version of Concordance wrote this backup. Install that version, then restore.")
        try:
            return cls._from(told)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused("The backup's list of contents cannot be read. Take another backup.") from None

    @classmethod
    def _from(cls, told: dict[str, Any]) -> Self:
        return cls(
            migration=str(told["migration"]),
            product_version=str(told["product_version"]),
            engine=str(told["engine"]),
            made_at=datetime.fromisoformat(told["made_at"]),
            columns={
                str(table): [(str(name), Kind(kind)) for name, kind in columns]
                for table, columns in told["columns"].items()
            },
            members=[Member.from_told(member) for member in told["members"]],
            lost_uploads=[int(number) for number in told["lost_uploads"]],
        )
