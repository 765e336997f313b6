"""Requests, trials, reviews, silence, proofs and look-alikes, as far as nobody needs a database for them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.rules.look_alikes import Named, pairs
from app.accounts.rules.proofs import (
    LinkSeen,
    ProofState,
    hour_of_week,
    hours_a_week,
    judge_domain,
    judge_rel_me,
    judge_site,
    own_domain,
)
from app.accounts.rules.quiet import Posting, Voice, drill_due_on, heard
from app.accounts.rules.requests import (
    Asked,
    Decision,
    RequestState,
    awaits_address,
    has_address,
    refusal_of_decision,
    refusal_of_request,
    stand_in_address,
)
from app.accounts.rules.retiring import refusal_before_done
from app.accounts.rules.reviews import due_on, is_due, is_overdue
from app.accounts.rules.trials import TrialEnd, latest_end, refusal_of_end
from app.duties.rules.capacity import Capacity
from app.platforms.links import links_in

TODAY = date(2026, 11, 9)
OURS = "https://social.example/@east"
PAGE = "https://www.library.example/contact"


def asked(**other: object) -> Asked:
    said = {
        "handle": "teens",
        "evidence": "They talk",
        "purpose": "Teens",
        "audience": "Teens",
        "hours": Decimal(3),
        "first_owner_id": 1,
        "second_owner_id": 2,
        "captions": "By hand",
        "has_read_minors_rule": True,
        "trial_ends_on": date(2027, 5, 1),
    }
    return Asked(**{**said, **other})


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({}, None),
        ({"hours": Decimal(0)}, "hours"),
        ({"second_owner_id": 1}, "second_owner"),
        ({"has_read_minors_rule": False}, "has_read_minors_rule"),
        ({"trial_ends_on": TODAY}, "trial_ends_on"),
        ({"trial_ends_on": date(2027, 11, 9)}, None),
        ({"trial_ends_on": date(2027, 11, 10)}, "trial_ends_on"),
    ],
)
def test_what_a_request_must_say(other, field):
    refusal = refusal_of_request(asked(**other), today=TODAY)
    assert (refusal[0] if refusal else None) == field


def test_a_year_from_leap_day_ends_in_february():
    assert latest_end(date(2028, 2, 29)) == date(2029, 2, 28)


def test_the_stand_in_of_an_address_is_no_address():
    assert awaits_address(stand_in_address(7))
    assert not has_address(stand_in_address(7))
    assert has_address(OURS)
    assert not awaits_address("urn:of-another-kind:7")


def test_a_decision_gives_its_reason_where_somebody_is_let_down_or_hours_are_short():
    assert refusal_of_decision(Decision(RequestState.APPROVED)) is None
    assert refusal_of_decision(Decision(RequestState.DECLINED)) is not None
    assert refusal_of_decision(Decision(RequestState.SENT_BACK, " ")) is not None
    over = Decision(RequestState.APPROVED, "", "4 accounts on 5 h a week.", has_room=False)
    assert "4 accounts on 5 h a week." in str(refusal_of_decision(over))
    assert refusal_of_decision(Decision(RequestState.APPROVED, "For a summer", "", has_room=False)) is None


@pytest.mark.parametrize(
    ("accounts", "hours", "needed", "sentence"),
    [
        (4, "5", 2, "4 accounts on 5 h a week: below 2 hours an account. Retire 2, or add 3 h."),
        (4, "7.5", 2, "4 accounts on 7.5 h a week: below 2 hours an account. Retire one, or add 0.5 h."),
        (1, "1", 2, "1 account on 1 h a week: below 2 hours an account. Add 1 h."),
        (4, "8", 2, "4 accounts on 8 h a week: at least 2 hours an account."),
    ],
)
def test_capacity_says_what_would_do(accounts, hours, needed, sentence):
    capacity = Capacity(accounts, Decimal(hours), needed)
    assert capacity.sentence == sentence
    assert capacity.has_room is ("below" not in sentence)


def test_nothing_asked_for_is_always_room():
    assert Capacity(9, Decimal(0), 0).has_room


def test_a_trial_ends_with_what_it_showed_and_goes_on_only_until_a_day():
    assert refusal_of_end(TrialEnd.KEEP, reason=" ", next_end=None, today=TODAY)[0] == "reason"
    assert refusal_of_end(TrialEnd.CHANGE, reason="Longer", next_end=None, today=TODAY)[0] == "next_end"
    assert refusal_of_end(TrialEnd.CHANGE, reason="Longer", next_end=TODAY, today=TODAY)[0] == "next_end"
    assert refusal_of_end(TrialEnd.CHANGE, reason="Longer", next_end=date(2027, 1, 1), today=TODAY) is None
    assert refusal_of_end(TrialEnd.CLOSE, reason="Nobody came", next_end=None, today=TODAY) is None


def test_an_account_is_reviewed_a_year_after_the_last_time():
    assert due_on(date(2025, 11, 9), since=date(2020, 1, 1)) == date(2026, 11, 9)
    assert due_on(None, since=None) is None
    assert is_due(None, on=TODAY)
    assert is_due(TODAY, on=TODAY)
    assert not is_due(TODAY + timedelta(days=1), on=TODAY)
    assert is_overdue(TODAY - timedelta(days=90), on=TODAY)
    assert not is_overdue(None, on=TODAY)


def posting(last: date | None = None, known: int = 60, newest: date | None = TODAY) -> Posting:
    return Posting(last, known, newest, 3)


@pytest.mark.parametrize(
    ("seen", "voice"),
    [
        (posting(), Voice.QUIET),
        (posting(known=57), Voice.QUIET),
        (posting(known=56), Voice.UNKNOWN),
        (posting(newest=None, known=0), Voice.UNKNOWN),
        (posting(newest=TODAY - timedelta(days=4)), Voice.UNKNOWN),
        (posting(last=TODAY - timedelta(days=60), known=3, newest=None), Voice.SPEAKS),
        (posting(last=TODAY - timedelta(days=61)), Voice.QUIET),
    ],
)
def test_only_complete_figures_say_that_an_account_is_silent(seen, voice):
    assert heard(seen, on=TODAY, days=60).voice is voice


def test_a_drill_is_due_a_year_after_an_emergency_account_was_heard():
    assert drill_due_on(None, None) is None
    assert drill_due_on(date(2025, 1, 1), date(2026, 1, 1)) == date(2027, 1, 1)


def test_before_the_checklist_is_done_a_reason_is_needed():
    assert "One thing" in str(refusal_before_done(1, reason=""))
    assert refusal_before_done(0, reason="") is None
    assert refusal_before_done(6, reason="Sold") is None


def test_a_site_proves_an_account_by_linking_to_it():
    assert judge_site([LinkSeen(OURS, is_me=False)], OURS, page=PAGE).state is ProofState.HOLDS
    assert judge_site([LinkSeen(OURS + "2", is_me=True)], OURS, page=PAGE).state is ProofState.FAILS


def test_one_side_alone_proves_nothing():
    mine = [LinkSeen(OURS, is_me=True)]
    ours, verified, other = (
        [LinkSeen("https://library.example/", is_me=False)],
        [LinkSeen("https://library.example/", is_me=True)],
        [LinkSeen("https://else.example/", is_me=True)],
    )
    assert judge_rel_me(mine, OURS, page=PAGE, named=ours).state is ProofState.HOLDS
    assert judge_rel_me([], OURS, page=PAGE, named=verified).state is ProofState.HOLDS
    assert judge_rel_me(mine, OURS, page=PAGE, named=other).state is ProofState.FAILS
    assert judge_rel_me([], OURS, page=PAGE, named=ours).state is ProofState.FAILS
    assert judge_rel_me(mine, OURS, page=PAGE, named=None).state is ProofState.UNKNOWN


def test_a_handle_that_is_the_library_s_domain_is_confirmed_by_it():
    assert own_domain("east.bsky.social", site=PAGE) is None
    assert own_domain("else.example", site=PAGE) is None
    assert own_domain("@news.library.example", site=PAGE) == "news.library.example"
    assert judge_domain("library.example", "did:plc:1", known_did=None, site=PAGE).state is ProofState.HOLDS
    assert judge_domain("library.example", "did:plc:1", known_did="did:plc:2", site=PAGE).state is ProofState.FAILS
    assert judge_domain("library.example", None, known_did=None, site=PAGE).state is ProofState.UNKNOWN
    assert judge_domain("library.example", "did:plc:1", known_did=None, site="").state is ProofState.UNKNOWN
    assert judge_domain("library.example", "did:plc:1", known_did="did:plc:2", site="").state is ProofState.FAILS


def test_every_hour_of_the_week_has_its_accounts():
    monday = datetime(2026, 11, 9, tzinfo=UTC)
    hours = {hour_of_week(monday + timedelta(hours=passed)) for passed in range(hours_a_week())}
    assert hours == set(range(168))


def named(number: int, handle: str, place: int = 0, platform: str = "x") -> Named:
    return Named(number, place or number, platform, handle)


def test_accounts_of_one_place_or_nearly_one_name_are_pairs():
    found = pairs(
        [
            named(1, "eastside_library"),
            named(2, "EastsideLibrary"),
            named(3, "library.eastside"),
            named(4, "eastsidelibrarry"),
            named(5, "hollisstreet", place=90),
            named(6, "makers", place=90),
            named(7, "eastside_library", platform="bluesky"),
            named(8, "northgate"),
            named(9, "n0rthgate"),
            named(10, "millbrook"),
            named(11, "rnillbrook"),
        ]
    )
    assert {(pair.one.account_id, pair.other.account_id) for pair in found} == {
        (1, 2), (1, 3), (1, 4), (2, 4), (5, 6), (8, 9), (10, 11),
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_names_are_paired_without_an_end(handles):
    found = pairs([named(number, handle) for number, handle in enumerate(handles, start=1)])
    assert all(pair.one.account_id < pair.other.account_id for pair in found)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_page_has_links_or_none(html):
    assert all(link.url.startswith(("http://", "https://")) for link in links_in(html, base=PAGE))


def test_links_are_made_whole_and_say_who_is_me():
    html = """<a href="/about">About</a><!-- <a href="https://no.example"> --><script>"<a href='https://no.example'>"</script>
        <a rel="me noopener" href="https://social.example/@east">We</a><a href="mailto:a@b.example">Mail</a>"""
    assert [(link.url, link.is_me) for link in links_in(html, base=PAGE)] == [
        ("https://www.library.example/about", False),
        (OURS, True),
    ]


def test_an_account_of_which_nothing_is_known_is_not_quiet_however_late_its_figures_come():
    posting = Posting(None, known_days=0, newest_figure_on=date(2026, 11, 1), stale_after_days=35)
    assert heard(posting, on=date(2026, 11, 9), days=30).voice is Voice.UNKNOWN
