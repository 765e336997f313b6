"""A file is stored part by part by the worker: others go on meanwhile, a death loses nothing, a cancel leaves nothing."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.background.models import Upload
from app.background.worker import drain
from app.foundation.database import enter_tenant
from app.imports.actions import carrying, days_back, undoing
from app.imports.queries.imports import rows_stored
from app.metrics.actions import staging
from app.metrics.models import DailyFigure, MonthFigure, ReplacedFigure, Run, StagedFigure
from app.metrics.rules.runs import RunState

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
FIRST = date(2026, 10, 1)
DAYS = 10


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(staging, "PART_DAYS", 3)
    monkeypatch.setattr(days_back, "PART_DAYS", 3)
    with time_machine.travel(NOW):
        yield


def content(posts):
    lines = (f"{FIRST + timedelta(days=number)},{posts}\n" for number in range(DAYS))
    return ("date,posts\n" + "".join(lines)).encode()


def give(browser, account, posts):
    file = (io.BytesIO(content(posts)), "desk.csv")
    return browser.post(
        f"/accounts/{account.id}/import", data={"file": file}, content_type="multipart/form-data"
    ).location


def days(session):
    enter_tenant(session, session.info["consortium_id"])
    session.expire_all()
    return [count for (count,) in session.execute(sa.select(DailyFigure.posts).order_by(DailyFigure.day))]


def after_parts(monkeypatch, count, do):
    """Have something done once so many parts are stored and committed."""
    parts = iter(range(1, DAYS))
    go_on = carrying.go_on

    def watched(run):
        if rows_stored(run) and next(parts) == count:
            do(run)
        go_on(run)

    monkeypatch.setattr(carrying, "go_on", watched)


def die_taking_back(monkeypatch, part):
    """Have the worker die before so many parts are taken back."""
    parts, take = iter(range(1, DAYS)), undoing.take_days_back

    def watched(*words, **named):
        if next(parts) == part:
            raise MemoryError
        return take(*words, **named)

    monkeypatch.setattr(undoing, "take_days_back", watched)


def test_parts_are_seen_as_they_are_stored_and_come_to_the_whole(
    as_branch_manager, application, session, world, monkeypatch
):
    location = give(as_branch_manager, world.account, 2)
    drain(application)
    as_branch_manager.post(location)
    told = []
    after_parts(monkeypatch, 2, lambda run: told.append((rows_stored(run), as_branch_manager.get(location).text)))
    drain(application)
    ((stored, text),) = told
    assert stored == 6
    assert "6 of 10 rows stored." in text
    assert days(session) == [2] * DAYS
    assert session.scalars(sa.select(MonthFigure.posts)).all() == [20]
    assert "10 days added, 0 changed, 0 the same." in as_branch_manager.get(location).text


def test_a_worker_that_died_after_a_part_is_followed_by_one_that_goes_on(
    as_branch_manager, application, session, world, monkeypatch
):
    location = give(as_branch_manager, world.account, 2)
    drain(application)
    as_branch_manager.post(location)

    def die(_run):
        raise MemoryError

    after_parts(monkeypatch, 2, die)
    drain(application)
    assert days(session) == [2] * 6
    monkeypatch.undo()
    with time_machine.travel(NOW + timedelta(hours=1)):
        drain(application)
    assert days(session) == [2] * DAYS
    assert "10 days added, 0 changed, 0 the same." in as_branch_manager.get(location).text


def test_a_cancel_leaves_what_was_there_before(as_branch_manager, application, session, world, monkeypatch):
    for posts in (2, 5):
        location = give(as_branch_manager, world.account, posts)
        drain(application)
        as_branch_manager.post(location)
        if posts != 2:
            after_parts(monkeypatch, 2, lambda _run: as_branch_manager.post(f"{location}/put-aside"))  # noqa: B023 - at once
        drain(application)
    assert days(session) == [2] * DAYS
    assert session.scalars(sa.select(MonthFigure.posts)).all() == [20]
    shown = as_branch_manager.get(location).text
    assert "Canceled: nothing of this file was kept." in shown
    for kept in (StagedFigure, ReplacedFigure):
        assert session.scalar(sa.select(sa.func.count()).select_from(kept)) == 0
    assert len(session.scalars(sa.select(Upload)).all()) == 1, "the file of the import that was carried out"
    assert session.scalars(sa.select(Run.state).order_by(Run.started_at, Run.id)).all()[-1] is RunState.FAILED


def test_a_cancel_that_died_on_the_way_is_ended_by_the_next_worker(
    as_branch_manager, application, session, world, monkeypatch
):
    location = give(as_branch_manager, world.account, 2)
    drain(application)
    as_branch_manager.post(location)
    after_parts(monkeypatch, 3, lambda _run: as_branch_manager.post(f"{location}/put-aside"))
    die_taking_back(monkeypatch, 3)
    drain(application)
    assert days(session) == [2] * 3
    assert "Being canceled" in as_branch_manager.get(location).text
    with time_machine.travel(NOW + timedelta(hours=1)):
        drain(application)
    assert days(session) == []
    assert "Canceled: nothing of this file was kept." in as_branch_manager.get(location).text


def test_an_import_half_taken_back_is_taken_back_by_the_next_worker(
    as_branch_manager, application, session, world, monkeypatch
):
    for posts in (2, 5):
        location = give(as_branch_manager, world.account, posts)
        drain(application)
        as_branch_manager.post(location)
        drain(application)
    assert days(session) == [5] * DAYS
    as_branch_manager.post(f"{location}/undo")
    die_taking_back(monkeypatch, 3)
    drain(application)
    assert days(session) == [2] * 6 + [5] * 4
    assert session.scalars(sa.select(MonthFigure.posts)).all() == [32]
    assert "6 of 10 days and posts gone through" in as_branch_manager.get(location).text
    with time_machine.travel(NOW + timedelta(days=40)):
        drain(application)
    assert days(session) == [2] * DAYS
    assert session.scalars(sa.select(MonthFigure.posts)).all() == [20]
    assert "Taken back: 0 days taken away; 10 as before." in as_branch_manager.get(location).text
    assert session.scalar(sa.select(sa.func.count()).select_from(ReplacedFigure)) == 0
