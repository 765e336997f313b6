"""A pull of a Facebook page from its answers to the figures of its days."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.access.rules import Scope
from app.accounts.actions import connect
from app.accounts.rules import Connection
from app.background.worker import drain, find_due
from app.foundation.clock import local_day, now
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure
from app.foundation.installation import vault
from app.foundation.periods import Period
from app.metrics.queries.figures import day_of
from app.metrics.queries.further import further_of
from app.metrics.rules.dictionary import FurtherMetric, Metric
from app.metrics.tasks import HANDLERS
from tests.platforms.graph_server import TOKEN, GraphServer, running_graph


@pytest.fixture
def graph() -> Iterator[GraphServer]:
    with running_graph() as server:
        yield server


def test_a_pull_of_a_page_brings_posts_answers_and_statistics(application, monkeypatch, session, world, graph):
    allowed = application.config["SETTINGS"].model_copy(update={"allow_private_hosts": True})
    monkeypatch.setitem(application.config, "SETTINGS", allowed)
    page_id = graph.page("EastLibrary", followers_count=1203)
    at = now().replace(hour=18) - timedelta(days=3)
    before = local_day(at, "America/Los_Angeles")
    clicks = {"post_clicks_by_type": {"link clicks": 4}}
    asking = graph.post(page_id, "Which book?", at=at, reactions=7, shares={"count": 2}, insights=clicks)
    comment = graph.comment(asking, "The blue one", at=at + timedelta(minutes=1))
    graph.comment(asking, "Ours too", by=page_id, under=comment, at=at + timedelta(minutes=2))
    graph.nodes[page_id].daily = {
        "page_media_view": {before: 310}, "page_follows": {before: 1200}, "page_post_engagements": {before: 42},
        "page_daily_unfollows_unique": {before: 0},
    }  # fmt: skip
    graph.withdrawn = {"page_total_media_view_unique"}
    account = world.account
    account.platform, account.handle, account.url = "facebook", "eastlibrary", "https://www.facebook.com/eastlibrary"
    account.base_url, account.place = graph.base_url, world.east
    with application.app_context():
        connect(session, account, token=TOKEN, vault=vault(), by=world.machine, at=now())
    session.commit()

    find_due(application)
    assert drain(application, kinds=HANDLERS) == 1
    enter_tenant(session, world.consortium.id)
    session.refresh(account)
    assert (account.connection, account.external_id) == (Connection.WORKING, page_id)
    within = Scope(account.consortium_id)
    told = day_of(session, account, before, within=within).figures
    assert (told[Metric.VIEWS].figure, told[Metric.FOLLOWERS].figure) == (Figure.of(310), Figure.of(1200))
    further = further_of(session, account, period=Period(before, before), within=within)[before]
    assert {metric: seen.figure.value for metric, seen in further.items()} == {
        FurtherMetric.UNFOLLOWS: 0, FurtherMetric.ENGAGEMENTS: 42,
    }  # fmt: skip
    posted = day_of(session, account, local_day(at, "America/New_York"), within=within).figures
    expected = {
        Metric.POSTS: 2, Metric.REPLIES: 1, Metric.ASKS: 1, Metric.BROADCASTS: 0, Metric.REACTIONS: 7,
        Metric.COMMENTS: 2, Metric.SHARES: 2, Metric.LINK_CLICKS: 4, Metric.MENTIONS: 1,
    }  # fmt: skip
    assert {metric: posted[metric].figure.value for metric in expected} == expected
