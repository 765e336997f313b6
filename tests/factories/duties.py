"""What tests of duties stand on: policies in force that ask for duties, and duties that somebody holds."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.consortia.models import Place
from app.duties.models import Assignment
from app.duties.rules.catalogue import Family
from app.foundation.database import tenant
from app.people.models import Position, Team
from app.policies.models import Adoption, Clause, Policy, Rule, Version
from app.policies.rules.states import AdoptionDecision, Force, Severity, VersionState
from tests.factories.world import AT, SINCE, World

FIVE = ("listen", "post", "follow", "answer", "critics")
#: beyond the codes that the templates bring
_numbers = count(101)


def asked(*families: str, depth: str = "primary_and_backup") -> dict[str, object]:
    """The parameters of a rule that asks for these families on every conversational account."""
    return {
        "duties": [
            {"family": family, "account_types": ["conversational"], "depth": depth, "hours": "open_hours"}
            for family in families
        ]
    }


def adopt(
    session: Session,
    world: World,
    *families: str,
    depth: str = "primary_and_backup",
    place: Place | None = None,
    on: date = SINCE,
    until: date | None = None,
) -> Rule:
    """A policy that asks for these families, in force at the library (or another place) from a day."""
    with tenant(session, world.consortium.id):
        return _adopt(session, world, families, depth=depth, place=place or world.library, dates=(on, until))


def _adopt(
    session: Session,
    world: World,
    families: tuple[str, ...],
    *,
    depth: str,
    place: Place,
    dates: tuple[date, date | None],
) -> Rule:
    on, until = dates
    number = next(_numbers)
    ids = {"consortium_id": world.consortium.id}
    policy = Policy(code=f"SM {number}", title="Who answers", force=Force.REQUIRED, issued_by_id=world.root.id, **ids)
    session.add(policy)
    session.flush()
    version = Version(
        policy_id=policy.id,
        number="1.0",
        state=VersionState.IN_FORCE,
        in_force_on=on,
        drafted_at=AT,
        published_at=AT,
        **ids,
    )
    session.add(version)
    session.flush()
    clause = Clause(version_id=version.id, number=3, title="Somebody is there", body="Somebody answers.", **ids)
    session.add(clause)
    session.flush()
    rule = Rule(
        version_id=version.id,
        clause_id=clause.id,
        key="duty.required",
        parameters=asked(*families, depth=depth),
        severity=Severity.REQUIRED,
        **ids,
    )
    adoption = Adoption(
        policy_id=policy.id,
        version_id=version.id,
        place_id=place.id,
        decision=AdoptionDecision.ADOPTED,
        decided_on=on - timedelta(days=7),
        in_force_on=on,
        ended_on=until,
        recorded_at=AT,
        **ids,
    )
    session.add_all([rule, adoption])
    session.flush()
    return rule


def give(
    session: Session,
    account: Account,
    family: Family,
    holder: Position | Team,
    *,
    backup: bool = False,
    place: Place | None = None,
    hours: str = "1.5",
    first_on: date = SINCE,
    last_on: date | None = None,
) -> Assignment:
    """A family of duties on an account, given to a position or a team."""
    assignment = Assignment(
        consortium_id=account.consortium_id,
        place_id=place.id if place else account.place_id,
        account_id=account.id,
        family=family,
        position_id=holder.id if isinstance(holder, Position) else None,
        team_id=holder.id if isinstance(holder, Team) else None,
        is_primary=not backup,
        hours_per_week=Decimal(hours),
        first_on=first_on,
        last_on=last_on,
        recorded_at=AT,
    )
    session.add(assignment)
    session.flush()
    return assignment
