"""Names, keys, residents, openings, closings and hours, each with its day and what was before."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia import actions, queries
from app.consortia.importers.places import import_places, plan_places
from app.consortia.models import is_closed_on
from app.consortia.queries.searching import search_places
from app.consortia.rules import (
    BranchFacts,
    BranchType,
    EventKind,
    LibraryFacts,
    PlaceFacts,
    PlaceKind,
    Population,
    PopulationMethod,
    Week,
    periods_of,
)
from app.foundation.clock import local_day, now
from app.foundation.errors import Refused
from tests.factories.world import World

TODAY = local_day(now(), "America/New_York")
EARLIER = TODAY - timedelta(days=30)


def test_an_old_name_is_kept_with_its_day_and_found(session: Session, world: World, far: World) -> None:
    within = Scope(world.consortium.id)

    actions.rename(session, world.east, name=" Elm  Street ", on=EARLIER, by=world.machine, at=now())

    assert world.east.name == "Elm Street"
    former = queries.former_names_within(session, within=within)
    assert [(each.name, each.until_on) for each in former[world.east.id]] == [("Green East", EARLIER)]
    found = queries.entries_matching(session, "green east", within=within, former=former)
    assert [entry.place.name for entry in found] == ["Elm Street"]
    with pytest.raises(Refused, match="This is its name already"):
        actions.rename(session, world.east, name="Elm Street", on=TODAY, by=world.machine, at=now())
    with pytest.raises(Refused, match="It was renamed on"):
        actions.rename(session, world.east, name="Oak", on=EARLIER - timedelta(days=1), by=world.machine, at=now())
    with pytest.raises(Refused, match="still to come"):
        actions.rename(session, world.east, name="Oak", on=TODAY + timedelta(days=3), by=world.machine, at=now())


def test_the_consortium_is_renamed_whole(session: Session, world: World) -> None:
    actions.rename(session, world.root, name="Greener Valley", on=TODAY, by=world.machine, at=now())

    assert queries.consortium_of(session, within=Scope(world.consortium.id)).name == "Greener Valley"


def test_a_librarys_facts_are_written_and_its_old_key_is_kept(session: Session, world: World) -> None:
    within = Scope(world.consortium.id)
    facts = LibraryFacts("OH0007", "77", "US-OGr", "Green", 7, shares_name=False)

    actions.change_library(session, world.library, facts, by=world.machine, at=now())
    actions.change_library(session, world.library, facts, by=world.machine, at=now())

    entry = queries.get_entry(session, world.library, within=within)
    assert entry.library is not None
    assert entry.identifiers == {"fscs_key": "OH0007", "state_id": "77", "isil": "US-OGr"}
    assert (entry.city, entry.library.fiscal_year_start_month, entry.library.shares_name) == ("Green", 7, False)
    (event,) = queries.events_of(session, world.library, within=within)
    assert (event.kind, event.former) == (EventKind.KEYED, "OH0001")


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        (LibraryFacts(fscs_key="oh7"), "fscs_key", "An FSCS key is the state's two capital letters"),
        (LibraryFacts(fscs_key="OH0002"), "fscs_key", "The FSCS key OH0002 belongs to Valley Library."),
        (LibraryFacts(isil="nonsense"), "isil", "An ISIL is a country's two capital letters"),
        (LibraryFacts(fiscal_year_start_month=13), "fiscal_year_start_month", "A fiscal year starts in a month"),
    ],
)
def test_a_librarys_facts_are_refused_at_their_field(
    session: Session, world: World, facts: LibraryFacts, field: str, sentence: str
) -> None:
    actions.add_place(
        session, parent=world.root, kind=PlaceKind.LIBRARY, name="Valley Library", by=world.machine, at=now(),
        facts=PlaceFacts(library=LibraryFacts(fscs_key="OH0002")),
    )  # fmt: skip
    with pytest.raises(Refused, match=sentence) as caught:
        actions.change_library(session, world.library, facts, by=world.machine, at=now())
    assert caught.value.field == field
    with pytest.raises(Refused, match=sentence):
        actions.add_place(
            session, parent=world.root, kind=PlaceKind.LIBRARY, name="Third", by=world.machine, at=now(),
            facts=PlaceFacts(library=facts),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        (BranchFacts(fscs_key="OH0001", fscs_sequence="2"), "fscs_sequence", "An FSCS sequence is three digits"),
        (BranchFacts(fscs_sequence="003"), "fscs_key", "A sequence needs the library's FSCS key beside it."),
        (BranchFacts(fscs_key="OH0001", fscs_sequence="002"), "fscs_sequence", "OH0001-002 belongs to Green North."),
        (
            BranchFacts(branch_type=BranchType.CENTRAL),
            "branch_type",
            "Green Hub is the central of this library already.",
        ),
    ],
)
def test_a_branchs_facts_are_refused_at_their_field(
    session: Session, world: World, facts: BranchFacts, field: str, sentence: str
) -> None:
    actions.add_place(
        session, parent=world.library, kind=PlaceKind.BRANCH, name="Green Hub", by=world.machine, at=now(),
        facts=PlaceFacts(branch=BranchFacts(branch_type=BranchType.CENTRAL)),
    )  # fmt: skip
    with pytest.raises(Refused, match=sentence) as caught:
        actions.change_branch(session, world.east, facts, by=world.machine, at=now())
    assert caught.value.field == field


def test_residents_are_counted_with_what_was_before(session: Session, world: World) -> None:
    within = Scope(world.consortium.id)
    counted = Population(13_500, PopulationMethod.CENSUS, 2025)

    actions.count_residents(session, world.east, counted, by=world.machine, at=now())
    actions.count_residents(session, world.east, None, by=world.machine, at=now())

    assert queries.population_of(world.east) is None
    later, first = queries.events_of(session, world.east, within=within)
    assert (first.former_population, first.former_method, first.former_year) == (12000, PopulationMethod.STATED, None)
    assert (later.former_population, later.former_method, later.former_year) == (13500, PopulationMethod.CENSUS, 2025)
    for wrong in (Population(0, PopulationMethod.STATED), Population(10, PopulationMethod.STATED, TODAY.year + 1)):
        with pytest.raises(Refused):
            actions.count_residents(session, world.east, wrong, by=world.machine, at=now())


def test_a_branch_closes_for_good_and_opens_again_with_the_gap_kept(session: Session, world: World) -> None:
    within = Scope(world.consortium.id)
    actions.close(session, world.east, on=EARLIER, reason="Roof", by=world.machine, at=now())
    with pytest.raises(Refused, match="closed already"):
        actions.close(session, world.east, on=EARLIER, reason="Roof", by=world.machine, at=now())

    actions.reopen(session, world.east, on=TODAY, by=world.machine, at=now())

    closures = queries.closures_of(session, world.east, within=within)
    assert [(each.first_on, each.last_on, each.reason) for each in closures] == [
        (EARLIER, TODAY - timedelta(days=1), "Roof")
    ]
    assert is_closed_on(world.east, EARLIER, closures)
    assert not is_closed_on(world.east, TODAY, closures)


def test_a_closing_by_mistake_leaves_no_closure(session: Session, world: World) -> None:
    actions.close(session, world.east, on=TODAY + timedelta(days=60), reason="Sold", by=world.machine, at=now())
    actions.reopen(session, world.east, on=TODAY, by=world.machine, at=now())

    assert world.east.closed_on is None
    assert queries.closures_of(session, world.east, within=Scope(world.consortium.id)) == []


def test_a_library_with_open_branches_stays_open(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="still has 2 open branches"):
        actions.close(session, world.library, on=TODAY, reason="Merger", by=world.machine, at=now())
    for branch in (world.east, world.north):
        actions.close(session, branch, on=TODAY, reason="Merger", by=world.machine, at=now())
    actions.close(session, world.library, on=TODAY, reason="Merger", by=world.machine, at=now())
    with pytest.raises(Refused, match="Green County Libraries is not open on that day"):
        actions.reopen(session, world.east, on=TODAY, by=world.machine, at=now())


def test_closures_for_a_time_do_not_overlap_and_can_be_removed(session: Session, world: World) -> None:
    within = Scope(world.consortium.id)

    def close(first: int, last: int, reason: str = "Storm") -> None:
        actions.close_for_a_time(
            session, world.east, first_on=TODAY + timedelta(days=first), last_on=TODAY + timedelta(days=last),
            reason=reason, by=world.machine, at=now(),
        )  # fmt: skip

    close(0, 5)
    close(10, 10)
    with pytest.raises(Refused, match="already: Storm"):
        close(5, 7)
    with pytest.raises(Refused, match="The last day is before the first"):
        close(9, 8)
    with pytest.raises(Refused, match="Write why"):
        close(20, 21, " ")
    first, _ = queries.closures_of(session, world.east, within=within)
    actions.remove_closure(session, world.east, first, by=world.machine, at=now())
    assert len(queries.closures_of(session, world.east, within=within)) == 1


def test_hours_hold_from_their_day_until_the_next_set(session: Session, world: World) -> None:
    within = Scope(world.consortium.id)
    winter = Week(date(2026, 1, 5), (periods_of("9-12, 13-18"),) * 5 + ((), ()))
    summer = Week(date(2026, 6, 1), ((),) * 7)
    for week in (winter, summer, winter):
        actions.set_hours(session, world.east, week, by=world.machine, at=now())

    def on(day: date) -> Week | None:
        return queries.hours_of(session, world.east, on=day, within=within)

    assert on(date(2026, 1, 4)) is None
    assert on(date(2026, 5, 31)) == winter
    assert on(date(2026, 6, 1)) == summer
    assert queries.hours_of(session, world.north, on=date(2026, 6, 1), within=within) is None

    longer = Week(winter.first_on, (periods_of("9-20"),) * 7)
    actions.set_hours(session, world.east, longer, by=world.machine, at=now())
    assert on(date(2026, 5, 31)) == longer
    (hours, _), _ = queries.weeks_of(session, world.east, within=within)
    actions.remove_hours(session, world.east, hours, by=world.machine, at=now())
    assert on(date(2026, 6, 1)) == longer


def test_an_import_keeps_what_was_before_as_a_person_would(session: Session, world: World) -> None:
    within = Scope(world.consortium.id)
    heading = "Code,Name,Kind,Parent code,FSCS key,FSCS sequence,Closed,Population,Population method\n"
    row = f"green-east,Elm Street,branch,green-county,OH0001,009,{EARLIER},13000,stated\n"
    plan = plan_places(session, (heading + row).encode(), within=within, at=now())

    import_places(session, plan, by=world.machine, at=now())
    import_places(session, plan, by=world.machine, at=now())

    told = {event.kind: event for event in queries.events_of(session, world.east, within=within)}
    assert set(told) == {EventKind.RENAMED, EventKind.KEYED, EventKind.COUNTED, EventKind.CLOSED}
    assert told[EventKind.RENAMED].former == "Green East"
    assert told[EventKind.KEYED].former == "OH0001-001"
    assert told[EventKind.COUNTED].former_population == 12000
    assert (told[EventKind.CLOSED].happened_on, told[EventKind.CLOSED].reason) == (EARLIER, "As the imported file says")
    assert len(queries.events_of(session, world.east, within=within)) == len(told)


def test_the_search_of_the_header_finds_an_old_name(session: Session, world: World) -> None:
    actions.rename(session, world.east, name="Elm Street", on=EARLIER, by=world.machine, at=now())
    whole = Scope(world.consortium.id)

    found = search_places(session, "green east", within=whole, paths=[world.root.path], limit=10)

    assert [place.name for place, _ in found.rows] == ["Elm Street"]
