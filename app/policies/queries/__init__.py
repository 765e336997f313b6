"""Reading policies: ``versions``, ``adoptions``, the rules that bind (``adopted``), ``standings``, ``searching``."""

from app.policies.queries.adopted import AdoptedRule, adopted_rules
from app.policies.queries.adoptions import adoptions_of, find_adoption_bound
from app.policies.queries.publishing import find_publisher
from app.policies.queries.searching import search_policies
from app.policies.queries.standings import places_met, standings_at, tallies_within
from app.policies.queries.versions import (
    clauses_of,
    find_draft,
    find_issued,
    find_policy,
    find_version_bound,
    get_clause,
    get_draft,
    get_policy,
    get_version,
    policy_for_change,
    rules_by_version,
    rules_of,
    versions_of,
    versions_within,
)

__all__ = [
    "AdoptedRule",
    "adopted_rules",
    "adoptions_of",
    "clauses_of",
    "find_adoption_bound",
    "find_draft",
    "find_issued",
    "find_policy",
    "find_publisher",
    "find_version_bound",
    "get_clause",
    "get_draft",
    "get_policy",
    "get_version",
    "places_met",
    "policy_for_change",
    "rules_by_version",
    "rules_of",
    "search_policies",
    "standings_at",
    "tallies_within",
    "versions_of",
    "versions_within",
]
