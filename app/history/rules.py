"""The published list of deeds, and the arithmetic of the chain."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Deed(StrEnum):
    """Everything the history can say was done; the part before the dot is the room."""

    ACCOUNT_ADDED = "accounts.added"
    ACCOUNT_ADDRESS_GIVEN = "accounts.address_given"
    ACCOUNT_ASKED_FOR = "accounts.asked_for"
    ACCOUNT_CHANGED = "accounts.changed"
    ACCOUNT_CONNECTED = "accounts.connected"
    ACCOUNT_CONTACT_NAMED = "accounts.contact_named"
    ACCOUNT_DRILLED = "accounts.drilled"
    ACCOUNT_MOVED = "accounts.moved"
    ACCOUNT_NORMS_SET = "accounts.norms_set"
    ACCOUNT_REQUEST_DECIDED = "accounts.request_decided"
    ACCOUNT_RETIRED = "accounts.retired"
    ACCOUNT_RETIREMENT_BEGUN = "accounts.retirement_begun"
    ACCOUNT_RETIREMENT_STEPPED = "accounts.retirement_stepped"
    ACCOUNT_REVIEWED = "accounts.reviewed"
    ACCOUNT_STEP_TAKEN = "accounts.step_taken"
    ACCOUNT_STEP_UNDONE = "accounts.step_undone"
    ACCOUNTS_IMPORTED = "accounts.imported"
    ACCOUNT_TRIAL_ENDED = "accounts.trial_ended"
    ASSIGNMENT_ENDED = "duties.ended"
    ASSIGNMENT_MADE = "duties.assigned"
    ASSIGNMENT_RESUMED = "duties.resumed"
    ASSIGNMENT_WITHDRAWN = "duties.withdrawn"
    CONSORTIUM_CREATED = "consortia.created"
    CONSORTIUM_SETTLED = "consortia.settled"
    DUTY_EXEMPTED = "duties.exempted"
    DUTY_NEEDED_AGAIN = "duties.needed_again"
    EMAIL_CHANGED = "people.email_changed"
    EVENT_NOTED = "goals.event_noted"
    FINDING_ACTED_ON = "findings.acted_on"
    FINDING_STEP_DONE = "findings.step_done"
    FINDING_STEP_REOPENED = "findings.step_reopened"
    FINDINGS_CHECKED = "findings.checked"
    FIGURES_IMPORTED = "metrics.imported"
    GOAL_ENDED = "goals.goal_ended"
    GOAL_SET = "goals.goal_set"
    INCUMBENCY_BEGUN = "people.incumbency_begun"
    INCUMBENCY_ENDED = "people.incumbency_ended"
    KPI_SET = "goals.kpi_set"
    LOOK_ALIKE_DECIDED = "accounts.look_alike_decided"
    LOOK_ALIKE_REPORTED = "accounts.look_alike_reported"
    MEMBERSHIP_ENDED = "people.membership_ended"
    MEMBERSHIP_GRANTED = "people.membership_granted"
    MENTIONS_KEPT_SET = "metrics.mentions_kept_set"
    PEOPLE_IMPORTED = "people.imported"
    PERSON_ADDED = "people.added"
    PERSON_ANONYMIZED = "people.anonymized"
    PERSON_CHANGED = "people.changed"
    PERSON_INVITED = "people.invited"
    PERSON_JOINED = "people.joined"
    PERSON_LEAVING = "people.leaving"
    PERSON_LEFT = "people.left"
    PERSON_RETURNED = "people.returned"
    PERSON_STAYS = "people.stays"
    PLACE_ADDED = "consortia.place_added"
    PLACE_CHANGED = "consortia.place_changed"
    PLACE_CLOSED = "consortia.place_closed"
    PLACE_CLOSURE_ADDED = "consortia.closure_added"
    PLACE_CLOSURE_REMOVED = "consortia.closure_removed"
    PLACE_COUNTED = "consortia.place_counted"
    PLACE_HOURS_REMOVED = "consortia.hours_removed"
    PLACE_HOURS_SET = "consortia.hours_set"
    PLACE_MERGED = "consortia.place_merged"
    PLACE_MOVED = "consortia.place_moved"
    PLACE_OPENED = "consortia.place_opened"
    PLACE_RENAMED = "consortia.place_renamed"
    PLACE_REOPENED = "consortia.place_reopened"
    PLACES_IMPORTED = "consortia.imported"
    POLICY_ADOPTED = "policies.adopted"
    POLICY_DECLINED = "policies.declined"
    POLICY_DRAFTED = "policies.drafted"
    POLICY_PUBLISHED = "policies.published"
    POSITION_ADDED = "people.position_added"
    POSITION_CHANGED = "people.position_changed"
    POSITION_CLOSED = "people.position_closed"
    POST_LOGGED = "metrics.post_logged"
    POST_TAGS_UNDONE = "metrics.tags_undone"
    POSTS_TAGGED = "metrics.posts_tagged"
    RETENTION_SET = "people.retention_set"
    POSITION_MOVED = "people.position_moved"
    SERIES_BROKEN = "metrics.series_broken"
    SERIES_REJOINED = "metrics.series_rejoined"
    STRATEGY_SET = "goals.strategy_set"
    TAG_RULE_ENDED = "metrics.tag_rule_ended"
    TAG_RULE_SET = "metrics.tag_rule_set"
    TARGET_SET = "goals.target_set"
    TEAM_MADE = "people.team_made"
    TOOL_ADDED = "accounts.tool_added"
    TOOL_CHANGED = "accounts.tool_changed"
    TOOL_ENDED = "accounts.tool_ended"
    TOPICS_SET = "metrics.topics_set"


def digest(salt: str, detail: Mapping[str, Any]) -> str:
    """SHA-256 of the salt and the detail as canonical JSON: proves the detail without holding it."""
    canonical = json.dumps(detail, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{salt}\n{canonical}".encode()).hexdigest()


def link_hash(before: str, *parts: object) -> str:
    """The hash of an entry: SHA-256 over the hash before it and its own parts, in order."""
    return hashlib.sha256("\n".join([before, *(str(part) for part in parts)]).encode()).hexdigest()


def in_json(word: str) -> str:
    """A word as it stands inside stored JSON, where letters beyond ASCII are written as escapes."""
    return json.dumps(word)[1:-1]
