"""Typed parameters of rules: what is read, what is refused, and the form a JSON column keeps."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rules import AccountMode
from app.duties.rules.catalogue import Family
from app.foundation.errors import NotFound, Refused
from app.policies.rules.catalogue import ParameterType, Unit, find_kind, get_kind, rule_kinds
from app.policies.rules.duties_asked import FAMILY_DEEDS, Depth, DutyAsked, DutyHours
from app.policies.rules.parameters import duties_asked, number, parse_parameters, to_json

ANSWER = {
    "family": "answer",
    "account_types": ["conversational"],
    "depth": "primary_and_backup",
    "hours": "open_hours",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([*rule_kinds(), "no.such_rule"])
NAMES = st.sampled_from(["minimum", "maximum", "clock", "asked", "duties", "other"])
WORDS = st.sampled_from
DUTY = st.fixed_dictionaries(
    {
        "family": WORDS(["answer", "listen", "sing"]) | JSON,
        "account_types": st.lists(WORDS([*AccountMode, "quiet"]), max_size=3) | JSON,
        "depth": WORDS(list(Depth)) | JSON,
        "hours": WORDS(list(DutyHours)) | JSON,
    }
)


def test_every_kind_is_whole():
    for key, kind in rule_kinds().items():
        assert kind.key == key
        assert kind.title
        assert kind.min_n >= 0
        for parameter in kind.parameters:
            is_number = parameter.type in {ParameterType.WHOLE, ParameterType.DECIMAL}
            assert is_number == (parameter.unit is not Unit.NONE)
            assert is_number == (parameter.minimum is not None and parameter.maximum is not None)
            assert (parameter.type in {ParameterType.FLAG, ParameterType.CHOICE}) == bool(parameter.choices)
            assert "{" + parameter.name + "}" in kind.sentence


def test_the_families_a_policy_asks_for_are_the_families_of_duties():
    assert list(FAMILY_DEEDS) == [family.value for family in Family]


def test_an_unknown_rule_is_not_found():
    assert find_kind("no.such_rule") is None
    with pytest.raises(NotFound, match=r"no\.such_rule"):
        get_kind("no.such_rule")


@given(KEYS, st.dictionaries(NAMES | st.text(max_size=6), JSON | st.lists(DUTY, max_size=3), max_size=3))
def test_any_input_is_typed_or_refused(key, raw):
    try:
        typed = parse_parameters(key, raw)
    except Refused:
        return
    stored = json.loads(json.dumps(to_json(typed), allow_nan=False))
    assert parse_parameters(key, stored) == typed


@given(st.lists(DUTY, min_size=1, max_size=3))
def test_any_list_of_duties_is_typed_or_refused(raw):
    try:
        typed = parse_parameters("duty.required", {"duties": raw})
    except Refused:
        return
    assert all(isinstance(duty, DutyAsked) for duty in duties_asked(typed))


@given(st.floats(min_value=0, max_value=100))
def test_a_share_is_kept_to_two_places(share):
    typed = parse_parameters("posts.broadcast_max_pct", {"maximum": share})
    assert number(typed, "maximum") == pytest.approx(share, abs=0.005)


def test_text_from_a_form_is_read():
    assert parse_parameters("posts.broadcast_max_pct", {"maximum": " 70% "}) == {"maximum": 70.0}
    assert parse_parameters("posts.min_per_week", {"minimum": "3"}) == {"minimum": 3}
    assert parse_parameters("critic.second_reader", {"asked": "no"}) == {"asked": False}


def test_what_is_left_out_takes_the_default():
    assert parse_parameters("critic.cooloff_min_minutes", {}) == {"minimum": 60}
    with pytest.raises(Refused, match="at least one duty"):
        parse_parameters("duty.required", {})


@pytest.mark.parametrize(
    ("key", "raw", "sentence"),
    [
        (
            "posts.broadcast_max_pct",
            {"maximum": 120},
            "“Share of posts that are broadcast, at most” (Broadcast share of posts) lies between 0 and 100 percent.",
        ),
        (
            "posts.min_per_week",
            {"minimum": 2.5},
            "“Posts a week, at least” (Posts a week) is a whole number of posts.",
        ),
        (
            "response.question_target_hours",
            {"maximum": "soon"},
            "“Hours to an answer, at most” (Time to answer a question) is a number of hours.",
        ),
        (
            "response.clock",
            {"clock": "sundial"},
            "“Count time in” (The clock for answers) is one of open_hours, business_hours, elapsed.",
        ),
        ("critic.second_reader", {"asked": 3}, "“A second reader is asked for” (A second reader) is yes or no."),
        ("posts.max_per_day", {"most": 3}, "The rule “Posts a day” has no parameter called “most”."),
        ("posts.none", {}, "There is no rule called “posts.none” in the catalogue."),
    ],
)
def test_refusals_name_the_parameter_and_its_unit(key, raw, sentence):
    with pytest.raises(Refused) as refusal:
        parse_parameters(key, raw)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("raw", [True, None, float("nan"), float("inf"), "", 10**400, [3]])
def test_no_number_is_refused(raw):
    with pytest.raises(Refused, match="whole number of posts"):
        parse_parameters("posts.max_per_day", {"maximum": raw})


def test_duties_asked_are_typed_and_kept_as_json():
    typed = parse_parameters("duty.required", {"duties": [ANSWER]})
    (duty,) = duties_asked(typed)
    assert duty == DutyAsked("answer", (AccountMode.CONVERSATIONAL,), Depth.PRIMARY_AND_BACKUP, DutyHours.OPEN_HOURS)
    assert to_json(typed) == {"duties": [ANSWER]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"family": "sing"}, "family is one of"),
        ({"account_types": []}, "types of account on which somebody must answer questions"),
        ({"account_types": ["loud"]}, "account type is one of"),
        ({"depth": 2}, "depth is one of"),
        ({"hours": None}, "hours is one of"),
    ],
)
def test_a_duty_asked_for_in_unknown_words_is_refused(change, words):
    with pytest.raises(Refused, match=words):
        parse_parameters("duty.required", {"duties": [ANSWER | change]})


def test_a_duty_asked_for_twice_is_refused():
    with pytest.raises(Refused, match="answer questions is asked for twice on conversational accounts"):
        parse_parameters("duty.required", {"duties": [ANSWER, ANSWER]})


def test_reading_a_number_that_is_none_is_a_bug():
    with pytest.raises(TypeError):
        number({"asked": True}, "asked")
    with pytest.raises(TypeError):
        duties_asked({"duties": "answer"})
