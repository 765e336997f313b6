"""Four accounts whose files are given at once, on a day in November."""

import pytest
import time_machine

from app.accounts.models import Account
from tests.views.imports_together.given import NOW


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def accounts(session, world):
    def add(platform, handle, place):
        account = Account(
            consortium_id=place.consortium_id,
            place_id=place.id,
            platform=platform,
            handle=handle,
            url=f"https://{platform}.example/{handle}",
        )
        session.add(account)
        session.flush()
        return account

    made = {
        "east": add("x", "@greeneastlib", world.east),
        "north": add("x", "@greennorth", world.north),
        "photos": add("instagram", "@greenwest", world.east),
        "more": add("instagram", "@greenmore", world.north),
    }
    session.commit()
    return made
