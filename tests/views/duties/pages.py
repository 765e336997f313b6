"""What the tests of duties share: addresses, forms, and how a page reads."""

import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.duties.models import Assignment
from app.foundation.clock import local_day, now
from app.history.models import HistoryEntry

TODAY = local_day(now(), "America/New_York")


def url(place, *more, **query):
    path = "/".join(["/at", place.code, "duties", *map(str, more)])
    return path + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")


def cell_url(world, family="answer", *more, **query):
    return url(world.east, family, world.account.id, *more, **query)


def page(browser, address):
    reply = browser.get(address)
    assert reply.status_code == 200, reply.text[:400]
    return BeautifulSoup(reply.text, "html.parser")


def words(node):
    return " ".join(node.get_text(" ").split())


def cells(soup):
    """Words of each cell by the row's duty."""
    return {
        row.th.find(string=True).strip(): [words(cell) for cell in row.find_all("td")]
        for row in soup.select("table.mx tbody tr")
    }


def form_of(world, **changed):
    return {
        "role": "primary",
        "holder": f"p{world.staff_position.id}",
        "hours_per_week": "1.5",
        "first_on": TODAY.isoformat(),
        "last_on": "",
    } | changed


def assigned(session, world):
    session.expire_all()
    statement = sa.select(Assignment).where(Assignment.consortium_id == world.consortium.id).order_by(Assignment.id)
    return session.scalars(statement).all()


def problems(reply):
    summary = BeautifulSoup(reply.text, "html.parser").select_one(".error-summary")
    assert summary is not None, reply.text[:300]
    return words(summary)


def deeds(session, world):
    """What the history says was done, in order."""
    statement = sa.select(HistoryEntry.deed).where(HistoryEntry.consortium_id == world.consortium.id)
    return session.scalars(statement.order_by(HistoryEntry.number)).all()


def end_url(world, assignment, verb="end"):
    return f"/at/{world.east.code}/assignments/{assignment.id}/{verb}"
