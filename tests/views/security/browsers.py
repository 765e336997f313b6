"""A browser as an attacker handles it: sign in, read its token, hold a token somebody saw."""

from flask import Flask
from flask.testing import FlaskClient

PASSWORD = "four words in a row"


def sign_in(browser: FlaskClient, email: str) -> None:
    assert browser.post("/sign-in", data={"email": email, "password": PASSWORD}).location == "/"


def token_of(browser: FlaskClient) -> str:
    with browser.session_transaction() as cookie:
        return str(cookie["_user_id"])


def holding(application: Flask, token: str) -> FlaskClient:
    """A browser that holds a token somebody saw."""
    browser = application.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    return browser
