"""Listening: how often somebody looked; judged on notes of each look, which nobody keeps yet."""

from app.findings.rules.judging import (
    SPEAKING,
    Judgement,
    PlaceSeen,
    RuleAsked,
    cannot_say,
    does_not_apply,
    own_accounts,
)


def judge_checks(rule: RuleAsked, place: PlaceSeen) -> Judgement:  # noqa: ARG001 - every check has this shape
    """No record of looks yet: cannot be checked where there is something to look at."""
    if not own_accounts(place, SPEAKING):
        return does_not_apply(place)
    return cannot_say("Looks at the accounts are not noted here yet.")
