"""Someone who can sign in with a password."""

import pytest
from sqlalchemy.orm import Session

from app.foundation.crypto import Passwords
from app.people.queries.sessions import find_login
from tests.factories.world import World
from tests.views.security.browsers import PASSWORD


@pytest.fixture
def with_password(session: Session, world: World) -> str:
    """The director can sign in with PASSWORD; answers the address."""
    login = find_login(session, world.director.email or "")
    assert login is not None
    login.password_hash = Passwords(cheap=True).hash(PASSWORD)
    session.commit()
    return login.email
