"""Months: adding days to what a month holds ends as adding up all its days anew does, whatever came in which order."""

from datetime import date, timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.foundation.figures import Figure, Reason
from app.foundation.ids import new_id
from app.metrics.actions.rolling import roll_up
from app.metrics.actions.storing import store_batch
from app.metrics.actions.withdrawing import take_away
from app.metrics.models import DailyFigure, MonthFigure, Run
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState
from tests.factories.world import AT, World

_FIRST = date(2026, 8, 29)
_DAYS = sa.Table(DailyFigure.__tablename__, DailyFigure.metadata)
_FIGURE = st.one_of(st.integers(0, 4).map(Figure.of), st.just(Figure.missing(Reason.HIDDEN)))
_FIGURES = st.dictionaries(st.sampled_from([Metric.FOLLOWERS, Metric.POSTS, Metric.VIEWS]), _FIGURE, min_size=1)
#: which of two accounts, and so many days after the first
_PLACE = st.tuples(st.integers(0, 4).map(bool), st.integers(0, 7))
_BATCH = st.dictionaries(_PLACE, _FIGURES, min_size=1, max_size=3)
_STEPS = st.lists(st.one_of(_BATCH, _BATCH, _BATCH, _PLACE), min_size=2, max_size=6)


@given(steps=_STEPS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_months_are_what_their_days_add_up_to(session: Session, world: World, steps) -> None:
    with session.begin_nested() as tried:
        run = _run(session, world)
        for step in steps:
            if isinstance(step, dict):
                _store(session, world, step, run)
            else:
                _take_away(session, world, step, run)
        found = _months(session)
        session.execute(sa.delete(MonthFigure))
        roll_up(session, _DAYS, sa.true(), consortium_id=world.consortium.id)
        assert found == _months(session)
        tried.rollback()


def test_days_after_the_last_are_added_to_the_month(session, world):
    """Not added up anew: what else the month says, rightly or wrongly, stays until a day comes between."""
    run = _run(session, world)

    def store(day: int, posts: int | None, followers: int | None) -> tuple[int | None, ...]:
        known = {Metric.POSTS: posts, Metric.FOLLOWERS: followers}
        figures = {m: Figure.missing(Reason.HIDDEN) if n is None else Figure.of(n) for m, n in known.items()}
        row = AccountDay(world.account.id, date(2026, 9, day), figures)
        store_batch(session, [row], run=run, source=Source.PULL, at=AT)
        month = session.scalars(sa.select(MonthFigure).execution_options(populate_existing=True)).one()
        return month.posts, month.posts_days, month.days, month.followers_first, month.followers_last

    assert store(10, 2, None) == (2, 1, 1, None, None)
    session.execute(sa.update(MonthFigure).values(posts=100))
    assert store(12, 2, 7) == (102, 2, 2, 7, 7)
    assert store(13, None, 9) == (102, 2, 3, 7, 9)
    assert store(14, 0, None) == (102, 3, 4, 7, 9)
    assert store(11, 1, 8) == (5, 4, 5, 8, 9)


def _store(session: Session, world: World, batch, run: Run) -> None:
    rows = [AccountDay(_account(world, place).id, _day(place), figures) for place, figures in batch.items()]
    store_batch(session, rows, run=run, source=Source.PULL, at=AT)


def _take_away(session: Session, world: World, place, run: Run) -> None:
    take_away(session, _account(world, place), {_day(place): list(Metric)}, run=run, at=AT)


def _account(world: World, place):
    return world.north_account if place[0] else world.account


def _day(place) -> date:
    return _FIRST + timedelta(days=place[1])


def _months(session: Session):
    months = sa.Table(MonthFigure.__tablename__, MonthFigure.metadata)
    return session.execute(sa.select(months).order_by(months.c.account_id, months.c.month)).all()


def _run(session: Session, world: World) -> Run:
    run = Run(
        id=new_id(),
        consortium_id=world.consortium.id,
        account_id=world.account.id,
        kind=RunKind.PULL,
        state=RunState.DONE,
        started_at=AT,
    )
    session.add(run)
    session.flush()
    return run
