"""Keeping posts: what is new, changed and the same; what people set, and what a poorer reading leaves out, stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.foundation.figures import Figure, Reason
from app.foundation.ids import new_id
from app.metrics.actions.posts import keep_posts
from app.metrics.models import ImportChoice, Post, PostFigure, Run
from app.metrics.queries.posts import posts_of
from app.metrics.rules.runs import RunKind, RunState, Tally
from app.metrics.rules.standing import Precedence
from app.platforms.contract import PostReading

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


def reading(external_id: str = "1", **told) -> PostReading:
    return PostReading(
        **{
            "external_id": external_id,
            "url": f"https://example.org/{external_id}",
            "published_at": NOON,
            "text": "Story time at ten.",
            "is_reply": False,
            "is_repost": False,
            "in_reply_to_own": False,
            "has_media": False,
            "has_link": False,
            "figures": {"reactions": Figure.of(3)},
        }
        | told
    )


@pytest.fixture
def keep(session, world):
    """Keep posts of the world's account, each time in a run of its own."""

    def keep_them(*posts, answered=(), kind=RunKind.PULL, precedence=None):
        run = Run(
            id=new_id(),
            consortium_id=world.account.consortium_id,
            account_id=world.account.id,
            kind=kind,
            state=RunState.DONE,
            started_at=NOON,
        )
        session.add(run)
        session.flush()
        if precedence:
            session.add(ImportChoice(consortium_id=run.consortium_id, run_id=run.id, precedence=precedence))
            session.flush()
        done = keep_posts(session, world.account, posts, run=run, answered=answered)
        session.expire_all()
        return done

    return keep_them


@pytest.fixture
def kept(session, world):
    """The posts of the world's account as they stand, by the platform's id."""

    def look():
        month = {"since": NOON.replace(day=1), "until": NOON.replace(day=30)}
        found = posts_of(session, world.account, within=Scope(world.account.consortium_id), **month)
        return {post.external_id: post for post in found.posts}

    return look


def test_new_changed_and_the_same_are_told_apart(keep):
    assert keep(reading("1"), reading("2"), reading("2")) == Tally(added=2)
    assert keep(reading("1"), reading("2", text="At eleven."), reading("3")) == Tally(added=1, changed=1, same=1)
    assert keep() == Tally()


def test_the_run_of_a_post_is_the_one_that_last_brought_something(keep, kept):
    keep(reading("1"), reading("2"))
    first = kept()["1"].run_id
    keep(reading("1"), reading("2", figures={"reactions": Figure.of(4)}))
    posts = kept()
    assert posts["1"].run_id == first
    assert posts["2"].run_id != first
    assert posts["2"].reactions == 4


def test_a_poorer_reading_takes_nothing_away(keep, kept):
    keep(reading("1"), answered={"1"})
    hidden = {"reactions": Figure.missing(Reason.API_ERROR), "views": Figure.of(80)}
    assert keep(replace(reading("1"), text="", url="", figures=hidden)) == Tally(changed=1)
    post = kept()["1"]
    assert (post.text, post.url) == ("Story time at ten.", "https://example.org/1")
    assert (post.reactions, post.views, post.was_answered_by_us) == (3, 80, True)


def test_what_a_person_tagged_stays(session, world, keep, kept):
    keep(reading("1"))
    kept()["1"].asks = True
    session.flush()
    assert keep(reading("1", text="Story time at eleven.")) == Tally(changed=1)
    assert kept()["1"].asks


@pytest.mark.parametrize(("first", "second"), [("104_77", "77"), ("77", "104_77"), ("999_77", "77"), ("77", "77")])
def test_a_post_of_a_page_is_kept_once_whatever_form_its_id_has(session, world, keep, first, second):
    account = world.account
    account.platform, account.external_id = "facebook", "104" if first != "999_77" else "999"
    assert keep(reading(first)) == Tally(1, 0, 0)
    asking = session.scalars(sa.select(Post)).one()
    asking.asks = True
    session.flush()
    file = reading(second, figures={"views": Figure.of(50)})
    done = keep(file, reading("78"), kind=RunKind.IMPORT)
    assert done == Tally(1, 1, 0)
    post = next(each for each in session.scalars(sa.select(Post)) if each.asks)
    assert (post.external_id, post.reactions, post.views) == (first, 3, 50)
    same = {"url": "https://example.org/78", "figures": {}}
    of_page = f"{account.external_id}_78"
    assert keep(reading("78", **same), reading(of_page, **same)) == Tally(0, 0, 1)


@pytest.mark.parametrize("pulled_first", [True, False])
def test_a_post_of_instagram_is_kept_once_by_the_code_of_its_address(session, world, keep, pulled_first):
    world.account.platform = "instagram"
    pulled = reading("17900000000000001", url="https://www.instagram.com/reel/C_oDe-1/")
    told = {"views": Figure.of(50), "saves": Figure.of(4)}
    file = reading("18300000000000009", url="https://www.instagram.com/p/C_oDe-1", figures=told)
    answer = reading("5", url=pulled.url, is_reply=True, published_at=NOON + timedelta(hours=1))
    if pulled_first:
        assert keep(pulled, answer) == Tally(added=2)
        assert keep(file, kind=RunKind.IMPORT) == Tally(changed=1)
    else:
        assert keep(file, kind=RunKind.IMPORT) == Tally(added=1)
        assert keep(pulled, answer) == Tally(added=1, changed=1)
    assert keep(replace(pulled, published_at=NOON + timedelta(days=9), external_id="7")) == Tally(added=1), "far away"
    posts = session.scalars(sa.select(Post).order_by(Post.published_at)).all()
    assert [post.external_id for post in posts] == [(pulled if pulled_first else file).external_id, "5", "7"]
    assert (posts[0].reactions, posts[0].views) == (3, 50)
    assert session.scalars(sa.select(PostFigure.value)).all() == [4]


@pytest.mark.parametrize(
    ("precedence", "after_file", "after_pull"), [(Precedence.PLATFORM, 100, 110), (Precedence.FILE, 120, 120)]
)
def test_the_counts_of_a_post_stand_as_those_of_a_day(session, world, keep, precedence, after_file, after_pull):
    keep(reading(figures={"views": Figure.of(100)}))
    told = {"views": Figure.of(120), "reach": Figure.of(80)}
    done = keep(reading(figures=told), kind=RunKind.IMPORT, precedence=precedence)
    assert (done, done.conflicting) == (Tally(0, 1, 0), 1)
    post = session.scalars(sa.select(Post)).one()
    assert (post.views, post.reach) == (after_file, 80), "a file fills gaps"
    keep(reading(figures={"views": Figure.of(110)}))
    session.refresh(post)
    assert (post.views, post.reach) == (after_pull, 80)
