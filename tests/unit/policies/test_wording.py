"""Rules in plain words, contradictions, and stricter or looser."""

import pytest

from app.policies.rules.catalogue import Unit
from app.policies.rules.parameters import parse_parameters
from app.policies.rules.states import ClauseStance
from app.policies.rules.wording import StatedRule, contradiction, quantity, sentence, stance_between

EVERY_TYPE = ["conversational", "broadcast_only", "comments_closed", "dormant"]


def stated(key, **raw):
    return StatedRule(key, parse_parameters(key, raw))


def duty(family, *, types, depth="primary", hours="none"):
    return {"family": family, "account_types": types, "depth": depth, "hours": hours}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (stated("critic.cooloff_min_minutes", minimum=120), "Replies to critics wait at least 2 hours."),
        (stated("critic.cooloff_min_minutes", minimum=90), "Replies to critics wait at least 90 minutes."),
        (stated("posts.min_per_week", minimum=1), "At least 1 post a week, weeks of closure aside."),
        (
            stated("posts.with_media_min_pct", minimum=62.5),
            "At least 62.5% of posts carry a picture, a video or sound.",
        ),
        (stated("response.clock"), "Time to answer is counted in hours the branch is open."),
        (
            stated("critic.second_reader", asked=True),
            "A second person reads every reply to a critic before it is sent.",
        ),
        (
            stated("duty.required", duties=[duty("critics", types=EVERY_TYPE, depth="primary_and_backup")]),
            "A primary and a backup to respond to critics on every account.",
        ),
        (
            stated("duty.required", duties=[duty("listen", types=EVERY_TYPE[:3], hours="open_hours")]),
            "A primary to listen on every conversational, broadcast only or comments closed account, in open hours.",
        ),
    ],
)
def test_sentences(rule, words):
    assert sentence(rule.key, rule.parameters) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (60, Unit.MINUTES, "1 hour"),
        (1, Unit.MINUTES, "1 minute"),
        (0, Unit.MINUTES, "0 minutes"),
        (0.5, Unit.HOURS, "0.5 hours"),
        (70, Unit.PERCENT, "70%"),
        (10, Unit.CHECKS, "10 checks"),
        (1500, Unit.NONE, "1,500"),
    ],
)
def test_quantities(value, unit, words):
    assert quantity(value, unit) == words


@pytest.mark.parametrize(("minutes", "hours", "is_refused"), [(59, 1, False), (60, 1, True), (1500, 24, True)])
def test_a_cool_off_must_leave_time_to_reply(minutes, hours, is_refused):
    rules = [stated("critic.cooloff_min_minutes", minimum=minutes), stated("critic.reply_max_hours", maximum=hours)]
    assert (contradiction(rules) is not None) is is_refused


def test_the_cool_off_refusal_is_a_sentence_with_both_figures():
    rules = [stated("critic.reply_max_hours", maximum=24), stated("critic.cooloff_min_minutes", minimum=1500)]
    assert contradiction(rules) == (
        "The cool-off of 25 hours leaves no time to reply within 24 hours. Shorten the one or lengthen the other."
    )


@pytest.mark.parametrize(
    ("weekly", "daily", "sentence_"),
    [(7, 1, None), (8, 1, "At least 8 posts a week cannot be kept with at most 1 post a day.")],
)
def test_the_week_must_fit_into_its_days(weekly, daily, sentence_):
    rules = [stated("posts.min_per_week", minimum=weekly), stated("posts.max_per_day", maximum=daily)]
    assert contradiction(rules) == sentence_


def test_a_rule_is_stated_once():
    rules = [stated("posts.max_per_day"), stated("posts.max_per_day", maximum=2)]
    assert contradiction(rules) == "Two clauses state “Posts a day”. Keep one of them."


def test_answers_in_time_need_a_time():
    assert contradiction([stated("response.min_rate_pct")]) is not None
    assert contradiction([stated("response.min_rate_pct"), stated("response.question_target_hours")]) is None


@pytest.mark.parametrize(
    ("key", "issued", "own", "stance"),
    [
        ("posts.broadcast_max_pct", {"maximum": 70}, {"maximum": 70.0}, ClauseStance.AS_IS),
        ("posts.broadcast_max_pct", {"maximum": 70}, {"maximum": 60}, ClauseStance.STRICTER),
        ("posts.broadcast_max_pct", {"maximum": 70}, {"maximum": 80}, ClauseStance.LOOSER),
        ("posts.min_per_week", {"minimum": 2}, {"minimum": 3}, ClauseStance.STRICTER),
        ("critic.second_reader", {"asked": True}, {"asked": False}, ClauseStance.LOOSER),
        ("response.clock", {"clock": "open_hours"}, {"clock": "elapsed"}, None),
    ],
)
def test_stricter_or_looser(key, issued, own, stance):
    assert stance_between(key, issued=parse_parameters(key, issued), own=parse_parameters(key, own)) is stance
