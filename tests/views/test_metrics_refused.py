"""What a platform refuses in the midst of a pull: what it told stands, and the rest has its reason."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from app.access.rules import Scope
from app.accounts.actions import connect
from app.accounts.rules import Connection
from app.background.models import BackgroundRow
from app.background.rules import MOST_ATTEMPTS
from app.background.worker import drain, find_due
from app.foundation.clock import local_day, now
from app.foundation.database import enter_tenant
from app.foundation.figures import Reason
from app.foundation.installation import vault
from app.metrics.actions.asking import PULL
from app.metrics.models import Post, Run
from app.metrics.queries.figures import day_of
from app.metrics.queries.posts import posts_of
from app.metrics.rules.dictionary import Metric
from app.metrics.rules.runs import RunState
from app.metrics.tasks import HANDLERS
from tests.platforms import graph_server, x_server
from tests.platforms.api_server import Told

ZONE = "America/New_York"
#: more than what the page's statistics tell of any day
SEEN = {"post_media_view": 5000, "post_total_media_view_unique": 4000, "post_clicks_by_type": {"link clicks": 4}}


@pytest.fixture
def settings(application, monkeypatch):
    """Change what the installation is set to; loopback may be reached."""

    def change(**more) -> None:
        changed = application.config["SETTINGS"].model_copy(update={"allow_private_hosts": True, **more})
        monkeypatch.setitem(application.config, "SETTINGS", changed)

    change()
    return change


@pytest.fixture
def register(application, session, world, settings):
    """Our account on a platform, connected and due."""

    def make(platform: str, url: str, *, base_url: str, token: str):
        account = world.account
        account.platform, account.handle, account.url = platform, "eastlibrary", url
        account.base_url, account.place = base_url, world.east
        with application.app_context():
            connect(session, account, token=token, vault=vault(), by=world.machine, at=now())
        session.commit()
        return account

    return make


@pytest.fixture
def pull(application, session, world):
    """Ask for what is due, do it, and read what the account is like then."""

    def work(account) -> int:
        find_due(application)
        done = drain(application, kinds=HANDLERS)
        enter_tenant(session, world.consortium.id)
        session.refresh(account)
        return done

    return work


@pytest.fixture
def graph() -> Iterator[graph_server.GraphServer]:
    with graph_server.running_graph() as server:
        yield server


@pytest.fixture
def on_facebook(graph, register):
    """Our page, and its id there."""
    page_id = graph.page("EastLibrary", followers_count=1203)
    url = "https://www.facebook.com/eastlibrary"
    return register("facebook", url, base_url=graph.base_url, token=graph_server.TOKEN), page_id


@pytest.fixture
def x() -> Iterator[x_server.XServer]:
    with x_server.running_x("old") as server:
        yield server


@pytest.fixture
def on_x(x, register):
    """Our account on X, and its id there."""
    user_id = x.account("eastlibrary")
    x.count("eastlibrary", followers_count=77)
    return register("x", "https://x.com/eastlibrary", base_url=x.base_url, token=x_server.TOKEN), user_id


def told(session, account, day: date, *metrics: Metric) -> list[float | Reason | None]:
    figures = day_of(session, account, day, within=Scope(account.consortium_id)).figures
    return [figures[metric].figure.reason or figures[metric].figure.value for metric in metrics]


def test_what_posts_gathered_is_not_what_the_page_was_shown(pull, session, graph, on_facebook):
    account, page_id = on_facebook
    posted_at = now() - timedelta(minutes=5)
    graph.post(page_id, "Hello", at=posted_at, insights=SEEN)
    pull(account)
    figures = told(session, account, local_day(posted_at, ZONE), Metric.VIEWS, Metric.REACH, Metric.LINK_CLICKS)
    assert figures == [Reason.NOT_COLLECTED, Reason.NOT_COLLECTED, 4]


def test_statistics_that_fail_are_a_reason(pull, session, graph, on_facebook):
    account, page_id = on_facebook
    posted_at = now() - timedelta(days=3)
    graph.post(page_id, "Hello", at=posted_at, insights=SEEN)
    failing = graph_server.error("An unknown error", code=2, status=500)
    graph.api.fault(failing, path=f"/{page_id}/insights", times=50)
    pull(account)
    figures = told(session, account, local_day(posted_at, ZONE), Metric.VIEWS, Metric.REACH, Metric.POSTS)
    assert figures == [Reason.API_ERROR, Reason.API_ERROR, 1]
    assert "statistics were not read" in account.connection_note


def test_what_is_offered_and_not_of_this_post_says_so(pull, session, graph, on_facebook):
    account, page_id = on_facebook
    posted_at = now() - timedelta(days=3)
    graph.post(page_id, "A reel", at=posted_at, reactions=3, permalink_url="https://www.facebook.com/reel/1")
    pull(account)
    figures = told(session, account, local_day(posted_at, ZONE), Metric.LINK_CLICKS, Metric.REACTIONS)
    assert figures == [Reason.NOT_SUPPORTED, 3]


def test_followers_of_a_protected_account_are_kept(pull, session, x, on_x):
    account, _ = on_x
    x.api.fault(Told({"errors": [x.problem("not-authorized-for-resource", "Sorry.")]}), path="/tweets", times=20)
    pull(account)
    assert told(session, account, local_day(now(), ZONE), Metric.FOLLOWERS, Metric.POSTS) == [77, Reason.HIDDEN]
    assert account.connection is Connection.WORKING
    assert "only to its followers" in account.connection_note


def test_what_was_billed_before_the_cap_is_kept(pull, session, settings, on_x):
    account, _ = on_x
    settings(read_cap_a_month=Decimal("0.01"))
    pull(account)
    figures = told(session, account, local_day(now(), ZONE), Metric.FOLLOWERS, Metric.POSTS, Metric.MENTIONS)
    assert figures == [77, Reason.COST_CAP, Reason.COST_CAP]
    assert (account.connection, account.last_pull_at) == (Connection.LIMITED, None)


def test_a_later_pull_reads_all_that_the_platform_offers_once(pull, session, graph, on_facebook):
    account, page_id = on_facebook
    long_ago = now() - timedelta(days=400)
    graph.post(page_id, "The first one?", at=long_ago, reactions=3)
    graph.post(page_id, "Last spring.", at=long_ago + timedelta(days=5))
    pull(account)
    first = local_day(long_ago, ZONE)
    assert told(session, account, first, Metric.POSTS) == [Reason.NOT_COLLECTED]
    # each account has its day of the week
    later = next(n for n in range(1, 8) if (account.id + local_day(now(), ZONE).toordinal() + n) % 7 == 0)
    with time_machine.travel(now() + timedelta(days=later)):
        pull(account)
    figures = told(session, account, first, Metric.POSTS, Metric.ASKS, Metric.REACTIONS, Metric.VIEWS)
    assert figures == [1, 1, 3, Reason.NOT_COLLECTED]
    assert told(session, account, first + timedelta(days=1), Metric.POSTS) == [0]
    assert told(session, account, first - timedelta(days=1), Metric.POSTS) == [Reason.NOT_COLLECTED]


def test_a_pull_that_nobody_foresaw_to_fail_is_told(pull, application, session, world, on_x):
    account, _ = on_x
    find_due(application)
    enter_tenant(session, world.consortium.id)
    session.execute(sa.update(BackgroundRow).where(BackgroundRow.kind == PULL).values(attempts=MOST_ATTEMPTS))
    session.commit()
    pull(account)
    assert told(session, account, local_day(now(), ZONE), Metric.FOLLOWERS) == [Reason.API_ERROR]
    assert (account.connection, account.failed_pulls) == (Connection.FAILING, 1)
    assert "worker's log says why" in account.connection_note
    [run] = session.scalars(sa.select(Run).where(Run.consortium_id == world.consortium.id)).all()
    assert run.state is RunState.FAILED


def test_a_post_that_is_gone_is_told_and_left_out(pull, session, world, x, on_x, as_branch_manager):
    account, user_id = on_x
    published_at = now() - timedelta(days=2)
    x.post(user_id, "A mistake, taken down?", at=published_at)
    x.post(user_id, "What stays.", at=published_at)
    pull(account)
    everything = list(x.posts[user_id])

    def pull_again():
        account.next_pull_at = now()
        session.commit()
        pull(account)
        return session.scalars(sa.select(Post).where(Post.text.startswith("A mistake"))).one()

    x.posts[user_id][:] = [post for post in everything if post["text"].startswith("What")]
    post = pull_again()
    assert post.gone_at is not None
    page = as_branch_manager.get(f"/at/{world.east.code}/posts").text
    assert page.count("Gone there since") == 1
    assert "(1 of 1; those gone at their platform are left out)" in page
    assert "Gone at X: a pull on" in as_branch_manager.get(f"/posts/{post.id}").text
    refused = as_branch_manager.post(f"/posts/{post.id}/tag", data={"intent": "promote"}, follow_redirects=True).text
    assert "not tagged any more" in refused
    day = {"since": published_at - timedelta(days=1), "until": now()}
    assert posts_of(session, account, within=Scope(account.consortium_id), **day).count == 1
    x.posts[user_id][:] = everything
    post = pull_again()
    session.refresh(post)
    assert post.gone_at is None


def test_days_that_went_by_while_we_waited_say_so(pull, session, x, on_x):
    account, _ = on_x
    capped = {"type": "https://api.twitter.com/2/problems/usage-capped", "title": "Capped", "period": "Monthly"}
    with time_machine.travel(datetime(2026, 11, 28, 12, tzinfo=UTC)) as clock:
        pull(account)
        clock.move_to(datetime(2026, 11, 29, 12, tzinfo=UTC))
        x.api.fault(Told({"errors": [capped]}, 429))
        pull(account)
        clock.move_to(datetime(2026, 12, 3, 12, tzinfo=UTC))
        pull(account)
    followers = [told(session, account, date(2026, 11, 28) + timedelta(days=n), Metric.FOLLOWERS)[0] for n in range(6)]
    waited = Reason.RATE_LIMITED
    # the month of X ends by its own clock; nobody asked on the days after
    assert followers == [77, waited, waited, Reason.NOT_COLLECTED, Reason.NOT_COLLECTED, 77]
    assert told(session, account, date(2026, 12, 2), Metric.POSTS) == [0]
