"""What platforms tell beside the metrics: kept by file and pull, shown with where it came from, taken back exactly."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.access.rules import Scope
from app.background.worker import drain
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure, Reason
from app.foundation.periods import Period, month_of
from app.imports.queries.undo import counts_to_undo, days_to_undo
from app.metrics.actions.furthering import Told, store_further
from app.metrics.actions.untelling import take_further_back
from app.metrics.models import DailyFigure, FurtherFigure, Run, StagedFurther
from app.metrics.queries.closing import restated_since
from app.metrics.queries.further import further_of
from app.metrics.rules.dictionary import FurtherMetric, Source
from app.metrics.rules.runs import RunKind, RunState
from tests.factories.closing import close
from tests.factories.world import AT

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
NOV_3, OCT_3 = date(2026, 11, 3), date(2026, 10, 3)
X_DAYS = (
    "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,"
    "Create Post,Video views,Media views\n"
    '"Tue, Nov 3, 2026",120,4,31,2,1,3,1,0,0,17,1,9,10\n'
    '"Mon, Nov 2, 2026",80,1,12,0,0,0,-,0,0,5,0,0,0\n'
)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=True):
        yield


def a_run(session, world, kind=RunKind.PULL):
    run = Run(
        consortium_id=world.consortium.id,
        account_id=world.account.id,
        kind=kind,
        state=RunState.DONE,
        started_at=NOW,
        ended_at=NOW,
    )
    session.add(run)
    session.flush()
    return run


def keep(session, world, day, told, *, source=Source.PULL, at=NOW):
    run = a_run(session, world, RunKind.IMPORT if source is Source.IMPORT else RunKind.PULL)
    rows = [
        Told(world.account.id, day, metric, Figure.missing(said) if isinstance(said, Reason) else Figure.of(said))
        for metric, said in told.items()
    ]
    store_further(session, rows, run=run, source=source, at=at)
    return run


def seen(session, world, day):
    within = Scope(world.consortium.id)
    return further_of(session, world.account, period=Period(day, day), within=within).get(day, {})


def test_a_file_of_x_brings_more_than_the_columns_and_is_taken_back(
    as_branch_manager, as_staff, application, session, world
):
    account = world.account
    account.platform = "x"
    session.commit()
    file = (io.BytesIO(X_DAYS.encode()), "account_overview.csv")
    location = as_branch_manager.post(
        f"/accounts/{account.id}/import", data={"file": file}, content_type="multipart/form-data"
    ).location
    drain(application)
    enter_tenant(session, world.consortium.id)
    close(session, world, Period(NOV_3, NOV_3))
    session.commit()
    assert "1 day lies in a closed period" in as_branch_manager.get(location).get_data(as_text=True)
    assert as_branch_manager.post(location).status_code == 302
    drain(application)
    enter_tenant(session, world.consortium.id)
    assert {metric: one.figure.value for metric, one in seen(session, world, NOV_3).items()} == {
        FurtherMetric.NEW_FOLLOWS: 3,
        FurtherMetric.UNFOLLOWS: 1,
        FurtherMetric.PROFILE_VIEWS: 17,
        FurtherMetric.ENGAGEMENTS: 31,
        FurtherMetric.SAVES: 2,
        FurtherMetric.VIDEO_VIEWS: 9,
        FurtherMetric.LINK_SHARES: 1,
        FurtherMetric.MEDIA_VIEWS: 10,
    }
    assert FurtherMetric.UNFOLLOWS not in seen(session, world, date(2026, 11, 2))
    assert not session.scalars(sa.select(StagedFurther.value).filter_by(consortium_id=world.consortium.id)).all()
    page = as_branch_manager.get(f"/accounts/{account.id}/figures").get_data(as_text=True)
    assert "Further figures" in page
    assert "New followers" in page
    day = as_branch_manager.get(f"/accounts/{account.id}/figures/2026-11-03").get_data(as_text=True)
    assert "The column “Profile visits”" in day or "The column &#34;Profile visits&#34; of X" in day
    assert "account_overview.csv" in day
    lines = as_branch_manager.get(f"/accounts/{account.id}/figures.csv?to=2026-11-03").get_data(as_text=True)
    assert "2026-11-03,Profile views,17,,Imported from a file,account_overview.csv," in lines
    assert "Profile visits" in as_staff.get("/figures/dictionary?figure=profile_views").get_data(as_text=True)
    run = session.scalars(sa.select(Run).filter_by(consortium_id=world.consortium.id, kind=RunKind.IMPORT)).one()
    goes = as_branch_manager.get(f"/imports/{run.id}/undo").get_data(as_text=True)
    assert "Profile views 17" in goes
    assert as_branch_manager.post(f"/imports/{run.id}/undo").status_code == 302
    drain(application)
    enter_tenant(session, world.consortium.id)
    assert seen(session, world, NOV_3) == {}


def test_what_replaces_is_kept_when_it_is_late_or_in_a_closed_period(session, world):
    saves, opened = FurtherMetric.SAVES, FurtherMetric.PROFILE_VIEWS
    keep(session, world, NOV_3, {saves: 2, opened: Reason.BELOW_THRESHOLD})
    keep(session, world, NOV_3, {saves: 3, opened: 9})  # restated within the week
    assert [(one.figure.value, len(one.revisions)) for one in seen(session, world, NOV_3).values()] == [(9, 0), (3, 0)]
    keep(session, world, NOV_3, {saves: Reason.API_ERROR, opened: Reason.NOT_COLLECTED})  # tells nothing new
    assert [one.figure.value for one in seen(session, world, NOV_3).values()] == [9, 3]
    keep(session, world, OCT_3, {saves: 5})
    keep(session, world, OCT_3, {saves: 6})
    keep(session, world, OCT_3, {saves: 6})
    late = seen(session, world, OCT_3)[saves]
    assert (late.figure.value, [one.figure.value for one in late.revisions]) == (6, [5])
    close(session, world, Period(date(2026, 11, 1), date(2026, 11, 5)))
    keep(session, world, NOV_3, {saves: 4}, at=NOW + timedelta(hours=1))
    assert [one.figure.value for one in seen(session, world, NOV_3)[saves].revisions] == [3]


def test_a_file_gives_way_to_the_platform_and_fills_gaps_and_goes_exactly(session, world):
    saves, gone = FurtherMetric.SAVES, FurtherMetric.UNFOLLOWS
    keep(session, world, NOV_3, {saves: 2})
    run = keep(session, world, NOV_3, {saves: 7, gone: 1}, source=Source.IMPORT)
    now = seen(session, world, NOV_3)
    assert (now[saves].figure.value, now[gone].figure.value) == (2, 1)
    newer = keep(session, world, NOV_3, {gone: 4}, source=Source.IMPORT)
    within = Scope(world.consortium.id)
    (goes,) = days_to_undo(session, newer, within=within, offset=0, limit=9)
    assert (goes.day, goes.is_new, goes.is_changed_since, goes.cells) == (NOV_3, False, False, ((gone, 4, 1),))
    (stays,) = days_to_undo(session, run, within=within, offset=0, limit=9)
    assert (stays.is_changed_since, stays.cells) == (True, ())
    assert counts_to_undo(session, newer, within=within) == (1, 0)
    take_further_back(session, newer, at=NOW)
    assert seen(session, world, NOV_3)[gone].figure.value == 1
    take_further_back(session, run, at=NOW)
    assert set(seen(session, world, NOV_3)) == {saves}
    assert session.scalar(sa.select(sa.func.count()).select_from(FurtherFigure)) == 1


LINKEDIN = (
    "Followers of East Library\n"
    "Date,Sponsored followers,Organic followers,Auto-invited followers,Total followers\n"
    "11/03/2026,1,4,0,5\n"
    "11/04/2026,0,2,0,1204\n"
    "11/05/2026,0,-1,0,-1\n"
)
FOLLOWS = 'sep=,\n"Follows"\n"Date","Primary"\n"2026-11-03T00:00:00","6"\n"2026-11-04T00:00:00","0"\n'


def give(browser, application, account, content):
    file = (io.BytesIO(content), "export.csv")
    location = browser.post(
        f"/accounts/{account.id}/import", data={"file": file}, content_type="multipart/form-data"
    ).location
    drain(application)
    return location


def carry_out(browser, application, location):
    browser.post(location, data={"bad_rows": "leave_out"})
    drain(application)


def told(session, world, metric):
    enter_tenant(session, world.consortium.id)
    within = Scope(world.consortium.id)
    found = further_of(session, world.account, period=Period(NOV_3, date(2026, 11, 6)), within=within)
    return {day.day: its[metric].figure.value for day, its in found.items() if metric in its}


def test_a_file_of_nothing_but_new_followers_goes_in_twice_the_same_and_is_taken_back(
    as_branch_manager, application, session, world
):
    account, new = world.account, FurtherMetric.NEW_FOLLOWS
    account.platform = "linkedin"
    session.commit()
    location = give(as_branch_manager, application, account, LINKEDIN.encode())
    page = as_branch_manager.get(location).get_data(as_text=True)
    assert "LinkedIn new followers by day" in page
    assert "is not the sum of its parts, 2" in page
    assert '<th scope="col" class="num">New followers by ads</th>' in page
    carry_out(as_branch_manager, application, location)
    assert "2 days added, 0 changed, 0 the same" in as_branch_manager.get(location).get_data(as_text=True)
    assert told(session, world, new) == {3: 5, 5: -1}
    assert told(session, world, FurtherMetric.NEW_FOLLOWS_PAID) == {3: 1, 5: 0}
    assert session.scalars(sa.select(DailyFigure).filter_by(consortium_id=world.consortium.id)).all() == []
    again = give(as_branch_manager, application, account, LINKEDIN.replace(",2,0,1204", ",2,0,2").encode())
    carry_out(as_branch_manager, application, again)
    assert "1 day added, 0 changed, 2 the same" in as_branch_manager.get(again).get_data(as_text=True)
    mended = give(as_branch_manager, application, account, LINKEDIN.replace("1,4,0,5", "1,5,0,6").encode())
    carry_out(as_branch_manager, application, mended)
    assert "0 days added, 1 changed, 1 the same" in as_branch_manager.get(mended).get_data(as_text=True)
    for run, left in ((mended, {3: 5, 4: 2, 5: -1}), (again, {3: 5, 5: -1}), (location, {})):
        shown = as_branch_manager.get(f"{run}/undo").get_data(as_text=True)
        assert ("New followers 6 back to 5" in shown) is (run == mended)
        as_branch_manager.post(f"{run}/undo")
        drain(application)
        assert told(session, world, new) == left
    said = as_branch_manager.get(location).get_data(as_text=True)
    assert "2 days taken away; 0 as before" in said


def test_metas_file_of_follows_meets_what_the_platform_said(as_branch_manager, application, session, world):
    account, new = world.account, FurtherMetric.NEW_FOLLOWS
    account.platform = "facebook"
    keep(session, world, NOV_3, {new: 9})
    session.commit()
    location = give(as_branch_manager, application, account, FOLLOWS.encode("utf-16"))
    page = as_branch_manager.get(location).get_data(as_text=True)
    assert "1 day differs from another source by more than 2%" in page
    as_branch_manager.post(location, data={"bad_rows": "leave_out", "precedence": "platform"})
    drain(application)
    assert told(session, world, new) == {3: 9, 4: 0}
    day = as_branch_manager.get(f"/accounts/{account.id}/figures/2026-11-03").get_data(as_text=True)
    assert "differs by 33% from the file export.csv" in day
    firm = give(as_branch_manager, application, account, FOLLOWS.encode("utf-16"))
    as_branch_manager.post(firm, data={"bad_rows": "leave_out", "precedence": "file"})
    drain(application)
    assert told(session, world, new) == {3: 6, 4: 0}
    as_branch_manager.post(f"{firm}/undo")
    drain(application)
    assert told(session, world, new) == {3: 9, 4: 0}
    day = as_branch_manager.get(f"/accounts/{account.id}/figures/2026-11-03").get_data(as_text=True)
    assert "differs by" not in day


def test_what_is_restated_in_a_closed_period_is_listed_with_it(as_director, session, world):
    saves, gone = FurtherMetric.SAVES, FurtherMetric.UNFOLLOWS
    month = month_of(OCT_3)

    def at(hours, told, source=Source.PULL):
        run = keep(session, world, OCT_3, told, source=source, at=AT + timedelta(hours=hours))
        run.started_at = run.ended_at = AT + timedelta(hours=hours)
        session.flush()
        return run

    at(-3, {saves: 3})
    early = at(-2, {gone: 1}, Source.IMPORT)
    closing = close(session, world, month)

    def restated():
        found = restated_since(session, closing, within=Scope(world.consortium.id))
        return [(one.metric, one.then.value, one.now.value) for one in found]

    assert restated() == []
    at(1, {saves: 4})
    late = at(2, {FurtherMetric.VISITORS: 8}, Source.IMPORT)
    at(3, {saves: 5})
    assert restated() == [(FurtherMetric.VISITORS, None, 8), (saves, 3, 5)]
    session.commit()
    page = as_director.get(f"/at/{world.east.code}/periods/{month.code}").get_data(as_text=True)
    assert "/figures/2026-10-03#visitors" in page
    enter_tenant(session, world.consortium.id)
    take_further_back(session, late, at=AT + timedelta(hours=4))
    at(5, {saves: 3})
    assert restated() == []
    take_further_back(session, early, at=AT + timedelta(hours=6))
    assert restated() == [(gone, 1, None)]
