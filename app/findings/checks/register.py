"""Which check judges which rule: every key of the catalogue has one, which a house test holds."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.findings.checks import authority, contents, critics, duties, listening, posting, response, shares
from app.findings.rules.judging import Judgement, PlaceSeen, RuleAsked

Check = Callable[[RuleAsked, PlaceSeen], Judgement]

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "a11y.alt_text_min_pct": contents.judge,
        "a11y.captions_min_pct": contents.judge,
        "account.dormant_after_days": authority.judge_silence,
        "account.linked_from_site": authority.judge_linked,
        "account.max_per_weekly_hours": authority.judge_capacity,
        "account.min_owners": authority.judge_owners,
        "account.purpose_renew_months": authority.judge_renewed,
        "account.purpose_required": authority.judge_purpose,
        "ai.disclose": contents.judge,
        "ai.human_reviewer": contents.judge,
        "critic.cooloff_min_minutes": critics.judge,
        "critic.reply_max_hours": critics.judge,
        "critic.second_reader": critics.judge,
        "crisis.drill_months": authority.judge_drills,
        "duty.required": duties.judge_required,
        "listen.min_checks_per_open_day": listening.judge_checks,
        "media.rights_basis_required": contents.judge,
        "photo.consent_required": contents.judge,
        "posts.active_weeks_min_pct": posting.judge_active_weeks,
        "posts.broadcast_max_pct": shares.judge_broadcast,
        "posts.link_only_max_pct": shares.judge_link_only,
        "posts.max_per_day": posting.judge_most_a_day,
        "posts.min_per_week": posting.judge_least_a_week,
        "posts.with_media_min_pct": shares.judge_with_media,
        "response.clock": response.judge_clock,
        "response.min_rate_pct": response.judge_rate,
        "response.question_target_hours": response.judge_target,
    }
)


def judge(rule: RuleAsked, place: PlaceSeen) -> Judgement:
    """Hold one rule against one place."""
    return CHECKS[rule.kind.key](rule, place)
