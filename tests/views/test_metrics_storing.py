"""Storing days: the same twice is nothing, what is old is kept, months follow, missing never hides a value."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.figures import Figure, Reason
from app.metrics.actions.storing import store_batch
from app.metrics.models import DailyFigure, MonthFigure, Observation, Run, StagedFigure
from app.metrics.rules.days import DailyFigures
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState, Tally
from tests.factories.figures import store_days
from tests.factories.world import AT, World

TODAY = AT.date()
LONG_AGO = date(2026, 8, 30)


@pytest.fixture
def new_run(session: Session, world: World) -> Callable[[], Run]:
    def make() -> Run:
        run = Run(
            consortium_id=world.consortium.id,
            account_id=world.account.id,
            kind=RunKind.PULL,
            state=RunState.DONE,
            started_at=AT,
        )
        session.add(run)
        session.flush()
        return run

    return make


def day_of(day: date, **figures: int | Reason) -> DailyFigures:
    return DailyFigures(
        day,
        {
            Metric(name): Figure.missing(value) if isinstance(value, Reason) else Figure.of(value)
            for name, value in figures.items()
        },
    )


def held(session: Session, world: World, day: date) -> DailyFigure | None:
    return session.get(DailyFigure, (world.consortium.id, world.account.id, day), populate_existing=True)


def notes(session: Session) -> list[tuple[Metric, int, int | None, Reason | None, Source]]:
    rows = session.scalars(sa.select(Observation).order_by(Observation.metric, Observation.revision)).all()
    return [(row.metric, row.revision, row.value, row.reason, row.source) for row in rows]


def test_the_same_input_twice_changes_nothing(session, world, new_run):
    days = [day_of(TODAY - timedelta(days=n), posts=n, replies=1, followers=100 + n) for n in range(40)]
    first = store_days(session, world.account, days, run=new_run(), source=Source.PULL, at=AT)
    again = store_days(session, world.account, days, run=new_run(), source=Source.PULL, at=AT)
    assert (first, again) == (Tally(40, 0, 0), Tally(0, 0, 40))
    assert notes(session) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(StagedFigure)) == 0
    row = held(session, world, TODAY - timedelta(days=3))
    assert row is not None
    assert (row.posts, row.replies, row.followers, row.views) == (3, 1, 103, None)


def test_months_hold_sums_and_both_ends_of_a_stock(session, world, new_run):
    days = [
        day_of(date(2026, 9, 30), posts=5, followers=90),
        day_of(date(2026, 10, 1), posts=2),
        day_of(date(2026, 10, 2), posts=0, followers=100),
        day_of(date(2026, 10, 31), posts=4, followers=97),
    ]
    store_days(session, world.account, days, run=new_run(), source=Source.PULL, at=AT)
    september, october = session.scalars(sa.select(MonthFigure).order_by(MonthFigure.month)).all()
    assert (september.month, september.posts, september.followers_last) == (date(2026, 9, 1), 5, 90)
    assert (october.month, october.posts, october.posts_days, october.days, october.days_posted) == (
        date(2026, 10, 1),
        6,
        3,
        3,
        2,
    )
    assert (october.followers_first, october.followers_last) == (100, 97)
    assert (october.replies, october.replies_days) == (None, 0)
    store_days(session, world.account, [day_of(date(2026, 10, 1), posts=3)], run=new_run(), source=Source.PULL, at=AT)
    session.refresh(october)
    assert october.posts == 7


def test_a_replaced_value_is_kept_once_the_platform_no_longer_restates(session, world, new_run):
    first, second = new_run(), new_run()
    days = [day_of(TODAY, posts=1), day_of(LONG_AGO, posts=1)]
    store_days(session, world.account, days, run=first, source=Source.PULL, at=AT)
    changed = [day_of(TODAY, posts=2), day_of(LONG_AGO, posts=2)]
    assert store_days(session, world.account, changed, run=second, source=Source.PULL, at=AT) == Tally(0, 2, 0)
    kept = session.scalars(sa.select(Observation)).one()
    assert (kept.day, kept.revision, kept.value, kept.run_id) == (LONG_AGO, 1, 1, first.id)
    store_days(session, world.account, [day_of(LONG_AGO, posts=3)], run=second, source=Source.PULL, at=AT)
    assert [note[:3] for note in notes(session)] == [(Metric.POSTS, 1, 1), (Metric.POSTS, 2, 2)]


def test_missing_is_a_reason_and_never_hides_a_value(session, world, new_run):
    store_days(session, world.account, [day_of(TODAY, followers=80)], run=new_run(), source=Source.PULL, at=AT)
    hidden = [day_of(TODAY, followers=Reason.HIDDEN), day_of(TODAY - timedelta(days=1), followers=Reason.HIDDEN)]
    assert store_days(session, world.account, hidden, run=new_run(), source=Source.PULL, at=AT) == Tally(0, 0, 2)
    assert (held(session, world, TODAY).followers, held(session, world, TODAY - timedelta(days=1))) == (80, None)
    assert notes(session) == [(Metric.FOLLOWERS, 0, None, Reason.HIDDEN, Source.PULL)]


def test_a_value_takes_the_place_of_a_reason(session, world, new_run):
    gap = [day_of(LONG_AGO, posts=Reason.TOKEN_REVOKED)]
    store_days(session, world.account, gap, run=new_run(), source=Source.PULL, at=AT)
    filled = store_days(session, world.account, [day_of(LONG_AGO, posts=4)], run=new_run(), source=Source.IMPORT, at=AT)
    assert filled == Tally(1, 0, 0)
    assert notes(session) == [(Metric.POSTS, 1, None, Reason.TOKEN_REVOKED, Source.PULL)]


def test_another_source_is_noted_beside_the_row(session, world, new_run):
    store_days(session, world.account, [day_of(TODAY, posts=2)], run=new_run(), source=Source.PULL, at=AT)
    store_days(session, world.account, [day_of(TODAY, questions_due=5)], run=new_run(), source=Source.IMPORT, at=AT)
    assert notes(session) == [(Metric.QUESTIONS_DUE, 0, 5, None, Source.IMPORT)]
    row = held(session, world, TODAY)
    assert (row.posts, row.questions_due, row.source) == (2, 5, Source.PULL)


def test_a_large_batch_of_many_accounts(session, world, new_run):
    rows = [
        AccountDay(account.id, TODAY - timedelta(days=n), {Metric.POSTS: Figure.of(n % 3)})
        for account in (world.account, world.north_account)
        for n in range(400)
    ]
    assert store_batch(session, rows, run=new_run(), source=Source.DEMO, at=AT) == Tally(800, 0, 0)
    assert store_batch(session, rows, run=new_run(), source=Source.DEMO, at=AT) == Tally(0, 0, 800)
    total = session.scalar(sa.select(sa.func.sum(MonthFigure.posts)))
    assert total == 2 * sum(n % 3 for n in range(400))
    session.refresh(world.account)
    assert world.account.newest_figure_on == TODAY
