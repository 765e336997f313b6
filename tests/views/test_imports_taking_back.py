"""An import is taken back exactly; whose figure stands where a file and a platform differ."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.foundation.errors import Refused
from app.foundation.figures import Figure, Reason
from app.imports.actions import checking
from app.imports.actions.carrying import apply_file
from app.imports.actions.checking import GivenFile
from app.imports.actions.undoing import undo_import
from app.imports.queries.undo import counts_to_undo, days_to_undo
from app.metrics.actions.staging import stage
from app.metrics.models import DailyFigure, FigureDifference, MonthFigure, Observation, ReplacedFigure, Run
from app.metrics.queries.standing import DifferingDays, days_that_differ
from app.metrics.rules.days import DailyFigures
from app.metrics.rules.dictionary import Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState
from app.metrics.rules.standing import Precedence
from tests.factories.figures import store_days
from tests.factories.world import AT, World

TODAY = AT.date()
OLD = date(2026, 9, 20)


def figures(**told: int | Reason) -> dict[Metric, Figure]:
    return {
        Metric(name): Figure.missing(value) if isinstance(value, Reason) else Figure.of(value)
        for name, value in told.items()
    }


@pytest.fixture
def pulled(session, world) -> Callable[..., Run]:
    def pulled(days, source=Source.PULL, at=AT):
        run = Run(
            consortium_id=world.consortium.id,
            account_id=world.account.id,
            kind=RunKind.PULL,
            state=RunState.DONE,
            started_at=at,
        )
        session.add(run)
        session.flush()
        store_days(
            session,
            world.account,
            [DailyFigures(day, figures(**told)) for day, told in days.items()],
            run=run,
            source=source,
            at=at,
        )
        return run

    return pulled


@pytest.fixture
def imported(session, world) -> Callable[..., Run]:
    def imported(days, precedence=None, name="a.csv"):
        run = checking.begin_import(session, world.account, GivenFile(name, name.ljust(64)), by=world.machine, at=AT)
        metrics = sorted({Metric(name) for told in days.values() for name in told})
        checking.begin_check(session, run, metrics)
        rows = [AccountDay(world.account.id, day, figures(**told)) for day, told in days.items()]
        lines = range(2, len(rows) + 2)
        stage(session, rows, consortium_id=world.consortium.id, run_id=run.id, lines=lines)
        checking.keep_problems(session, run, [], good=len(rows))
        checking.end_check(session, run, at=AT)
        if precedence:
            checking.choose(session, run, precedence, why="", at=AT)
        apply_file(session, run, by=world.machine, at=AT)
        return run

    return imported


def test_what_goes_back_is_told_day_by_day_as_it_then_goes(session, world, pulled, imported):
    within = Scope(consortium_id=world.consortium.id)
    pulled({OLD: {"posts": 2}})
    run = imported(
        {OLD: {"posts": 5, "views": 9}, TODAY: {"posts": 3}, TODAY - timedelta(days=1): {"posts": 4}}, Precedence.FILE
    )
    pulled({TODAY: {"followers": 103}})
    assert counts_to_undo(session, run, within=within) == (3, 0)
    told = {each.day: each for each in days_to_undo(session, run, within=within, offset=0, limit=9)}
    assert [each.is_changed_since for each in told.values()] == [False, False, True]
    assert told[OLD].cells == ((Metric.POSTS, 5, 2), (Metric.VIEWS, 9, None))
    assert (told[OLD].is_new, told[TODAY].is_new, told[TODAY].cells) == (False, True, ((Metric.POSTS, 3, None),))
    done = undo_import(session, run, by=world.machine, at=AT)
    assert done.left == 1


def everything(session, world):
    """All that can be seen of the days: values, where they came from, reasons, months."""
    session.flush()
    session.expire_all()
    days = [
        tuple(row) for row in session.execute(sa.select(*sa.inspect(DailyFigure).columns).order_by(DailyFigure.day))
    ]
    notes = [
        (note.day, note.metric, note.value, note.reason, note.source, note.run_id)
        for note in session.scalars(
            sa.select(Observation).where(Observation.revision == 0).order_by(Observation.day, Observation.metric)
        )
    ]
    months = [
        tuple(row) for row in session.execute(sa.select(*sa.inspect(MonthFigure).columns).order_by(MonthFigure.month))
    ]
    session.refresh(world.account)
    return days, notes, months, world.account.newest_figure_on


def undo(session, world, run, days=1):
    done = undo_import(session, run, by=world.machine, at=AT + timedelta(days=days))
    session.flush()
    return done


def test_an_import_is_taken_back_exactly_and_can_be_imported_again(session, world: World, pulled, imported):
    pulled({OLD: {"posts": 3, "followers": 90}, TODAY: {"posts": 1, "views": Reason.TOKEN_REVOKED}})
    imported({OLD: {"replies": 2}}, name="earlier.csv")
    before = everything(session, world)
    days = {
        OLD: {"posts": 9, "replies": 4, "reactions": Reason.BLANK},
        OLD + timedelta(days=1): {"posts": 2, "replies": 0},
        TODAY: {"posts": 1, "views": 30},
        TODAY + timedelta(days=1): {"posts": 5},
    }
    run = imported(days, Precedence.FILE)
    after = everything(session, world)
    assert after != before
    assert len(after[0]) == 4
    done = undo(session, world, run)
    assert (done.taken_away, done.restored, done.left) == (2, 2, 0)
    assert everything(session, world) == before
    assert run.state is RunState.UNDONE
    with pytest.raises(Refused, match="taken back already"):
        undo(session, world, run)
    again = imported(days, Precedence.FILE)
    assert (again.rows_added, again.rows_changed) == (2, 2)
    assert (imported(days, Precedence.FILE).rows_changed, session.get(Run, again.id).state) == (0, RunState.DONE)


def test_what_changed_since_stays(session, world, pulled, imported):
    pulled({TODAY: {"posts": 3}})
    run = imported({TODAY: {"posts": 9, "replies": 1}, OLD: {"replies": 7, "posts": 1}}, Precedence.FILE)
    imported({TODAY: {"posts": 12}}, Precedence.FILE, name="later.csv")
    pulled({OLD: {"followers": 40}})
    done = undo(session, world, run)
    assert done.left == 2
    days, *_ = everything(session, world)
    table = [(row[2], row[4], row[5], row[7], row[8]) for row in days]
    assert table == [(OLD, "pull", 40, None, None), (TODAY, "pull", None, 12, None)]
    assert "2 not undone: changed since" in run.message


def test_a_file_of_before_stays_where_a_later_one_tells_of_other_figures(session, world, imported):
    first = imported({TODAY: {"posts": 3}})
    second = imported({TODAY: {"views": 70}}, name="views.csv")
    undo(session, world, first)
    row = session.scalars(sa.select(DailyFigure).execution_options(populate_existing=True)).one()
    assert (row.posts, row.views, row.run_id) == (None, 70, second.id)
    undo(session, world, second)
    assert session.scalars(sa.select(DailyFigure)).all() == []
    assert session.scalars(sa.select(MonthFigure)).all() == []


def test_after_thirty_days_it_stays(session, world, imported):
    run = imported({TODAY: {"posts": 3}})
    with pytest.raises(Refused, match="for 30 days"):
        undo(session, world, run, days=31)


def test_the_platform_stands_by_default_and_a_file_fills_gaps(session, world, pulled, imported):
    pulled({TODAY: {"posts": 3, "followers": 100}})
    run = imported({TODAY: {"posts": 3, "followers": 104, "views": 8}})
    row = session.scalars(sa.select(DailyFigure).execution_options(populate_existing=True)).one()
    assert (row.followers, row.views, run.rows_changed) == (100, 8, 1)
    told = session.scalars(sa.select(FigureDifference)).one()
    assert (told.metric, told.value, told.source, told.other_value, told.run_id) == (
        Metric.FOLLOWERS, 100, Source.PULL, 104, run.id,
    )  # fmt: skip
    within = Scope(consortium_id=world.consortium.id)
    assert days_that_differ(session, within=within, since=TODAY) == {world.account.id: DifferingDays(1, TODAY)}
    pulled({TODAY: {"followers": 103}})
    assert session.scalars(sa.select(FigureDifference)).all() == []


def test_a_file_that_was_chosen_stands_when_the_platform_is_asked_again(session, world, pulled, imported):
    pulled({TODAY: {"followers": 100}})
    imported({TODAY: {"followers": 110}}, Precedence.FILE)
    pulled({TODAY: {"followers": 100}})
    row = session.scalars(sa.select(DailyFigure).execution_options(populate_existing=True)).one()
    assert row.followers == 110
    told = session.scalars(sa.select(FigureDifference)).one()
    assert (told.value, told.source, told.other_value) == (110, Source.IMPORT, 100)


def test_no_difference_outlives_the_file_that_told_of_it(session, world, pulled, imported):
    pulled({TODAY: {"followers": 100}})
    run = imported({TODAY: {"followers": 110}, OLD: {"followers": 90}}, Precedence.FILE)
    pulled({OLD: {"followers": 80}})
    told = session.scalars(sa.select(FigureDifference).order_by(FigureDifference.day)).all()
    assert [(each.value, each.other_value) for each in told] == [(90, 80), (110, 100)]
    undo(session, world, run)
    assert session.scalars(sa.select(FigureDifference)).all() == []


def test_what_was_written_by_hand_gives_way_and_takes_no_place(session, world, pulled, imported):
    pulled({TODAY: {"followers": 50}}, source=Source.BY_HAND)
    imported({TODAY: {"followers": 60}})
    pulled({TODAY: {"followers": 55}}, source=Source.BY_HAND)
    note = session.scalars(sa.select(Observation).where(Observation.revision == 0)).one()
    assert (note.value, note.source) == (60, Source.IMPORT)


def test_what_is_replaced_by_the_thousand_is_kept_in_few_statements(session, world, pulled, imported):
    days = {TODAY - timedelta(days=n): {"posts": n} for n in range(1200)}
    pulled(days)
    run = imported({day: {"posts": told["posts"] + 100} for day, told in days.items()}, Precedence.FILE)
    assert session.scalar(sa.select(sa.func.count()).select_from(ReplacedFigure)) == 1200
    assert undo(session, world, run).restored == 1200
    assert session.scalar(sa.select(sa.func.sum(DailyFigure.posts))) == sum(range(1200))
    assert session.scalar(sa.select(sa.func.count()).select_from(ReplacedFigure)) == 0


def test_nothing_differs_from_a_figure_that_went(session, world, pulled, imported):
    pulled({OLD: {"views": 100}, TODAY: {"views": 50}})
    stays = imported({TODAY: {"views": 90}}, Precedence.FILE, name="stays.csv")
    run = imported({OLD: {"views": 200}}, Precedence.FILE)
    assert session.scalars(sa.select(FigureDifference.value).order_by(FigureDifference.day)).all() == [200, 90]
    undo(session, world, run)
    assert session.scalars(sa.select(FigureDifference.value)).all() == [90]
    undo(session, world, stays)
    assert session.scalars(sa.select(FigureDifference.value)).all() == []
