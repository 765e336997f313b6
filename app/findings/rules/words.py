"""How each kind of rule is counted, in words for the person who answers for a finding."""

from collections.abc import Mapping
from types import MappingProxyType

HOW_WE_COUNT: Mapping[str, str] = MappingProxyType(
    {
        "a11y.alt_text_min_pct": "Every picture counts: by what the platform shows, else by what people tagged the post "
        "with. A post of which neither is known counts as untagged.",
        "a11y.captions_min_pct": "A video in which somebody speaks counts, by what people tagged the post with. A post "
        "with media that nobody tagged may be a video, and counts as untagged.",
        "account.dormant_after_days": "An account is silent only where complete figures say so. Days of closure do not "
        "count; emergency accounts, those that say they are dormant, and platforms without posts are left out.",
        "account.linked_from_site": "The page named at the account is looked at every week for a link. An account without "
        "an address is left out.",
        "account.max_per_weekly_hours": "The place's own accounts in use, against the hours of all duties there. "
        "Emergency accounts are left out.",
        "account.min_owners": "A contact counts who is named on the day and works here still.",
        "account.purpose_renew_months": "The last review of the account counts, else the day it was opened.",
        "account.purpose_required": "An account in use counts where the register says what it is for.",
        "ai.disclose": "Posts tagged as made by AI count. Every post is to be tagged with its use of AI, “No AI” too.",
        "ai.human_reviewer": "Posts tagged as made with AI count. One is reviewed where its tag says so, or where "
        "somebody approved it. Every post is to be tagged with its use of AI, “No AI” too.",
        "critic.cooloff_min_minutes": "Replies to critics are not recorded here yet.",
        "critic.reply_max_hours": "Replies to critics are not recorded here yet.",
        "critic.second_reader": "Replies to critics are not recorded here yet.",
        "crisis.drill_months": "The last drill of an account for emergencies counts, or its last post.",
        "duty.required": "A duty counts as held when a person is in the position named for it that day, and a second "
        "one where a backup is asked for.",
        "listen.min_checks_per_open_day": "Looks at the accounts are not noted here yet.",
        "media.rights_basis_required": "A post with a picture, video or sound counts, by what people tagged its rights as. "
        "Fair use counts where it is noted.",
        "photo.consent_required": "A post with a picture, video or sound counts, by what people tagged it with. One in "
        "which nobody can be recognized needs no consent.",
        "posts.active_weeks_min_pct": "Each seven days of the period count once, if the branch was open on four of "
        "them. The account that fares worst decides.",
        "posts.broadcast_max_pct": "A post is broadcast when it is no reply, asks nothing, and nobody from the library "
        "replies under it within 7 days. All conversational accounts of the place count together.",
        "posts.link_only_max_pct": "A post counts when nothing is left of its text without its web addresses.",
        "posts.max_per_day": "The day with the most posts decides, account by account.",
        "posts.min_per_week": "Posts are divided by the weeks that were open and have figures, account by account. "
        "The account that fares worst decides.",
        "posts.with_media_min_pct": "A post counts when it carries a picture, a video or sound.",
        "response.clock": "The hours that time to answer was counted in are not recorded.",
        "response.min_rate_pct": "Questions answered in time, of all questions that fell due. One nobody answered "
        "counts as late.",
        "response.question_target_hours": "Times of single answers are not recorded.",
    }
)
