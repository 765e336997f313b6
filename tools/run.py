"""What ``make run`` starts: tables made, the demo loaded, a web server and a worker, until Ctrl-C.

Everything it starts is a command that can be run alone (docs/operating.md); this only puts them in order.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from types import FrameType

from sqlalchemy import create_engine, text

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # a script's own folder is what Python would look in

from config import Settings, load_settings  # noqa: E402 - only found after the line above

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
READY_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 8
Children = dict[str, subprocess.Popen[bytes]]


def main() -> None:
    """Start, tell, wait, stop."""
    settings = load_settings()
    os.chdir(ROOT)
    refuse_taken_port(settings)
    say("Preparing the database")
    flask("db", "upgrade")
    if is_empty(settings):
        fill(settings)
    with both() as children:
        wait_until_ready(settings, children)
        say(f"Concordance is at {settings.public_url}   (Ctrl-C stops it)")
        if settings.demo:
            flask("demo", "sign-ins")
        wait_until_one_ends(children)


def refuse_taken_port(settings: Settings) -> None:
    """Say so at once where another program answers on our address."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            sys.exit(
                f"Cannot listen on {settings.host}, port {settings.port} ({error.strerror}). "
                f"Choose another port: make run PORT={settings.port % 65535 + 1}"
            )


def is_empty(settings: Settings) -> bool:
    """Does the database hold no consortium yet?"""
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT 1 FROM consortium LIMIT 1")) is None
    finally:
        engine.dispose()


def fill(settings: Settings) -> None:
    """The demo, or the way to one's own first consortium."""
    if settings.demo:
        say("Loading the demo, once; this takes a moment")
        flask("demo", "load")
    else:
        flask("consortia", "setup-link")


@contextmanager
def both() -> Iterator[Children]:
    """The web server and the worker; however this is left, both are stopped."""
    web = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
    children: Children = {}
    try:
        for name, command in {"web server": web, "worker": [*FLASK, "worker"]}.items():
            # a session of its own: Ctrl-C reaches this program alone, which stops both in order
            children[name] = subprocess.Popen(command, start_new_session=True)
        yield children
    finally:
        stop(children)


def wait_until_ready(settings: Settings, children: Children) -> None:
    """Until the web server answers /healthz; ends the program where it does not."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        refuse_ended(children)
        if answers(host, settings.port):
            return
        time.sleep(0.1)
    sys.exit(f"The web server did not answer within {READY_WITHIN_SECONDS} seconds.")


def answers(host: str, port: int) -> bool:
    """Does /healthz say that all is well?"""
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def wait_until_one_ends(children: Children) -> None:
    """Both should outlive this; where one ends by itself, that is an error."""
    while True:
        refuse_ended(children)
        time.sleep(0.5)


def refuse_ended(children: Children) -> None:
    """End the program where a child has ended."""
    for name, child in children.items():
        if child.poll() is not None:
            sys.exit(f"The {name} ended by itself with {child.returncode}; stopping.")


def stop(children: Children) -> None:
    """Ask each to finish what it holds; what has not within seconds is killed with all it started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # impatience would leave them running
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def flask(*words: str) -> None:
    """Run one of our commands; its own sentence explains a failure."""
    done = subprocess.run([*FLASK, *words], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def say(words: str) -> None:
    """Tell the person at the terminal."""
    print(words, flush=True)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """A polite end from a service manager or a closed terminal is the same as Ctrl-C."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
    try:
        main()
    except KeyboardInterrupt:
        say("Stopped.")
