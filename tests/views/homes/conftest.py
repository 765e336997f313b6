"""The day of the homes, and Green Valley as it is told there."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy.orm import Session

from app.accounts.rules import Connection
from tests.factories.figures import QUARTER, give_days, measure, set_goal, set_kpi
from tests.factories.judged import bind, check
from tests.factories.world import AT, World

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> object:
    """The day the world is made on."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def told(session: Session, world: World) -> World:
    """East broadcasts and answers too little; its KPI, its rules and its account's trouble are there to be seen."""
    goal = set_goal(session, world, world.east)
    set_kpi(session, world, goal, "K28", 85)
    give_days(session, world.account, QUARTER, posts=2, broadcasts=2, questions_due=1, questions_in_time=0)
    bind(session, world, "T05")
    check(session, world)
    world.north_account.connection = Connection.SIGN_IN_EXPIRED
    world.north_account.connection_since = AT
    session.add(world.north_account)
    measure(session, world)
    return world
