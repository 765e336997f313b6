"""The demo as a person meets it: loaded by a command, entered with the printed password, removed without a trace."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts.models import Account, AccountDetail
from app.accounts.queries import contacts_of
from app.accounts.rules import AccountKind, AccountState, Connection
from app.consortia.models import ConsortiumSettings, Place, PlaceEvent
from app.consortia.queries import closures_of, hours_of
from app.consortia.rules import EventKind, PlaceKind
from app.desk.demo.cast import cast
from app.desk.demo.loading import find_demo
from app.duties.actions import Spot, Terms, assign, withdraw
from app.duties.models import Assignment
from app.duties.queries.assignments import relieved_by
from app.duties.rules.catalogue import Family
from app.findings.models import Finding
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant
from app.goals.models import Kpi, KpiStanding
from app.goals.rules import State
from app.metrics.models import DailyFigure, Post, Run
from app.metrics.queries.costs import spent_in
from app.metrics.rules.costs import month_of
from app.metrics.rules.runs import RunKind
from app.people.models import Person, Position
from app.people.queries.leaving import due_for_erasure
from app.people.queries.positions import incumbencies_of
from app.people.queries.roles import memberships_of
from app.platforms.catalogue import get_platform
from app.scorecards.models import Scorecard
from tests import databases
from tests.conftest import build
from tests.databases import ENGINES
from tests.demo import LAST_DAY, template_of_demo
from tests.factories.world import template_of_worlds
from tests.views.demo_loaded import QUARTER, Loaded, Rows, everything_in, leave_traces, place, quarter_of

AS_OF = date.fromisoformat(LAST_DAY)


@pytest.fixture(scope="module", params=ENGINES)
def loaded(request: pytest.FixtureRequest) -> Iterator[Loaded]:
    """The demo beside two consortia that are none, as its command loaded it."""
    database = databases.fresh(request.param, template_of_demo(request.param))
    application = build(database)
    yield Loaded(application, database, everything_in(template_of_worlds(request.param)))
    with application.app_context():
        db.engine.dispose()
    databases.drop(database)


@pytest.fixture
def session(loaded: Loaded) -> Iterator[Session]:
    """Inside the demo."""
    with loaded.application.app_context():
        demo = find_demo(db.session)
        assert demo is not None
        enter_tenant(db.session, demo.id)
        yield db.session


def test_it_is_as_large_as_told_and_marked(session: Session) -> None:
    mine = session.info["consortium_id"]
    count = sa.select(sa.func.count()).select_from(Place).where(Place.consortium_id == mine)
    assert session.scalar(count.where(Place.kind == PlaceKind.LIBRARY)) == 12
    assert session.scalar(count.where(Place.kind == PlaceKind.BRANCH)) == 64
    assert (session.scalar(sa.select(sa.func.count()).where(Account.consortium_id == mine)) or 0) >= 150
    settings = session.scalars(sa.select(ConsortiumSettings).where(ConsortiumSettings.consortium_id == mine)).one()
    assert (settings.is_demo, settings.demo_as_of) == (True, AS_OF)


def test_no_account_is_ever_due_and_no_figure_is_later_than_the_demo(session: Session) -> None:
    assert session.scalar(sa.select(sa.func.count()).where(Account.next_pull_at.is_not(None))) == 0
    assert session.scalar(sa.select(sa.func.max(DailyFigure.day, type_=DailyFigure.day.type))) == AS_OF


def test_the_story_reaches_the_months(session: Session) -> None:
    eastside = quarter_of(session, "eastside")
    assert eastside.posts is not None
    assert (eastside.posts, eastside.broadcasts) == (129, 119)
    assert (eastside.questions_due, eastside.questions_in_time) == (51, 31)
    assert quarter_of(session, "mill-lane").questions_due == 6


def test_an_expired_sign_in_leaves_a_hole(session: Session) -> None:
    northgate = place(session, "northgate")
    account = session.scalars(
        sa.select(Account).where(Account.place_id == northgate.id, Account.platform == "facebook")
    ).one()
    assert account.connection is Connection.SIGN_IN_EXPIRED
    assert account.newest_figure_on == date(2026, 10, 11)


def test_the_posts_of_an_account_are_as_many_as_its_figures_say(session: Session) -> None:
    eastside = place(session, "eastside")
    account = session.scalars(
        sa.select(Account).where(Account.place_id == eastside.id, Account.platform == "facebook")
    ).one()
    since = DailyFigure.day >= QUARTER[0]
    counted = session.scalar(
        sa.select(sa.func.sum(DailyFigure.posts)).where(DailyFigure.account_id == account.id, since)
    )
    assert counted
    assert session.scalar(sa.select(sa.func.count()).where(Post.account_id == account.id)) == counted


def test_nobody_is_left_where_the_story_says_so(session: Session) -> None:
    eastside = place(session, "eastside")
    held = session.execute(
        sa.select(Assignment.family, Assignment.is_primary, Position.title, Assignment.last_on)
        .join(Account, Account.id == Assignment.account_id)
        .join(Position, Position.id == Assignment.position_id)
        .where(Assignment.place_id == eastside.id, Account.platform == "mastodon", Assignment.family == "answer")
        .order_by(Assignment.is_primary.desc())
    ).all()
    assert [(row.title, row.last_on) for row in held] == [
        ("Reference librarian", None),
        ("Branch manager", date(2026, 10, 3)),
    ]


def test_someone_else_is_assigned_where_the_story_left_nobody(session: Session) -> None:
    eastside = place(session, "eastside")
    account = session.scalars(
        sa.select(Account).where(Account.place_id == eastside.id, Account.platform == "mastodon")
    ).one()
    teen = session.scalars(
        sa.select(Position).where(Position.place_id == eastside.id, Position.title == "Teen librarian")
    ).one()
    spot = Spot(eastside, account, Family.ANSWER)
    terms = Terms(is_primary=True, hours_per_week=Decimal(1), first_on=AS_OF)
    by, at = Actor.machine("Tests", consortium_id=eastside.consortium_id), now()
    made = assign(session, spot, holder=teen, terms=terms, by=by, at=at)
    [before] = relieved_by(session, made, within=spot.whole)
    assert (before.position and before.position.title, before.last_on) == ("Reference librarian", date(2026, 11, 8))
    withdraw(session, made, place=eastside, by=by, at=at)
    assert (before.last_on, before.end_recorded_at) == (None, None)
    session.rollback()


def test_the_product_drew_its_own_conclusions(session: Session) -> None:
    eastside = place(session, "eastside")
    titles = session.scalars(sa.select(Finding.title).where(Finding.place_id == eastside.id)).all()
    assert any("92% broadcast" in title for title in titles)
    assert any("nobody answers since Oct 4" in title for title in titles)
    states = dict(
        list(
            map(
                tuple,
                session.execute(
                    sa.select(Place.code, Scorecard.state)
                    .join(Place, Place.id == Scorecard.place_id)
                    .where(Scorecard.period_first_on == QUARTER[0], Scorecard.period_last_on == QUARTER[1])
                ),
            )
        )
    )
    expected = {"eastside": State.OFF_TRACK, "hollis-street": State.ON_TRACK, "harbour": State.ON_TRACK}
    assert {code: states[code] for code in expected} == expected
    assert states["northgate"] is State.NO_DATA
    unjudged = session.scalars(
        sa.select(KpiStanding.reason_words)
        .join(Kpi, Kpi.id == KpiStanding.kpi_id)
        .where(
            KpiStanding.place_id == place(session, "mill-lane").id,
            Kpi.definition == "K28",
            KpiStanding.period_first_on == QUARTER[0],
            KpiStanding.period_last_on == QUARTER[1],
        )
    ).one()
    assert unjudged == "Too few to judge (6 questions)"


def test_what_happened_to_places_stands_on_its_day(session: Session) -> None:
    happened = {
        (event.kind, code): (event.happened_on, event.former)
        for code, event in session.execute(
            sa.select(Place.code, PlaceEvent).join(Place, Place.id == PlaceEvent.place_id)
        )
    }
    assert happened == {
        (EventKind.RENAMED, "station-road"): (date(2025, 12, 4), "Railway Street"),
        (EventKind.COUNTED, "central"): (date(2025, 12, 28), None),
        (EventKind.MERGED, "gull-point"): (date(2026, 6, 3), None),
        (EventKind.CLOSED, "ninemile"): (date(2025, 11, 29), None),
    }
    within = Scope(session.info["consortium_id"])
    hours = {
        code: hours_of(session, place(session, code), on=AS_OF, within=within) for code in ("eastside", "vale-main")
    }
    assert {code: week and week.minutes for code, week in hours.items()} == {"eastside": 66 * 60, "vale-main": 30 * 60}
    [depot] = closures_of(session, place(session, "depot"), within=within)
    assert depot.covers(AS_OF)


def test_a_library_that_joined_has_no_figure_from_before(session: Session) -> None:
    joined_on = date(2026, 7, 5)
    account = session.scalars(sa.select(Account).where(Account.place_id == place(session, "tarrant-main").id)).one()
    first = sa.select(sa.func.min(DailyFigure.day, type_=DailyFigure.day.type))
    assert session.scalar(first.where(DailyFigure.account_id == account.id)) == joined_on
    held = sa.select(sa.func.min(Assignment.first_on, type_=Assignment.first_on.type))
    assert session.scalar(held.where(Assignment.account_id == account.id)) == joined_on


def test_accounts_stand_at_every_step_of_a_life(session: Session) -> None:
    states = set(session.scalars(sa.select(Account.state)))
    assert states == set(AccountState)
    platforms = set(session.scalars(sa.select(Account.platform)))
    assert {"x", "youtube"} <= platforms
    kinds = set(session.scalars(sa.select(AccountDetail.kind)))
    assert kinds == set(AccountKind)
    retired = session.scalars(sa.select(Account).where(Account.state == AccountState.RETIRED)).one()
    last = session.scalar(
        sa.select(sa.func.max(DailyFigure.day, type_=DailyFigure.day.type)).where(DailyFigure.account_id == retired.id)
    )
    assert retired.retired_on
    assert last == retired.retired_on - timedelta(days=1)


def test_a_contact_who_left_is_missed(session: Session) -> None:
    eastside = place(session, "eastside")
    account = session.scalars(
        sa.select(Account).where(Account.place_id == eastside.id, Account.platform == "mastodon")
    ).one()
    within = Scope(session.info["consortium_id"])
    first, second = contacts_of(session, account, within=within, on=AS_OF)
    assert (first.name, first.gone_since, second.is_there) == ("Lena Fischer", date(2026, 10, 3), True)
    of_library = session.scalars(
        sa.select(Account).where(Account.place_id == place(session, "port-ellery").id, Account.platform == "x")
    ).one()
    assert all(contact.is_there for contact in contacts_of(session, of_library, within=within, on=AS_OF))


def test_what_x_cost_is_what_was_read_at_its_prices(session: Session) -> None:
    prices = get_platform("x").prices
    assert prices
    runs = session.scalars(sa.select(Run).where(Run.kind == RunKind.PULL)).all()
    assert {run.started_at.month for run in runs} == {8, 9, 10, 11}
    for run in runs:
        assert run.reads
        assert run.cost_micros == sum(count * prices.per_read[kind] for kind, count in run.reads.items())
    spent = spent_in(session, month=month_of(date(2026, 10, 1)), within=Scope(session.info["consortium_id"]))
    assert spent == sum(run.cost_micros for run in runs if run.started_at.month == 10) > 0


def test_people_come_and_go_and_hold_more_than_one_thing(session: Session) -> None:
    within = Scope(session.info["consortium_id"])
    people = {person.name: person for person in session.scalars(sa.select(Person))}
    assert people["Otis Marlow"].email is None
    edna = [held.position.title for held in incumbencies_of(session, people["Edna Pruitt"], within=within)]
    assert sorted(edna) == ["Branch librarian", "Library director"]
    oscar = [(role.role, role.place.code) for role in memberships_of(session, people["Oscar Lindqvist"], within=within)]
    assert len({code for _, code in oscar}) == len(oscar) == 3
    assert people["Samuel Orozco"].left_on == AS_OF + timedelta(days=18)
    assert due_for_erasure(session, within=within, on=AS_OF, months=24, at=now()) == []
    assert due_for_erasure(session, within=within, on=date(2026, 12, 1), months=24, at=now()) == [
        people["Edith Calloway"].id
    ]


def test_the_printed_password_opens_every_door(loaded: Loaded) -> None:
    printed = loaded.run("sign-ins").output
    found = re.search(r"password (\S+)", printed)
    assert found
    for sign_in in cast().sign_ins:
        assert sign_in.email in printed
        browser = loaded.application.test_client()
        browser.post("/sign-in", data={"email": sign_in.email, "password": found[1]})
        page = browser.get("/", follow_redirects=True)
        assert page.status_code == 200
        assert sign_in.name in page.text
        assert "Demo" in page.text


def test_each_start_has_a_password_of_its_own_unless_one_is_named(loaded: Loaded) -> None:
    first, second = loaded.run("sign-ins").output, loaded.run("sign-ins").output
    assert first != second
    named = build(loaded.database, demo_password="as the operator wishes")
    printed = named.test_cli_runner().invoke(args=["demo", "sign-ins"]).output
    with named.app_context():
        db.engine.dispose()
    assert "as the operator wishes" in printed


def test_loading_twice_says_so_and_changes_nothing(loaded: Loaded, statements_of: Callable[[], Rows]) -> None:
    before = statements_of()
    result = loaded.run("load")
    assert (result.exit_code, "loaded already" in result.output) == (0, True)
    assert statements_of() == before


@pytest.fixture
def statements_of(loaded: Loaded) -> Callable[[], Rows]:
    """What stands in the database, now and later."""
    return lambda: everything_in(loaded.database)


def test_removing_it_leaves_every_other_row_as_it_was(loaded: Loaded) -> None:
    """The last of this file: the demo is gone afterwards, with every link, session and choice of its people."""
    leave_traces(loaded)
    result = loaded.run("remove")
    assert result.exit_code == 0, result.output
    after = everything_in(loaded.database)
    assert {name: rows for name, rows in after.items() if rows != loaded.before[name]} == {}
    assert loaded.run("remove").exit_code == 0
    assert loaded.run("sign-ins").output == ""
