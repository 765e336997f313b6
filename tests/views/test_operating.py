"""What monitoring, a proxy and a log reader see of the web process."""

import re
from collections.abc import Callable

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.background.actions import ask
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.foundation.installation import going_down
from app.foundation.migrations import newest_migration
from tests.conftest import build
from tests.databases import Database, drop
from tests.factories.world import World

TOKEN = "a token that only tests know"
FRESH = Callable[[str], Database]


def figures(client: FlaskClient) -> dict[str, float]:
    reply = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert reply.status_code == 200
    lines = [line.rsplit(" ", 1) for line in reply.text.splitlines() if not line.startswith("#")]
    return {name: float(figure) for name, figure in lines}


@pytest.fixture
def watched(fresh_database: FRESH) -> Flask:
    return build(fresh_database("sqlite"), metrics_token=TOKEN)


def test_a_process_that_can_serve_is_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").get_json() == {"status": "ready"}


def test_a_process_that_goes_down_is_not_ready_but_still_answers(client: FlaskClient) -> None:
    going_down.set()
    try:
        reply = client.get("/readyz")
        assert (reply.status_code, reply.get_json()["why"]) == (503, "This process is going down.")
        assert client.get("/sign-in").status_code == 200
    finally:
        going_down.clear()


def test_tables_of_another_version_are_not_ready(client: FlaskClient, session: Session) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    session.commit()
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert reply.get_json()["why"] == (
        f"The tables are at 0001, this program needs {newest_migration()}. Run flask db upgrade."
    )


def test_without_its_database_a_process_is_not_ready(fresh_database: FRESH) -> None:
    database = fresh_database("postgresql")
    application = build(database)
    drop(database)
    reply = application.test_client().get("/readyz")
    assert (reply.status_code, reply.get_json()["why"]) == (503, "The database does not answer.")


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer \xe4"])
def test_without_the_token_there_are_no_metrics(watched: Flask, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    assert watched.test_client().get("/metrics", headers=headers).status_code == 404


def test_where_no_token_is_set_there_are_no_metrics(client: FlaskClient) -> None:
    for header in ("Bearer ", "Bearer None", f"Bearer {TOKEN}"):
        assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_requests_are_counted_by_route_and_never_by_address(watched: Flask) -> None:
    client = watched.test_client()
    name = 'concordance_requests_total{method="GET",route="/join/<string:token>",status="404"}'
    before = figures(client).get(name, 0)
    for token in ("one", "other"):
        client.get(f"/join/{token}?next=somewhere")
    after = figures(client)
    assert after[name] - before == 2
    assert after['concordance_request_seconds_count{route="/join/<string:token>"}'] >= 2
    assert not [name for name in after if "other" in name or "somewhere" in name or "/metrics" in name]


def test_background_work_is_counted_from_the_database(session: Session, world: World, client: FlaskClient) -> None:
    enter_tenant(session, world.consortium.id)
    ask(session, "metrics.pull", {}, consortium_id=world.consortium.id, at=now())
    session.commit()
    application = client.application
    held = application.config["SETTINGS"]
    application.config["SETTINGS"] = held.model_copy(update={"metrics_token": TOKEN})
    try:
        told = figures(client)
    finally:
        application.config["SETTINGS"] = held
    assert told['concordance_background_rows{kind="metrics.pull",state="due"}'] == 1
    assert told["concordance_background_due"] == 1
    assert told["concordance_workers"] == 0


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("abc-123.DEF_4", True),
        ("short", False),
        ("x" * 65, False),
        ("a b c d e f g", False),
        ("<script>alert</script>", False),
    ],
)
def test_a_sane_id_of_a_request_is_taken_over(client: FlaskClient, given: str, is_kept: bool) -> None:  # noqa: FBT001 - a parameter of the table above
    told = client.get("/sign-in", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (told == given) is is_kept
    assert is_kept or re.fullmatch(r"[0-9A-F]{16}", told)


def test_each_request_has_an_id_of_its_own(client: FlaskClient) -> None:
    assert len({client.get("/").headers["X-Request-ID"] for _ in range(3)}) == 3


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"), [(0, "127.0.0.1", "http"), (1, "10.0.0.9", "http"), (2, "203.0.113.7", "https")]
)
def test_only_trusted_proxies_say_who_asks_and_how(
    fresh_database: FRESH, proxies: int, address: str, scheme: str
) -> None:
    """The browser claims to be 198.51.100.1; each proxy adds whom it spoke with at the end."""
    application = build(fresh_database("sqlite"), trusted_proxies=proxies)
    seen = []
    application.before_request(lambda: seen.append((request.remote_addr, request.scheme, request.host)))
    application.test_client().get(
        "/sign-in",
        headers={
            "X-Forwarded-For": "198.51.100.1, 203.0.113.7, 10.0.0.9",
            "X-Forwarded-Proto": "https, http",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Prefix": "/evil",
        },
    )
    assert seen == [(address, scheme, "localhost")]
