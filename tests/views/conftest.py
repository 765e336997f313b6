"""People as fixtures: each is a browser signed in as one role of Green Valley; Far Hills stands beside as bait."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.people.actions.sessions import open_session
from app.people.models import Person
from app.people.queries.sessions import find_login
from tests.factories.world import WORLDS, World, find_world, make_world
from tests.mail_server import MailServer, running_mail_server
from tests.platforms.mastodon_server import mastodon_server, running_mastodon_server  # noqa: F401 - fixtures
from tests.views.watch import watching


@pytest.fixture(autouse=True)
def watched() -> Iterator[None]:
    """Fail a test whose requests read a tenant table without its key, or commit on a GET."""
    with watching() as seen:
        yield
    assert not seen, "\n".join(seen)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real mail server on loopback."""
    with running_mail_server() as running:
        yield running


@pytest.fixture
def mailing(application: Flask, mail_server: MailServer) -> Iterator[Flask]:
    """The application, sending its mail to the server; ``drain(mailing)`` sends what waits."""
    before = application.config["SETTINGS"]
    application.config["SETTINGS"] = before.model_copy(update=mail_server.settings)
    yield application
    application.config["SETTINGS"] = before


@pytest.fixture
def worlds(session: Session) -> tuple[World, World]:
    """Green Valley and Far Hills, committed; the session ends inside Green Valley.

    The database has them already, unless the test asks for this fixture only while it runs.
    """
    far, green = (
        find_world(session, slug=slug, prefix=prefix) or make_world(session, slug=slug, name=name, prefix=prefix)
        for slug, name, prefix in WORLDS
    )
    session.commit()
    return green, far


@pytest.fixture
def world(worlds: tuple[World, World]) -> World:
    """Green Valley: where the fixtures' people work."""
    return worlds[0]


@pytest.fixture
def far(worlds: tuple[World, World]) -> World:
    """Far Hills: none of it may be seen from Green Valley."""
    return worlds[1]


@pytest.fixture
def signed_in(application: Flask, session: Session) -> Callable[[Person], FlaskClient]:
    """A browser signed in as a person, through a session row as sign-in writes it."""

    def sign_in(person: Person) -> FlaskClient:
        before = session.info.get("consortium_id")
        enter_tenant(session, None)
        login = find_login(session, person.email or "")
        assert login is not None
        token = open_session(session, login.id, person.consortium_id, at=now())
        session.commit()
        enter_tenant(session, before)
        browser = application.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return browser

    return sign_in


@pytest.fixture
def as_admin(signed_in: Callable[[Person], FlaskClient], world: World) -> FlaskClient:
    """Consortium admin of Green Valley."""
    return signed_in(world.admin)


@pytest.fixture
def as_director(signed_in: Callable[[Person], FlaskClient], world: World) -> FlaskClient:
    """Director of Green County Libraries."""
    return signed_in(world.director)


@pytest.fixture
def as_branch_manager(signed_in: Callable[[Person], FlaskClient], world: World) -> FlaskClient:
    """Manager of the east branch."""
    return signed_in(world.manager)


@pytest.fixture
def as_staff(signed_in: Callable[[Person], FlaskClient], world: World) -> FlaskClient:
    """Staff of the east branch."""
    return signed_in(world.staff)


@pytest.fixture
def as_auditor(signed_in: Callable[[Person], FlaskClient], world: World) -> FlaskClient:
    """Auditor of Green Valley: reads everything, changes nothing."""
    return signed_in(world.auditor)


@pytest.fixture
def as_stranger(signed_in: Callable[[Person], FlaskClient], far: World) -> FlaskClient:
    """Consortium admin of Far Hills: every id of Green Valley is a 404 to them."""
    return signed_in(far.admin)
