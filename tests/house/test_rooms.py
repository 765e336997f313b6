"""Every room has the same files, says what it is for, and stands in the list of floors."""

import ast
import configparser

import pytest

from config import ROOT
from tests.house.project import FREE_ROOMS, files_under, read, rooms

_FILES = frozenset(
    {"rules", "models", "queries", "actions", "forms", "views", "cli", "tasks"}
    | {"guard", "demo", "checks", "documents", "importers", "navigation"}  # the extra names, which some rooms have
    | {"queue", "registry", "worker"}  # and those of background alone
)
_FOLDERS = frozenset({"templates", "static"})
_SHORTEST, _LONGEST = 3, 15


def contracts() -> configparser.ConfigParser:
    """The floors as import-linter reads them."""
    parsed = configparser.ConfigParser()
    parsed.read(ROOT / ".importlinter")
    return parsed


@pytest.mark.parametrize("room", ["", *rooms()])
def test_a_room_opens_with_what_it_is_for_and_nothing_else(room: str) -> None:
    name = f"app/{room}/__init__.py".replace("//", "/")
    tree = ast.parse(read(name))
    docstring = ast.get_docstring(tree)
    assert docstring, f"{name} does not say what the room is for."
    assert len(tree.body) == 1, f"{name} holds code, so others could import upward from it."
    if room:
        assert _SHORTEST <= len(docstring.splitlines()) <= _LONGEST, f"{name}: 3 to 15 lines."


@pytest.mark.parametrize("room", sorted(set(rooms()) - FREE_ROOMS))
def test_a_room_has_only_the_files_whose_names_say_what_is_inside(room: str) -> None:
    parts = {name.split("/")[2].removesuffix(".py") for name in files_under(f"app/{room}", "")}
    assert parts - _FILES - _FOLDERS - {"__init__"} == set()


def test_a_file_and_a_folder_never_share_a_name() -> None:
    modules = {name.removesuffix(".py") for name in files_under("app", ".py")}
    assert {name for name in modules if f"{name}/__init__" in modules} == set()


def test_every_room_has_a_floor() -> None:
    layers = contracts()["importlinter:contract:floors"]["layers"].replace("|", "\n").split()
    missing = [room for room in (*rooms(), "factory") if f"({room})" in layers]
    assert not missing, f"Built, so take the parentheses off in .importlinter: {missing}"
    assert set(rooms()) <= {layer.strip("()") for layer in layers}


def test_every_room_is_held_to_the_order_of_its_files() -> None:
    held = contracts()["importlinter:contract:room"]["containers"].split()
    assert sorted(held) == [f"app.{room}" for room in rooms() if room not in FREE_ROOMS]


def test_only_known_words_name_a_file() -> None:
    drawers = {"utils", "util", "helpers", "common", "misc", "manager", "service", "services"}
    assert [name for name in files_under("app", ".py") if name.split("/")[-1].removesuffix(".py") in drawers] == []
