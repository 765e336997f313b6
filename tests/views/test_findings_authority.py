"""Official accounts held against the register: what is missing becomes a finding, and is put right when it is there."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import AccountContact, AccountDetail, AccountDrill, AccountProof, AccountReview
from app.accounts.rules import ContactRank
from app.accounts.rules.life import AccountKind
from app.accounts.rules.proofs import Proof, ProofState
from app.accounts.rules.reviews import ReviewEnd
from app.duties.rules.catalogue import Family
from app.findings.models import Check
from app.findings.rules.states import FindingState
from app.policies.models import Rule
from app.policies.rules.states import Result
from tests.factories.judged import ON, bind, check, figures, finding_of, hold, result_of
from tests.factories.world import AT, SINCE, World

_KEYS = (
    "account.min_owners",
    "account.purpose_required",
    "account.purpose_renew_months",
    "account.linked_from_site",
    "account.max_per_weekly_hours",
)


@pytest.fixture
def bound(session: Session, world: World) -> None:
    """The template is in force; of Green East's account nothing is written down."""
    world.account.purpose, world.account.opened_on = "", SINCE
    session.commit()
    bind(session, world, "T01")


def care(session: Session, world: World) -> None:
    """Write down all that is asked for."""
    own = {"consortium_id": world.consortium.id, "account_id": world.account.id}
    world.account.purpose = "Events for families"
    session.add_all(
        AccountContact(**own, rank=rank, person_id=person.id, first_on=SINCE)
        for rank, person in zip(ContactRank, (world.staff, world.manager), strict=True)
    )
    session.add(AccountDetail(**own, site_link="https://green.example/contact"))
    session.add(AccountProof(**own, proof=Proof.SITE_LINK, state=ProofState.HOLDS, sentence="It links.", checked_at=AT))
    session.add(AccountReview(**own, decision=ReviewEnd.KEEP, reviewed_on=date(2026, 3, 3), recorded_at=AT))
    hold(session, world, world.staff_position, Family.POST).hours_per_week = Decimal(2)
    session.commit()


def test_what_the_register_lacks_is_found_and_put_right(
    as_branch_manager: FlaskClient, session: Session, world: World, bound: None
) -> None:
    check(session, world)
    assert {key: result_of(session, world, key).result for key in _KEYS} == dict.fromkeys(_KEYS, Result.FAIL)
    finding = finding_of(session, world, "account.min_owners")
    shown = BeautifulSoup(as_branch_manager.get(f"/findings/{finding.id}").text, "html.parser")
    assert shown.h1.string.endswith("at Green East: no contact; SM 8 asks for at least 2 people")
    row = shown.find("caption", string="What was counted, account by account").parent.tbody.tr
    assert row.a["href"] == f"/accounts/{world.account.id}"
    assert "Nobody" in as_branch_manager.get(f"/findings/{finding.id}/evidence.csv").text
    care(session, world)
    check(session, world, on=ON + timedelta(days=1))
    found = (
        sa.select(Rule.key, Check.result).join(Rule, Rule.id == Check.rule_id).where(Check.place_id == world.east.id)
    )
    latest = dict(session.execute(found.order_by(Check.period_last_on)).all())
    assert {key: latest[key] for key in _KEYS} == dict.fromkeys(_KEYS, Result.PASS)
    session.refresh(finding)
    assert finding.state is FindingState.PUT_RIGHT


def test_silence_is_told_from_complete_figures(session: Session, world: World, bound: None) -> None:
    figures(session, world.account, posts=0, broadcasts=0, days=100)
    world.account.newest_figure_on = date(2026, 11, 8)
    session.commit()
    check(session, world)
    found = result_of(session, world, "account.dormant_after_days")
    assert (found.result, found.rows_used["rows"][0]["words"]) == (Result.FAIL, "No post as far back as we know")
    assert result_of(session, world, "crisis.drill_months").result is Result.NOT_APPLICABLE


def test_an_account_for_emergencies_is_drilled_and_may_be_silent(session: Session, world: World, bound: None) -> None:
    figures(session, world.account, posts=0, broadcasts=0, days=100)
    world.account.newest_figure_on = date(2026, 11, 8)
    own = {"consortium_id": world.consortium.id, "account_id": world.account.id}
    session.add(AccountDetail(**own, kind=AccountKind.EMERGENCY_ONLY))
    session.add(AccountDrill(**own, held_on=date(2026, 5, 5), holder_id=world.director.id, recorded_at=AT))
    session.commit()
    check(session, world)
    assert result_of(session, world, "account.dormant_after_days").result is Result.NOT_APPLICABLE
    drill = result_of(session, world, "crisis.drill_months")
    assert (drill.result, drill.rows_used["rows"][0]["words"]) == (Result.PASS, "Used last on May 5, 2026")
