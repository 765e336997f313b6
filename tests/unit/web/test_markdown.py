"""What people write is shown, never obeyed."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from app.web.markdown import markdown


def test_paragraphs_lists_and_emphasis() -> None:
    html = markdown("Listen *first*.\n\n1. Read\n2. Wait\n")
    page = BeautifulSoup(html, "html.parser")
    assert page.p.em.text == "first"
    assert [item.text for item in page.ol("li")] == ["Read", "Wait"]


def test_headings_stay_below_the_pages_own() -> None:
    page = BeautifulSoup(markdown("# One\n\n## Two\n\n###### Six"), "html.parser")
    assert [heading.name for heading in page.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])] == ["h3", "h4", "h6"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "![x](http://a.example/b)",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(text) -> None:
    page = BeautifulSoup(markdown(text), "html.parser")
    assert page.find(["script", "img"]) is None
    assert all(link.get("href", "").startswith(("http:", "https:", "mailto:")) for link in page("a", href=True))


def test_a_link_gives_nothing_away() -> None:
    link = BeautifulSoup(markdown("[us](https://library.example)"), "html.parser").a
    assert link["href"] == "https://library.example"
    assert "noopener" in link["rel"]


@given(st.text(max_size=200))
def test_any_text_gives_only_listed_tags_and_attributes(text) -> None:
    for tag in BeautifulSoup(markdown(text), "html.parser").find_all(True):
        assert tag.name not in {"script", "style", "img", "iframe", "h1", "h2"}
        assert set(tag.attrs) <= {"href", "rel"}
