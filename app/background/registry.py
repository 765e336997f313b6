"""What a worker knows how to do: handlers by kind and finders of due work, given by the factory."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app, has_app_context
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.background import actions
from app.background.queue import Queue
from app.background.rules import Again, Claimed, GoingDown
from app.foundation.clock import now

#: of a lease of minutes it is not worth a transaction to win back so little
_SECONDS_HELD_WITHOUT_WRITING = 10.0


@dataclass(slots=True)
class Work:
    """One claimed row in a handler's hands, inside the app's context and the row's tenant.

    No transaction is open when the handler starts. It ends its reading before it talks to the outside (where it runs
    often by ``session.commit()``: after a rollback psycopg prepares every statement anew), writes last, and returns
    without a commit: the worker commits its writes together with the row's end. It may commit parts on the way where
    a second run would write the same again.
    """

    app: Flask
    session: Session
    claimed: Claimed
    payload: dict[str, Any]
    stopping: threading.Event
    #: on the monotonic clock, when the row was claimed or its lease last written
    held_at: float = field(default_factory=time.monotonic)

    @property
    def consortium_id(self) -> int:
        """Whose work it is."""
        return self.claimed.consortium_id

    @property
    def row_id(self) -> int:
        """The row, for provenance and for the page that shows progress."""
        return self.claimed.row_id

    def renew(self) -> None:
        """Keep the row for another two minutes; call at least once a minute, at a point where stopping is safe.

        Part of the transaction where one is open, else committed at once; not written again within seconds. Raises
        ClaimLost or GoingDown, which the handler lets rise.
        """
        if time.monotonic() - self.held_at < _SECONDS_HELD_WITHOUT_WRITING and not self.stopping.is_set():
            return
        self._tell(lambda: actions.renew(self.session, self.claimed, at=now()))

    def progress(self, done: int, total: int) -> None:
        """As :meth:`renew`, and say how far the work is; people see it once it is committed."""
        self._tell(lambda: actions.progress(self.session, self.claimed, done=done, total=total, at=now()))

    def _tell(self, write: Callable[[], None]) -> None:
        if self.stopping.is_set():
            raise GoingDown
        joins = self.session.in_transaction()
        write()
        self.held_at = time.monotonic()
        if not joins:
            self.session.commit()


#: Does the work and answers with a sentence for the page, or with Again; Refused and NotFound end it for good.
Handler = Callable[[Work], Again | str]
#: Told, with the sentence that people read, when work of its kind has failed for good, so that a room can say so where
#: its people look; its writes are committed together with the row's end.
LastWord = Callable[[Work, str], None]
#: Asks, in the tenants it enters itself, for whatever is due by now; runs each minute and may run twice at once.
DueFinder = Callable[[Session, datetime], None]


@dataclass(slots=True)
class Background:
    """The background work of one app, and what this process of it is doing now."""

    handlers: Mapping[str, Handler]
    due_finders: tuple[DueFinder, ...]
    queue: Queue
    last_words: Mapping[str, LastWord]
    threads: int = 1
    #: set once the worker is asked to stop
    stopping: threading.Event = field(default_factory=threading.Event)
    #: by row, what this process holds
    in_hand: dict[int, Claimed] = field(default_factory=dict)


def background() -> Background:
    """The running app's background work."""
    held: Background = current_app.extensions["background"]
    return held


@event.listens_for(Session, "after_commit")
def _tell_workers(session: Session) -> None:
    """Messages leave only once their rows are there to be read."""
    if session.in_nested_transaction():  # the end of a savepoint is no commit
        return
    row_ids = session.info.pop(actions.ASKED, None)
    if row_ids and has_app_context() and "background" in current_app.extensions:
        background().queue.send_look(row_ids)


@event.listens_for(Session, "after_rollback")
def _tell_nobody(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(actions.ASKED, None)
