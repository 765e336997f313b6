"""Critics: the wait before a reply, the time to it, and the second reader; judged on cases, which nobody keeps yet."""

from app.accounts.rules import AccountMode
from app.findings.rules.judging import Judgement, PlaceSeen, RuleAsked, cannot_say, does_not_apply, own_accounts

_OPEN_TO_CRITICS = frozenset({AccountMode.CONVERSATIONAL, AccountMode.BROADCAST_ONLY})


def judge(rule: RuleAsked, place: PlaceSeen) -> Judgement:  # noqa: ARG001 - every check has this shape
    """No record of cases yet: cannot be checked where criticism can arrive, does not apply elsewhere."""
    if not own_accounts(place, _OPEN_TO_CRITICS):
        return does_not_apply(place)
    return cannot_say("Replies to critics are not recorded here yet.")
