"""Moving and merging places: paths, scopes, roles and records follow."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia import actions, queries
from app.consortia.models import Place
from app.consortia.rules import EventKind, PlaceKind
from app.foundation.clock import now
from app.foundation.database import tenant
from app.foundation.errors import Refused
from app.history.queries import latest_entries
from app.history.rules import Deed
from tests.factories.world import World

YESTERDAY = now().date() - timedelta(days=2)


@pytest.fixture
def valley(session: Session, world: World) -> Place:
    """A second library of Green Valley."""
    made = actions.add_place(
        session, parent=world.root, kind=PlaceKind.LIBRARY, name="Valley Library", by=world.machine, at=now()
    )
    session.commit()
    return made


def move(session: Session, world: World, place: Place, below: Place, on: date = YESTERDAY) -> None:
    actions.move(session, place, below=below, on=on, by=world.machine, at=now())


def test_a_branch_moves_with_its_record_and_its_former_parent_is_kept(
    session: Session, world: World, valley: Place
) -> None:
    within = Scope(world.consortium.id)
    before = world.east.path

    move(session, world, world.east, valley)

    assert world.east.path == f"{valley.path}{world.east.id}/"
    assert queries.ancestors_of(session, world.east, within=within)[1:] == [valley, world.east]
    (event,) = queries.events_of(session, world.east, within=within)
    assert (event.kind, event.happened_on, event.other) == (EventKind.MOVED, YESTERDAY, world.library)
    here = Scope(world.consortium.id, world.east.id, world.east.path)
    told = latest_entries(session, within=here, most=50)
    assert told[0][0].deed is Deed.PLACE_MOVED
    assert {entry.place_path for entry, _ in told} == {before, world.east.path}


def test_a_library_moves_below_a_system_with_everything_below_it(session: Session, world: World) -> None:
    within = Scope(world.consortium.id)
    system = actions.add_place(
        session, parent=world.root, kind=PlaceKind.SYSTEM, name="West System", by=world.machine, at=now()
    )

    move(session, world, world.library, system)
    session.commit()
    session.expunge_all()

    found = queries.subtree(session, within=Scope(world.consortium.id, system.id, system.path))
    assert [place.name for place in found] == ["West System", "Green County Libraries", "Green East", "Green North"]
    for place in found:
        above = [step.id for step in queries.ancestors_of(session, place, within=within)]
        assert place.path == "".join(f"{step}/" for step in above)


def test_nothing_of_another_consortium_moves_with_it(session: Session, world: World, far: World, valley: Place) -> None:
    before = far.east.path
    move(session, world, world.east, valley)
    session.commit()

    with tenant(session, far.consortium.id):
        found = queries.get_place(session, "far-east", within=Scope(far.consortium.id))
        queries.reread(session, found)
    assert found.path == before


def test_a_directors_role_follows_the_tree(
    session: Session, world: World, valley: Place, signed_in: Callable[..., FlaskClient]
) -> None:
    director = signed_in(world.director)
    assert director.get("/at/green-east/accounts").status_code == 200

    move(session, world, world.east, valley)
    session.commit()

    assert director.get("/at/green-east/accounts").status_code == 403
    assert director.get("/at/green-north/accounts").status_code == 200
    assert signed_in(world.manager).get("/at/green-east/accounts").status_code == 200
    assert signed_in(world.admin).get("/at/green-east/accounts").status_code == 200


@pytest.mark.parametrize(
    ("place", "below", "days", "field", "sentence"),
    [
        ("root", "library", -2, None, "The consortium itself cannot be moved."),
        ("library", "east", -2, "below", "A place cannot stand below itself."),
        ("east", "root", -2, "below", "A branch cannot stand directly below a consortium."),
        ("east", "north", -2, "below", "A branch cannot stand directly below a branch."),
        ("east", "library", -2, "below", "It stands below Green County Libraries already."),
        ("east", "valley", 3, "on", "This day is still to come. Choose today or an earlier day."),
    ],
)
def test_a_move_is_refused_with_a_sentence(
    session: Session, world: World, valley: Place, place: str, below: str, days: int, field: str | None, sentence: str
) -> None:
    target = valley if below == "valley" else getattr(world, below)
    with pytest.raises(Refused) as caught:
        move(session, world, getattr(world, place), target, on=now().date() + timedelta(days=days))
    assert (str(caught.value), caught.value.field) == (sentence, field)


def test_a_move_before_the_last_one_and_below_a_closed_library_is_refused(
    session: Session, world: World, valley: Place
) -> None:
    move(session, world, world.east, valley)
    with pytest.raises(Refused, match="It was moved on"):
        move(session, world, world.east, world.library, on=YESTERDAY - timedelta(days=1))
    valley.closed_on = YESTERDAY
    with pytest.raises(Refused, match="Valley Library is not open on that day"):
        move(session, world, world.north, valley)


def test_a_merged_branch_is_closed_and_knows_what_took_it_in(session: Session, world: World) -> None:
    within = Scope(world.consortium.id)

    actions.merge(session, world.east, into=world.north, on=YESTERDAY, by=world.machine, at=now())

    assert world.east.closed_on == YESTERDAY
    assert queries.successor_of(session, world.east, within=within) == world.north
    with pytest.raises(Refused, match="Green East is closed already"):
        actions.merge(session, world.east, into=world.north, on=YESTERDAY, by=world.machine, at=now())
    with pytest.raises(Refused, match="Green East is not open on that day"):
        actions.merge(session, world.north, into=world.east, on=YESTERDAY, by=world.machine, at=now())

    actions.reopen(session, world.east, on=YESTERDAY, by=world.machine, at=now())
    assert world.east.closed_on is None
    assert queries.successor_of(session, world.east, within=within) is None


@pytest.mark.parametrize(
    ("place", "into", "sentence"),
    [
        ("east", "east", "Choose another branch."),
        ("east", "valley", "Choose another branch."),
        ("library", "valley", "Green County Libraries still has 2 open branches. Move or close them first."),
    ],
)
def test_a_merge_is_refused_with_a_sentence(
    session: Session, world: World, valley: Place, place: str, into: str, sentence: str
) -> None:
    with pytest.raises(Refused) as caught:
        actions.merge(
            session, getattr(world, place), into=valley if into == "valley" else getattr(world, into),
            on=YESTERDAY, by=world.machine, at=now(),
        )  # fmt: skip
    assert str(caught.value) == sentence
