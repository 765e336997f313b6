"""Accessibility from its template to a finding: drafted, put in force, adopted, held against posts that people tagged."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.foundation.ids import new_id
from app.metrics.models import Post, Run
from app.metrics.rules.runs import RunKind, RunState
from app.policies.rules.states import Result
from tests.factories.judged import LAST, check, finding_of, result_of
from tests.factories.world import AT, World

_KEY = "a11y.alt_text_min_pct"


def page(reply: object) -> BeautifulSoup:
    return BeautifulSoup(reply.get_data(as_text=True), "html.parser")


@pytest.fixture
def pictures(session: Session, world: World) -> list[int]:
    """Twelve posts with a picture at Green East in October; their ids."""
    run = Run(
        id=new_id(),
        consortium_id=world.consortium.id,
        account_id=world.account.id,
        kind=RunKind.BY_HAND,
        state=RunState.DONE,
        started_at=AT,
    )
    session.add(run)
    session.flush()
    posts = [
        Post(
            id=new_id(),
            consortium_id=world.consortium.id,
            account_id=world.account.id,
            external_id=str(number),
            published_at=AT - timedelta(days=20, minutes=number),
            text=f"Story time <{number}>",
            has_media=True,
            run_id=run.id,
        )
        for number in range(12)
    ]
    session.add_all(posts)
    session.commit()
    return [post.id for post in posts]


def tag(browser: FlaskClient, world: World, ids: list[int], **said: str) -> None:
    data = {"post": [str(post_id) for post_id in ids], **said}
    assert browser.post(f"/at/{world.east.code}/posts/tag", data=data).status_code == 302


def test_a_post_tagged_as_without_a_description_becomes_a_finding(
    as_admin: FlaskClient,
    as_director: FlaskClient,
    as_branch_manager: FlaskClient,
    session: Session,
    world: World,
    pictures: list[int],
) -> None:
    draft = {"template": "T06", "code": "SM 5", "title": "Accessibility", "force": "required"}
    assert as_admin.post("/policies/new", data=draft).location == "/policies/sm-5"
    as_admin.post("/policies/sm-5/publish", data={"in_force_on": "2026-01-01", "review_by_on": "2027-01-01"})
    vote = {"decision": "adopted", "decided_on": "2026-01-05", "in_force_on": "2026-02-01", "vote": "5 to 2"}
    as_director.post(f"/policies/sm-5/adopt?at={world.library.code}", data=vote)
    check(session, world)
    assert result_of(session, world, _KEY).evidence == "0 of 12 pictures tagged, less than 80%."

    tag(as_branch_manager, world, pictures[1:], alt_text="present")
    tag(as_branch_manager, world, pictures[:1], alt_text="missing")
    check(session, world)
    finding = finding_of(session, world, _KEY)
    assert finding.owner_id == world.manager_position.id

    shown = page(as_branch_manager.get(f"/findings/{finding.id}"))
    assert shown.h1.string == "Green East: 11 of 12 pictures have a description; SM 5 asks for all"
    row = shown.find("caption", string="What was counted, account by account").parent.tbody.tr
    assert "Tagged as without a description: “Story time <0>”" in row.text
    assert row.a["href"] == f"/posts/{pictures[0]}"
    rows = as_branch_manager.get(f"/findings/{finding.id}/evidence.csv").text
    assert rows.splitlines()[0].lstrip("\ufeff") == "About,Seen"
    assert "Story time <0>" in rows

    tag(as_branch_manager, world, pictures[:1], alt_text="present")
    check(session, world, on=LAST + timedelta(days=10))
    session.refresh(finding)
    assert finding.closed_on == LAST + timedelta(days=10)
    assert result_of(session, world, "a11y.captions_min_pct").result is Result.NOT_APPLICABLE
