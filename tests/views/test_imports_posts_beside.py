"""What exports tell of posts beside their columns: kept, shown, downloaded and taken back; ids against addresses."""

import io
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine

from app.background.worker import drain
from app.foundation.database import enter_tenant
from app.foundation.ids import new_id
from app.metrics.models import Post, PostFigure, Run
from app.metrics.rules.dictionary import FurtherMetric, Source
from app.metrics.rules.runs import RunKind, RunState

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
HEADER = (
    "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,Permalink,Post type,"
    "Data comment,Date,Views,Reach,Likes,Shares,Follows,Comments,Saves"
)
ROW = "{id},9,{handle},East,Story time,0,11/02/2026 10:00,https://www.instagram.com/p/{code}/,Post,,Lifetime,120,90,7,1,{follows},2,{saves}"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def give(as_branch_manager, application, session, world):
    """Import an export of Instagram with these posts; where its page is."""
    world.account.platform = "instagram"
    session.commit()

    def give(*posts, store=True):
        rows = [ROW.format(handle=world.account.handle, **{"follows": 1, "saves": 4} | post) for post in posts]
        file = (io.BytesIO("\n".join([HEADER, *rows]).encode()), "posts.csv")
        location = as_branch_manager.post(
            f"/accounts/{world.account.id}/import", data={"file": file}, content_type="multipart/form-data"
        ).location
        drain(application)
        if store:
            as_branch_manager.post(location, data={"bad_rows": "leave_out"})
            drain(application)
        return location

    return give


@pytest.fixture
def beside(session, world):
    """What is kept beside the columns, by the platform's id of the post."""

    def beside():
        enter_tenant(session, world.consortium.id)
        rows = session.execute(
            sa.select(Post.external_id, PostFigure.metric, PostFigure.value)
            .join(Post, Post.id == PostFigure.post_id)
            .order_by(Post.external_id, PostFigure.metric)
        )
        return [(external_id, metric, value) for external_id, metric, value in rows]

    return beside


SAVES, FOLLOWS = FurtherMetric.SAVES, FurtherMetric.NEW_FOLLOWS


def test_saves_and_follows_of_posts_are_kept_shown_and_taken_back(
    give, beside, as_branch_manager, application, session, world
):
    first = give({"id": "101", "code": "AAAAA"}, {"id": "102", "code": "BBBBB", "follows": ""})
    assert beside() == [("101", FOLLOWS, 1), ("101", SAVES, 4), ("102", SAVES, 4)]
    preview = as_branch_manager.get(give({"id": "101", "code": "AAAAA"}, store=False)).get_data(as_text=True)
    assert "The same already" in preview
    assert '<th scope="col" class="num">Saves</th>' in preview
    again = give({"id": "101", "code": "AAAAA"}, {"id": "102", "code": "BBBBB", "follows": ""})
    assert "0 posts added, 0 changed, 2 the same" in as_branch_manager.get(again).get_data(as_text=True)
    second = give({"id": "101", "code": "AAAAA", "saves": 9}, {"id": "102", "code": "BBBBB"})
    assert "0 posts added, 2 changed, 0 the same" in as_branch_manager.get(second).get_data(as_text=True)
    assert beside() == [("101", FOLLOWS, 1), ("101", SAVES, 9), ("102", FOLLOWS, 1), ("102", SAVES, 4)]
    post = session.scalars(sa.select(Post).where(Post.external_id == "101")).one()
    page = as_branch_manager.get(f"/posts/{post.id}").get_data(as_text=True)
    assert "figure=new_follows" in page
    assert "Imported from a file</a>, posts.csv" in page
    lines = as_branch_manager.get(f"/at/{world.east.code}/posts.csv").get_data(as_text=True).splitlines()
    assert lines[0].endswith("looks_like,new_follows,saves")
    assert {line.rsplit(",", 2)[1:] == ["1", "9"] for line in lines[1:]} == {True, False}
    as_branch_manager.post(f"{second}/undo")
    drain(application)
    assert beside() == [("101", FOLLOWS, 1), ("101", SAVES, 4), ("102", SAVES, 4)]
    as_branch_manager.post(f"{first}/undo")
    drain(application)
    assert beside() == []
    assert session.scalars(sa.select(Post.id)).all() == []


def test_an_id_of_one_post_with_the_address_of_another_stays_out(give, beside, as_branch_manager, session, world):
    run = Run(
        id=new_id(), consortium_id=world.consortium.id, account_id=world.account.id, kind=RunKind.PULL,
        state=RunState.DONE, started_at=NOW,
    )  # fmt: skip
    session.add(run)
    session.flush()
    for external_id, code in (("101", "AAAAA"), ("202", "BBBBB")):
        url = f"https://www.instagram.com/reel/{code}/"
        at = datetime(2026, 11, 2, 16, 0, tzinfo=UTC)
        session.add(
            Post(consortium_id=world.consortium.id, account_id=world.account.id, external_id=external_id, url=url,
                 published_at=at, run_id=run.id)
        )  # fmt: skip
    session.commit()
    location = give(
        {"id": "900", "code": "BBBBB", "saves": 5}, {"id": "901", "code": "BBBBB"}, {"id": "202", "code": "AAAAA"}
    )
    page = as_branch_manager.get(location).get_data(as_text=True)
    assert "0 posts added, 1 changed" in page
    problems = as_branch_manager.get(f"{location}/problems.csv").get_data(as_text=True)
    assert "The id is of one post that is kept here, and the address is of another." in problems
    assert (
        "Its address is that of the post on line 2" in problems
        or "Its address is that of the post on line 3" in problems
    )
    assert beside() == [("202", FOLLOWS, 1), ("202", SAVES, 5)]
    assert session.scalars(sa.select(PostFigure.source).distinct()).all() == [Source.IMPORT]
