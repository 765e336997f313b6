"""What the tests of homes share: how a page reads, and how many statements it took."""

import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import event


def main_of(browser: FlaskClient, address: str) -> Tag:
    """A page's main part."""
    reply = browser.get(address)
    assert reply.status_code == 200, reply.text[:400]
    main = BeautifulSoup(reply.text, "html5lib").find("main")
    assert isinstance(main, Tag)
    return main


def words_of(node: Tag | None) -> str:
    """What stands there, as one line."""
    assert node is not None
    return " ".join(node.get_text(" ").split())


def read(browser: FlaskClient, address: str) -> str:
    """The words of a page's main part."""
    return words_of(main_of(browser, address))


def section_of(main: Tag, name: str) -> Tag | None:
    """The section with this id at its heading; None where the page leaves it out."""
    found = main.find("section", attrs={"aria-labelledby": name})
    return found if isinstance(found, Tag) else None


def buttons_of(node: Tag | None) -> dict[str, str]:
    """Where the buttons of a section lead, by their words without what only is read aloud."""
    assert node is not None
    found = {}
    for button in node.select("a.btn"):
        for hidden in button.select(".visually-hidden"):
            hidden.extract()
        found[words_of(button)] = str(button["href"])
    return found


def statements_of(browser: FlaskClient, address: str) -> int:
    """How many statements a page takes."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert browser.get(address).status_code == 200
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)
    return len(seen)


def counts_of(browser: FlaskClient, address: str) -> dict[str, int]:
    """The numbers beside the sections of the navigation, by section."""
    nav = BeautifulSoup(browser.get(address).text, "html5lib").select_one("nav.sections")
    assert nav is not None
    found = {}
    for link in nav.select("a"):
        number = link.select_one(".count")
        if number is not None:
            found[str(link.contents[0]).strip()] = int(words_of(number).split()[0])
    return found
