"""Which of two sources of a figure stands is decided on the page of its day, and taken back there."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.imports.actions import checking
from app.imports.actions.carrying import apply_file
from app.imports.actions.undoing import undo_import
from app.metrics.actions.furthering import Told, store_further
from app.metrics.actions.staging import stage
from app.metrics.models import DailyFigure, FigureDifference, FurtherFigure, MonthFigure, Observation, Run
from app.metrics.queries.standing import find_difference
from app.metrics.rules.days import DailyFigures
from app.metrics.rules.dictionary import FurtherMetric, Metric, Source
from app.metrics.rules.incoming import AccountDay
from app.metrics.rules.runs import RunKind, RunState
from app.metrics.rules.standing import Precedence
from tests.factories.figures import store_days
from tests.factories.world import AT

DAY = date(2026, 10, 3)


def a_run(session, world, kind=RunKind.PULL):
    run = Run(
        consortium_id=world.consortium.id, account_id=world.account.id, kind=kind, state=RunState.DONE, started_at=AT
    )
    session.add(run)
    session.flush()
    return run


def pull(session, world, **told):
    figures = {Metric(name): Figure.of(value) for name, value in told.items()}
    store_days(
        session, world.account, [DailyFigures(DAY, figures)], run=a_run(session, world), source=Source.PULL, at=AT
    )


def give(session, world, precedence, **told):
    """A file with the day, imported."""
    run = checking.begin_import(
        session, world.account, checking.GivenFile("oct.csv", "o" * 64), by=world.machine, at=AT
    )
    checking.begin_check(session, run, [Metric(name) for name in told])
    rows = [AccountDay(world.account.id, DAY, {Metric(name): Figure.of(value) for name, value in told.items()})]
    stage(session, rows, consortium_id=world.consortium.id, run_id=run.id, lines=[2])
    checking.keep_problems(session, run, [], good=1)
    checking.end_check(session, run, at=AT)
    checking.choose(session, run, precedence, why="", at=AT)
    apply_file(session, run, by=world.machine, at=AT)
    return run


def decide(browser, world, metric, value):
    url = f"/accounts/{world.account.id}/figures/{DAY}/decide"
    return browser.post(url, data={"metric": metric, "value": value}, follow_redirects=True).text


def held(session, world, *metrics):
    enter_tenant(session, world.consortium.id)
    session.expire_all()
    row = session.scalars(sa.select(DailyFigure).where(DailyFigure.day == DAY)).one()
    return tuple(getattr(row, metric) for metric in metrics)


@pytest.fixture
def differing(session, world):
    """A day of a pull that a file fills, but for the followers, of which it tells something else."""
    pull(session, world, followers=100, posts=2)
    run = give(session, world, Precedence.PLATFORM, followers=110, views=8)
    session.commit()
    enter_tenant(session, world.consortium.id)
    return run


def test_the_files_figure_is_let_stand_against_later_pulls_and_taken_back(session, world, differing, as_branch_manager):
    page = as_branch_manager.get(f"/accounts/{world.account.id}/figures/{DAY}").text
    assert "differs by 10% from the file oct.csv" in page
    assert "Let the file’s 110 stand" in page
    assert "changed meanwhile" in decide(as_branch_manager, world, "followers", 111)
    page = decide(as_branch_manager, world, "followers", 110)
    assert "Followers: 110 stands." in page
    assert "A person chose what stands." in page
    assert "100, pulled" in page
    assert "Let the platform’s 100 stand" in page
    assert held(session, world, "followers", "posts", "views") == (110, 2, 8)
    assert session.scalars(sa.select(MonthFigure.followers_last)).one() == 110
    assert session.scalars(sa.select(HistoryEntry.deed).order_by(HistoryEntry.number.desc())).first() == (
        Deed.FIGURE_DECIDED
    )
    pull(session, world, followers=101, posts=2)
    assert held(session, world, "followers") == (110,)
    told = session.scalars(sa.select(FigureDifference)).one()
    assert (told.value, told.other_value, told.is_decided) == (110, 101, True)
    session.commit()
    assert "Let the file’s 110 stand" in decide(as_branch_manager, world, "followers", 101)
    assert held(session, world, "followers") == (101,)
    pull(session, world, followers=104)
    assert held(session, world, "followers") == (104,)


@pytest.mark.parametrize("turns", [1, 2])
def test_taking_the_file_back_brings_back_what_stood_before_it(session, world, differing, as_branch_manager, turns):
    for value in (110, 100)[:turns]:
        decide(as_branch_manager, world, "followers", value)
    enter_tenant(session, world.consortium.id)
    done = undo_import(session, session.get(Run, differing.id), by=world.machine, at=AT)
    assert done.left == 0
    assert held(session, world, "followers", "posts", "views") == (100, 2, None)
    assert session.scalars(sa.select(FigureDifference)).all() == []
    assert session.scalars(sa.select(Observation.value).where(Observation.revision == 0)).all() == []


def test_a_file_that_stands_gives_way_to_the_platform_where_a_person_says_so(session, world, as_branch_manager):
    pull(session, world, followers=100)
    run = give(session, world, Precedence.FILE, followers=110)
    session.commit()
    assert "Let the file’s 110 stand" in decide(as_branch_manager, world, "followers", 100)
    assert held(session, world, "followers") == (100,)
    pull(session, world, followers=105)
    assert held(session, world, "followers") == (105,)
    undo_import(session, session.get(Run, run.id), by=world.machine, at=AT)
    assert held(session, world, "followers") == (105,)


def test_what_is_told_beside_the_day_is_decided_too(session, world, as_branch_manager):
    pull(session, world, followers=100)
    saves = FurtherMetric.SAVES
    for kind, source, value in ((RunKind.PULL, Source.PULL, 4), (RunKind.IMPORT, Source.IMPORT, 9)):
        figure = Told(world.account.id, DAY, saves, Figure.of(value))
        store_further(session, [figure], run=a_run(session, world, kind), source=source, at=AT)
    session.commit()
    assert "Let the platform’s 4 stand" in decide(as_branch_manager, world, saves.value, 9)
    enter_tenant(session, world.consortium.id)
    figure = Told(world.account.id, DAY, saves, Figure.of(5))
    store_further(session, [figure], run=a_run(session, world), source=Source.PULL, at=AT)
    rows = session.execute(sa.select(FurtherFigure.revision, FurtherFigure.value).order_by(FurtherFigure.revision))
    assert [tuple(row) for row in rows] == [(0, 9), (1, 4)]
    told = find_difference(session, world.account, DAY, saves.value, within=Scope(world.consortium.id))
    assert (told.other_value, told.is_decided) == (5, True)


def test_deciding_is_for_those_who_import(session, world, differing, as_auditor, as_stranger):
    page = as_auditor.get(f"/accounts/{world.account.id}/figures/{DAY}").text
    assert "differs by 10%" in page
    assert "stand</button>" not in page.replace("<span", "</button><span")
    url = f"/accounts/{world.account.id}/figures/{DAY}/decide"
    assert as_auditor.post(url, data={"metric": "followers", "value": "110"}).status_code == 403
    assert as_stranger.post(url, data={"metric": "followers", "value": "110"}).status_code == 404
    assert held(session, world, "followers") == (100,)
