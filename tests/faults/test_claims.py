"""Asking, claiming, finishing: one owner at a time, and what a late one writes is taken back."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background import actions, queries
from app.background.models import BackgroundRow
from app.background.registry import Work
from app.background.rules import LEASE, MOST_ATTEMPTS, Again, Claimed, ClaimLost, GoingDown, RowState
from app.background.worker import drain
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.foundation.errors import NotFound
from tests.databases import Database
from tests.faults import small_work

AT = now()
LATER = AT + LEASE + timedelta(seconds=1)


@pytest.fixture
def worker_app(own_database: Database) -> Flask:
    return small_work.build(own_database.settings())


@pytest.fixture
def here(worker_app: Flask) -> Iterator[Session]:
    """A session outside any tenant, as a worker begins."""
    with worker_app.app_context():
        yield db.session


def claimed_one(session: Session) -> Claimed:
    claimed = actions.claim(session, at=AT)
    assert claimed is not None
    enter_tenant(session, claimed.consortium_id)
    session.commit()
    return claimed


def the_row(session: Session, row_id: int) -> BackgroundRow:
    row = session.get(BackgroundRow, row_id, populate_existing=True)
    assert row is not None
    return row


def asked(session: Session, kind: str = "good") -> Claimed:
    """One row of this kind, asked and claimed at AT."""
    consortium_id = small_work.prepare(session)
    actions.ask(session, kind, {"number": 1}, consortium_id=consortium_id, at=AT, key="east")
    session.commit()
    return claimed_one(session)


def test_an_expired_lease_is_taken_over_and_the_late_finisher_loses(here: Session) -> None:
    late = asked(here)
    assert actions.claim(here, at=AT + LEASE) is None
    successor = actions.claim(here, at=LATER)
    here.commit()
    assert successor is not None
    assert (successor.row_id, successor.attempts) == (late.row_id, 2)
    for write in (
        lambda: actions.finish(here, late, message="Too late.", at=LATER),
        lambda: actions.renew(here, late, at=LATER),
        lambda: actions.progress(here, late, done=1, total=2, at=LATER),
        lambda: actions.put_off(here, late, Again(LEASE, "Wait."), at=LATER),
        lambda: actions.give_up(here, late, message="Too late.", at=LATER),
        lambda: actions.release(here, late, at=LATER),
    ):
        with pytest.raises(ClaimLost):
            write()
        here.rollback()
    actions.finish(here, successor, message="Done in time.", at=LATER)
    here.commit()
    view = queries.get_work(here, late.row_id, within=Scope(late.consortium_id))
    assert (view.state, view.message) == (RowState.DONE, "Done in time.")


def test_a_renewed_lease_is_not_taken_over(here: Session) -> None:
    claimed = asked(here)
    actions.renew(here, claimed, at=AT + LEASE)
    here.commit()
    assert actions.claim(here, at=LATER) is None


def test_a_lease_is_not_written_again_within_seconds(here: Session, worker_app: Flask) -> None:
    claimed = asked(here)
    work = Work(worker_app, here, claimed, {}, threading.Event())
    until = the_row(here, claimed.row_id).lease_until
    here.rollback()
    work.renew()
    assert the_row(here, claimed.row_id).lease_until == until
    here.rollback()
    work.held_at -= 60
    work.renew()
    assert the_row(here, claimed.row_id).lease_until != until
    here.rollback()
    work.stopping.set()
    with pytest.raises(GoingDown):
        work.renew()


def test_the_same_wish_is_one_row_until_it_has_ended(here: Session) -> None:
    claimed = asked(here)
    wish = {"consortium_id": claimed.consortium_id, "at": AT, "key": "east"}
    assert actions.ask(here, "good", {}, **wish).id == claimed.row_id
    assert actions.ask(here, "slow", {}, **wish).id != claimed.row_id
    assert actions.ask(here, "good", {}, **(wish | {"key": "west"})).id != claimed.row_id
    actions.finish(here, claimed, message="Done.", at=AT)
    assert actions.ask(here, "good", {}, **wish).id != claimed.row_id


def test_work_asked_for_afresh_while_it_runs_runs_once_more(here: Session) -> None:
    first = asked(here)
    again = actions.ask_afresh(
        here, "good", {}, consortium_id=first.consortium_id, at=AT + timedelta(seconds=1), key="east"
    )
    assert again.id == first.row_id
    actions.finish(here, first, message="Done once.", at=LATER)
    here.commit()
    assert the_row(here, first.row_id).state is RowState.DUE
    second = actions.claim(here, at=LATER)
    assert second is not None
    actions.finish(here, second, message="Done twice.", at=LATER)
    assert the_row(here, first.row_id).state is RowState.DONE


def test_work_is_not_taken_before_it_is_due_nor_by_who_does_not_know_it(here: Session) -> None:
    consortium_id = small_work.prepare(here)
    row = actions.ask(here, "good", {}, consortium_id=consortium_id, at=AT, due_at=LATER)
    here.commit()
    assert actions.claim(here, at=AT) is None
    assert actions.claim(here, at=LATER, kinds=["slow"]) is None
    assert actions.claim(here, at=LATER, row_id=row.id + 1) is None
    assert actions.claim(here, at=LATER, kinds=["good"], row_id=row.id) is not None


def test_what_another_consortium_asked_for_is_not_there(here: Session) -> None:
    claimed = asked(here)
    far = Scope(claimed.consortium_id + 1)
    with pytest.raises(NotFound):
        queries.get_work(here, claimed.row_id, within=far)
    assert queries.open_work(here, "good", within=far) == []
    assert [view.id for view in queries.open_work(here, "good", within=Scope(claimed.consortium_id))] == [
        claimed.row_id
    ]
    assert queries.recent_work(here, "good", within=far) == []


def test_a_bug_is_tried_again_later_and_later_and_then_given_up(worker_app: Flask, here: Session) -> None:
    consortium_id = small_work.prepare(here, "broken")
    row_id = queries.open_work(here, "broken", within=Scope(consortium_id))[0].id
    here.rollback()
    waits = []
    for _attempt in range(MOST_ATTEMPTS):
        assert drain(worker_app) == 1
        row = the_row(here, row_id)
        waits.append(round((row.due_at - now()) / timedelta(minutes=1)))
        row.due_at = AT  # the wait is over
        here.commit()
    assert waits[:4] == [1, 4, 16, 64]
    view = queries.get_work(here, row_id, within=Scope(consortium_id))
    assert view.state is RowState.FAILED
    assert view.message == "This was tried 5 times and failed each time. The worker's log says why."
    assert small_work.picture(here) == ("Runs:", [])


def test_work_that_kills_its_worker_ends_too(worker_app: Flask, here: Session) -> None:
    claimed = asked(here)
    for _attempt in range(MOST_ATTEMPTS - 1):
        row = the_row(here, claimed.row_id)
        row.lease_until = AT - LEASE
        here.commit()
        assert actions.claim(here, at=AT) is not None
    the_row(here, claimed.row_id).lease_until = AT - LEASE
    here.commit()
    assert drain(worker_app) == 1
    assert the_row(here, claimed.row_id).state is RowState.FAILED
    assert small_work.picture(here) == ("Runs:", [])


def test_a_refusal_ends_the_work_with_its_sentence(worker_app: Flask, here: Session) -> None:
    consortium_id = small_work.prepare(here, "refused")
    assert drain(worker_app) == 1
    [view] = queries.recent_work(here, "refused", within=Scope(consortium_id))
    assert (view.state, view.message) == (
        RowState.FAILED,
        "The file has no column “day”. Add it and import again.",
    )
    assert small_work.picture(here) == ("Runs:", [])


def test_work_put_off_waits_as_long_as_it_asked_and_is_no_failure(worker_app: Flask, here: Session) -> None:
    consortium_id = small_work.prepare(here, "later")
    assert drain(worker_app) == 1
    [view] = queries.open_work(here, "later", within=Scope(consortium_id))
    assert view.message == "The platform asked us to wait."
    assert timedelta(minutes=14) < view.due_at - now() < timedelta(minutes=16)
    assert the_row(here, view.id).attempts == 0
