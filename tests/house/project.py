"""The project's own files, as the house tests read them."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

from config import ROOT

#: rooms of the outer floors, which name their files freely
FREE_ROOMS = frozenset({"access", "foundation", "platforms", "web"})
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


@cache
def files() -> tuple[str, ...]:
    """Every file that is tracked or would be, from the top of the tree."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    found = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(name for name in found.split("\0") if name and (ROOT / name).exists()))


def files_under(folder: str, suffix: str) -> list[str]:
    """Those in a folder whose name ends so."""
    return [name for name in files() if name.startswith(f"{folder}/") and name.endswith(suffix)]


def rooms() -> list[str]:
    """The folders of ``app`` that hold Python."""
    return sorted({name.split("/")[1] for name in files_under("app", ".py") if name.count("/") > 1})


def read(name: str) -> str:
    """The text of a file."""
    return (ROOT / name).read_text(encoding="utf-8")


def markup(name: str) -> str:
    """A template's HTML with what Jinja fills in taken out."""
    return _JINJA.sub("", read(name))


def sentences(name: str) -> list[tuple[int, str]]:
    """The texts a Python file holds, docstrings aside, each with its line."""
    tree = ast.parse(read(name))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def path_of(name: str) -> Path:
    """Where a file of the project lies."""
    return ROOT / name
