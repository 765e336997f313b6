"""Codes, slugs, the order of the tree, and which places an import would change."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consortia.rules import (
    BranchType,
    Directory,
    ImportPlan,
    KnownPlace,
    PlaceKind,
    Population,
    PopulationMethod,
    SurveyLibrary,
    SurveyOutlet,
    Tree,
    code_problem,
    ids_in,
    in_tree_order,
    may_hold,
    plan_import,
    slug_of,
    slug_problem,
)
from app.foundation.imports import Change, Counts

ASH = SurveyLibrary(
    line=2,
    fscs_key="ZZ0001",
    name="Ash",
    state_id="A1",
    city="Ash Grove",
    population=900,
    fiscal_year_start_month=7,
    period_ends_on=date(2015, 6, 30),
    closed_on=None,
)
CENTRAL = SurveyOutlet(
    line=2,
    fscs_key="ZZ0001",
    sequence="002",
    name="Ash Central",
    branch_type=BranchType.CENTRAL,
    city="Ash Grove",
    locale="42",
    closed_on=None,
)
MILL = replace(CENTRAL, line=3, sequence="003", name="Mill", branch_type=BranchType.BRANCH)
NO_TREE = Tree(1, (), frozenset({"three-rivers"}), {})


def plan(*outlets: SurveyOutlet, library: SurveyLibrary = ASH, tree: Tree = NO_TREE) -> ImportPlan:
    return plan_import(Directory((library,), outlets, ()), tree=tree)


def as_known(made: ImportPlan, **unlisted: int) -> Tree:
    """The tree after a plan was applied."""
    places = tuple(KnownPlace(number, planned.values) for number, planned in enumerate(made.places, start=10))
    return Tree(1, places, frozenset(place.values.code for place in places), unlisted)


def population_in(made: ImportPlan, code: str) -> Population | None:
    return next(planned.values.population for planned in made.places if planned.values.code == code)


def test_the_only_outlet_serves_all_residents_of_its_library():
    assert population_in(plan(CENTRAL), "ZZ0001-002") == Population(900, PopulationMethod.OFFICIAL, 2015)


def test_residents_are_never_divided_among_several_outlets():
    made = plan(CENTRAL, MILL)

    assert [population_in(made, code) for code in ("ZZ0001-002", "ZZ0001-003")] == [None, None]
    assert population_in(made, "ZZ0001") == Population(900, PopulationMethod.OFFICIAL, 2015)


def test_a_closed_outlet_leaves_the_other_as_the_only_one():
    made = plan(CENTRAL, replace(MILL, closed_on=date(2015, 6, 30)))

    assert population_in(made, "ZZ0001-002") is not None
    assert population_in(made, "ZZ0001-003") is None


@pytest.mark.parametrize("known_branch", [as_known(plan(CENTRAL, MILL)), as_known(plan(CENTRAL), ZZ0001=1)])
def test_an_open_branch_outside_the_file_counts_as_an_outlet(known_branch):
    assert population_in(plan(CENTRAL, tree=known_branch), "ZZ0001-002") is None


def test_the_same_files_twice_change_nothing():
    first = plan(CENTRAL, MILL)

    second = plan(CENTRAL, MILL, tree=as_known(first))

    assert first.counts(PlaceKind.BRANCH) == Counts(added=2, changed=0, same=0)
    assert second.counts(PlaceKind.BRANCH) == Counts(added=0, changed=0, same=2)
    assert second.counts(PlaceKind.LIBRARY) == Counts(added=0, changed=0, same=1)
    assert (first.changes, second.changes) == (3, 0)


def test_a_new_name_is_a_change_and_a_blank_is_none():
    tree = as_known(plan(CENTRAL))
    library = replace(ASH, city="", population=None, state_id=None, fiscal_year_start_month=None)

    renamed = plan(replace(CENTRAL, name="Ash Main", locale=None), library=library, tree=tree)

    assert [planned.change for planned in renamed.places] == [Change.SAME, Change.CHANGED]
    assert renamed.places[1].place_id == 11
    assert renamed.places[1].values.name == "Ash Main"
    assert renamed.places[1].values.locale == "42"


def test_what_people_stated_stays():
    tree = as_known(plan(CENTRAL))
    stated = Population(400, PopulationMethod.CARDHOLDERS, 2026)
    library, branch = tree.places
    branch = replace(branch, values=replace(branch.values, population=stated, code="ash", closed_on=date(2026, 1, 1)))

    again = plan(CENTRAL, tree=replace(tree, places=(library, branch)))

    assert again.places[1].change == Change.SAME
    assert population_in(again, "ash") == stated


def test_a_second_outlet_takes_the_official_figure_from_the_first():
    again = plan(CENTRAL, MILL, tree=as_known(plan(CENTRAL)))

    assert [planned.change for planned in again.places] == [Change.SAME, Change.CHANGED, Change.ADDED]
    assert population_in(again, "ZZ0001-002") is None


def test_a_code_that_another_place_has_is_a_problem_for_the_library_and_its_outlets():
    made = plan(CENTRAL, tree=replace(NO_TREE, codes=frozenset({"ZZ0001"})))

    assert made.places == ()
    assert [str(problem) for problem in made.problems] == [
        "Line 2: library ZZ0001 cannot be added: another place here already has that code.",
        "Line 2: outlet ZZ0001-002 cannot be added, since its library ZZ0001 cannot.",
    ]


@dataclass(frozen=True)
class Node:
    id: int
    parent_id: int | None
    name: str


def test_the_tree_is_ordered_by_name_below_each_parent():
    nodes = [Node(1, None, "Root"), Node(2, 1, "b"), Node(3, 1, "A"), Node(4, 2, "z"), Node(5, 3, "y"), Node(6, 2, "C")]

    assert [node.id for node in in_tree_order(nodes)] == [1, 3, 5, 2, 6, 4]


@given(st.lists(st.tuples(st.integers(0, 30), st.text(max_size=3)), max_size=30))
def test_every_node_comes_once_and_after_its_parent(given_nodes):
    nodes = [Node(number, up if up < number else None, name) for number, (up, name) in enumerate(given_nodes, start=1)]

    ordered = in_tree_order(nodes)

    assert sorted(node.id for node in ordered) == [node.id for node in nodes]
    seen: set[int | None] = {None, 0}
    for node in ordered:
        assert node.parent_id in seen
        seen.add(node.id)


def test_the_ids_in_a_path_run_from_the_root():
    assert ids_in("7/12/30/") == (7, 12, 30)
    assert ids_in("") == ()


@pytest.mark.parametrize(
    ("name", "slug"),
    [("St. Mary's", "st-marys"), ("Café – Ørsted", "cafe-rsted"), ("!!!", "place"), (f"{'a' * 59} b", "a" * 59)],
)
def test_a_slug_is_made_from_a_name(name, slug):
    assert slug_of(name) == slug


@given(st.text(max_size=100))
def test_a_made_slug_is_always_a_good_one(name):
    assert slug_problem(slug_of(name)) is None
    assert code_problem(slug_of(name)) is None


@pytest.mark.parametrize("slug", ["", "Three", "a--b", "-a", "a-", "a b", "a/b", "é", "x" * 61, "a\n"])
def test_a_bad_slug_has_its_sentence(slug):
    assert "lower-case letters" in str(slug_problem(slug))


@pytest.mark.parametrize("code", ["", "WI0001_002", "WI 1", "../x", "x" * 61])
def test_a_bad_code_has_its_sentence(code):
    assert "letters, digits and single hyphens" in str(code_problem(code))


def test_what_may_stand_below_what():
    assert may_hold(PlaceKind.CONSORTIUM, PlaceKind.LIBRARY)
    assert may_hold(PlaceKind.SYSTEM, PlaceKind.LIBRARY)
    assert may_hold(PlaceKind.LIBRARY, PlaceKind.BRANCH)
    assert not may_hold(PlaceKind.CONSORTIUM, PlaceKind.BRANCH)
    assert not may_hold(PlaceKind.BRANCH, PlaceKind.BRANCH)
    assert not any(may_hold(kind, PlaceKind.CONSORTIUM) for kind in PlaceKind)
