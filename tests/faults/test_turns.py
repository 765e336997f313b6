"""Whose turn it is: nobody is held up by those who asked for more, and no more of a lane runs than may."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.background import actions
from app.background.actions import Wish
from app.background.models import BackgroundPayload, BackgroundRow
from app.background.rules import LEASE, Claimed, Lane, LaneFull
from app.consortia.models import Consortium
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.foundation.ids import new_id
from tests.databases import Database
from tests.faults import small_work

AT = now()
SERVER = Lane("mastodon social.example", 2)


@pytest.fixture
def worker_app(own_database: Database) -> Flask:
    return small_work.build(own_database.settings())


@pytest.fixture
def here(worker_app: Flask) -> Iterator[Session]:
    """A session outside any tenant, as a worker begins."""
    with worker_app.app_context():
        yield db.session


def consortium(session: Session, slug: str) -> int:
    made = Consortium(id=new_id(), slug=slug, name=slug, created_at=AT)
    session.add(made)
    session.commit()
    return made.id


def ask_for(session: Session, consortium_id: int, count: int, *, kind: str = "good", lane: Lane | None = None) -> None:
    enter_tenant(session, consortium_id)
    wishes = [Wish(f"{kind} {number}", {"number": number}, lane) for number in range(count)]
    rows = actions.ask_many(session, kind, wishes, consortium_id=consortium_id, at=AT)
    assert len(rows) == count
    session.commit()
    enter_tenant(session, None)


def claimed(session: Session, *, at: timedelta = timedelta(0)) -> Claimed | None:
    while True:
        try:
            found = actions.claim(session, at=AT + at)
        except LaneFull:
            session.rollback()
        else:
            session.commit()
            return found


def test_many_wishes_are_one_row_each_however_often_they_are_asked(here: Session) -> None:
    consortium_id = consortium(here, "large")
    ask_for(here, consortium_id, 3)
    ask_for(here, consortium_id, 5)
    enter_tenant(here, consortium_id)
    rows = sorted(here.scalars(sa.select(BackgroundRow.id)))
    payloads = dict(here.execute(sa.select(BackgroundPayload.id, BackgroundPayload.payload)).all())
    assert (len(rows), sorted(payloads)) == (5, rows)
    assert sorted(payload["number"] for payload in payloads.values()) == [0, 1, 2, 3, 4]


def test_ten_of_one_consortium_do_not_wait_for_hundreds_of_another_nor_an_import_for_pulls(here: Session) -> None:
    large, small = consortium(here, "large"), consortium(here, "small")
    ask_for(here, large, 300)
    ask_for(here, small, 10)
    ask_for(here, large, 1, kind="slow")
    turns = [claimed(here) for _ in range(30)]
    asked = [(turn.consortium_id, turn.kind) for turn in turns if turn is not None]
    assert sorted(asked[:3]) == sorted([(large, "good"), (small, "good"), (large, "slow")])
    assert asked.count((small, "good")) == 10
    assert set(asked[:21]) >= {(small, "good")}
    assert asked[:21].count((small, "good")) == 10, "in turns, as long as both have some"


def test_a_lane_is_never_overfull_and_holds_up_nobody_else(here: Session) -> None:
    consortium_id = consortium(here, "large")
    ask_for(here, consortium_id, 5, lane=SERVER)
    ask_for(here, consortium_id, 1, kind="slow")
    turns = [turn for _ in range(6) if (turn := claimed(here)) is not None]
    assert [turn.kind for turn in turns].count("good") == 2
    assert [turn.kind for turn in turns].count("slow") == 1
    enter_tenant(here, consortium_id)
    done = next(turn for turn in turns if turn.kind == "good")
    actions.finish(here, done, message="Done.", at=AT)
    here.commit()
    assert claimed(here) is not None, "who finishes makes room"
    assert claimed(here) is None


def test_the_place_of_a_dead_worker_in_a_lane_is_free_once_its_lease_ends(here: Session) -> None:
    ask_for(here, consortium(here, "large"), 4, lane=SERVER)
    dead = {turn.row_id for _ in range(2) if (turn := claimed(here)) is not None}
    assert claimed(here) is None
    late = LEASE + timedelta(seconds=1)
    again = [claimed(here, at=late) for _ in range(3)]
    assert {turn.row_id for turn in again if turn is not None} == dead, "what was begun is finished first"


def test_many_threads_at_once_do_not_overfill_a_lane(worker_app: Flask, here: Session) -> None:
    ask_for(here, consortium(here, "large"), 40, lane=SERVER)
    ask_for(here, consortium(here, "small"), 40, lane=SERVER)

    def take(_number: int) -> bool:
        with worker_app.app_context():
            return claimed(db.session) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == SERVER.width
