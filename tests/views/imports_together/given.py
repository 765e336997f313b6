"""Files that are given at once, and how a test gives them and looks at them."""

import io
from datetime import UTC, datetime

import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.background.worker import drain
from app.foundation.database import enter_tenant

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
DAYS = "Date,Impressions,Likes,Engagements,Replies,Reposts,Create Post,New follows\n" + "".join(
    f'"Sun, Nov {day}, 2026",{100 + day},4,1,1,2,3,0\n' for day in (1, 8)
)
PHOTOS = (
    "Post ID,Account ID,Account username,Description,Publish time,Permalink,Post type,Views,Reach,Likes,Shares,Comments\n"
    '18000000000000001,17841400000000001,greenwest,"Story time",11/02/2026 08:00,https://www.instagram.com/p/abc/,IG image,120,80,9,1,2\n'
)  # fmt: skip


def give(browser, application, place, *files):
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    response = browser.post(f"/at/{place.code}/imports", data=data, content_type="multipart/form-data")
    assert response.status_code == 302, response.text
    drain(application)
    return response.location


def page(response):
    assert response.status_code == 200, response.status
    return BeautifulSoup(response.data, "html.parser")


def rows(session, *columns):
    enter_tenant(session, session.info["consortium_id"])
    return [tuple(row) for row in session.execute(sa.select(*columns).order_by(*columns))]


def states(found):
    return {row.th.get_text(" ").split()[0]: row.find_all("td")[-1].text.strip() for row in found.select("tbody tr")}
