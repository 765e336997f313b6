"""Guessing passwords and asking for links: whoever does it is kept out, and nobody else is."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.people.rules import (
    LOCK_AFTER,
    LOCK_AFTER_ANYWHERE,
    LOCK_CLIENT_AFTER,
    MOST_LINKS_OF_CLIENT,
    client_of,
    keys_of_try,
)
from tests.views.security.browsers import PASSWORD

START = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
HERE, THERE = "9.9.9.9", "8.8.4.4"


def try_it(browser: FlaskClient, email: str, password: str, *, client: str = HERE) -> str:
    """What the page says; "in" where it leads on."""
    reply = browser.post(
        "/sign-in", data={"email": email, "password": password}, environ_overrides={"REMOTE_ADDR": client}
    )
    return "in" if reply.status_code == 302 else reply.text


def test_a_stranger_who_guesses_locks_nobody_but_themselves(client: FlaskClient, with_password: str) -> None:
    with time_machine.travel(START, tick=False):
        for _ in range(LOCK_AFTER):
            try_it(client, with_password, "wrong")
        assert "Too many tries" in try_it(client, with_password, PASSWORD)
        assert try_it(client, with_password, PASSWORD, client=THERE) == "in"
        assert "Too many tries" in try_it(client, with_password, PASSWORD), "their success is not the stranger's"


@pytest.mark.parametrize("between", ["\x00from ", " from ", "from "])
def test_no_typed_address_counts_as_somebody_elses_failure(
    client: FlaskClient, with_password: str, between: str
) -> None:
    with time_machine.travel(START, tick=False):
        for _ in range(LOCK_AFTER):
            try_it(client, f"{with_password}{between}{THERE}", "wrong")
        assert try_it(client, with_password, PASSWORD, client=THERE) == "in"


def test_guessing_from_many_places_locks_the_address(client: FlaskClient, with_password: str) -> None:
    with time_machine.travel(START, tick=False):
        for number in range(LOCK_AFTER_ANYWHERE):
            assert "do not go together" in try_it(client, with_password, "wrong", client=f"9.9.{number}.1")
        assert "Too many tries" in try_it(client, with_password, PASSWORD, client=THERE)
    with time_machine.travel(START + timedelta(minutes=16), tick=False):
        assert try_it(client, with_password, PASSWORD, client=THERE) == "in"


def test_one_client_tries_a_password_on_so_many_addresses_only(client: FlaskClient, with_password: str) -> None:
    with time_machine.travel(START, tick=False):
        for number in range(LOCK_CLIENT_AFTER):
            try_it(client, f"somebody{number}@green.example", "wrong")
            if not number % 40:
                assert try_it(client, with_password, PASSWORD) == "in", "one's own success ends no count"
        assert "Too many tries" in try_it(client, "nobody@green.example", "wrong")
        assert try_it(client, with_password, PASSWORD, client=THERE) == "in"


@pytest.mark.parametrize("client", ["127.0.0.1", "10.1.2.3", "172.17.0.1", "192.168.0.9", "::1", "fd00::1", "", None])
def test_what_may_be_a_proxy_is_never_locked_for_all_behind_it(client: str | None) -> None:
    assert not [key for key in keys_of_try("a@b.example", client_of(client)) if "a@b.example" not in key]


def test_the_addresses_of_one_office_are_one_client() -> None:
    assert client_of("2a00:1450:4001:81b::200e") == client_of("2a00:1450:4001:81b:ffff::1") != client_of("2a00:1450::1")
    assert client_of("::ffff:9.9.9.9") == client_of("9.9.9.9") == "9.9.9.9"
    assert client_of("no address") == ""


def test_one_client_asks_for_so_many_links_only(mailing: Flask, client: FlaskClient) -> None:
    def ask(email: str, *, address: str = HERE) -> str:
        data = {"email": email, "purpose": "sign_in"}
        return client.post("/sign-in/link", data=data, environ_overrides={"REMOTE_ADDR": address}).text

    assert mailing
    with time_machine.travel(START, tick=False):
        for number in range(MOST_LINKS_OF_CLIENT):
            assert "Look at your mail" in ask(f"somebody{number}@green.example")
        assert "Try again after 4:00 pm UTC" in ask("nobody@green.example")
        assert "Look at your mail" in ask("nobody@green.example", address=THERE)
