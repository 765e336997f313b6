"""Places: the tree on a page, who may see it, adding to it, founding a consortium."""

import re

import pytest
import sqlalchemy as sa

from app.access.rules import Actor, Role, Scope
from app.consortia import actions, queries
from app.consortia.models import Place
from app.consortia.rules import BranchFacts, BranchType, PlaceFacts, PlaceKind, Population, PopulationMethod
from app.foundation.errors import NotFound, Refused
from app.history.models import HistoryEntry
from app.history.rules import Deed
from app.people.actions.persons import add_person
from app.people.actions.roles import grant
from app.people.models import Login, LoginConsortium
from tests.factories.world import AT
from tests.views.consortia.pages import words_of


def test_the_tree_shows_each_library_before_its_branches_and_nothing_of_others(as_staff, world):
    page = as_staff.get("/places")

    text = words_of(page)
    assert page.status_code == 200
    assert "1 library, 2 branches" in text
    assert text.index("Green County Libraries") < text.index("Green East") < text.index("Green North")
    assert "12,000 Stated by the library" in text
    assert "Far " not in text


def test_the_filter_finds_by_name_code_and_town(as_director, world):
    found = words_of(as_director.get("/places?q=green-NORTH"))
    assert "Green North" in found
    assert "Green East" not in found

    nothing = words_of(as_director.get("/places?q=atlantis+%3Cscript%3E"))
    assert "No place matches “atlantis &lt;script&gt;”" in nothing


def test_fifty_places_a_page(as_director, session, world):
    for number in range(60):
        actions.add_place(
            session, parent=world.root, kind=PlaceKind.LIBRARY, name=f"Town {number:02}", by=world.machine, at=AT
        )
    session.commit()

    assert "1 to 50 of 63" in words_of(as_director.get("/places"))
    last = words_of(as_director.get("/places?page=2"))
    assert "51 to 63 of 63" in last
    assert "Town 59" in last
    assert "51 to 63 of 63" in words_of(as_director.get("/places?page=999"))
    assert as_director.get("/places?page=x").status_code == 200


def test_an_empty_consortium_says_what_to_do(session, signed_in, world):
    consortium = actions.create_consortium(session, name="Empty Hills", slug="empty-hills", at=AT)
    root = queries.root_of(session, within=Scope(consortium.id))
    by = Actor.machine("tests", consortium_id=consortium.id)
    ann = add_person(session, name="Ann", email="ann@empty.example", by=by, at=AT)
    grant(session, ann, Role.CONSORTIUM_ADMIN, root, by=by, at=AT)
    login = Login(email="ann@empty.example", created_at=AT)
    session.add(login)
    session.flush()
    session.add(LoginConsortium(login_id=login.id, consortium_id=consortium.id, person_id=ann.id))
    session.commit()

    page = signed_in(ann).get("/places")

    assert "No libraries yet" in words_of(page)
    assert 'href="/places/import"' in page.get_data(as_text=True)


def test_closed_places_are_marked(as_staff, session, world):
    north = session.get_one(Place, world.north.id)
    north.closed_on = AT.date()
    session.commit()

    assert "Closed for good since Nov 9, 2026" in words_of(as_staff.get("/places"))


def test_nobody_comes_in_without_signing_in(client, world):
    assert "/sign-in" in client.get("/places").headers["Location"]


def test_a_strangers_place_is_not_found(session, world, far):
    with pytest.raises(NotFound):
        queries.get_place(session, "far-east", within=Scope(world.consortium.id))
    with pytest.raises(NotFound):
        queries.get_place_by_id(session, far.east.id, within=Scope(world.consortium.id))


def test_a_place_is_added_with_its_details_and_its_deed(session, world):
    facts = PlaceFacts(
        population=Population(900, PopulationMethod.STATED, 2026),
        opened_on=AT.date(),
        branch=BranchFacts(branch_type=BranchType.BOOKMOBILE, city="Green"),
    )

    van = actions.add_place(
        session, parent=world.library, kind=PlaceKind.BRANCH, name=" Green  Van ", facts=facts, by=world.machine, at=AT
    )

    entry = queries.get_entry(session, van, within=Scope(world.consortium.id))
    assert (van.code, van.name, van.population, entry.type, entry.city) == (
        "green-van",
        "Green Van",
        900,
        BranchType.BOOKMOBILE,
        "Green",
    )
    assert queries.ancestors_of(session, van, within=Scope(world.consortium.id)) == [
        queries.root_of(session, within=Scope(world.consortium.id)),
        queries.get_place(session, "green-county", within=Scope(world.consortium.id)),
        van,
    ]
    inside = Scope(world.consortium.id, world.library.id, world.library.path)
    assert [place.name for place in queries.branches_of(session, within=inside)] == [
        "Green East",
        "Green North",
        "Green Van",
    ]
    last = session.scalars(sa.select(HistoryEntry).order_by(HistoryEntry.number.desc())).first()
    assert last is not None
    assert (last.deed, last.place_path) == (Deed.PLACE_ADDED, van.path)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"kind": PlaceKind.LIBRARY}, "kind", "A library cannot stand directly below a library."),
        ({"name": "  "}, "name", "Write the name."),
        ({"name": "x" * 201}, "name", "The name is longer than 200 characters. Shorten it."),
        ({"code": "green-east"}, "code", "The code green-east belongs to Green East. Choose another one."),
        ({"code": "a/b"}, "code", "A code is letters, digits and single hyphens"),
    ],
)
def test_a_place_is_refused_with_a_sentence(session, world, changed, field, sentence):
    wanted = {"parent": world.library, "kind": PlaceKind.BRANCH, "name": "New", "code": "new"} | changed

    with pytest.raises(Refused, match=re.escape(sentence)) as caught:
        actions.add_place(session, **wanted, by=world.machine, at=AT)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("name", "slug", "field"), [("", "new", "name"), ("New", "New One", "slug"), ("New", "green-valley", "slug")]
)
def test_a_consortium_is_refused_with_a_sentence(session, world, name, slug, field):
    with pytest.raises(Refused) as caught:
        actions.create_consortium(session, name=name, slug=slug, at=AT)
    assert caught.value.field == field


def test_a_consortium_is_founded_with_root_settings_and_deed(session, world):
    founded = actions.create_consortium(session, name="New Hills", slug="new-hills", at=AT)

    within = Scope(founded.id)
    root = queries.root_of(session, within=within)
    assert (root.code, root.name, root.kind, root.path) == (
        "new-hills",
        "New Hills",
        PlaceKind.CONSORTIUM,
        f"{root.id}/",
    )
    assert queries.settings_of(session, within=within).is_demo is False
    assert queries.get_consortium_by_slug(session, "new-hills").id == founded.id
