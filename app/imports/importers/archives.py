"""Opening an archive of files safely: what its directory says is judged first, and nothing is believed while reading."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from app.foundation.errors import Refused
from app.imports.rules.batches import Packed, is_litter, refusal_of

_ZIP = b"PK\x03\x04"
_ENCRYPTED = 0x1
_UNREADABLE = "This archive is damaged, or of a kind that is not read. Give a .zip, or the files themselves."
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError)
#: what a workbook's own archive holds; a zip of exports never does
_WORKBOOK = ("[content_types].xml", "mimetype", "content.xml")


def is_archive(stream: IO[bytes]) -> bool:
    """Is this a zip of files, and not a workbook, which is one too? The stream stands at its beginning again."""
    stream.seek(0)
    start = stream.read(len(_ZIP))
    stream.seek(0)
    if start != _ZIP:
        return False
    try:
        with zipfile.ZipFile(stream) as archive:
            names = {info.filename.casefold() for info in archive.infolist()}
    except _BROKEN:
        return True
    finally:
        stream.seek(0)
    return not names.intersection(_WORKBOOK)


def packed_files(stream: IO[bytes], *, most_bytes: int) -> list[Packed]:
    """The files of an archive as its directory tells; refuses one that cannot or must not be unpacked."""
    try:
        with zipfile.ZipFile(stream) as archive:
            files = [_packed(info) for info in archive.infolist()]
    except _BROKEN as error:
        raise Refused(_UNREADABLE) from error
    refusal = refusal_of(files, most_bytes=most_bytes)
    if refusal:
        raise Refused(refusal)
    return [file for file in files if not file.is_folder and not is_litter(file.name)]


@contextmanager
def opened(stream: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """One file of an archive, to read; refuses one that is damaged. Whoever reads stops at the size they allow."""
    try:
        with zipfile.ZipFile(stream) as archive, archive.open(name) as file:
            yield file
    except _BROKEN as error:
        raise Refused("This file of the archive is damaged.") from error


def _packed(info: zipfile.ZipInfo) -> Packed:
    return Packed(
        name=info.filename,
        size=info.file_size,
        packed_size=info.compress_size,
        is_encrypted=bool(info.flag_bits & _ENCRYPTED),
        is_folder=info.filename.endswith("/"),  # it may have no name at all
    )
