"""Files that people gave: on disk under their id, whole or not at all, until their work is done."""

import hashlib
import os
from datetime import datetime
from pathlib import Path, PurePath
from typing import IO

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
    arriving = _path(upload, folder).with_suffix(".arriving")
    try:
        upload.sha256, upload.size = _copy(stream, arriving, limit_bytes)
        arriving.replace(_path(upload, folder))
    finally:
        arriving.unlink(missing_ok=True)
    session.info.setdefault(KEPT_UPLOADS, set()).add(_path(upload, folder))
    session.add(upload)
    session.flush()
    return upload


def open_upload(upload: Upload, *, folder: Path) -> IO[bytes]:
    """The kept file, to read; raises NotFound where the disk has lost it."""
    try:
        return _path(upload, folder).open("rb")
    except FileNotFoundError:
        raise NotFound(f"The file “{upload.name}” is no longer kept. Give it again.") from None


def drop_upload(session: Session, upload: Upload, *, folder: Path) -> None:
    """Its work is done: the record goes with this transaction, the file after its commit."""
    session.delete(upload)
    session.flush()
    session.info.setdefault(_DROPPED, set()).add(_path(upload, folder))


def _path(upload: Upload, folder: Path) -> Path:
    return folder / str(upload.id)


def _copy(stream: IO[bytes], path: Path, limit_bytes: int) -> tuple[str, int]:
    """Write the stream to the disk for good; its SHA-256 and its size in bytes."""
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > limit_bytes:
                raise Refused(f"The file is larger than {limit_bytes // 1_000_000} MB. Give it in parts.", field="file")
            digest.update(chunk)
            file.write(chunk)
        if size == 0:
            raise Refused("The file is empty. Choose another one.", field="file")
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


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
