"""The report on the pulls of a night: what was done, what went wrong, what is under way, and one pull by itself."""

from datetime import timedelta

import pytest

from app.access.rules import Scope
from app.background.actions import Wish, ask_many
from app.consortia.queries import settings_of
from app.foundation.clock import local_day, now
from app.foundation.database import enter_tenant
from app.foundation.ids import new_id
from app.metrics.actions.asking import PULL
from app.metrics.actions.holding import hold_server
from app.metrics.models import Run
from app.metrics.queries.mentions import mentions_kept_days
from app.metrics.rules.runs import RunKind, RunState


@pytest.fixture
def night(session, world):
    """Three good pulls and two that failed for one reason, all of today, and one of yesterday."""

    def pull(account, *, state=RunState.DONE, message="2 posts read.", back=timedelta(0), **more):
        at = now() - back
        run = Run(
            id=new_id(), consortium_id=world.consortium.id, account_id=account.id, kind=RunKind.PULL, state=state,
            started_at=at, ended_at=at + timedelta(seconds=2), message=message, **more,
        )  # fmt: skip
        session.add(run)
        return run

    enter_tenant(session, world.consortium.id)
    world.account.place = world.east
    runs = [pull(world.account, rows_added=7, cost_micros=20_000, reads={"post": 4})]
    runs += [pull(world.north_account) for _ in range(2)]
    runs += [pull(world.account, state=RunState.FAILED, message="Nobody answered.") for _ in range(2)]
    pull(world.account, back=timedelta(days=1), message="Of yesterday.")
    session.commit()
    return runs


def today(session, world):
    return local_day(now(), settings_of(session, within=Scope(world.consortium.id)).time_zone)


def test_the_report_sums_a_night_up_and_tells_why_pulls_failed(as_admin, session, world, night):
    page = as_admin.get(f"/at/{world.root.code}/pulls").text
    assert "2 pulls: Nobody answered." in page
    assert "5 pulls" in page
    assert "USD 0.02" in page
    assert "Of yesterday." not in page
    before = today(session, world) - timedelta(days=1)
    assert "Of yesterday." in as_admin.get(f"/at/{world.root.code}/pulls?night={before}").text


def test_the_address_narrows_the_list_and_bears_anything(as_admin, world, night):
    failed = as_admin.get(f"/at/{world.root.code}/pulls?state=failed&platform=mastodon").text
    assert "2 posts read." not in failed
    assert "No pulls here" in as_admin.get(f"/at/{world.root.code}/pulls?platform=x").text
    for query in ("night=soon", "night=0001-01-01", "night=9999-12-31", "state=odd", "platform=odd", "page=999"):
        assert as_admin.get(f"/at/{world.root.code}/pulls?{query}").status_code == 200


def test_a_place_sees_its_own_pulls_only(as_branch_manager, world, night):
    page = as_branch_manager.get(f"/at/{world.east.code}/pulls").text
    assert "3 pulls" in page
    assert world.north_account.handle not in page


def test_one_pull_tells_what_it_read_and_cost(as_admin, world, night):
    page = as_admin.get(f"/pulls/{night[0].id}").text
    assert "4 posts" in page
    assert "USD 0.02" in page
    assert f"/accounts/{world.account.id}" in page


def test_what_is_under_way_goes_on_without_the_page(as_admin, session, world, night):
    wishes = [Wish(str(number), {"account_id": number}) for number in range(4)]
    ask_many(session, PULL, wishes, consortium_id=world.consortium.id, at=now())
    until = now() + timedelta(minutes=30)
    hold_server(session, "mastodon social.example", "", until=until, consortium_id=world.consortium.id)
    session.commit()
    page = as_admin.get(f"/at/{world.root.code}/pulls").text
    assert "In the whole consortium: 2 of 6 accounts pulled today" in page
    assert "Mastodon at social.example asks us to wait until" in page
    assert "Pulls go on without this page." in page


def test_who_may_see_it(as_staff, as_auditor, as_stranger, world, night):
    assert as_auditor.get(f"/at/{world.root.code}/pulls").status_code == 200
    assert as_staff.get(f"/at/{world.root.code}/pulls").status_code == 403
    assert as_staff.get(f"/pulls/{night[0].id}").status_code == 403
    assert as_stranger.get(f"/at/{world.east.code}/pulls").status_code == 404
    assert as_stranger.get(f"/pulls/{night[0].id}").status_code == 404


def test_how_long_mentions_are_kept_is_the_admins_to_say(as_admin, as_branch_manager, as_stranger, session, world):
    assert as_branch_manager.get("/mentions/kept").status_code == 403
    assert "Choose between 1 and 730 days." in as_admin.post("/mentions/kept", data={"days": "0"}).text
    assert as_admin.post("/mentions/kept", data={"days": "30"}).status_code == 302
    enter_tenant(session, world.consortium.id)
    assert mentions_kept_days(session, within=Scope(world.consortium.id)) == 30
    assert 'value="30"' in as_admin.get("/mentions/kept").text


def test_the_command_tells_the_same(application, world, night):
    words = ["metrics", "runs", "--consortium", world.consortium.slug]
    told = application.test_cli_runner().invoke(args=words).output
    assert "2 accounts pulled, 2 pulls failed; 7 days added, 0 changed; USD 0.02." in told
    assert "2  Nobody answered." in told
    assert '"failed": 2' in application.test_cli_runner().invoke(args=[*words, "--json"]).output
    assert "nothing was pulled" in application.test_cli_runner().invoke(args=[*words, "--night", "2020-01-01"]).output
