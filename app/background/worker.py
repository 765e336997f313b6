"""What a worker does: take a row, run its handler, keep the outcome; drain what is due; sweep each minute."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from app.background import actions, queries
from app.background.models import WorkerBeat
from app.background.queue import Queue
from app.background.registry import Background, DueFinder, Handler, LastWord, Work, background
from app.background.rules import MOST_ATTEMPTS, Again, Claimed, ClaimLost, GoingDown, LaneFull
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.foundation.errors import NotFound, Refused
from config import Settings

log = structlog.get_logger(__name__)
#: what runs the worker gives it a little longer than this
_STOP_WITHIN_SECONDS = 6
_MOST_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_BETWEEN_BEATS = 60.0
#: what a worker that was killed leaves is taken away by another
_BEATS_KEPT = timedelta(days=1)
#: whoever has said that it lives since then does
_BEATS_LIVE = timedelta(minutes=3)
#: whoever waits for a page goes before all that nobody waits for
_NICENESS = 5
_FAILED = "This failed for a reason the program did not foresee. It will be tried again."
_GIVEN_UP = f"This was tried {MOST_ATTEMPTS} times and failed each time. The worker's log says why."


def install_background(
    app: Flask,
    handlers: Mapping[str, Handler],
    *,
    settings: Settings,
    due_finders: Iterable[DueFinder] = (),
    last_words: Mapping[str, LastWord] | None = None,
) -> None:
    """Give an app its handlers and last words by kind; the factory does so once, naming the rooms' tasks."""
    queue = Queue(
        database_url=settings.database_url,
        folder=settings.instance_path,
        look=lambda row_id: look(app, row_id=row_id),
        drain=lambda: drain(app),
        sweep=lambda: sweep(app),
    )
    app.extensions["background"] = Background(dict(handlers), tuple(due_finders), queue, dict(last_words or {}))


def look(app: Flask, *, row_id: int | None = None, kinds: Collection[str] | None = None) -> bool:
    """Do one row: this one, or the one due longest; False where there was none to do."""
    with app.app_context():
        held = background()
        known = held.handlers.keys() if kinds is None else held.handlers.keys() & set(kinds)
        session = db.session
        enter_tenant(session, None)
        taken = _claim(session, known, row_id)
        if taken is None:
            return False
        claimed, payload = taken
        held.in_hand[claimed.row_id] = claimed
        try:
            with bound_contextvars(row=claimed.row_id, kind=claimed.kind, tenant=claimed.consortium_id):
                _carry_out(app, session, claimed, payload)
        finally:
            held.in_hand.pop(claimed.row_id, None)
        return True


def _claim(session: Session, kinds: Collection[str], row_id: int | None) -> tuple[Claimed, dict[str, Any]] | None:
    """A row and what its work needs, read in the claim's own transaction; the session is in the row's tenant then."""
    while True:
        try:
            claimed = actions.claim(session, at=now(), kinds=kinds, row_id=row_id)
        except LaneFull:
            session.rollback()
            continue
        if claimed is None:
            session.rollback()
            return None
        enter_tenant(session, claimed.consortium_id)
        payload = queries.payload_of(session, claimed)
        session.commit()
        return claimed, payload


def drain(app: Flask, *, threads: int = 1, kinds: Collection[str] | None = None) -> int:
    """Do everything that is due by now, in this many threads; the number of rows done. Ends early when told to stop."""
    with app.app_context():
        stopping = background().stopping

    def until_empty(_thread: int) -> int:
        count = 0
        while not stopping.is_set() and look(app, kinds=kinds):
            count += 1
        return count

    if threads == 1:
        return until_empty(0)
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(until_empty, range(threads)))


def sweep(app: Flask) -> None:
    """Let the rooms ask for what has come due, and wake the workers for whatever no message told them."""
    try:
        find_due(app)
    finally:
        _wake(app)


def _wake(app: Flask) -> None:
    """As many as live, in all processes together."""
    with app.app_context():
        held = background()
        threads = queries.threads_at_work(db.session, since=now() - _BEATS_LIVE)
        db.session.rollback()
        held.queue.send_drain(max(held.threads, threads))


def find_due(app: Flask) -> None:
    """Let each finder ask, in a transaction of its own."""
    with app.app_context():
        for finder in background().due_finders:
            finder(db.session, now())
            db.session.commit()


def run_once(app: Flask, *, threads: int) -> int:
    """One sweep, done to its end in this process; the number of rows done."""
    with app.app_context():
        stopping = background().stopping
    beat(app, threads=threads)
    with _stops_on_signals(stopping):
        find_due(app)
        return drain(app, threads=threads)


def run(app: Flask, *, threads: int) -> None:
    """Work until SIGTERM or SIGINT; then finish what is in hand within seconds, or hand it back."""
    os.nice(max(0, _NICENESS - os.nice(0)))
    with app.app_context():
        held = background()
    held.threads = threads
    consumer = held.queue.huey.create_consumer(
        workers=threads, max_delay=_MOST_SECONDS_BETWEEN_LOOKS, shutdown_timeout=_STOP_WITHIN_SECONDS
    )
    consumer.start()
    with _stops_on_signals(held.stopping):  # after Huey set its own, which would leave rows to their leases
        checked_at, beat_at = time.monotonic(), -_SECONDS_BETWEEN_BEATS
        while not held.stopping.is_set():
            if time.monotonic() - beat_at >= _SECONDS_BETWEEN_BEATS:
                beat(app, threads=threads)
                beat_at = time.monotonic()
            checked_at = consumer.loop(checked_at)
        consumer.stop(graceful=True)
    _hand_back(app, held)
    with _unless_the_database_is_away(), app.app_context():
        db.session.execute(sa.delete(WorkerBeat).where(WorkerBeat.name == _name()))
        db.session.commit()


def beat(app: Flask, *, threads: int) -> None:
    """Say that this worker lives; where the database does not answer, the next minute will do."""
    with _unless_the_database_is_away(), app.app_context():
        session, at = db.session, now()
        enter_tenant(session, None)
        session.execute(sa.delete(WorkerBeat).where(WorkerBeat.seen_at < at - _BEATS_KEPT))
        seen = sa.update(WorkerBeat).where(WorkerBeat.name == _name()).values(seen_at=at, threads=threads)
        if not session.scalars(seen.returning(WorkerBeat.id)).first():
            session.add(WorkerBeat(name=_name(), started_at=at, seen_at=at, threads=threads))
        session.commit()


@contextmanager
def _unless_the_database_is_away() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        log.warning("worker.beat_failed", why=type(error).__name__)


def _name() -> str:
    """Which process this is, on which machine."""
    return f"{socket.gethostname()}:{os.getpid()}"[:120]


def _carry_out(app: Flask, session: Session, claimed: Claimed, payload: dict[str, Any]) -> None:
    began = time.perf_counter()
    work = Work(app, session, claimed, payload, background().stopping)
    try:
        _handle(work)
        log.info("work.done", attempt=claimed.attempts, ms=round((time.perf_counter() - began) * 1000))
    except ClaimLost:
        session.rollback()
        log.warning("work.claim_lost")
    except GoingDown:
        log.info("work.handed_back")
        _settle(session, claimed, partial(actions.release, session, claimed, at=now()))
    except (Refused, NotFound) as refusal:
        log.warning("work.refused", attempt=claimed.attempts)
        _give_up(work, str(refusal))
    except Exception:  # the edge of one background item: whatever a handler raises is logged and kept
        log.exception("work.failed", attempt=claimed.attempts)
        if claimed.attempts >= MOST_ATTEMPTS:
            _give_up(work, _GIVEN_UP)
        else:
            _settle(session, claimed, partial(actions.try_again, session, claimed, message=_FAILED, at=now()))


def _handle(work: Work) -> None:
    """Run the handler and commit its writes together with the end of its row."""
    session, claimed = work.session, work.claimed
    if claimed.attempts > MOST_ATTEMPTS:  # it killed its workers, so no attempt lived to say that it failed
        raise Refused(_GIVEN_UP)
    answer = background().handlers[claimed.kind](work)
    if isinstance(answer, Again):
        actions.put_off(session, claimed, answer, at=now())
    else:
        actions.finish(session, claimed, message=answer, at=now())
    session.commit()


def _give_up(work: Work, message: str) -> None:
    """It failed for good, and its room says so in the same transaction; a room that cannot costs the end nothing."""
    session, claimed = work.session, work.claimed
    last_word = background().last_words.get(claimed.kind)

    def end() -> None:
        actions.give_up(session, claimed, message=message, at=now())

    def end_with_last_word() -> None:
        end()
        if last_word is not None:
            last_word(work, message)

    try:
        _settle(session, claimed, end_with_last_word)
    except Exception:  # the edge of one background item, as above
        log.exception("work.last_word_failed")
        _settle(session, claimed, end)


def _settle(session: Session, claimed: Claimed, write: Callable[[], None]) -> None:
    """Take back what the handler wrote and keep how it ended instead, unless another worker has the row by now."""
    session.rollback()
    enter_tenant(session, claimed.consortium_id)  # a handler may have left it
    try:
        write()
    except ClaimLost:
        session.rollback()
        log.warning("work.claim_lost", row=claimed.row_id)
    else:
        session.commit()


def _hand_back(app: Flask, held: Background) -> None:
    """What did not stop in time is due again at once; its thread, still running, has lost its claim."""
    for claimed in list(held.in_hand.values()):
        with app.app_context():
            _settle(db.session, claimed, partial(actions.release, db.session, claimed, at=now()))


@contextmanager
def _stops_on_signals(stopping: threading.Event) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
