"""Rules held against duties and figures: what is checked, kept, opened and put right."""

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.background.actions import claim
from app.background.models import BackgroundRow
from app.background.registry import Work
from app.duties.rules.catalogue import Family
from app.findings import queries
from app.findings.actions.checking import CHECK
from app.findings.models import Check, Finding
from app.findings.rules.states import FindingState
from app.findings.tasks import HANDLERS, find_due_checks
from app.foundation.clock import now
from app.metrics.models import DailyFigure
from app.policies.actions import adoptions, versions
from app.policies.actions.drafts import draft_next
from app.policies.models import Policy, Rule, RuleStanding
from app.policies.rules.states import Result
from tests.factories.judged import FIRST, LAST, ON, bind, check, figures, finding_of, hold, result_of
from tests.factories.world import AT, World


def test_one_rule_one_finding(session: Session, world: World) -> None:
    bind(session, world)
    figures(session, world.account, posts=1, broadcasts=1)
    outcome = check(session, world)
    found = result_of(session, world, "posts.broadcast_max_pct")
    assert (found.result, found.cases, found.measured) == (Result.FAIL, 92, 100.0)
    assert (found.period_first_on, found.period_last_on) == (FIRST, LAST)
    assert found.evidence == "92 of 92 posts from August to October 2026 only announce"
    assert found.rows_used["rows"][0]["account_id"] == world.account.id
    finding = finding_of(session, world, "posts.broadcast_max_pct")
    assert finding.title == "Green East posts 100% broadcast; SM 1 asks for at most 70%"
    assert finding.to_pass == "28 of these posts would need a question or a reply. About 2 a week."
    assert finding.owner_id == world.manager_position.id
    assert outcome.opened == outcome.still_open == queries.count_open(session, within=Scope(world.consortium.id))


def test_twice_changes_nothing(session: Session, world: World) -> None:
    bind(session, world)
    figures(session, world.account, posts=1, broadcasts=1)

    def rows() -> list[object]:
        session.expire_all()
        checks = sa.select(Check.id, Check.rule_id, Check.result, Check.period_first_on, Check.evidence).order_by(
            Check.id
        )
        findings = sa.select(Finding.id, Finding.state, Finding.opened_on, Finding.check_id).order_by(Finding.id)
        standings = sa.select(RuleStanding.id, RuleStanding.result, RuleStanding.finding_id).order_by(RuleStanding.id)
        return [session.execute(each).all() for each in (checks, findings, standings)]

    check(session, world)
    once = rows()
    again = check(session, world)
    assert rows() == once
    assert (again.opened, again.put_right) == (0, 0)


def test_a_rule_met_again_puts_its_finding_right(session: Session, world: World) -> None:
    bind(session, world)
    figures(session, world.account, posts=1, broadcasts=1)
    check(session, world)
    session.execute(sa.update(DailyFigure).values(broadcasts=0))
    session.commit()
    outcome = check(session, world, on=ON + timedelta(days=1))
    finding = finding_of(session, world, "posts.broadcast_max_pct")
    session.refresh(finding)
    assert (finding.state, finding.closed_on) == (FindingState.PUT_RIGHT, ON + timedelta(days=1))
    assert outcome.put_right >= 1


def test_a_rule_no_longer_in_force_puts_its_finding_right(session: Session, world: World) -> None:
    bind(session, world)
    figures(session, world.account, posts=1, broadcasts=1)
    check(session, world)
    assert check(session, world, on=date(2025, 12, 31)).still_open == 0
    assert session.scalars(sa.select(RuleStanding)).all() == []


def test_what_cannot_be_checked_leaves_a_finding_open(session: Session, world: World) -> None:
    bind(session, world)
    figures(session, world.account, posts=1, broadcasts=1)
    check(session, world)
    session.execute(sa.delete(DailyFigure))
    session.commit()
    check(session, world)
    assert finding_of(session, world, "posts.broadcast_max_pct").state is FindingState.OPEN
    found = result_of(session, world, "posts.broadcast_max_pct")
    session.refresh(found)
    assert (found.result, found.evidence) == (
        Result.NOT_MEASURABLE,
        "No figures for Mastodon @greeneast@social.example in August to October 2026.",
    )


def test_a_missing_duty_is_a_finding_until_somebody_holds_it(session: Session, world: World) -> None:
    bind(session, world)
    check(session, world)
    finding = finding_of(session, world, "duty.required")
    assert finding.title.startswith("Green East: nobody posts")
    assert "Post on Mastodon" in finding.to_pass
    hold(session, world, world.staff_position, Family.POST)
    hold(session, world, world.vacant_position, Family.FOLLOW)
    check(session, world)
    session.refresh(finding)
    assert finding.state is FindingState.OPEN, "a vacant position carries nothing out"
    hold(session, world, world.staff_position, Family.FOLLOW)
    check(session, world, on=ON + timedelta(days=1))
    session.refresh(finding)
    assert finding.state is FindingState.PUT_RIGHT
    kept = session.scalars(
        sa.select(Check).where(Check.rule_id == finding.rule_id, Check.place_id == world.east.id)
    ).all()
    assert sorted(row.result for row in kept) == [Result.FAIL, Result.PASS]


def test_a_finding_outlives_the_version_its_rule_came_from(session: Session, world: World) -> None:
    bind(session, world)
    check(session, world)
    finding = finding_of(session, world, "duty.required")
    opened_on, old_rule = finding.opened_on, finding.rule_id
    policy = session.scalars(sa.select(Policy).where(Policy.consortium_id == world.consortium.id)).one()
    version = draft_next(session, policy, summary="The same, said better.", by=world.machine, at=AT)
    versions.publish(session, version, versions.Issue(ON, date(2027, 11, 9)), by=world.machine, at=AT)
    vote = adoptions.Vote(ON)
    adoptions.adopt(session, version, world.library, vote, in_force_on=ON, by=world.machine, at=AT)
    check(session, world)
    session.refresh(finding)
    assert finding.state is FindingState.OPEN
    assert finding.opened_on == opened_on
    assert finding.rule_id != old_rule, "the finding now speaks of the rule in force"


def test_grace_shows_as_at_risk(session: Session, world: World, as_branch_manager: FlaskClient) -> None:
    bind(session, world)
    figures(session, world.account, posts=1, broadcasts=1)
    check(session, world, on=date.today())  # noqa: DTZ011 - the page looks at today
    rule = session.scalars(sa.select(Rule).where(Rule.key == "posts.broadcast_max_pct")).one()
    standing = session.scalars(
        sa.select(RuleStanding).where(RuleStanding.rule_id == rule.id, RuleStanding.place_id == world.east.id)
    ).one_or_none()
    assert standing is not None
    assert (standing.grace_until is not None) == (standing.result is Result.FAIL)
    margin = BeautifulSoup(as_branch_manager.get("/policies/sm-1").text, "html.parser").find(
        "aside", attrs={"aria-label": "Rules for clause 10"}
    )
    assert "At risk" in margin.text, "nobody posts, but the grace of 14 days has only begun"
    assert margin.find("a", string="See the finding")


def test_a_place_without_an_account_and_a_rule_too_young(session: Session, world: World) -> None:
    bind(session, world, from_on=date(2026, 11, 2))
    check(session, world)
    assert result_of(session, world, "duty.required", world.library.id).result is Result.NOT_APPLICABLE
    young = result_of(session, world, "posts.min_per_week")
    assert (young.result, young.evidence) == (
        Result.NOT_MEASURABLE,
        "In force here since Nov 2, 2026; no whole month to judge yet.",
    )


def test_rules_without_evidence_say_so(session: Session, world: World) -> None:
    bind(session, world, "T03")
    bind(session, world, "T04")
    check(session, world)
    for key in (
        "listen.min_checks_per_open_day",
        "critic.cooloff_min_minutes",
        "response.clock",
        "critic.second_reader",
    ):
        assert result_of(session, world, key).result is Result.NOT_MEASURABLE
    assert result_of(session, world, "response.min_rate_pct").evidence == "No questions recorded."


def test_the_far_consortium_is_not_checked(session: Session, world: World, far: World) -> None:
    bind(session, world)
    check(session, world)
    assert {row.consortium_id for row in session.scalars(sa.select(Check))} == {world.consortium.id}


@pytest.fixture
def command(application: Flask, session: Session) -> Iterator[Callable[..., object]]:
    runner = application.test_cli_runner()
    before = session.info.get("consortium_id")
    yield lambda *words: runner.invoke(args=["findings", "check", *words])
    session.info["consortium_id"] = before


def test_the_command_checks(session: Session, world: World, command: Callable[..., object]) -> None:
    bind(session, world)
    figures(session, world.account, posts=1, broadcasts=1)
    done = command("--consortium", "green-valley", "--on", "2026-11-09")
    assert done.exit_code == 0, done.output
    assert "as of Nov 9, 2026." in done.output
    assert "Not met: " in done.output
    assert command("--consortium", "nowhere").exit_code == 1
    assert command("--consortium", "green-valley", "--on", "last week").exit_code == 2


def test_a_worker_checks_after_an_adoption(application: Flask, session: Session, world: World) -> None:
    bind(session, world)
    claimed = claim(session, at=now(), kinds=["policies.changed"])
    assert claimed is not None, "the adoption asked for it"
    session.commit()
    work = Work(application, session, claimed, {}, threading.Event())
    assert HANDLERS["policies.changed"](work).endswith("open.")
    assert {row.consortium_id for row in session.scalars(sa.select(Check))} == {world.consortium.id}


def test_a_day_after_the_last_check_the_next_is_due(session: Session, world: World) -> None:
    find_due_checks(session, AT)
    assert claim(session, at=AT, kinds=[CHECK]) is None, "nothing was ever checked, nothing binds"
    bind(session, world)
    check(session, world)
    for hours, is_due in ((23, False), (24, True), (25, True)):
        find_due_checks(session, AT + timedelta(hours=hours))
        asked = session.scalars(sa.select(BackgroundRow).where(BackgroundRow.kind == CHECK)).all()
        assert len(asked) == is_due
