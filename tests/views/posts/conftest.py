"""Posts of the world's account as a pull brings them, and tags as a branch manager gives them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.figures import Figure
from app.foundation.ids import new_id
from app.metrics.actions.posts import keep_posts
from app.metrics.models import Post, Run
from app.metrics.queries.tagged import tags_of
from app.metrics.rules.runs import RunKind, RunState
from app.platforms.contract import PostReading


def reading(number: int, text: str, **told) -> PostReading:
    return PostReading(
        **{
            "external_id": str(number),
            "url": f"https://social.example/{number}",
            "published_at": now() - timedelta(days=1, minutes=number),
            "text": text,
            "is_reply": False,
            "is_repost": False,
            "in_reply_to_own": False,
            "has_media": False,
            "has_link": False,
            "figures": {"reactions": Figure.of(number)},
        }
        | told
    )


@pytest.fixture
def publish(session, world):
    """Pull posts with these words into the world's account, as readings numbered from 1; their ids by words."""

    def write(*texts, account=None, number=None, **told):
        to = account or world.account
        enter_tenant(session, world.consortium.id)
        run = Run(
            id=new_id(),
            consortium_id=to.consortium_id,
            account_id=to.id,
            kind=RunKind.PULL,
            state=RunState.DONE,
            started_at=now(),
            ended_at=now(),
        )
        session.add(run)
        session.flush()
        known = session.scalar(
            sa.select(sa.func.count()).select_from(Post).where(Post.consortium_id == to.consortium_id)
        )
        known = known if number is None else number - 1
        keep_posts(session, to, [reading(known + n, text, **told) for n, text in enumerate(texts, 1)], run=run)
        session.commit()
        rows = session.execute(
            sa.select(Post.text, Post.id).where(Post.consortium_id == to.consortium_id).order_by(Post.id)
        )
        return dict(rows.all())

    return write


@pytest.fixture
def tags(session, world):
    """What is said of a post now: value by kind."""

    def look(post_id):
        enter_tenant(session, world.consortium.id)
        found = tags_of(session, [post_id], within=Scope(world.consortium.id)).get(post_id, {})
        return {kind.value: tag.value for kind, tag in found.items()}

    return look


@pytest.fixture
def tag(as_branch_manager, world):
    """Tag posts as the manager of the east branch does, and show the page after it."""

    def send(*post_ids, browser=as_branch_manager, place=world.east, **wanted):
        data = {"post": [str(post_id) for post_id in post_ids], **wanted}
        return browser.post(f"/at/{place.code}/posts/tag", data=data, follow_redirects=True)

    return send
