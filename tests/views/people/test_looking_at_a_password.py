"""What is typed at sign-in may be looked at; without script nothing offers it."""

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.usefixtures("session")


def test_the_tick_that_shows_the_password_waits_for_a_script(client: FlaskClient) -> None:
    """The line is hidden in the markup, names the field it shows, and its tick sends nothing."""
    text = client.get("/sign-in").text
    line = text.split("hidden data-shows=", 1)[1].split("</div>", 1)[0]
    assert line.startswith('"password"')
    assert "Show password" in line
    assert "name=" not in line
