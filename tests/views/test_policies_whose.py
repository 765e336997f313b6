"""Whose a policy is, whom it binds, and who sees it while it is a draft."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.policies.actions import drafts
from app.policies.importers import get_policy_template
from app.policies.queries import get_policy
from app.policies.rules.states import Force
from tests.factories.judged import bind
from tests.factories.world import AT, World


def facts(browser: FlaskClient, url: str) -> dict[str, str]:
    pairs = BeautifulSoup(browser.get(url).text, "html.parser").select(".facts div")
    return {pair.dt.text: pair.dd.text for pair in pairs}


def test_a_policy_says_whose_it_is_and_whom_it_binds(as_admin: FlaskClient, session: Session, world: World) -> None:
    bind(session, world)
    shown = facts(as_admin, "/policies/sm-1")
    assert shown["Owner"] == world.root.name, "a machine put it in force, so the place that issues it answers"
    assert shown["Applies to"] == "1 of 1 library"
    assert (
        facts(as_admin, f"/policies/sm-1?at={world.library.code}")["Applies to"] == "Green County Libraries, 2 branches"
    )
    assert facts(as_admin, f"/policies/sm-1?at={world.east.code}")["Applies to"] == "Green East"
    as_admin.post("/policies/sm-1/new-version", data={"summary": "Calmer."})
    as_admin.post("/policies/sm-1/publish", data={"in_force_on": "2026-06-01", "review_by_on": "2027-06-01"})
    newest = facts(as_admin, "/policies/sm-1/v/1.1")
    assert (newest["Owner"], newest["Applies to"]) == ("Green Admin", "0 of 1 library")
    assert facts(as_admin, f"/policies/sm-1/v/1.1?at={world.east.code}")["Applies to"] == "Nobody here"
    assert facts(as_admin, "/policies/sm-1/v/1.0")["Owner"] == world.root.name


def test_drafts_are_seen_by_those_who_write_or_decide(
    as_branch_manager: FlaskClient, as_staff: FlaskClient, as_director: FlaskClient, session: Session, world: World
) -> None:
    bind(session, world)
    by, at = world.machine, AT
    policy = get_policy(session, "sm-1", within=Scope(world.consortium.id))
    draft = drafts.draft_next(session, policy, summary="Calmer.", by=by, at=at)
    template, force = get_policy_template("T04"), Force.REQUIRED
    drafts.draft_from_template(
        session, template, issued_by=world.root, code="SM 2", title="Not yet said", force=force, by=by, at=at
    )
    session.commit()
    hidden = f"/policies/sm-1/v/{draft.number}"
    for browser in (as_branch_manager, as_staff):
        assert browser.get(hidden).status_code == 404
        assert browser.get("/policies/sm-2").status_code == 404
        assert "Not yet said" not in browser.get("/policies").text
        shown = browser.get("/policies/sm-1")
        assert (shown.status_code, hidden in shown.text) == (200, False)
    assert "This is a draft." in as_director.get(hidden).text
    assert "Not yet said" in as_director.get("/policies").text
