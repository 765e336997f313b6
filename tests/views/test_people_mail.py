"""Invitations by mail: sent once made, shown to nobody else, and told how they stand."""

import re

from flask import Flask
from flask.testing import FlaskClient

from app.background.worker import drain
from tests.factories.world import World
from tests.mail_server import MailServer, text_of
from tests.views.consortia.pages import words_of

PASSWORD = "four words in a row"


def add_ida(browser: FlaskClient, world: World) -> str:
    data = {"name": "Ida Moss", "email": "ida@green.example", "role": "staff", "position": "", "invite": "y"}
    reply = browser.post(f"/at/{world.east.code}/people/new", data=data)
    assert reply.status_code == 200
    return reply.text


def test_who_is_invited_gets_a_mail_and_joins_with_its_link(
    mailing: Flask, as_admin: FlaskClient, world: World, mail_server: MailServer
) -> None:
    shown = add_ida(as_admin, world)
    assert "/join/" not in shown
    assert "A mail with a link is on its way to ida@green.example." in shown
    drain(mailing)
    (mail,) = mail_server.taken
    text = text_of(mail)
    assert (mail["To"], mail["Subject"]) == (
        "ida@green.example",
        "Green Admin invites you to Green Valley Consortium",
    )
    assert "If you do not know Green Admin" in text
    link = re.search(r"/join/\S+", text)
    assert link is not None
    ida = mailing.test_client()
    assert ida.post(link[0], data={"password": PASSWORD}).location == "/"
    assert mailing.test_client().get(link[0]).status_code == 404


def test_the_inviter_sees_how_the_mail_stands_and_may_send_it_again(
    mailing: Flask, as_branch_manager: FlaskClient, world: World, mail_server: MailServer
) -> None:
    page = f"/people/{world.staff.id}/invite"
    assert "Send the invitation" in as_branch_manager.get(page).text
    as_branch_manager.post(page)
    assert "Waiting to be sent" in words_of(as_branch_manager.get(page))
    mail_server.answers["RCPT"] = ["550 no such user", "250 Taken"]
    drain(mailing)
    told = words_of(as_branch_manager.get(page))
    assert "Not sent" in told
    assert "refuses the address staff@green.example: “550 no such user”." in told
    assert "Send it again" in told
    as_branch_manager.post(page)
    drain(mailing)
    told = words_of(as_branch_manager.get(page))
    assert "Sent to staff@green.example" in told
    assert "550" not in told
    assert len(mail_server.taken) == 1


def test_without_mail_the_link_is_shown_once(as_branch_manager: FlaskClient, world: World) -> None:
    page = f"/people/{world.staff.id}/invite"
    assert "Make the link" in as_branch_manager.get(page).text
    assert "/join/" in as_branch_manager.post(page).text
    assert "/join/" not in as_branch_manager.get(page).text
