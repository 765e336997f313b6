"""A new account from request to the end of its trial; silence, drills, reviews, retirement, look-alikes and proofs."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from app.access.rules import Scope
from app.accounts import actions, queries
from app.accounts.models import (
    Account,
    AccountDetail,
    AccountProof,
    AccountRequest,
    AccountReview,
    AccountTrial,
    LookAlike,
)
from app.accounts.queries.proofs import due_for_proof, named_accounts
from app.accounts.rules import AccountState
from app.accounts.rules.life import AccountKind, Details
from app.accounts.rules.look_alikes import LookAlikeState, pairs
from app.accounts.rules.proofs import Proof, ProofState
from app.accounts.rules.requests import RequestState
from app.accounts.rules.trials import TrialEnd
from app.accounts.tasks.proofs import look
from app.duties.rules.catalogue import Family
from app.history.queries import latest_entries
from app.history.rules import Deed
from app.metrics.models import DailyFigure, Run
from app.metrics.rules.dictionary import Source
from app.metrics.rules.runs import RunKind, RunState
from tests.factories.duties import give

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 9)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def within(world):
    return Scope(consortium_id=world.consortium.id)


def page(response):
    assert response.status_code == 200, response.status
    return BeautifulSoup(response.data, "html.parser")


def words(world, **other):
    said = {
        "platform": "tiktok",
        "handle": "eastteens",
        "evidence": "Teens post from the makerspace: https://www.tiktok.com/tag/east",
        "purpose": "Reach teenagers",
        "audience": "Teenagers",
        "hours": "3",
        "first_owner": world.staff.id,
        "second_owner": world.manager.id,
        "captions": "By the teen librarian",
        "has_read_minors_rule": "y",
        "trial_ends_on": "2027-05-09",
    }
    return said | other


def asked(session, world):
    statement = sa.select(AccountRequest).where(AccountRequest.consortium_id == world.consortium.id)
    request = session.scalars(statement.execution_options(populate_existing=True)).one()
    account = queries.get_account(session, request.account_id, within=Scope(world.consortium.id))
    session.refresh(account)
    return request, account


def test_a_librarian_asks_and_the_hours_decide(as_staff, as_branch_manager, session, world, within):
    refused = as_staff.post("/at/green-east/accounts/ask", data=words(world, second_owner=world.staff.id))
    assert "The two owners are two different people." in refused.text
    assert as_staff.post("/at/green-east/accounts/ask", data=words(world)).status_code == 302
    request, account = asked(session, world)
    address = f"/accounts/{account.id}/request"
    assert "Too few hours" in page(as_staff.get(address)).text  # 2 accounts on 3 hours
    assert page(as_staff.get(address)).find("button", string="Approve as a trial") is None
    assert as_staff.post(address, data={"decision": "approved"}).status_code == 403
    assert "eastteens" in page(as_staff.get("/at/green-east/")).find("section", {"aria-labelledby": "asked"}).text
    home = page(as_branch_manager.get("/at/green-east/"))
    assert "TikTok is asked for" in home.find("section", {"aria-labelledby": "to-decide"}).text
    refused = page(as_branch_manager.post(address, data={"decision": "approved"}))
    assert "2 accounts on 3 h a week: below 2 hours an account." in refused.find(class_="field-error").text
    assert as_branch_manager.get(f"/accounts/{account.id}/steps/approved").location == address
    as_branch_manager.post(address, data={"decision": "sent_back", "reason": "Which videos?"})
    assert "Which videos?" in page(as_staff.get(address)).text
    mended = words(world, evidence="See https://www.tiktok.com/@teens")
    assert as_staff.post(f"{address}/mend", data=mended).status_code == 302
    give(session, world.account, Family.POST, world.manager_position, hours="1.5")
    session.commit()
    assert as_branch_manager.post(address, data={"decision": "approved"}).status_code == 302
    request, account = asked(session, world)
    assert (request.state, account.state) == (RequestState.APPROVED, AccountState.APPROVED)
    assert request.capacity == "2 accounts on 4.5 h a week: at least 2 hours an account."
    contacts = queries.contacts_of(session, account, within=within, on=TODAY)
    assert [each.name for each in contacts] == ["Green Staff", "Green Manager"]
    deeds = [entry.deed for entry, _ in latest_entries(session, within=within)]
    assert deeds.count(Deed.ACCOUNT_REQUEST_DECIDED) == 2


def approved(session, world, browser):
    data = words(world, hours="8", trial_ends_on="2026-11-19")
    assert browser.post("/at/green-east/accounts/ask", data=data).status_code == 302
    _, account = asked(session, world)
    assert browser.post(f"/accounts/{account.id}/request", data={"decision": "approved"}).status_code == 302
    return account


def test_from_its_address_to_the_end_of_the_trial(as_branch_manager, as_staff, session, world):
    account = approved(session, world, as_branch_manager)
    path = f"/accounts/{account.id}"
    assert "Not there yet" in page(as_branch_manager.get(path)).text
    assert "Write the address" in as_branch_manager.post(f"{path}/steps/active", data={"on": "2026-11-09"}).text
    wrong = as_branch_manager.post(f"{path}/address", data={"url": "https://www.facebook.com/eastteens"})
    assert "not on TikTok" in wrong.text
    url = "https://www.tiktok.com/@eastteens"
    assert as_branch_manager.post(f"{path}/address", data={"url": url}).status_code == 302
    assert as_branch_manager.post(f"{path}/steps/active", data={"on": "2026-11-09"}).status_code == 302
    home = page(as_branch_manager.get("/at/green-east/")).find("section", {"aria-labelledby": "to-decide"})
    assert "The trial ends on Nov 19, 2026" in home.text
    assert as_staff.post(f"{path}/trial", data={"decision": "keep", "reason": "x"}).status_code == 403
    on = as_branch_manager.post(f"{path}/trial", data={"decision": "change", "reason": "More time"})
    assert "Write until when it is tried on." in on.text
    more = {"decision": "change", "reason": "More time", "next_end": "2027-02-01"}
    assert as_branch_manager.post(f"{path}/trial", data=more).status_code == 302
    assert as_branch_manager.post(f"{path}/trial", data={"decision": "close", "reason": "Few came"}).status_code == 302
    ends = session.scalars(sa.select(AccountTrial.decision).where(AccountTrial.consortium_id == world.consortium.id))
    assert set(ends) == {TrialEnd.CHANGE, TrialEnd.CLOSE}
    assert "On its way out" in page(as_branch_manager.get(path)).text


def test_an_approval_taken_back_leaves_the_request_open(as_branch_manager, session, world, within):
    account = approved(session, world, as_branch_manager)
    as_branch_manager.post(f"/accounts/{account.id}/undo")
    request, account = asked(session, world)
    assert (request.state, account.state) == (RequestState.OPEN, AccountState.PROPOSED)
    assert queries.find_trial(session, account, within=within) is None


def test_a_retirement_goes_by_its_checklist(as_branch_manager, session, world):
    path = f"/accounts/{world.account.id}"
    assert as_branch_manager.post(f"{path}/retirement", data={"reason": "Nobody there"}).status_code == 302
    refused = as_branch_manager.post(f"{path}/steps/retired", data={"on": "2026-11-09"})
    assert "6 things of the checklist are not done." in refused.text
    for task in ("last_post", "redirect", "records", "site_links", "registry", "credentials"):
        as_branch_manager.post(f"{path}/retirement/{task}", data={"note": f"Done: {task}"})
    shown = page(as_branch_manager.get(path)).find("section", {"aria-labelledby": "retirement"})
    assert "Nov 9, 2026, by Green Manager: Done: redirect" in shown.text
    assert as_branch_manager.post(f"{path}/retirement/nothing").status_code == 404
    assert as_branch_manager.post(f"{path}/steps/retired", data={"on": "2026-11-09"}).status_code == 302
    session.refresh(world.account)
    assert world.account.state is AccountState.RETIRED


def figures(session, account, *, days, posts_on=None):
    """Complete figures of so many days before today; posts on one of them at most."""
    run = Run(
        consortium_id=account.consortium_id,
        account_id=account.id,
        kind=RunKind.PULL,
        state=RunState.DONE,
        started_at=NOW,
    )
    session.add(run)
    session.flush()
    for back in range(1, days + 1):
        day = TODAY - timedelta(days=back)
        session.add(
            DailyFigure(
                consortium_id=account.consortium_id,
                account_id=account.id,
                day=day,
                run_id=run.id,
                source=Source.PULL,
                posts=int(day == posts_on),
            )
        )
    account.newest_figure_on = TODAY - timedelta(days=1)
    session.commit()


def test_silence_needs_evidence_and_emergencies_a_drill(as_branch_manager, as_admin, session, world):
    path = "/at/green-east/accounts/decisions"
    assert "For 1 account silence cannot be told" in page(as_branch_manager.get(path)).text
    assert (
        "Nobody can be asked." in page(as_branch_manager.get(path)).find("section", {"aria-labelledby": "alone"}).text
    )
    figures(session, world.account, days=100, posts_on=TODAY - timedelta(days=80))
    quiet = page(as_branch_manager.get(path)).find("section", {"aria-labelledby": "quiet"})
    assert "Last post on Aug 21, 2026; figures are complete until Nov 8, 2026." in quiet.text
    kept = AccountDetail(
        consortium_id=world.consortium.id, account_id=world.account.id, kind=AccountKind.EMERGENCY_ONLY
    )
    session.add(kept)
    session.commit()
    assert "Silent" not in page(as_branch_manager.get(path)).text  # heard within the year: no drill either
    session.execute(sa.delete(DailyFigure).where(DailyFigure.consortium_id == world.consortium.id))
    session.commit()
    assert "Nobody has tried it" in page(as_branch_manager.get(path)).text
    drill = {"held_on": "2026-11-08", "holder": world.manager.id, "note": "4 minutes"}
    assert as_branch_manager.post(f"/accounts/{world.account.id}/drills", data=drill).status_code == 302
    other = f"/accounts/{world.north_account.id}/drills"
    for ask in (as_admin.get, as_admin.post):
        assert "kept for emergencies only" in ask(other, follow_redirects=True).text
    assert "Drills that are due" not in page(as_branch_manager.get(path)).text
    assert "Green Manager: 4 minutes" in page(as_branch_manager.get(f"/accounts/{world.account.id}/drills")).text


def test_several_are_reviewed_at_once_and_closing_shows_them_first(as_director, session, world):
    path = "/at/green-county/accounts/review"
    assert len(page(as_director.get(path)).select("tbody tr")) == 2  # both were opened long ago
    assert not page(as_director.get(path)).select("tbody input[checked]")
    ticking = page(as_director.get(path)).find("a", string="Tick what is overdue")["href"]
    assert len(page(as_director.get(ticking)).select("tbody input[checked]")) == 2
    assert "Tick at least one account." in as_director.post(path, data={"end": "keep"}).text
    as_director.post(path, data={"end": "keep", "accounts": world.north_account.id})
    assert len(page(as_director.get(path)).select("tbody tr")) == 1
    close = {"end": "retire", "accounts": world.account.id}
    assert "Write why they are closed." in as_director.post(path, data=close).text
    sure = page(as_director.post(path, data=close | {"reason": "Unused"}))
    assert "Retire 1 account?" in sure.text
    assert as_director.post(path, data=close | {"reason": "Unused", "is_sure": "y"}).status_code == 302
    session.refresh(world.account)
    assert world.account.state is AccountState.RETIRED
    assert session.scalar(sa.select(sa.func.count()).select_from(AccountReview)) == 2


def test_a_name_that_is_a_domain_is_looked_at_without_a_page(session, world, within):
    made = [
        Account(
            consortium_id=world.consortium.id,
            place_id=world.east.id,
            platform="bluesky",
            handle=handle,
            url=f"https://bsky.app/profile/{handle}",
        )
        for handle in ("news.library.example", "library.bsky.social")
    ]
    session.add_all(made)
    session.flush()
    assert list(due_for_proof(session, within=within, at=NOW, most=9)) == [made[0].id]


def test_look_alikes_are_queued_once_and_decided(as_staff, as_branch_manager, session, world, far, within):
    twin = Account(
        consortium_id=world.consortium.id,
        place_id=world.east.id,
        platform="mastodon",
        handle="@greeneast2@social.example",
        url="https://social.example/@greeneast2",
    )
    session.add(twin)
    session.flush()
    for expected in (1, 0):
        found = pairs(named_accounts(session, within=within))
        assert actions.queue_pairs(session, found, within=within, at=NOW) == expected
    session.commit()
    data = {"url": "https://social.example/@greenea5t", "account_id": world.account.id, "note": "Our logo"}
    assert as_staff.post("/at/green-east/accounts/look-alikes/new", data=data).status_code == 302
    shown = page(as_branch_manager.get("/at/green-east/accounts/look-alikes"))
    assert len(shown.select("tbody tr")) == 2
    seen = session.scalars(sa.select(LookAlike).where(LookAlike.url != "")).one()
    answer = {"state": "reported", "reason": "To the server's admin"}
    assert as_branch_manager.post(f"/look-alikes/{seen.id}", data=answer).status_code == 302
    session.refresh(seen)
    assert (seen.state, seen.decided_by_id) == (LookAlikeState.REPORTED, world.manager.id)
    assert len(page(as_branch_manager.get("/at/green-east/accounts/look-alikes")).select("tbody tr")) == 1


def test_the_consortium_says_what_holds(as_admin, as_branch_manager, session, within):
    assert as_branch_manager.get("/accounts/norms").status_code == 403
    as_admin.post("/accounts/norms", data={"hours_per_account": "3", "quiet_after_days": "30"})
    norms = queries.norms_of(session, within=within)
    assert (norms.hours_per_account, norms.quiet_after_days) == (3, 30)


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        pages = {
            "/contact": b'<a rel="me" href="https://social.example/@greeneast">Talk with us</a>',
            "/bare": b"<p>Nothing</p>",
            "/api/v1/accounts/lookup": b'{"fields": [{"value": "<a href=\\"http://127.0.0.1/\\">us</a>"}]}',
        }
        body = pages.get(self.path.split("?")[0])
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_proofs_are_looked_at_weekly_through_the_guard(session, world, within, site):
    account = queries.account_for_change(session, world.account.id, within=within)
    account.base_url = site
    actions.describe(session, account, Details(site_link=f"{site}/contact"), by=world.machine, at=NOW)
    session.commit()
    assert list(due_for_proof(session, within=within, at=NOW, most=9)) == [account.id]
    found = {one.proof: one for one in look(account, f"{site}/contact", allow_private=True)}
    assert {proof: one.state for proof, one in found.items()} == {
        Proof.SITE_LINK: ProofState.HOLDS, Proof.REL_ME: ProofState.HOLDS,
    }  # fmt: skip
    assert found[Proof.REL_ME].sentence == "The page says rel=me, and the profile names our site."
    (closed,) = look(account, f"{site}/contact", allow_private=False)
    assert closed.state is ProofState.UNKNOWN
    assert "private" in closed.sentence
    actions.keep_proofs(session, account, look(account, f"{site}/bare", allow_private=True), at=NOW)
    assert list(due_for_proof(session, within=within, at=NOW + timedelta(hours=1), most=9)) == []
    assert list(due_for_proof(session, within=within, at=NOW + timedelta(days=9), most=9)) == [account.id]
    states = session.scalars(sa.select(AccountProof.state).where(AccountProof.consortium_id == within.consortium_id))
    assert ProofState.FAILS in set(states)
    actions.describe(session, account, Details(site_link=f"{site}/bare"), by=world.machine, at=NOW)
    assert list(due_for_proof(session, within=within, at=NOW, most=9)) == [account.id]
