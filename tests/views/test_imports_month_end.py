"""A month's end for 20 accounts: what a person has to do for it, counted, and that it is far under 20 minutes."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from app.accounts.models import Account
from app.background.worker import drain
from app.foundation.database import enter_tenant
from app.metrics.models import DailyFigure

ACCOUNTS = 20
#: files named so that nobody can tell whose they are
NAMELESS = 4
#: reading what a page says and acting on it, generously: choosing a file, choosing from a list, pressing a button
SECONDS = {"file": 60, "select": 30, "button": 30}
TWENTY_MINUTES = 20 * 60


class Person:
    """Counts what somebody does on the pages, as a person with a mouse would do it."""

    def __init__(self, browser, application):
        self.browser, self.application = browser, application
        self.acts = dict.fromkeys(SECONDS, 0)

    @property
    def seconds(self):
        return sum(SECONDS[act] * count for act, count in self.acts.items())

    def give(self, place, content):
        self.acts["file"] += 1
        self.acts["button"] += 1
        data = {"files": [(io.BytesIO(content), "month.zip")]}
        sent = self.browser.post(f"/at/{place.code}/imports", data=data, content_type="multipart/form-data")
        drain(self.application)
        return sent.location

    def press(self, location, do, chosen=()):
        """Send the page's form as it stands, but for what is chosen from its lists, and wait for the work."""
        shown = self.look(location)
        self.acts["select"] += len(chosen)
        self.acts["button"] += 1
        data = {"do": do, "file": [box["value"] for box in shown.select("input[name=file][checked]")]} | dict(chosen)
        self.browser.post(location, data=data)
        drain(self.application)

    def look(self, location):
        return BeautifulSoup(self.browser.get(location).data, "html.parser")


def export(month):
    return "Date,Impressions,Likes,Engagements,Replies,Reposts,Create Post,New follows\n" + "".join(
        f'"{datetime(2026, month, day, tzinfo=UTC):%a, %b} {day}, 2026",{100 + day},4,1,1,2,3,0\n'
        for day in range(1, 8)
    )


def archive(month):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(ACCOUNTS):
            name = f"desk {'abcd'[number]}" if number < NAMELESS else f"branch{number:02}lib"
            packed.writestr(f"{name}_2026-{month:02}.csv", export(month))
    return held.getvalue()


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 9, 15, tzinfo=UTC)):
        yield


@pytest.fixture(params=["sqlite"])
def application(request, application):
    """One engine will do: what a person does is the same."""
    return application


def test_a_months_end_of_twenty_accounts_takes_a_person_minutes(as_director, application, session, world):
    for number in range(ACCOUNTS):
        handle = f"@branch{number:02}lib"
        session.add(
            Account(
                consortium_id=world.consortium.id, place_id=world.east.id, platform="x", handle=handle,
                url=f"https://x.com/{handle[1:]}",
            )
        )  # fmt: skip
    session.commit()
    first = Person(as_director, application)
    location = first.give(world.library, archive(9))
    lists = [each for each in first.look(location).select("select[name^=account-]") if not each.select("[selected]")]
    assert len(lists) == NAMELESS
    chosen = {
        each["name"]: next(one["value"] for one in each.select("option") if f"branch{number:02}lib" in one.text)
        for number, each in enumerate(lists)
    }
    first.press(location, "give", chosen.items())
    first.press(location, "import")
    second = Person(as_director, application)
    second.press(second.give(world.library, archive(10)), "import")
    enter_tenant(session, world.consortium.id)
    assert session.scalar(sa.select(sa.func.count()).select_from(DailyFigure)) == 2 * 7 * ACCOUNTS
    assert first.acts == {"file": 1, "select": NAMELESS, "button": 3}
    assert second.acts == {"file": 1, "select": 0, "button": 2}, "whose each file is was remembered"
    assert second.seconds < first.seconds < TWENTY_MINUTES / 3
