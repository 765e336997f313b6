"""Files that people gave: on disk under their id, whole or not at all, until their work is done.

What is no archive already is kept packed, as ``ID.gz``; files of earlier versions, and of backups, are kept as they are.
"""

import gzip
import hashlib
import os
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path, PurePath
from typing import IO, cast

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.background.models import Upload
from app.foundation.errors import NotFound, Refused
from app.foundation.ids import new_id

#: ``session.info`` keys: files to take away after a rollback, and after a commit
KEPT_UPLOADS, _DROPPED = "uploads_kept", "uploads_dropped"
_CHUNK_BYTES = 1 << 20
_NAME_LENGTH = 255
#: archives and workbooks are packed already, and read from their end
_PACKED = b"PK\x03\x04"
#: a table packs to a sixth with little work
_PACK_LEVEL = 4


def keep_upload(
    session: Session, stream: IO[bytes], *, name: str, by: Actor, at: datetime, folder: Path, limit_bytes: int
) -> Upload:
    """Keep a file that a person gave us, whole or not at all; refuses an empty one and one over ``limit_bytes``.

    On disk under its id before it has a row; gone again where the transaction is rolled back.
    """
    folder.mkdir(parents=True, exist_ok=True)
    upload = Upload(
        id=new_id(),
        consortium_id=by.consortium_id,
        name=PurePath(name.replace("\\", "/")).name[:_NAME_LENGTH] or "file",
        kept_at=at,
        person_id=by.person_id,
    )
    arriving = folder / f"{upload.id}.arriving"
    try:
        upload.sha256, upload.size, is_packed = _copy(stream, arriving, limit_bytes)
        path = _paths(upload.id, folder)[0 if is_packed else 1]
        arriving.replace(path)
    finally:
        arriving.unlink(missing_ok=True)
    session.info.setdefault(KEPT_UPLOADS, set()).add(path)
    session.add(upload)
    session.flush()
    return upload


def open_upload(upload: Upload, *, folder: Path) -> IO[bytes]:
    """The kept file, to read; raises NotFound where the disk has lost it."""
    try:
        return open_kept(upload.id, folder=folder)
    except FileNotFoundError:
        raise NotFound(f"The file “{upload.name}” is no longer kept. Give it again.") from None


def open_kept(upload_id: int, *, folder: Path) -> IO[bytes]:
    """What was given under this id, unpacked; raises FileNotFoundError where the disk has lost it."""
    packed, plain = _paths(upload_id, folder)
    try:
        return cast("IO[bytes]", gzip.open(packed, "rb"))
    except FileNotFoundError:
        return plain.open("rb")


def is_kept(upload_id: int, *, folder: Path) -> bool:
    """Is the file on the disk?"""
    return any(path.exists() for path in _paths(upload_id, folder))


def drop_upload(session: Session, upload: Upload, *, folder: Path) -> None:
    """Its work is done: the record goes with this transaction, the file after its commit."""
    session.delete(upload)
    session.flush()
    session.info.setdefault(_DROPPED, set()).update(_paths(upload.id, folder))


def _paths(upload_id: int, folder: Path) -> tuple[Path, Path]:
    """Where a file lies packed, and where as it is."""
    return folder / f"{upload_id}.gz", folder / str(upload_id)


def _copy(stream: IO[bytes], path: Path, limit_bytes: int) -> tuple[str, int, bool]:
    """Write the stream to the disk for good; its SHA-256, its size in bytes, and whether it was packed."""
    digest, size = hashlib.sha256(), 0
    chunk = stream.read(_CHUNK_BYTES)
    is_packed = not chunk.startswith(_PACKED)
    with path.open("xb") as file:
        with (
            gzip.GzipFile(fileobj=file, mode="wb", compresslevel=_PACK_LEVEL) if is_packed else nullcontext(file) as out
        ):
            while chunk:
                size += len(chunk)
                if size > limit_bytes:
                    megabytes = limit_bytes // 1_000_000
                    raise Refused(f"The file is larger than {megabytes} MB. Give it in parts.", field="file")
                digest.update(chunk)
                out.write(chunk)
                chunk = stream.read(_CHUNK_BYTES)
        if size == 0:
            raise Refused("The file is empty. Choose another one.", field="file")
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size, is_packed


@event.listens_for(Session, "after_commit")
def _remove_dropped(session: Session) -> None:
    _remove(session, gone=_DROPPED, stays=KEPT_UPLOADS)


@event.listens_for(Session, "after_rollback")
def _remove_unkept(session: Session) -> None:
    _remove(session, gone=KEPT_UPLOADS, stays=_DROPPED)


def _remove(session: Session, *, gone: str, stays: str) -> None:
    if session.in_nested_transaction():  # a savepoint decides nothing yet
        return
    session.info.pop(stays, None)
    for path in session.info.pop(gone, ()):
        path.unlink(missing_ok=True)
