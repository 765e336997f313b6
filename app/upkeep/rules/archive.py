"""The backup as a file: a zip whose members are written and read as streams, each with its SHA-256 in the manifest."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Any, Self

from app.foundation.errors import Refused
from app.upkeep.rules.manifest import Manifest, Member

_MANIFEST = "manifest.json"
_MOST_MANIFEST_BYTES = 64 << 20
_CHUNK_BYTES = 1 << 20
#: no row of ours comes near; a longer line is a damaged or a made-up one
_LONGEST_LINE = 64 << 20
#: rows of figures shrink to a sixth at this level; a higher one takes twice the time for a tenth more
_LEVEL = 3
_DAMAGED = "The backup is damaged or cut off: {}. Nothing was restored; take another backup."


class Writer:
    """Writes a backup into an open file, member after member; :meth:`close` adds the manifest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self.members: list[Member] = []

    def add_rows(self, table: str, consortium_id: int | None, batches: Iterable[list[list[Any]]]) -> None:
        """The rows of a table, as lines of JSON; a table without a row gets no member."""
        filled = (batch for batch in batches if batch)
        first = next(filled, None)
        if first is None:
            return
        rows = 0

        def chunks() -> Iterator[bytes]:
            nonlocal rows
            for batch in chain([first], filled):
                rows += len(batch)
                yield _lines(batch)

        whose = "installation" if consortium_id is None else f"consortia/{consortium_id}"
        name = f"{whose}/{table}.jsonl"
        size, sha256 = self._write(name, chunks())
        self.members.append(Member(name, table, consortium_id, rows, size, sha256))

    def add_upload(self, upload_id: int, consortium_id: int, stream: IO[bytes]) -> None:
        """A kept file."""
        name = f"uploads/{upload_id}"
        size, sha256 = self._write(name, iter(lambda: stream.read(_CHUNK_BYTES), b""))
        self.members.append(Member(name, "", consortium_id, 0, size, sha256))

    def close(self, manifest: Manifest) -> None:
        """Add the list of contents, and end the file."""
        self._zip.writestr(_MANIFEST, manifest.to_json())
        self._zip.close()

    def _write(self, name: str, chunks: Iterable[bytes]) -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        return size, digest.hexdigest()


class Archive:
    """An open backup. Build it with :meth:`open`, which reads every byte of it before anything else may."""

    def __init__(self, source: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = source
        self.manifest = manifest

    @classmethod
    def open(cls, file: IO[bytes]) -> Self:
        """Check the whole file against its manifest; refuses what is damaged, cut off, not ours or too new."""
        try:
            source = zipfile.ZipFile(file)
            if source.getinfo(_MANIFEST).file_size > _MOST_MANIFEST_BYTES:
                raise Refused("This is not a backup of Concordance. Choose another file.")
            manifest = Manifest.from_json(source.read(_MANIFEST).decode())
        except KeyError:
            raise Refused("This is not a backup of Concordance. Choose another file.") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, RuntimeError, OSError):
            raise Refused(_DAMAGED.format("it does not open")) from None
        archive = cls(source, manifest)
        archive._check()
        return archive

    def rows(self, member: Member) -> Iterator[list[Any]]:
        """The rows of a member, one at a time."""
        with self.stream(member) as stream:
            while line := stream.readline(_LONGEST_LINE):
                yield json.loads(line)

    def stream(self, member: Member) -> IO[bytes]:
        """A member's bytes."""
        return self._zip.open(member.name)

    def _check(self) -> None:
        names = [member.name for member in self.manifest.members]
        if sorted([*names, _MANIFEST]) != sorted(self._zip.namelist()):
            raise Refused(_DAMAGED.format("it does not hold what its list of contents names"))
        for member in self.manifest.members:
            try:
                size, sha256, lines = self._measure(member)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError):
                raise Refused(_DAMAGED.format(f"{member.name} cannot be read")) from None
            if (size, sha256) != (member.size, member.sha256) or (member.table and lines != member.rows):
                raise Refused(_DAMAGED.format(f"{member.name} is not what was written"))

    def _measure(self, member: Member) -> tuple[int, str, int]:
        """Size, SHA-256 and number of lines; stops where there is more than the manifest says."""
        digest, size, lines = hashlib.sha256(), 0, 0
        with self.stream(member) as stream:
            while size <= member.size and (chunk := stream.read(_CHUNK_BYTES)):
                digest.update(chunk)
                size += len(chunk)
                lines += chunk.count(b"\n")
        return size, digest.hexdigest(), lines


def _lines(rows: list[list[Any]]) -> bytes:
    return "".join(f"{json.dumps(row, separators=(',', ':'))}\n" for row in rows).encode()
