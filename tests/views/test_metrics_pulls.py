"""Pulls from a real server: the figures are those that were put there, and what goes wrong is a reason, never zero."""

import json
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine

from app.access.rules import Scope
from app.accounts.actions import connect
from app.accounts.queries import get_account
from app.accounts.rules import Connection, turn_in_night
from app.background.models import BackgroundRow
from app.background.worker import drain, find_due
from app.foundation.clock import local_day, now
from app.foundation.database import enter_tenant
from app.foundation.figures import Reason
from app.foundation.installation import vault
from app.metrics.actions.asking import PULL
from app.metrics.models import DailyFigure, Post, Run
from app.metrics.queries.figures import day_of
from app.metrics.queries.posts import posts_of
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.runs import RunState
from app.metrics.tasks import HANDLERS
from tests.platforms.mastodon_server import MastodonServer
from tests.platforms.web_server import running_web_server

ZONE = "America/New_York"


@pytest.fixture
def server(mastodon_server: MastodonServer) -> MastodonServer:
    return mastodon_server


@pytest.fixture
def open_application(application, monkeypatch):
    """An installation that may reach loopback."""
    allowed = application.config["SETTINGS"].model_copy(update={"allow_private_hosts": True})
    monkeypatch.setitem(application.config, "SETTINGS", allowed)
    return application


@pytest.fixture
def theirs(server):
    """An account on the server, with a name of its own."""
    server.clear_faults()
    yield server.create_account(f"east{uuid4().hex[:8]}")
    server.clear_faults()


@pytest.fixture
def ours(open_application, server, session, world, theirs):
    """The same account, registered here, connected and due."""
    account = world.account
    account.handle = f"{theirs.username}@loopback"
    account.url, account.base_url = f"{server.base_url}/@{theirs.username}", server.base_url
    account.place = world.east
    with open_application.app_context():
        connect(session, account, token=theirs.token, vault=vault(), by=world.machine, at=now())
    session.commit()
    return account


@pytest.fixture
def pull(open_application, session, world):
    """Ask for what is due and do it; the number of rows done."""

    def work() -> int:
        find_due(open_application)
        done = drain(open_application, kinds=HANDLERS)
        enter_tenant(session, world.consortium.id)  # all sessions of a test share one transaction of the database
        return done

    return work


def today():
    return local_day(now(), ZONE)


def seen_today(session, account):
    return day_of(session, account, today(), within=Scope(account.consortium_id)).figures


def values(session, account, *metrics):
    figures = seen_today(session, account)
    return [figures[metric].figure.value for metric in metrics]


def test_a_pull_brings_what_was_put_there(open_application, pull, server, session, theirs, ours):
    reader = server.create_account(f"reader{uuid4().hex[:8]}")
    server.follow(reader, theirs)
    server.post(theirs, "Open until nine tonight.")
    question = server.post(theirs, "Which book made you laugh?")
    answer = server.post(reader, f"@{theirs.username} The one about the dog", reply_to=question)
    server.post(theirs, "Ours too.", reply_to=answer)
    server.favourite(reader, question)
    assert pull() == 1
    session.refresh(ours)
    assert (ours.connection, ours.connection_note, ours.failed_pulls) == (Connection.WORKING, "", 0)
    assert ours.newest_figure_on == today()
    assert values(session, ours, Metric.FOLLOWERS, Metric.POSTS, Metric.REPLIES) == [1, 3, 1]
    assert values(session, ours, Metric.ASKS, Metric.BROADCASTS, Metric.REACTIONS) == [1, 1, 1]
    figures = seen_today(session, ours)
    assert figures[Metric.VIEWS].figure.reason is Reason.NOT_SUPPORTED
    assert figures[Metric.QUESTIONS_DUE].figure.reason is Reason.NOT_COLLECTED
    run = session.scalars(sa.select(Run)).one()
    origin = figures[Metric.POSTS].origin
    assert origin is not None
    assert (origin.run_id, run.state, run.rows_read) == (run.id, RunState.DONE, 3)
    evidence = posts_of(
        session,
        ours,
        within=Scope(ours.consortium_id),
        since=now() - timedelta(days=1),
        until=now() + timedelta(days=1),
    )
    assert evidence.count == 3
    assert [post.was_answered_by_us for post in evidence.posts if "laugh" in post.text] == [True]


def test_another_pull_adds_only_what_is_new(open_application, pull, server, session, theirs, ours):
    server.post(theirs, "One.")
    pull()
    days = session.scalar(sa.select(sa.func.count()).select_from(DailyFigure))
    server.post(theirs, "Two.")
    assert pull() == 0
    session.refresh(ours)
    assert local_day(ours.next_pull_at, ZONE) == today() + timedelta(days=1)
    with time_machine.travel(ours.next_pull_at + timedelta(seconds=1)):
        assert pull() == 1
    assert values(session, ours, Metric.POSTS) == [2]
    assert session.scalar(sa.select(sa.func.count()).select_from(Post)) == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(DailyFigure)) == days + 1


def test_a_token_that_expired_is_a_gap_with_its_reason(open_application, pull, server, session, world, theirs, ours):
    with open_application.app_context():
        connect(session, ours, token="no-longer-good", vault=vault(), by=world.machine, at=now())
    session.commit()
    assert pull() == 1
    session.refresh(ours)
    assert ours.connection is Connection.SIGN_IN_EXPIRED
    assert ours.next_pull_at == turn_in_night(ours.id, today() + timedelta(days=1), zone=ZoneInfo(ZONE))
    figures = seen_today(session, ours)
    assert {figures[metric].figure.reason for metric in (Metric.FOLLOWERS, Metric.POSTS)} == {Reason.TOKEN_REVOKED}
    assert session.scalar(sa.select(sa.func.count()).select_from(DailyFigure)) == 0
    assert pull() == 0, "no retry storm"
    ours = get_account(session, ours.id, within=Scope(ours.consortium_id))
    with open_application.app_context():
        connect(session, ours, token=theirs.token, vault=vault(), by=world.machine, at=now())
    session.commit()
    pull()
    session.refresh(ours)
    assert ours.connection is Connection.WORKING
    assert values(session, ours, Metric.POSTS) == [0]


def test_a_server_that_asks_to_wait_is_asked_later(open_application, pull, server, session, theirs, ours):
    server.fault("ratelimit", path="/api/v1/accounts/*", count=None)
    assert pull() == 1
    session.refresh(ours)
    assert ours.connection is Connection.LIMITED
    assert session.scalar(sa.select(sa.func.count()).select_from(Run)) == 0
    assert seen_today(session, ours)[Metric.POSTS].figure.reason is Reason.NOT_COLLECTED
    server.clear_faults()
    waiting = session.scalars(sa.select(BackgroundRow).where(BackgroundRow.kind == PULL)).one()
    with time_machine.travel(waiting.due_at + timedelta(seconds=1)):
        assert pull() == 1
    session.refresh(ours)
    assert ours.connection is Connection.WORKING


def test_a_server_that_fails_is_tried_with_longer_waits(open_application, pull, server, session, theirs, ours):
    server.fault("status", path="/api/v1/accounts/*", status=503, count=None)
    at, waits = (now() + timedelta(days=1)).replace(hour=15), []  # far enough from the next night for the longest wait
    for _ in range(3):
        with time_machine.travel(at, tick=False):
            assert pull() == 1
        session.refresh(ours)
        assert ours.next_pull_at is not None
        waits.append(ours.next_pull_at - at)
        at = ours.next_pull_at
    for wait, usual in zip(waits, (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4)), strict=True):
        assert 0.8 * usual <= wait <= 1.2 * usual
    assert (ours.connection, ours.failed_pulls) == (Connection.FAILING, 3)
    with time_machine.travel(at, tick=False):
        assert seen_today(session, ours)[Metric.POSTS].figure.reason in {Reason.API_ERROR, Reason.NOT_COLLECTED}
    reasons = {run.message for run in session.scalars(sa.select(Run)).all()}
    assert all(reasons)


def test_answers_that_make_no_sense_write_nothing(open_application, pull, server, session, theirs, ours):
    server.fault("malformed", path="/api/v1/accounts/*", count=None)
    pull()
    session.refresh(ours)
    assert ours.failed_pulls == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(DailyFigure)) == 0


def test_loopback_is_not_contacted_unless_a_setting_allows(application, pull, session, ours, monkeypatch):
    closed = application.config["SETTINGS"].model_copy(update={"allow_private_hosts": False})
    monkeypatch.setitem(application.config, "SETTINGS", closed)
    pull()
    session.refresh(ours)
    assert ours.connection is Connection.FAILING
    assert "private or reserved" in ours.connection_note


def test_pull_now_from_the_page_and_on_the_command_line(
    open_application, pull, as_branch_manager, server, session, theirs, ours
):
    server.post(theirs, "Hello.")
    for _ in range(2):
        assert as_branch_manager.post(f"/accounts/{ours.id}/pull").status_code == 302
    assert drain(open_application, kinds=HANDLERS) == 1, "asked for twice, done once"
    words = ["metrics", "show", "--consortium", "green-valley", "--account", str(ours.id), "--json"]
    shown = json.loads(open_application.test_cli_runner().invoke(args=words).output)
    assert (shown["figures"]["posts"]["value"], shown["figures"]["posts"]["source"]) == (1, "pull")


def test_a_blog_is_read_by_its_feed(open_application, pull, session, world):
    rss = """<rss version="2.0"><channel><title>News</title>{}</channel></rss>"""
    item = "<item><guid>{0}</guid><title>{1}</title><pubDate>{2:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
    at = now()
    items = [
        item.format("a", "Story time is back", at - timedelta(minutes=5)),
        item.format("b", "What shall we read?", at - timedelta(minutes=9)),
        item.format("c", "Closed for the storm", at - timedelta(days=3)),
    ]
    with running_web_server() as web:
        address = web.page("/feed", rss.format("".join(items)).encode(), content_type="application/rss+xml")
        account = world.account
        account.platform, account.url, account.base_url = "blog", address, None
        account.next_pull_at = at
        session.commit()
        assert pull() == 1
    fresh = get_account(session, account.id, within=Scope(account.consortium_id))
    session.refresh(fresh)
    assert (fresh.connection, fresh.connection_note) == (Connection.WORKING, "")
    posts = session.scalar(sa.select(sa.func.sum(DailyFigure.posts)))
    assert posts == 3
    oldest = session.scalars(sa.select(DailyFigure).order_by(DailyFigure.day)).first()
    assert oldest is not None
    assert oldest.day == local_day(at - timedelta(days=3), ZONE), "a feed says nothing of the days before"
