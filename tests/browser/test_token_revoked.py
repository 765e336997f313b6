"""Journey three: a key is taken away, the gap says why and is never zero, and the platform's own file fills it once."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import AccountWarning, Credential
from app.accounts.queries.connecting import untold
from app.accounts.rules import Connection
from app.accounts.rules.connecting import Trouble
from app.consortia.queries import today_of
from app.foundation.crypto import Vault
from app.foundation.database import enter_tenant, prepare_engine
from app.foundation.periods import Period, last_whole_quarter
from app.people.actions.logins import make_login_link
from app.people.queries.sessions import find_login
from app.people.rules import LinkPurpose
from app.scorecards.actions import rebuild
from app.web.filters import day as in_words
from tests.browser.axe import assert_accessible
from tests.browser.conftest import WORK_IS_DONE_WITHIN, PageAs
from tests.browser.installation import Installation
from tests.factories.figures import give_days, set_goal, set_kpi
from tests.factories.world import World, find_world
from tests.platforms.x_server import running_x

_GAP = 27
_HEADINGS = (
    "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,"
    "Create Post,Video views,Media views"
)


@dataclass(frozen=True)
class _Branch:
    """An account on X that was read until four weeks before the end of a quarter, when its key was taken away."""

    consortium_id: int
    account_id: int
    manager_id: int
    kpi_id: int
    quarter: Period
    #: signs its manager in, once
    link: str

    @property
    def known_until(self) -> date:
        """The newest day that was pulled."""
        return self.quarter.last - timedelta(days=_GAP)

    @property
    def figures(self) -> str:
        """The page of the days around the end of the quarter."""
        return f"/accounts/{self.account_id}/figures?from={self.known_until}&to={self.quarter.last}"


@pytest.fixture
def sessions(installation: Installation) -> Iterator[Session]:
    """The installation's database, beside its server and its worker."""
    engine = sa.create_engine(installation.database.url)
    prepare_engine(engine)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@pytest.fixture
def branch(installation: Installation, sessions: Session) -> Iterator[_Branch]:
    """Green East on X, whose server knows the key no longer."""
    world = find_world(sessions, slug="green-valley", prefix="green")
    assert world is not None
    with running_x("new") as server:
        yield _revoked(installation, sessions, world, server.base_url)


def _revoked(installation: Installation, session: Session, world: World, base_url: str) -> _Branch:
    at, within = datetime.now(UTC), Scope(world.consortium.id)
    account, quarter = world.account, last_whole_quarter(today_of(session, within=within, at=at))
    account.platform, account.handle, account.url = "x", "@greeneast", "https://x.com/greeneast"
    account.base_url, account.connection, account.connection_since = base_url, Connection.WORKING, at
    sealed = Vault(list(installation.database.settings().token_keys)).seal("a-key-of-before")
    session.add(Credential(consortium_id=account.consortium_id, account_id=account.id, sealed=sealed, kept_at=at))
    known = Period(quarter.first, quarter.last - timedelta(days=_GAP))
    give_days(session, account, known, views=100, posts=1)
    kpi = set_kpi(session, world, set_goal(session, world, world.east, "Be heard each week"), "K06", 5.0, 10.0)
    login = find_login(session, "manager@green.example")
    assert login is not None
    token = make_login_link(session, login, LinkPurpose.SIGN_IN, email=login.email, at=at)
    session.commit()
    return _Branch(account.consortium_id, account.id, world.manager.id, kpi.id, quarter, f"/sign-in/link/{token}")


def _export(branch: _Branch, folder: Path) -> Path:
    """The account by day as X exports it: the days of the gap, and three that were pulled before."""
    days = [branch.quarter.last - timedelta(days=back) for back in range(_GAP + 3)]
    rows = [f'"{day:%a, %b} {day.day}, {day.year}",{150 + day.day},4,9,0,0,1,0,2,1,6,1,0,0' for day in days]
    file = folder / "account_overview_analytics.csv"
    file.write_text("\n".join([_HEADINGS, *rows, ""]))
    return file


def _pull(page: Page, branch: _Branch, *, failed: int) -> None:
    """By its button; as many pulls have failed once the worker has done it."""
    page.goto(branch.figures)
    page.get_by_role("button", name="Pull now").click()
    outcomes = page.get_by_role("table", name="The newest pulls and imports").get_by_text("Failed", exact=True)
    deadline = time.monotonic() + WORK_IS_DONE_WITHIN / 1000
    while outcomes.count() < failed and time.monotonic() < deadline:
        page.wait_for_timeout(200)
        page.goto(branch.figures)
    expect(outcomes).to_have_count(failed)


def _check(page: Page, branch: _Branch, file: Path) -> None:
    page.goto(f"/accounts/{branch.account_id}/import")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("Days to add")).to_be_visible(timeout=WORK_IS_DONE_WITHIN)


def _counted(page: Page) -> list[str]:
    """Days to add, to replace and the same already, problems."""
    return [words.split()[0] for words in page.locator("dl.stats .big").all_inner_texts()]


def _import(page: Page) -> None:
    """By its button; done once the worker has stored what the file brings."""
    page.get_by_role("button", name="Import 30 rows").click()
    expect(page.get_by_role("link", name="See the figures")).to_be_visible(timeout=WORK_IS_DONE_WITHIN)


def _told_to(session: Session, branch: _Branch) -> list[list[int]]:
    """Whom the account's trouble was told, time by time; the other worker may be at it just now."""
    enter_tenant(session, branch.consortium_id)
    told = sa.select(AccountWarning.person_ids).where(
        AccountWarning.consortium_id == branch.consortium_id,
        AccountWarning.account_id == branch.account_id,
        AccountWarning.trouble == Trouble.SIGN_IN_EXPIRED,
    )
    found: list[list[int]] = []
    deadline = time.monotonic() + WORK_IS_DONE_WITHIN / 1000
    while not found and time.monotonic() < deadline:
        time.sleep(0.1)
        found = list(session.scalars(told))
        session.rollback()
    return found


def _measure(session: Session, within: Scope, period: Period) -> None:
    """One period, where a worker's turn rebuilds all fifteen."""
    rebuild(session, within=within, period=period, at=datetime.now(UTC))
    session.commit()


def test_a_revoked_key_leaves_a_gap_that_an_export_fills_once(
    page_as: PageAs, branch: _Branch, installation: Installation, sessions: Session, tmp_path: Path
) -> None:
    page, quarter, within = page_as(None), branch.quarter, Scope(branch.consortium_id)
    page.goto(branch.link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/at/green-east/")
    _pull(page, branch, failed=1)
    last_day = page.get_by_role("row").filter(has=page.get_by_role("link", name=in_words(quarter.last)))
    expect(last_day.get_by_text("Sign-in expired").first).to_be_visible()
    expect(last_day.get_by_text("0", exact=True)).to_have_count(0)

    _measure(sessions, within, quarter)
    installation.flask("worker", "--once")
    assert _told_to(sessions, branch) == [[branch.manager_id]]
    page.goto("/at/green-east/accounts/health")
    expect(page.get_by_role("row").filter(has_text="@greeneast")).to_contain_text("the sign-in had expired")
    page.goto(f"/kpis/{branch.kpi_id}")
    expect(_standing(page, quarter)).to_contain_text(
        f"X not pulled since {branch.known_until:%b} {branch.known_until.day}"
    )
    assert _complete(page, quarter) < 80

    file = _export(branch, tmp_path)
    _check(page, branch, file)
    assert _counted(page) == ["27", "3", "0", "0"]
    expect(page.get_by_role("group", name="3 days differ from another source by more than 2%")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("radio", name="The file’s figures stand").check()
    page.get_by_label("Why figures older").select_option("Corrected export")
    _import(page)
    page.goto(f"/accounts/{branch.account_id}/figures/{branch.known_until}")
    shown = page.locator("#views")
    expect(shown).to_contain_text(f"{150 + branch.known_until.day}")
    for words in (file.name, "Row 29 of", "How it came in", "100, pulled from the platform, until"):
        expect(shown).to_contain_text(words)

    _check(page, branch, file)
    expect(page.get_by_text("This very file was imported on")).to_be_visible()
    assert _counted(page) == ["0", "0", "30", "0"]
    _import(page)
    expect(page.get_by_text("0 days added, 0 changed, 30 the same")).to_be_visible()

    _pull(page, branch, failed=2)
    assert untold(sessions, within=within, at=datetime.now(UTC), most=1) == []
    sessions.rollback()
    _measure(sessions, within, quarter)
    page.goto(f"/kpis/{branch.kpi_id}")
    assert _complete(page, quarter) == 100
    expect(_standing(page, quarter)).not_to_contain_text("No data")


def _standing(page: Page, quarter: Period) -> Locator:
    """The quarter's line among a KPI's periods."""
    periods = page.get_by_role("table", name="in every period that was measured")
    return periods.get_by_role("row").filter(has=page.get_by_role("rowheader", name=quarter.label, exact=True))


def _complete(page: Page, quarter: Period) -> int:
    return int(_standing(page, quarter).locator("[data-l=Complete]").inner_text().rstrip("%"))
