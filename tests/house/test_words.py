"""Words that must not stand in the project, and how long a file may grow."""

import re

import pytest
from bs4 import BeautifulSoup

from tests.house.project import files, files_under, markup, path_of, read, sentences

_TEXTS = (
    ".py",
    ".html",
    ".md",
    ".yaml",
    ".yml",
    ".toml",
    ".ini",
    ".css",
    ".js",
    ".in",
    ".txt",
    ".cfg",
    "Makefile",
    "run",
)
#: each spelled in two parts, so that this file does not find itself
_FORBIDDEN = {
    "an unfinished mark": r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b",
    "a stub": r"Not" r"ImplementedError|pragma: no " r"cover",
    "a path of one machine": r"(?<![\w.])/(home|root|Users|work|farm)/",
    "a package registry's host": r"(pypi|pythonhosted|npmjs|debian)" r"\.(org|com)\b",
    "the number of an issue": r"\b[Ii]ssue" r" #?\d+",
    "hidden imports": r"\bTYPE_" r"CHECKING\b",
}
_LONGEST = 350
_EXCLAMATION = re.compile(r"\w!(\s|$)")
_BEGGING = re.compile(r"\bplease\b", re.IGNORECASE)


@pytest.mark.parametrize("what", _FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(_FORBIDDEN[what])
    mine = "pyproject.toml"  # it explains the rule about hidden imports
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in files()
        if name.endswith(_TEXTS) and name != mine
        for number, line in enumerate(read(name).splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


def test_only_the_continuous_run_knows_where_real_files_are() -> None:
    neighbor = ".." + "/shared"
    assert [
        name for name in files() if name != ".ci/run" and neighbor in path_of(name).read_bytes().decode(errors="ignore")
    ] == []


def test_pages_neither_shout_nor_beg() -> None:
    found = []
    for name in files_under("app", ".html"):
        text = BeautifulSoup(markup(name), "html.parser").get_text(" ")
        found += [f"{name}: {match[0]}" for match in (_EXCLAMATION.search(text), _BEGGING.search(text)) if match]
    assert not found, "\n".join(found)


def test_sentences_in_code_neither_shout_nor_beg() -> None:
    found = [
        f"{name}:{line}: {text[:80]}"
        for name in files_under("app", ".py")
        for line, text in sentences(name)
        if _EXCLAMATION.search(text) or _BEGGING.search(text)
    ]
    assert not found, "\n".join(found)


def test_reference_texts_neither_shout_nor_beg() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for folder in ("policies", "seeds")
        for suffix in (".md", ".yaml")
        for name in files_under(folder, suffix)
        for number, line in enumerate(read(name).splitlines(), 1)
        if _EXCLAMATION.search(line) or _BEGGING.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_file_is_too_long_to_read() -> None:
    long = {
        name: count
        for name in files()
        if name.endswith((".py", ".html"))
        and not name.startswith("migrations/versions/")  # written once, by Alembic, table by table
        and (count := len(read(name).splitlines())) > _LONGEST
    }
    assert not long, f"Make each a folder of the same name, split by noun: {long}"
