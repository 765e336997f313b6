"""Every template can be compiled, and none holds what the content security policy would block."""

import re

import pytest

from tests.house.project import files_under, markup, sentences

_BLOCKED = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "a script in the page": r"<script\b(?![^>]*\ssrc\s*=)",
    "a handler attribute": r"<[^>]*\son[a-z]+\s*=",
    "a script as an address": r"javascript:",
    "something fetched from elsewhere": r"<(script|link|img|iframe)\b[^>]*\s(src|href)\s*=\s*[\"']?(https?:)?//",
}


@pytest.mark.parametrize("what", _BLOCKED)
def test_no_template_holds(what: str) -> None:
    pattern = re.compile(_BLOCKED[what], re.IGNORECASE)
    found = [name for name in files_under("app", ".html") if pattern.search(markup(name))]
    assert not found, f"{what}: {found}"


def test_no_code_writes_a_style_attribute() -> None:
    pattern = re.compile(r"<[^>]*\sstyle\s*=|\sstyle=\"")
    found = [
        f"{name}:{line}" for name in files_under("app", ".py") for line, text in sentences(name) if pattern.search(text)
    ]
    assert not found, found
