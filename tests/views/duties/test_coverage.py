"""Coverage on both engines: what is asked for, who is there on a day, gaps and sums, and how many statements it takes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.access.rules import Scope
from app.accounts.models import Account, AccountShare
from app.accounts.rules import AccountMode, AccountState
from app.consortia.models import Place
from app.consortia.rules.places import PlaceKind
from app.duties.models import DutyExemption
from app.duties.queries.coverage import coverage, coverage_by_place, coverage_summary, families_of, row_of
from app.duties.rules.catalogue import Family
from app.duties.rules.coverage import CellState
from app.foundation.errors import NotFound
from app.foundation.ids import new_id
from app.people.actions.positions import add_position, add_team
from app.people.models import Incumbency
from tests.factories.duties import FIVE, adopt, give
from tests.factories.world import AT, SINCE

TODAY = date(2026, 11, 9)


def whole(world):
    return Scope(world.consortium.id)


def at(place):
    return Scope(place.consortium_id, place.id, place.path)


def cell(session, place, account, family, on=TODAY):
    return row_of(session, account.id, within=at(place), on=on).cells[family]


def leave(session, position, last_on):
    held = session.scalars(
        sa.select(Incumbency).where(
            Incumbency.consortium_id == position.consortium_id, Incumbency.position_id == position.id
        )
    ).one()
    held.last_on = last_on
    session.flush()


def test_nothing_is_required_until_a_policy_is_in_force(session, world, far):
    adopt(session, far, *FIVE)
    adopt(session, world, "listen", on=TODAY)
    before = cell(session, world.east, world.account, Family.LISTEN, on=TODAY - timedelta(days=1))
    assert before.state is CellState.NOT_REQUIRED
    assert cell(session, world.east, world.account, Family.LISTEN).words == "Nobody listens. " + _asks(session, world)


def _asks(session, world):
    requirement = cell(session, world.east, world.account, Family.LISTEN).requirement
    return f"{requirement.policy_code} asks for someone"


def test_a_policy_asks_no_longer_after_it_ended(session, world, far):
    adopt(session, world, "listen", until=TODAY - timedelta(days=1))
    assert cell(session, world.east, world.account, Family.LISTEN).requirements == ()


def test_the_strictest_of_two_policies_judges(session, world, far):
    mild = adopt(session, world, "answer", depth="primary")
    strict = adopt(session, world, "answer", place=world.root)
    give(session, world.account, Family.ANSWER, world.staff_position)
    found = cell(session, world.east, world.account, Family.ANSWER)
    assert found.state is CellState.BACKUP_ONLY
    assert [requirement.rule_id for requirement in found.requirements] == [strict.id, mild.id]


def test_only_accounts_of_the_named_types_are_asked(session, world, far):
    adopt(session, world, "answer")
    world.account.mode = AccountMode.BROADCAST_ONLY
    session.flush()
    assert cell(session, world.east, world.account, Family.ANSWER).state is CellState.NOT_REQUIRED


def test_the_gap_begins_the_day_after_the_last_holder_left(session, world, far):
    adopt(session, world, "answer")
    give(session, world.account, Family.ANSWER, world.staff_position)
    leave(session, world.staff_position, date(2026, 10, 3))
    assert cell(session, world.east, world.account, Family.ANSWER).words == "Nobody answers since Oct 4"
    there = cell(session, world.east, world.account, Family.ANSWER, on=date(2026, 10, 3))
    assert [holder.person_name for holder in there.primaries] == [world.staff.name]


def test_an_assignment_that_ended_says_since_when(session, world, far):
    adopt(session, world, "post")
    give(session, world.account, Family.POST, world.manager_position)
    give(session, world.account, Family.POST, world.staff_position, backup=True, last_on=date(2026, 10, 3))
    found = cell(session, world.east, world.account, Family.POST)
    assert (found.state, found.words) == (CellState.BACKUP_ONLY, "No backup since Oct 4")
    assert found.hours_per_week == Decimal("1.5")


def test_a_coming_assignment_counts_from_its_first_day(session, world, far):
    adopt(session, world, "post", depth="primary")
    give(session, world.account, Family.POST, world.manager_position, first_on=date(2026, 12, 1))
    assert cell(session, world.east, world.account, Family.POST).state is CellState.VACANT
    assert cell(session, world.east, world.account, Family.POST, on=date(2026, 12, 1)).state is CellState.COVERED


def test_a_team_covers_while_one_of_its_positions_is_held(session, world, far):
    adopt(session, world, "listen", depth="primary")
    team = add_team(
        session,
        world.library,
        name="Central team",
        positions=[world.staff_position, world.vacant_position],
        by=world.machine,
        at=AT,
    )
    give(session, world.account, Family.LISTEN, team)
    found = cell(session, world.east, world.account, Family.LISTEN)
    assert [holder.person_name for holder in found.primaries] == ["Central team"]
    leave(session, world.staff_position, date(2026, 10, 31))
    assert cell(session, world.east, world.account, Family.LISTEN).words == "Nobody listens since Nov 1"


def test_what_is_not_needed_says_why_between_its_days(session, world, far):
    adopt(session, world, "post")
    session.add(
        DutyExemption(
            consortium_id=world.consortium.id,
            place_id=world.east.id,
            account_id=world.account.id,
            family=Family.POST,
            reason="Nothing to post here",
            first_on=date(2026, 11, 1),
            last_on=date(2026, 11, 30),
        )
    )
    session.flush()
    found = cell(session, world.east, world.account, Family.POST)
    assert (found.state, found.exempt_because) == (CellState.NOT_REQUIRED, "Nothing to post here")
    for day in (date(2026, 10, 31), date(2026, 12, 1)):
        assert cell(session, world.east, world.account, Family.POST, on=day).state is CellState.VACANT


def test_a_shared_account_stands_in_each_matrix_and_counts_once(session, world, far):
    adopt(session, world, "answer")
    session.add(AccountShare(consortium_id=world.consortium.id, account_id=world.account.id, place_id=world.north.id))
    give(session, world.account, Family.ANSWER, world.manager_position)
    give(session, world.account, Family.ANSWER, world.staff_position, backup=True, place=world.north)
    shared = row_of(session, world.account.id, within=at(world.north), on=TODAY)
    assert shared.is_shared
    assert shared.cells[Family.ANSWER].state is CellState.COVERED
    assert cell(session, world.east, world.account, Family.ANSWER).state is CellState.BACKUP_ONLY
    assert coverage_summary(session, within=at(world.library), on=TODAY).required == 2
    assert coverage_summary(session, within=at(world.north), on=TODAY).required == 2


def test_sums_of_places(session, world, far):
    adopt(session, world, *FIVE)
    adopt(session, far, *FIVE)
    give(session, world.account, Family.LISTEN, world.manager_position)
    give(session, world.account, Family.LISTEN, world.staff_position, backup=True)
    give(session, world.account, Family.POST, world.manager_position)
    found = coverage_summary(session, within=whole(world), on=TODAY)
    assert (found.required, found.covered, found.no_backup, found.vacant, found.single) == (10, 1, 1, 8, 9)
    assert (found.held_share.value, found.held_share.n) == (20.0, 10)
    assert found.single_share.value == 90.0
    by_place = coverage_by_place(coverage(session, within=whole(world), on=TODAY))
    assert {each.place.name: each.summary.gaps for each in by_place} == {"Green East": 4, "Green North": 5}


def test_no_duty_asked_for_is_no_figure(session, world, far):
    found = coverage_summary(session, within=whole(world), on=TODAY)
    assert not found.held_share.is_known


def test_the_other_duties_join_where_somebody_holds_them(session, world, far):
    assert Family.OTHER not in families_of(coverage(session, within=whole(world), on=TODAY))
    give(session, world.account, Family.OTHER, world.manager_position)
    assert Family.OTHER in families_of(coverage(session, within=whole(world), on=TODAY))


@pytest.mark.parametrize("state", [AccountState.PROPOSED, AccountState.RETIRED])
def test_an_account_that_is_not_open_has_no_row(session, world, far, state):
    world.account.state = state
    session.flush()
    with pytest.raises(NotFound):
        row_of(session, world.account.id, within=at(world.east), on=TODAY)


def test_a_retired_account_is_still_in_the_matrix_of_its_days(session, world, far):
    world.account.state, world.account.retired_on = AccountState.RETIRED, TODAY
    session.flush()
    assert row_of(session, world.account.id, within=at(world.east), on=TODAY - timedelta(days=1))
    with pytest.raises(NotFound):
        row_of(session, world.account.id, within=at(world.east), on=TODAY)


def test_a_stranger_finds_no_row(session, world, far):
    with pytest.raises(NotFound):
        row_of(session, far.account.id, within=at(world.east), on=TODAY)


def test_the_number_of_statements_does_not_grow(session, world, far):
    adopt(session, world, *FIVE)
    few = _statements(session, world)
    for number in range(40):
        _branch(session, world, number)
    many = _statements(session, world)
    assert len(coverage(session, within=whole(world), on=TODAY)) == 82
    assert many == few <= 8


def _branch(session, world, number):
    made = new_id()
    branch = Place(
        id=made,
        consortium_id=world.consortium.id,
        kind=PlaceKind.BRANCH,
        code=f"more-{number}",
        name=f"More {number}",
        parent_id=world.library.id,
        path=f"{world.library.path}{made}/",
    )
    session.add(branch)
    session.flush()
    position = add_position(
        session, branch, title="Librarian", contracted_hours=None, agreed_hours=None, by=world.machine, at=AT
    )
    for each in range(2):
        account = Account(
            consortium_id=world.consortium.id,
            place_id=branch.id,
            platform="mastodon",
            handle=f"{number}-{each}",
            url=f"https://social.example/{number}-{each}",
            opened_on=SINCE,
        )
        session.add(account)
        session.flush()
        give(session, account, Family.LISTEN, position)


def _statements(session, world):
    seen = []

    def listen(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    engine = session.connection().engine
    sa.event.listen(engine, "before_cursor_execute", listen)
    try:
        coverage(session, within=whole(world), on=TODAY)
    finally:
        sa.event.remove(engine, "before_cursor_execute", listen)
    return len(seen)
