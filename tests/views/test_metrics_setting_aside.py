"""What a pull sets aside of the month's cap before it asks."""

from decimal import Decimal

from app.access.rules import Scope
from app.background.rules import Claimed
from app.foundation.clock import now
from app.foundation.database import enter_tenant
from app.metrics.actions.asking import PULL
from app.metrics.actions.setting_aside import set_aside, settle
from app.metrics.queries.costs import spent_in
from app.metrics.rules.costs import first_of_month


def test_what_a_pull_sets_aside_no_other_is_given(application, session, world):
    cap, at = Decimal("0.05"), now()
    with application.app_context():
        enter_tenant(session, world.consortium.id)
        one, other, killed = (claimed(world, claim) for claim in ("one", "other", "killed"))
        assert set_aside(session, one, 30_000, cap=cap, at=at) == 30_000
        assert set_aside(session, other, 30_000, cap=cap, at=at) == 20_000
        assert set_aside(session, other, 1, cap=cap, at=at) == 0
        settle(session, other)
        assert set_aside(session, killed, 15_000, cap=cap, at=at) == 15_000
        settle(session, one)
        assert set_aside(session, one, 50_000, cap=cap, at=at) == 35_000, "what was killed may have been billed"
        month = first_of_month(at)
        assert spent_in(session, month=month, within=Scope(world.consortium.id)) == 50_000


def claimed(world, claim):
    return Claimed(1, world.consortium.id, PULL, claim, 1, now())
