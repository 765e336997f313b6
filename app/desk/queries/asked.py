"""Which of the ticks on posts a policy asks for: rooms below show only those, and cannot see policies themselves."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.consortia.models import Place
from app.findings.checks.contents import ticks_read
from app.metrics.rules.tags import TagKind
from app.policies.queries.adopted import adopted_rules


def ticks_asked(session: Session, place: Place, on: date) -> Mapping[TagKind, str]:
    """The ticks that rules in force at a place, above or below it read, each with where the first of them is written."""
    found: dict[TagKind, str] = {}
    for adopted in adopted_rules(session, within=Scope(place.consortium_id, place.id, place.path), on=on):
        for kind in ticks_read(adopted.rule.key, adopted.rule.parameters):
            found.setdefault(kind, adopted.label)
    return found
