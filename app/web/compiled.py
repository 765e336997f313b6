"""Templates compiled once an installation and not once a process: it takes a third of a first page's time."""

from contextlib import suppress
from pathlib import Path

import jinja2
from flask import Flask
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class _Compiled(FileSystemBytecodeCache):
    """On the disk; where that is full or read-only, each process compiles for itself."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next process."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def keep_compiled_templates(app: Flask) -> None:
    """Beside the installation's other files; another version of Jinja compiles into a folder of its own."""
    folder = Path(app.instance_path) / "templates" / jinja2.__version__
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        app.jinja_env.bytecode_cache = _Compiled(str(folder))
