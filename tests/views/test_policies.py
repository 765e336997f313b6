"""Policies through their pages: drafted, changed, put in force, adopted; and who may do what."""

from datetime import date

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.policies import queries
from app.policies.actions import adoptions, drafts, versions
from app.policies.importers import get_policy_template
from app.policies.models import Adoption, Policy, Rule, Version
from app.policies.rules.states import AdoptionDecision, Force, VersionState
from tests.factories.world import AT, World

_DRAFT = {"template": "T05", "code": "sm 1", "title": "Content and posting", "force": "required"}
_START = date(2026, 1, 1)


def issued(
    session: Session, world: World, *, template: str = "T05", code: str = "SM 1", force: Force = Force.REQUIRED
) -> Version:
    """A published version of a template, nobody has adopted it yet."""
    version = drafts.draft_from_template(
        session,
        get_policy_template(template),
        issued_by=world.root,
        code=code,
        title=get_policy_template(template).title,
        force=force,
        by=world.machine,
        at=AT,
    )
    issue = versions.Issue(_START, date(2027, 1, 1))
    versions.publish(session, version, issue, by=world.machine, at=AT)
    session.commit()
    return version


def adopted(session: Session, world: World, **which: str) -> Version:
    """The same, adopted by the library from the first day."""
    version = issued(session, world, **which)
    vote = adoptions.Vote(date(2025, 12, 10), "5 to 2")
    adoptions.adopt(session, version, world.library, vote, in_force_on=_START, by=world.machine, at=AT)
    session.commit()
    return version


def page(reply: object) -> BeautifulSoup:
    return BeautifulSoup(reply.get_data(as_text=True), "html.parser")


def deeds(session: Session, world: World) -> list[Deed]:
    statement = sa.select(HistoryEntry.deed).where(HistoryEntry.consortium_id == world.consortium.id)
    return list(session.scalars(statement.order_by(HistoryEntry.number)))


def test_the_empty_list_names_the_one_step(as_admin: FlaskClient, as_staff: FlaskClient) -> None:
    assert page(as_admin.get("/policies")).find(
        "a", href="/policies/new", string="Draft the first policy from a template"
    )
    assert not page(as_staff.get("/policies")).find("a", href="/policies/new")


def test_an_admin_drafts_a_policy_from_a_template(as_admin: FlaskClient, session: Session, world: World) -> None:
    reply = as_admin.post("/policies/new", data=_DRAFT)
    assert reply.location == "/policies/sm-1"
    shown = page(as_admin.get("/policies/sm-1"))
    assert shown.h1.string == "Content and posting"
    assert "At most 70% of posts are broadcast" in shown.text
    assert "This is a draft." in shown.text
    assert Deed.POLICY_DRAFTED in deeds(session, world)


def test_the_form_posted_twice_makes_one_policy(as_admin: FlaskClient, session: Session) -> None:
    as_admin.post("/policies/new", data=_DRAFT)
    again = as_admin.post("/policies/new", data=_DRAFT)
    assert "There is a policy SM 1 already" in again.text
    assert session.scalar(sa.select(sa.func.count(Policy.id))) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": ""}, "Write a code"),
        ({"code": "SM/4"}, "A code is letters and digits"),
        ({"title": ""}, "Write a title"),
        ({"template": "T99"}, "Choose one from the list"),
        ({"force": "maybe"}, "Choose one of these"),
    ],
)
def test_a_bad_draft_is_refused_at_its_field(
    as_admin: FlaskClient, session: Session, wrong: dict[str, str], sentence: str
) -> None:
    reply = as_admin.post("/policies/new", data=_DRAFT | wrong)
    assert reply.status_code == 200
    assert sentence in reply.text
    assert not session.scalar(sa.select(sa.func.count(Policy.id)))


def test_a_script_in_a_title_is_shown_not_run(as_admin: FlaskClient) -> None:
    as_admin.post("/policies/new", data=_DRAFT | {"title": "<script>alert(1)</script>"})
    assert "<script>alert" not in as_admin.get("/policies/sm-1").text


def clause_fields(browser: FlaskClient, url: str) -> dict[str, object]:
    """What the clause's form would send unchanged."""
    form = page(browser.get(url)).find("main").find("form")
    fields: dict[str, object] = {field["name"]: field.get("value", "") for field in form.find_all("input")}
    fields |= {area["name"]: area.string.lstrip("\n").replace("\r\n", "\n") for area in form.find_all("textarea")}
    for select in form.find_all("select"):
        chosen = [option["value"] for option in select.find_all("option", selected=True)]
        fields[select["name"]] = chosen if select.has_attr("multiple") else (chosen or [""])[0]
    return fields


def test_a_drafts_clause_and_its_rule_are_changed(as_admin: FlaskClient, session: Session) -> None:
    as_admin.post("/policies/new", data=_DRAFT)
    url = "/policies/sm-1/edit/5"
    fields = clause_fields(as_admin, url) | {"title": "Ask more", "posts-broadcast_max_pct-maximum": "65%"}
    assert as_admin.post(url, data=fields).location == "/policies/sm-1/v/1.0"
    shown = page(as_admin.get("/policies/sm-1")).text
    assert "Ask more" in shown
    assert "At most 65% of posts are broadcast" in shown
    assert session.scalars(sa.select(Rule.parameters).where(Rule.key == "posts.broadcast_max_pct")).one() == {
        "maximum": 65.0
    }


def test_the_duties_a_clause_asks_for_are_changed(as_admin: FlaskClient, session: Session) -> None:
    as_admin.post("/policies/new", data=_DRAFT)
    url = "/policies/sm-1/edit/10"
    fields = clause_fields(as_admin, url)
    fields["duty-required-duties-0-depth"] = "primary_and_backup"
    fields["duty-required-duties-1-family"] = ""
    assert as_admin.post(url, data=fields).status_code == 302
    asked = session.scalars(sa.select(Rule.parameters).where(Rule.key == "duty.required")).one()["duties"]
    assert [(duty["family"], duty["depth"]) for duty in asked] == [("post", "primary_and_backup")]


@pytest.mark.parametrize(
    ("clause", "field", "value", "sentence"),
    [
        (5, "posts-broadcast_max_pct-maximum", "120", "lies between 0 and 100 percent"),
        (5, "posts-broadcast_max_pct-maximum", "most", "is a number of percent"),
        (3, "posts-min_per_week-minimum", "50", "At least 50 posts a week cannot be kept with at most 6 posts a day"),
        (3, "posts-min_per_week-grace_days", "999", "Between 0 and 365 days"),
        (3, "body", "", "Write the clause"),
    ],
)
def test_a_rule_out_of_its_limits_is_refused(
    as_admin: FlaskClient, session: Session, clause: int, field: str, value: str, sentence: str
) -> None:
    as_admin.post("/policies/new", data=_DRAFT)
    before = session.scalars(sa.select(Rule.parameters).order_by(Rule.key)).all()
    url = f"/policies/sm-1/edit/{clause}"
    reply = as_admin.post(url, data=clause_fields(as_admin, url) | {field: value})
    assert reply.status_code == 200
    assert sentence in page(reply).find(class_="error-summary").text
    assert session.scalars(sa.select(Rule.parameters).order_by(Rule.key)).all() == before


def test_a_version_is_put_in_force_and_never_changes(as_admin: FlaskClient, session: Session, world: World) -> None:
    as_admin.post("/policies/new", data=_DRAFT)
    reply = as_admin.post("/policies/sm-1/publish", data={"in_force_on": "2026-01-01", "review_by_on": "2027-01-01"})
    assert reply.location == "/policies/sm-1"
    assert "In force" in page(as_admin.get("/policies/sm-1")).find(class_="facts").text
    assert as_admin.get("/policies/sm-1/edit/5").status_code == 404
    assert as_admin.get("/policies/sm-1/publish").status_code == 404
    assert Deed.POLICY_PUBLISHED in deeds(session, world)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"in_force_on": "next week", "review_by_on": "2027-01-01"}, "Write the day as"),
        ({"in_force_on": "2026-01-01", "review_by_on": "2026-01-01"}, "later than the start"),
        ({"in_force_on": "", "review_by_on": "2026-01-01"}, "Choose the first day"),
    ],
)
def test_bad_days_are_refused(as_admin: FlaskClient, days: dict[str, str], sentence: str) -> None:
    as_admin.post("/policies/new", data=_DRAFT)
    assert sentence in as_admin.post("/policies/sm-1/publish", data=days).text
    assert "This is a draft." in as_admin.get("/policies/sm-1").text


def test_the_next_version_ends_the_one_before(as_admin: FlaskClient, session: Session, world: World) -> None:
    adopted(session, world)
    as_admin.post("/policies/sm-1/new-version", data={"summary": "Calmer."})
    twice = as_admin.post("/policies/sm-1/new-version", data={"summary": "Calmer."})
    assert "Version 1.1 is being written already" in twice.text
    early = as_admin.post("/policies/sm-1/publish", data={"in_force_on": "2025-06-01", "review_by_on": "2027-01-01"})
    assert "Version 1.0 is in force from Jan 1, 2026" in early.text
    as_admin.post("/policies/sm-1/publish", data={"in_force_on": "2026-06-01", "review_by_on": "2027-06-01"})
    session.expire_all()
    first = session.scalars(sa.select(Version).where(Version.number == "1.0")).one()
    assert (first.state, first.ended_on) == (VersionState.REPLACED, date(2026, 5, 31))
    old = page(as_admin.get(f"/policies/sm-1?at={world.east.code}"))
    assert "You are reading version 1.0" in old.text, "the library still follows what it adopted"


def test_a_director_adopts_for_the_own_library_only(
    as_director: FlaskClient, as_branch_manager: FlaskClient, session: Session, world: World
) -> None:
    version = issued(session, world)
    url = f"/policies/sm-1/adopt?at={world.library.code}"
    decision = {"decision": "adopted", "decided_on": "2026-01-05", "in_force_on": "2026-02-01", "vote": "5 to 2"}
    assert as_branch_manager.post(url, data=decision).status_code == 403
    assert as_director.post(f"/policies/sm-1/adopt?at={world.root.code}", data=decision).status_code == 403
    assert as_director.post(url, data=decision).location == f"/policies/sm-1?at={world.library.code}"
    again = as_director.post(url, data=decision)
    assert "follows version 1.0 already" in again.text
    session.expire_all()
    one = session.scalars(sa.select(Adoption)).one()
    assert (one.version_id, one.decision, one.vote) == (version.id, AdoptionDecision.ADOPTED, "5 to 2")
    assert Deed.POLICY_ADOPTED in deeds(session, world)
    rules = queries.adopted_rules(
        session, within=Scope(world.consortium.id, world.east.id, world.east.path), on=date(2026, 2, 1)
    )
    assert {rule.library_id for rule in rules} == {world.library.id}
    assert [rule.label for rule in rules][-1] == "SM 1, clause 10"
    assert queries.adopted_rules(session, within=Scope(world.consortium.id), on=date(2026, 1, 31)) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"in_force_on": ""}, "Write the day from which it binds"),
        ({"in_force_on": "2025-12-01", "decided_on": "2025-12-01"}, "Version 1.0 is in force from Jan 1, 2026"),
        ({"in_force_on": "2026-01-02"}, "cannot bind days before it was taken"),
        ({"decided_on": "2199-01-01"}, "still to come"),
        ({"decision": "declined"}, "Choose one of these"),
    ],
)
def test_a_bad_decision_is_refused(
    as_director: FlaskClient, session: Session, world: World, wrong: dict[str, str], sentence: str
) -> None:
    issued(session, world)
    decision = {"decision": "adopted", "decided_on": "2026-01-05", "in_force_on": "2026-02-01"}
    reply = as_director.post(f"/policies/sm-1/adopt?at={world.library.code}", data=decision | wrong)
    assert sentence in reply.text
    assert session.scalars(sa.select(Adoption)).all() == []


def test_a_recommended_policy_may_be_declined_and_adopted_later(
    as_director: FlaskClient, session: Session, world: World
) -> None:
    issued(session, world, force=Force.RECOMMENDED)
    url = f"/policies/sm-1/adopt?at={world.library.code}"
    declined = {"decision": "declined", "decided_on": "2026-01-05"}
    assert as_director.post(url, data=declined).status_code == 302
    assert "declined version 1.0 already" in as_director.post(url, data=declined).text
    later = {"decision": "adopted", "decided_on": "2026-03-05", "in_force_on": "2026-04-01"}
    assert as_director.post(url, data=later).status_code == 302
    assert "Declined" in as_director.get(f"/policies/sm-1?at={world.library.code}").text


def test_adopting_the_next_version_ends_the_first_the_day_before(
    as_director: FlaskClient, session: Session, world: World
) -> None:
    version = adopted(session, world)
    policy = queries.get_policy(session, "sm-1", within=Scope(world.consortium.id))
    draft = drafts.draft_next(session, policy, summary="Calmer.", by=world.machine, at=AT)
    versions.publish(session, draft, versions.Issue(date(2026, 6, 1), date(2027, 6, 1)), by=world.machine, at=AT)
    session.commit()
    decision = {"decision": "adopted", "decided_on": "2026-06-02", "in_force_on": "2026-07-01"}
    as_director.post(f"/policies/sm-1/adopt?at={world.library.code}", data=decision)
    session.expire_all()
    ended = {one.version_id: one.ended_on for one in session.scalars(sa.select(Adoption))}
    assert ended == {version.id: date(2026, 6, 30), draft.id: None}
    on_the_last_day = queries.adopted_rules(session, within=Scope(world.consortium.id), on=date(2026, 6, 30))
    assert {rule.version.number for rule in on_the_last_day} == {"1.0"}


def test_a_branch_reads_its_own_standing(as_branch_manager: FlaskClient, session: Session, world: World) -> None:
    adopted(session, world)
    shown = page(as_branch_manager.get("/policies/sm-1"))
    assert f"How we check it, at {world.east.name}" in shown.text
    assert "Not checked yet." in shown.text
    assert as_branch_manager.get(f"/policies/sm-1?at={world.north.code}").status_code == 403


def test_the_list_filters_by_status(as_admin: FlaskClient, session: Session, world: World) -> None:
    issued(session, world)
    as_admin.post("/policies/new", data=_DRAFT | {"template": "T04", "code": "SM 4", "title": "Answering critics"})
    rows = page(as_admin.get("/policies?status=draft")).find("tbody").find_all("tr")
    assert [row.th.text for row in rows] == ["Answering critics"]
    assert "No policy fits" in as_admin.get("/policies?status=withdrawn").text


ROUTES = [
    ("/policies", "r"),
    ("/policies/new", "w"),
    ("/policies/sm-1", "r"),
    ("/policies/sm-1/v/1.0", "r"),
    ("/policies/sm-1/new-version", "w"),
    ("/policies/sm-2/publish", "w"),
    ("/policies/sm-2/edit/1", "w"),
]


@pytest.fixture
def two_policies(session: Session, world: World) -> None:
    adopted(session, world)
    template = get_policy_template("T04")
    drafts.draft_from_template(
        session,
        template,
        issued_by=world.root,
        code="SM 2",
        title="Critics",
        force=Force.REQUIRED,
        by=world.machine,
        at=AT,
    )
    session.commit()


@pytest.mark.usefixtures("two_policies")
@pytest.mark.parametrize(("url", "kind"), ROUTES)
def test_who_may_open_what(
    as_admin: FlaskClient,
    as_director: FlaskClient,
    as_branch_manager: FlaskClient,
    as_staff: FlaskClient,
    as_auditor: FlaskClient,
    url: str,
    kind: str,
) -> None:
    assert as_admin.get(url).status_code == 200
    for reader in (as_director, as_branch_manager, as_staff, as_auditor):
        assert reader.get(url).status_code == (200 if kind == "r" else 403)


@pytest.mark.usefixtures("two_policies")
@pytest.mark.parametrize("url", [url for url, _ in ROUTES if "sm-" in url] + ["/policies/sm-1/adopt"])
def test_a_stranger_finds_nothing(as_stranger: FlaskClient, world: World, url: str) -> None:
    assert as_stranger.get(url).status_code == 404
    assert as_stranger.get(f"{url}?at={world.library.code}").status_code == 404


@pytest.mark.usefixtures("two_policies")
def test_a_strangers_list_is_empty(as_stranger: FlaskClient) -> None:
    assert "Content and posting" not in as_stranger.get("/policies").text
