"""Pulls of platforms that bill or ration: X and YouTube on real HTTP, what it cost, and the cap of a month."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from app.access.rules import Scope
from app.accounts.actions import connect
from app.accounts.actions.checking import CHECK
from app.accounts.rules import Connection
from app.background.worker import drain, find_due
from app.foundation.clock import local_day, now
from app.foundation.database import enter_tenant
from app.foundation.figures import Reason
from app.foundation.installation import vault
from app.metrics.models import DailyFigure, Run, SetAside
from app.metrics.queries.costs import spent_in
from app.metrics.queries.figures import day_of
from app.metrics.rules.costs import first_of_month, first_of_next_month, money
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.runs import RunState
from app.metrics.tasks import HANDLERS
from tests.platforms.api_server import Told
from tests.platforms.x_server import TOKEN, XServer, post_counts, running_x
from tests.platforms.youtube_server import KEY, YouTubeServer, running_youtube

ZONE = "America/New_York"
POST, USER = 5_000, 10_000


@pytest.fixture
def open_application(application, monkeypatch):
    """An installation that may reach loopback."""
    allowed = application.config["SETTINGS"].model_copy(update={"allow_private_hosts": True})
    monkeypatch.setitem(application.config, "SETTINGS", allowed)
    return application


@pytest.fixture
def capped(open_application, monkeypatch):
    """Set the cap of a month."""

    def cap(amount: str | None) -> None:
        limit = None if amount is None else Decimal(amount)
        changed = open_application.config["SETTINGS"].model_copy(update={"read_cap_a_month": limit})
        monkeypatch.setitem(open_application.config, "SETTINGS", changed)

    return cap


@pytest.fixture(params=["old", "new"])
def x_server(request) -> Iterator[XServer]:
    with running_x(request.param) as server:
        yield server


@pytest.fixture
def youtube() -> Iterator[YouTubeServer]:
    with running_youtube() as server:
        yield server


def registered(application, session, world, *, platform, handle, url, base_url, token):
    account = world.account
    account.platform, account.handle, account.url, account.base_url = platform, handle, url, base_url
    account.place = world.east
    with application.app_context():
        connect(session, account, token=token, vault=vault(), by=world.machine, at=now())
    session.commit()
    return account


@pytest.fixture
def on_x(open_application, session, world, x_server):
    """Our account on X, and its id there."""
    user_id = x_server.account("EastLibrary")
    account = registered(
        open_application, session, world, platform="x", handle="EastLibrary", url="https://x.com/EastLibrary",
        base_url=x_server.base_url, token=TOKEN,
    )  # fmt: skip
    return account, user_id


@pytest.fixture
def on_youtube(open_application, session, world, youtube):
    """Our channel, and its id there."""
    channel = youtube.channel("EastLibrary", subscriberCount="1230", videoCount="2")
    account = registered(
        open_application, session, world, platform="youtube", handle="@eastlibrary",
        url="https://www.youtube.com/@eastlibrary", base_url=youtube.base_url, token=KEY,
    )  # fmt: skip
    return account, channel


@pytest.fixture
def pull(open_application, session, world):
    """Ask for what is due and do it; the number of rows done."""

    def work() -> int:
        find_due(open_application)
        done = drain(open_application, kinds=HANDLERS)
        enter_tenant(session, world.consortium.id)  # all sessions of a test share one transaction of the database
        return done

    return work


def figures_today(session, account):
    return day_of(session, account, local_day(now(), ZONE), within=Scope(account.consortium_id)).figures


def runs(session, world):
    enter_tenant(session, world.consortium.id)
    return session.scalars(sa.select(Run).where(Run.consortium_id == world.consortium.id).order_by(Run.id)).all()


def test_a_pull_of_x_brings_figures_and_what_they_cost(pull, session, world, x_server, on_x):
    account, user_id = on_x
    x_server.count("EastLibrary", followers_count=1203, following_count=88)
    asking = x_server.post(
        user_id, "Which book?", public_metrics=post_counts(like_count=4, impression_count=90, quote_count=1)
    )
    reply = x_server.post(user_id, "@EastLibrary the blue one", to="mentions", conversation_id=asking)
    name = {"start": 0, "end": 5, "username": "anna"}
    x_server.post(
        user_id, "@anna ours too", conversation_id=asking, in_reply_to_user_id="77", entities={"mentions": [name]},
        referenced_posts=[{"type": "replied_to", "id": reply}],
    )  # fmt: skip
    assert pull() == 1
    session.refresh(account)
    assert (account.connection, account.external_id) == (Connection.WORKING, user_id)
    figures = figures_today(session, account)
    expected = {
        Metric.FOLLOWERS: 1203, Metric.FOLLOWING: 88, Metric.POSTS: 2, Metric.REPLIES: 1, Metric.ASKS: 1,
        Metric.REACTIONS: 4, Metric.SHARES: 1, Metric.VIEWS: 90, Metric.MENTIONS: 1,
    }  # fmt: skip
    assert {metric: figures[metric].figure.value for metric in expected} == expected
    assert figures[Metric.LINK_CLICKS].figure.reason is Reason.NOT_COLLECTED
    assert figures[Metric.REACH].figure.reason is Reason.NOT_SUPPORTED
    [run] = runs(session, world)
    assert run.reads == {"user": 1, "post": 3}
    assert run.cost_micros == USER + 3 * POST
    assert run.message.endswith("The platform counted 3 posts, 1 user.")


def test_a_limit_of_x_waits_until_the_time_it_names_and_keeps_what_was_billed(pull, session, world, x_server, on_x):
    account, _ = on_x
    until = (now() + timedelta(minutes=40)).replace(microsecond=0)
    headers = {"x-rate-limit-reset": str(int(until.timestamp()))}
    x_server.api.fault(Told({"errors": [{"code": 88, "message": "no"}]}, 429, headers), path="/tweets")
    pull()
    session.refresh(account)
    assert (account.connection, account.failed_pulls) == (Connection.LIMITED, 0)
    assert abs(account.next_pull_at - until) < timedelta(minutes=1)
    [run] = runs(session, world)
    assert (run.reads, run.cost_micros) == ({"user": 1}, USER)
    with time_machine.travel(until + timedelta(minutes=2)):
        assert pull() == 1
    session.refresh(account)
    assert account.connection is Connection.WORKING


@pytest.mark.parametrize(
    ("told", "connection", "reason"),
    [
        (Told({"title": "Unauthorized", "type": "about:blank"}, 401), Connection.SIGN_IN_EXPIRED, Reason.TOKEN_REVOKED),
        (Told({"title": "CreditsDepleted", "type": "about:blank"}, 402), Connection.LIMITED, Reason.COST_CAP),
        (Told({"errors": [{"type": "x/resource-not-found", "title": "n"}]}), Connection.FAILING, Reason.ACCOUNT_CLOSED),
    ],
)
def test_what_goes_wrong_at_x_is_a_reason(pull, session, world, x_server, on_x, told, connection, reason):
    account, _ = on_x
    x_server.api.fault(told)
    pull()
    session.refresh(account)
    assert account.connection is connection
    assert account.connection_note
    assert figures_today(session, account)[Metric.FOLLOWERS].figure.reason is reason
    assert session.scalar(sa.select(sa.func.count()).select_from(DailyFigure)) == 0


def test_at_the_cap_pulls_wait_with_a_reason_and_go_on_when_it_is_raised(pull, capped, session, world, x_server, on_x):
    account, user_id = on_x
    capped("0.035")
    start = first_of_next_month(now()) + timedelta(days=9)
    with time_machine.travel(start):
        for number in range(20):
            x_server.post(user_id, f"Number {number}.")
        pull()
    assert runs(session, world)[0].cost_micros == USER + 5 * POST, "a page is as large as what is left"
    assert session.scalar(sa.select(sa.func.count()).select_from(SetAside)) == 0
    asked = len(x_server.api.asked)
    with time_machine.travel(start + timedelta(days=1, minutes=1)):
        pull()
        session.refresh(account)
        assert len(x_server.api.asked) == asked, "nothing was asked, so nothing was billed"
        assert (account.connection, account.failed_pulls) == (Connection.LIMITED, 0)
        assert account.connection_note.startswith("The monthly cap on the cost of reading is reached.")
        assert figures_today(session, account)[Metric.POSTS].figure.reason is Reason.COST_CAP
    capped("1")
    with time_machine.travel(start + timedelta(days=2, minutes=5)):
        pull()
        session.refresh(account)
        assert account.connection is Connection.WORKING
        assert figures_today(session, account)[Metric.POSTS].figure.value == 0


def test_at_the_cap_a_test_of_the_connection_asks_nothing(
    as_admin, open_application, capped, session, world, x_server, on_x
):
    account, _ = on_x

    def test() -> str:
        assert as_admin.post(f"/accounts/{account.id}/connect/test").status_code == 302
        drain(open_application, kinds=[CHECK])
        enter_tenant(session, world.consortium.id)
        return as_admin.get(f"/accounts/{account.id}/connect").text

    capped("0.01")
    page = test()
    assert "Eastlibrary: 0 followers" in page, "the account itself is what the cap leaves"
    assert "The monthly cap on the cost of reading is reached." in page, "its posts are not"
    enter_tenant(session, world.consortium.id)
    assert spent_in(session, month=first_of_month(now()), within=Scope(world.consortium.id)) == USER
    session.commit()
    asked = len(x_server.api.asked)
    assert "The monthly cap on the cost of reading is reached." in test()
    assert len(x_server.api.asked) == asked


def test_a_new_month_begins_with_the_whole_cap(pull, capped, session, world, x_server, on_x):
    account, _ = on_x
    capped("0.035")
    last_day = first_of_next_month(first_of_next_month(now())) - timedelta(hours=6)
    with time_machine.travel(last_day):
        pull()
    with time_machine.travel(last_day + timedelta(hours=1)):
        account.next_pull_at = now()
        session.commit()
        pull()
        session.refresh(account)
        assert account.connection is Connection.LIMITED
        assert account.next_pull_at == first_of_next_month(now())
    with time_machine.travel(last_day + timedelta(hours=6, minutes=1)):
        pull()
        session.refresh(account)
        assert account.connection is Connection.WORKING


def test_a_pull_of_youtube_counts_quota_and_no_money(pull, session, world, youtube, on_youtube):
    account, channel = on_youtube
    youtube.video(channel, "Story time?", likeCount="7", commentCount="2", viewCount="310")
    assert pull() == 1
    session.refresh(account)
    assert (account.connection, account.connection_note) == (Connection.WORKING, "")
    figures = figures_today(session, account)
    expected = {Metric.FOLLOWERS: 1230, Metric.POSTS: 1, Metric.ASKS: 1, Metric.REACTIONS: 7, Metric.COMMENTS: 2}
    assert {metric: figures[metric].figure.value for metric in expected} == expected
    assert figures[Metric.VIEWS].figure.reason is Reason.NOT_COLLECTED, "what a day brought is told to who signs in"
    assert figures[Metric.FOLLOWING].figure.reason is Reason.NOT_SUPPORTED
    [run] = runs(session, world)
    assert (run.reads, run.cost_micros, run.state) == ({"quota unit": 5}, 0, RunState.DONE)


def test_a_hidden_count_of_subscribers_is_a_reason(pull, session, world, youtube, on_youtube):
    account, channel = on_youtube
    youtube.channels[channel]["statistics"] |= {"hiddenSubscriberCount": True}
    pull()
    assert figures_today(session, account)[Metric.FOLLOWERS].figure.reason is Reason.HIDDEN
    session.refresh(account)
    assert account.connection_note == "The channel hides how many subscribe to it."


def a_run(session, world, *, micros, at):
    run = Run(
        consortium_id=world.consortium.id, account_id=world.account.id, kind="pull", state="done", started_at=at,
        cost_micros=micros, reads={"post": micros // POST},
    )  # fmt: skip
    session.add(run)
    session.commit()


def test_sums_are_of_one_month_and_one_consortium(session, world):
    month = datetime(2026, 11, 1, tzinfo=UTC)
    for at in (
        datetime(2026, 10, 31, 23, 59, tzinfo=UTC),
        month,
        datetime(2026, 11, 30, 23, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC),
    ):
        a_run(session, world, micros=POST, at=at)
    assert spent_in(session, month=month, within=Scope(world.consortium.id)) == 2 * POST
    assert spent_in(session, month=month, within=Scope(world.consortium.id + 1)) == 0


def test_the_page_of_costs(as_admin, session, world, capped):
    a_run(session, world, micros=1_234_000, at=now())
    page = as_admin.get(f"/at/{world.root.code}/costs").text
    assert "USD 1.23" in page
    assert "with no monthly cap" in page
    assert world.account.handle in page
    capped("1")
    assert "The cap is reached" in as_admin.get(f"/at/{world.root.code}/costs").text
    assert "No pull cost anything" in as_admin.get(f"/at/{world.root.code}/costs?month=2020-01").text
    for query in ("month=soon", "month=0000-01", "page=9", "page=x", "page=" + "9" * 30):
        assert as_admin.get(f"/at/{world.root.code}/costs?{query}").status_code == 200


def test_who_may_see_the_costs(as_staff, as_stranger, world):
    assert as_staff.get(f"/at/{world.root.code}/costs").status_code == 403
    assert as_stranger.get(f"/at/{world.east.code}/costs").status_code == 404


def test_the_command_tells_the_costs(open_application, session, world, capped):
    a_run(session, world, micros=1_234_000, at=now())
    capped("5")
    command = ["metrics", "cost", "--consortium", world.consortium.slug]
    result = open_application.test_cli_runner().invoke(args=command)
    assert "USD 1.23; the cap is USD 5.00." in result.output
    told = json.loads(open_application.test_cli_runner().invoke(args=[*command, "--json"]).output)
    assert (told["cost"], told["cap"], told["currency"]) == (1.234, 5.0, "USD")
    assert [row["account"] for row in told["accounts"]] == [world.account.id]
    assert "USD 0.00" in open_application.test_cli_runner().invoke(args=[*command, "--month", "2020-01"]).output


def test_money_and_months():
    assert [money(micros) for micros in (0, 1, 5_000, 1_234_567_890_000)] == [
        "USD 0.00", "USD under 0.01", "USD under 0.01", "USD 1,234,567.89",
    ]  # fmt: skip
    december = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert first_of_next_month(december) == datetime(2027, 1, 1, tzinfo=UTC)
    assert first_of_month(december) == datetime(2026, 12, 1, tzinfo=UTC)
