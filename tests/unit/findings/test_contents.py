"""What is said of posts, held against a rule: descriptions, captions, consent, rights, use of AI."""

from datetime import date
from typing import Any

import pytest

from app.accounts.rules import AccountMode
from app.findings.checks.register import judge
from app.findings.rules.judging import AccountSeen, DayCounts, PlaceSeen, RuleAsked
from app.findings.rules.seen import PostSeen
from app.foundation.periods import Period
from app.metrics.rules.tags import TagKind
from app.policies.rules.catalogue import get_kind
from app.policies.rules.parameters import parse_parameters
from app.policies.rules.states import Result

QUARTER = Period(date(2026, 8, 1), date(2026, 10, 31))
DAY = date(2026, 10, 4)
ALT, CAPTIONS = "a11y.alt_text_min_pct", "a11y.captions_min_pct"


def rule(key: str, **parameters: object) -> RuleAsked:
    return RuleAsked(7, get_kind(key), parse_parameters(key, parameters), "SM 5", QUARTER, date(2026, 11, 9))


def posts(count: int, *, first: int = 1, has_media: bool = True, **said: Any) -> tuple[PostSeen, ...]:
    """So many posts alike; words of ``said`` that are kinds of tags are tags."""
    tags = {TagKind(name): value for name, value in said.items() if name in list(TagKind)}
    told = {name: value for name, value in said.items() if name not in list(TagKind)}
    one = PostSeen(0, DAY, "Story time", is_reply=False, has_media=has_media, tags=tags)
    return tuple(one._replace(**{"post_id": number, **told}) for number in range(first, first + count))


def place(*said: PostSeen, mode: AccountMode = AccountMode.CONVERSATIONAL, **more: Any) -> PlaceSeen:
    return PlaceSeen(1, "Eastside", (AccountSeen(3, "Mastodon @a", mode, is_shared=False, said=said, **more),))


def test_pictures_without_a_description_are_named_with_their_posts() -> None:
    said = (*posts(4, images=3, described=3), *posts(1, first=9, images=2, described=1))
    found = judge(rule(ALT), place(*said))
    assert (found.result, found.cases) == (Result.FAIL, 14)
    assert found.title == "Eastside: 13 of 14 pictures have a description; SM 5 asks for all"
    assert found.evidence == "13 of 14 pictures from August to October 2026 have a description"
    assert found.to_pass == "1 more of these would need a description."
    assert (found.rows[0].post_id, found.rows[0].label) == (9, "Mastodon @a, Oct 4")
    assert found.rows[0].words == "1 of 2 pictures without a description: “Story time”"
    assert (found.rows[-1].post_id, found.rows[-1].words) == (
        None,
        "13 of 14 pictures have a description; 5 of 5 pictures tagged",
    )
    assert judge(rule(ALT, minimum=90), place(*said)).result is Result.PASS


def test_a_long_post_is_told_by_its_beginning() -> None:
    long = "The parking lot will be painted on Sunday, so leave your car in the side street"
    found = judge(rule(ALT), place(*posts(20, alt_text="missing", words=long)))
    assert found.rows[0].words.endswith("“The parking lot will be painted on Sunday, so leave your …”")


def test_an_account_without_pictures_says_so() -> None:
    whole = place(*posts(10, alt_text="missing"))
    other = AccountSeen(4, "Google reviews Eastside", AccountMode.CONVERSATIONAL, is_shared=False)
    found = judge(rule(ALT), PlaceSeen(1, "Eastside", (*whole.accounts, other)))
    assert found.rows[-1].words == "No picture"


def test_a_tick_speaks_where_the_platform_does_not() -> None:
    said = (*posts(9, alt_text="present"), *posts(1, first=20, alt_text="missing"))
    assert judge(rule(ALT), place(*said)).result is Result.FAIL
    assert judge(rule(ALT, minimum=90), place(*said)).result is Result.PASS


@pytest.mark.parametrize(
    ("key", "said", "result", "evidence"),
    [
        (
            ALT,
            (*posts(12, alt_text="missing"), *posts(68)),
            Result.NOT_MEASURABLE,
            "12 of 80 pictures tagged, less than 80%.",
        ),
        (ALT, posts(9, alt_text="missing"), Result.NOT_MEASURABLE, "Too few to judge (9 pictures, 10 needed)."),
        (ALT, posts(30, has_media=False), Result.NOT_APPLICABLE, "No picture in August to October 2026."),
        (ALT, posts(30, format="video"), Result.NOT_APPLICABLE, "No picture in August to October 2026."),
        (CAPTIONS, posts(6), Result.NOT_MEASURABLE, "0 of 6 possible videos tagged, less than 80%."),
        (CAPTIONS, posts(6, images=1), Result.NOT_APPLICABLE, "No video in August to October 2026."),
        (CAPTIONS, posts(6, captions="no_speech"), Result.NOT_APPLICABLE, "No video in August to October 2026."),
        (CAPTIONS, posts(6, format="video"), Result.NOT_MEASURABLE, "0 of 6 possible videos tagged, less than 80%."),
        (
            CAPTIONS,
            (*posts(5, captions="present"), *posts(1, captions="no_speech")),
            Result.PASS,
            "5 of 5 videos from August to October 2026 have captions",
        ),
        (
            CAPTIONS,
            (*posts(4, captions="present"), *posts(1, captions="missing")),
            Result.FAIL,
            "4 of 5 videos from August to October 2026 have captions",
        ),
    ],
)
def test_what_is_judged_and_what_is_not(key: str, said: tuple[PostSeen, ...], result: Result, evidence: str) -> None:
    found = judge(rule(key), place(*said))
    assert (found.result, found.evidence) == (result, evidence)


def test_posts_outside_the_days_of_the_rule_do_not_count() -> None:
    said = (*posts(10, alt_text="present"), *posts(10, alt_text="missing", on=date(2026, 7, 31)))
    assert judge(rule(ALT), place(*said)).result is Result.PASS


def test_posts_that_are_counted_and_not_kept_make_the_rest_unknown() -> None:
    days = (DayCounts(DAY, 30, None, None, None),)
    found = judge(rule(ALT), place(*posts(20, alt_text="missing"), days=days))
    assert found.result is Result.NOT_MEASURABLE
    assert found.evidence == "Only 20 of 30 posts of Mastodon @a are stored, so their content is not known."


def test_a_dormant_account_is_asked_nothing() -> None:
    said = posts(20, alt_text="missing")
    assert judge(rule(ALT), place(*said, mode=AccountMode.DORMANT)).result is Result.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("key", "kind", "good", "words"),
    [
        ("photo.consent_required", "consent", ("on_file", "not_needed"), "Tagged as without consent"),
        (
            "media.rights_basis_required",
            "rights",
            ("own", "licensed", "public_domain", "permission", "fair_use"),
            "Tagged as not cleared",
        ),
    ],
)
def test_one_picture_without_consent_or_right_fails(key: str, kind: str, good: tuple[str, ...], words: str) -> None:
    fine = tuple(post for value in good for post in posts(3, **{kind: value}))
    assert judge(rule(key), place(*fine, *posts(20, has_media=False))).result is Result.PASS
    found = judge(rule(key), place(*fine, *posts(1, first=99, **{kind: "missing"})))
    assert (found.result, found.cases, found.measured) == (
        Result.FAIL,
        len(fine) + 1,
        pytest.approx(100 * len(fine) / (len(fine) + 1)),
    )
    assert found.title.endswith("; SM 5 asks for all")
    assert found.rows[0].words == f"{words}: “Story time”"
    untold = judge(rule(key), place(*posts(1, **{kind: "missing"}), *posts(1)))
    assert untold.evidence == "1 of 2 pictures and videos tagged, less than 80%."
    no = judge(rule(key, asked=False), place(*posts(5, **{kind: "missing"})))
    assert (no.result, no.evidence) == (Result.NOT_APPLICABLE, "The policy does not ask for it.")


@pytest.mark.parametrize(
    ("key", "said", "result", "evidence"),
    [
        ("ai.human_reviewer", posts(9, ai_use="none"), Result.NOT_APPLICABLE, "No post made with AI in {period}."),
        (
            "ai.human_reviewer",
            (
                *posts(9, ai_use="none"),
                *posts(2, ai_use="reviewed"),
                *posts(1, ai_use="disclosed", approval="approved"),
            ),
            Result.PASS,
            "3 of 3 posts made with AI from {period} were reviewed by a person",
        ),
        (
            "ai.human_reviewer",
            (*posts(9, ai_use="none"), *posts(1, ai_use="reviewed"), *posts(1, ai_use="disclosed")),
            Result.FAIL,
            "1 of 2 posts made with AI from {period} was reviewed by a person",
        ),
        (
            "ai.disclose",
            (*posts(1, ai_use="reviewed"), *posts(3, ai_use="disclosed")),
            Result.PASS,
            "3 of 3 posts made by AI from {period} say so",
        ),
        ("ai.disclose", posts(1, ai_use="undisclosed"), Result.FAIL, "0 of 1 post made by AI from {period} says so"),
        (
            "ai.disclose",
            (*posts(7, has_media=False, ai_use="none"), *posts(3, has_media=False)),
            Result.NOT_MEASURABLE,
            "7 of 10 posts tagged, less than 80%.",
        ),
        (
            "ai.disclose",
            (*posts(7, ai_use="none"), *posts(30, is_reply=True)),
            Result.NOT_APPLICABLE,
            "No post made by AI in {period}.",
        ),
    ],
)
def test_what_ai_made_is_reviewed_and_says_so(
    key: str, said: tuple[PostSeen, ...], result: Result, evidence: str
) -> None:
    found = judge(rule(key), place(*said))
    assert (found.result, found.evidence) == (result, evidence.format(period=QUARTER.label))
