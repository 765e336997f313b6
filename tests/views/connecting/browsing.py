"""What a person does to sign in at a platform: out by the link on the page, and back with what the platform said."""

from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.accounts.models import Credential
from app.background.worker import drain
from app.foundation.database import enter_tenant

KINDS = ["accounts.register_app", "accounts.exchange", "accounts.check"]


def link_on(browser, account):
    """Begin, let a worker tell the server of us, and read where the page leads."""
    return link_after_beginning(browser, account, begins=True)


def link_after_beginning(browser, account, *, begins):
    if begins:
        assert browser.post(f"/accounts/{account.id}/connect/sign-in").status_code == 302
    page = BeautifulSoup(browser.get(f"/accounts/{account.id}/connect").data, "html.parser")
    found = page.find("a", string=lambda words: words and words.startswith("Go on to"))
    return found["href"] if found else None


def begun(browser, application, account):
    link_on(browser, account)
    drain(application, kinds=KINDS)
    link = link_after_beginning(browser, account, begins=False)
    assert link
    return link


def back_of(link):
    """The address that people are sent back to, without the installation's own name."""
    return urlsplit(dict(parse_qsl(urlsplit(link).query))["redirect_uri"]).path


def come_back(browser, link, told):
    """As the browser does: look at what came, and press the button."""
    path = back_of(link)
    seen = browser.get(path, query_string=told)
    done = browser.post(path.replace("/back", "/finish"), data=told)
    return seen, done


def sign_in_at(browser, application, account, server):
    """All of it, with a yes at the platform; the account is connected then."""
    link = link_on(browser, account)
    assert come_back(browser, link, server.allow(link))[1].status_code == 302
    drain(application, kinds=KINDS)
    return account


def unknown(browser, link, told):
    """Nobody set out on it in this browser, and nothing is told of whoever did."""
    for answer in come_back(browser, link, told):
        assert answer.status_code == 404
        assert "not begun here, or not in this browser" in answer.text


def sent_back(browser, link, told, account, words):
    """It was theirs and came to nothing: they are where they can begin anew, and read why."""
    connect = f"/accounts/{account.id}/connect"
    for answer in come_back(browser, link, told):
        assert (answer.status_code, answer.location) == (302, connect)
    assert browser.get(connect).text.count(words) == 2


def kept(session, account):
    enter_tenant(session, account.consortium_id)
    found = session.scalars(
        sa.select(Credential)
        .where(Credential.consortium_id == account.consortium_id, Credential.account_id == account.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    session.commit()
    return found
