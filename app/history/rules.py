"""The published list of deeds, and the arithmetic of the chain."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Deed(StrEnum):
    """Everything the history can say was done; the part before the dot is the room."""

    ACCOUNT_ADDED = "accounts.added"
    ACCOUNT_CHANGED = "accounts.changed"
    ACCOUNT_CONNECTED = "accounts.connected"
    ACCOUNT_RETIRED = "accounts.retired"
    ASSIGNMENT_ENDED = "duties.ended"
    ASSIGNMENT_MADE = "duties.assigned"
    ASSIGNMENT_RESUMED = "duties.resumed"
    ASSIGNMENT_WITHDRAWN = "duties.withdrawn"
    CONSORTIUM_CREATED = "consortia.created"
    DUTY_EXEMPTED = "duties.exempted"
    DUTY_NEEDED_AGAIN = "duties.needed_again"
    EVENT_NOTED = "goals.event_noted"
    FINDING_ACTED_ON = "findings.acted_on"
    FINDINGS_CHECKED = "findings.checked"
    FIGURES_IMPORTED = "metrics.imported"
    GOAL_ENDED = "goals.goal_ended"
    GOAL_SET = "goals.goal_set"
    INCUMBENCY_BEGUN = "people.incumbency_begun"
    INCUMBENCY_ENDED = "people.incumbency_ended"
    KPI_SET = "goals.kpi_set"
    MEMBERSHIP_ENDED = "people.membership_ended"
    MEMBERSHIP_GRANTED = "people.membership_granted"
    PERSON_ADDED = "people.added"
    PERSON_INVITED = "people.invited"
    PERSON_JOINED = "people.joined"
    PLACE_ADDED = "consortia.place_added"
    PLACES_IMPORTED = "consortia.imported"
    POLICY_ADOPTED = "policies.adopted"
    POLICY_DECLINED = "policies.declined"
    POLICY_DRAFTED = "policies.drafted"
    POLICY_PUBLISHED = "policies.published"
    POSITION_ADDED = "people.position_added"
    STRATEGY_SET = "goals.strategy_set"
    TARGET_SET = "goals.target_set"
    TEAM_MADE = "people.team_made"


def digest(salt: str, detail: Mapping[str, Any]) -> str:
    """SHA-256 of the salt and the detail as canonical JSON: proves the detail without holding it."""
    canonical = json.dumps(detail, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{salt}\n{canonical}".encode()).hexdigest()


def link_hash(before: str, *parts: object) -> str:
    """The hash of an entry: SHA-256 over the hash before it and its own parts, in order."""
    return hashlib.sha256("\n".join([before, *(str(part) for part in parts)]).encode()).hexdigest()
