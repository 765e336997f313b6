"""Help: each page leads to the topic that speaks of it, and no topic is missing or forgotten."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.desk.navigation import topic_of
from tests.factories.world import World

_TOPICS = {path.stem for path in (Path(__file__).resolve().parents[3] / "seeds" / "help").glob("*.md")}


def test_every_address_leads_to_a_topic_and_every_topic_is_led_to(application: Flask) -> None:
    led_to = {topic_of(rule.endpoint) for rule in application.url_map.iter_rules()}
    assert led_to | {"keyboard"} == _TOPICS


@pytest.mark.parametrize(
    ("address", "topic"),
    [
        ("/at/{}/roles", "roles"),
        ("/at/{}/tools", "tools"),
        ("/at/{}/costs", "tools"),
        ("/at/{}/about", "places"),
        ("/first-steps", "setting-up"),
        ("/me/email", "signing-in"),
    ],
)
def test_a_page_names_its_help(address: str, topic: str, as_admin: FlaskClient, world: World) -> None:
    text = as_admin.get(address.format(world.east.code)).text
    assert f'href="/help/{topic}"' in text
    assert as_admin.get(f"/help/{topic}").status_code == 200


def test_the_page_on_accessibility_is_open_and_names_people_to_its_members_only(
    as_admin: FlaskClient, client: FlaskClient
) -> None:
    assert 'href="/accessibility"' in client.get("/sign-in").text
    assert 'href="/help/accessibility"' in as_admin.get("/help").text
    outside, inside = client.get("/accessibility"), as_admin.get("/help/accessibility")
    assert outside.status_code == inside.status_code == 200
    assert "Whom to write to" in outside.text
    assert "Green Admin looks after it" in inside.text
    assert "Green Admin" not in outside.text


def test_the_page_of_places_leads_an_admin_to_the_settings(as_admin: FlaskClient, as_director: FlaskClient) -> None:
    assert 'href="/settings"' in as_admin.get("/places").text
    assert 'href="/settings"' not in as_director.get("/places").text
