"""What stands below a policy's title: whose it is, and whom it binds."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.judged import bind
from tests.factories.world import World


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
