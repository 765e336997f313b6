"""Makes .venv from the hashed lock with any Python, and does nothing where that was done already.

``python3 tools/environment.py runtime|dev``. Only the standard library, and syntax an old Python can still read:
it is the first thing that runs on a new machine, and has to be able to say that the machine's Python is too old.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "concordance.json"
OLDEST = (3, 11)
LOCKS = {"runtime": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}


def main(kind: str) -> None:
    """Make the environment of this kind ready; the larger one, for tests, serves the smaller too."""
    refuse_unfit_python()
    wanted = wanted_stamp()
    found = read_stamp()
    if found.get("python") == wanted["python"] and found.get(kind) == wanted[kind]:
        return
    if found.get("python") != wanted["python"] or not python_in_venv().exists():
        make_venv()
    install(kind)
    done = wanted if kind == "dev" else {name: wanted[name] for name in ("python", "runtime")}
    STAMP.write_text(json.dumps(done))


def refuse_unfit_python() -> None:
    """One sentence where this Python cannot do it, naming what to install."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST:
        sys.exit(f"Concordance needs Python 3.11 or newer, and this is {version}. Name one: make run PYTHON=python3.12")
    try:
        __import__("venv")
        __import__("ensurepip")
    except ImportError:
        sys.exit(
            f"This Python {version} cannot make environments. "
            "Install python3-venv (apt-get install python3-venv), then run make again."
        )


def wanted_stamp() -> dict[str, str]:
    """What a finished environment was made from."""
    stamp = {name: hashlib.sha256(lock.read_bytes()).hexdigest() for name, lock in LOCKS.items()}
    stamp["python"] = f"{sys.version} at {sys.base_prefix}"
    return stamp


def read_stamp() -> dict[str, str]:
    """What the environment at hand was made from; empty where there is none or its making was cut short."""
    if not python_in_venv().exists():
        return {}
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def python_in_venv() -> Path:
    """The interpreter that everything else is run with."""
    return VENV / "bin" / "python"


def make_venv() -> None:
    """An empty environment of this Python."""
    say("Making .venv")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install(kind: str) -> None:
    """Exactly what the lock names, by hash; the lock is complete, so nothing is looked up."""
    say(f"Installing what {LOCKS[kind].name} names, once")
    STAMP.unlink(missing_ok=True)
    pip = [str(python_in_venv()), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    run([*pip, "--no-deps", "--require-hashes", "--requirement", str(LOCKS[kind])])


def run(command: list[str]) -> None:
    """Run a step; its own words explain a failure."""
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(command, cwd=str(ROOT), env=clean, check=False)
    if done.returncode:
        sys.exit(f"That did not work: {' '.join(command[:6])} ... ended with {done.returncode}.")


def say(words: str) -> None:
    """Tell what takes time."""
    print(words, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in LOCKS:  # noqa: PLR2004 - the script and its one argument
        sys.exit(f"Usage: python3 tools/environment.py {'|'.join(LOCKS)}")
    main(sys.argv[1])
