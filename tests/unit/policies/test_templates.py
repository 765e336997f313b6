"""Policy templates: the ones we ship, and bad ones refused with file and line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import NotFound, Refused
from app.policies.importers import TEMPLATES_FOLDER, get_policy_template, policy_templates, read_template
from app.policies.rules.catalogue import rule_kinds
from app.policies.rules.templates import parse_template
from app.policies.rules.wording import sentence

GOOD = """---
template: T99
code: SM 9
title: A test
summary: For tests.
review_months: 12
terms: {person: patron}
rules:
  1:
    - key: posts.max_per_day
      parameters: {maximum: 3}
      severity: required
      grace_days: 7
      why: So that it can be tested.
---

## 1 One

Every {person} counts.

## 2 Two

More text.
"""
TEMPLATES = policy_templates()
FORBIDDEN = re.compile(
    r"!|\bplease\b|\bcustomer|\btroll|\bfans\b|\bTwitter\b|\borganis|\bapologis|\bneighbour|\{", re.IGNORECASE
)


def clauses():
    return [
        pytest.param(clause, id=f"{template.template}-{clause.number}")
        for template in TEMPLATES
        for clause in template.clauses
    ]


def test_the_templates_are_there_in_order():
    assert [(each.template, each.code) for each in TEMPLATES] == [
        ("T01", "SM 8"),
        ("T03", "SM 3"),
        ("T04", "SM 4"),
        ("T05", "SM 1"),
        ("T06", "SM 5"),
        ("T07", "SM 6"),
        ("T14", "SM 7"),
    ]
    assert len(list(TEMPLATES_FOLDER.glob("*.md"))) == len(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.template)
def test_a_template_is_a_usable_policy(template):
    assert 8 <= len(template.clauses) <= 12
    assert template.review_months == 12
    for rule in template.rules:
        assert sentence(rule.key, rule.parameters).endswith(".")


@pytest.mark.parametrize("clause", clauses())
def test_a_clause_is_plain_text_of_readable_length(clause):
    assert 40 <= len(clause.body.split()) <= 120
    for words in [clause.title, clause.body, *(rule.why for rule in clause.rules)]:
        assert not FORBIDDEN.search(words), words
    assert not clause.title.endswith(".")


def test_every_kind_of_rule_is_asked_for_by_a_template():
    assert {rule.key for template in TEMPLATES for rule in template.rules} == set(rule_kinds())


def test_the_words_of_the_catalogue_keep_the_house_style():
    for kind in rule_kinds().values():
        assert "!" not in kind.sentence + kind.title


def test_a_consortium_chooses_its_own_words():
    plain = get_policy_template("T04", terms={"person": "reader", "service": "reader service"})
    text = " ".join(clause.body for clause in plain.clauses)
    assert "reader's private business" in text
    assert "patron" not in text


def test_an_unknown_template_is_not_found():
    with pytest.raises(NotFound, match="T77"):
        get_policy_template("T77")


def test_a_good_template_is_read_whole():
    template = parse_template(GOOD, name="T99.md", terms={})
    assert (template.title, template.summary, template.review_months) == ("A test", "For tests.", 12)
    assert [(clause.number, clause.title, clause.body) for clause in template.clauses] == [
        (1, "One", "Every patron counts."),
        (2, "Two", "More text."),
    ]
    (rule,) = template.clauses[0].rules
    assert (rule.key, rule.parameters, rule.severity, rule.grace_days) == (
        "posts.max_per_day",
        {"maximum": 3},
        "required",
        7,
    )


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("---\ntemplate", "template", "T99.md, line 1: A template begins with its facts"),
        ("\n---\n\n## 1", "\n\n## 1", "no second line of ---"),
        ("code: SM 9", "code: [", "T99.md, line 5: The facts cannot be read as YAML"),
        ("code: SM 9", "day: 2026-99-99", "T99.md, line 1: The facts cannot be read as YAML"),
        ("title: A test\n", "", "“title” is missing"),
        ("review_months: 12", "review_months: often", "“review_months” is a whole number from 1 to 60."),
        ("posts.max_per_day", "posts.most", "T99.md, line 10: There is no rule called “posts.most”"),
        (
            "{maximum: 3}",
            "{maximum: 300}",
            "T99.md, line 10: “Posts a day, at most” (Posts a day) lies between 1 and 100",
        ),
        ("{maximum: 3}", "[3]", "T99.md, line 10: “parameters” is a list"),
        ("severity: required", "severity: grave", "T99.md, line 10: “severity” is one of required, advised."),
        ("grace_days: 7", "grace_days: -1", "T99.md, line 10: “grace_days” is a whole number from 0 to 365."),
        ("why: So that it can be tested.", "", "T99.md, line 10: “why” is missing"),
        ("  1:\n", "  5:\n", "There are rules for clause 5, which is not there."),
        ("  1:\n", "  one:\n", "T99.md, line 9: “rules” names clauses by number"),
        ("## 2 Two", "## 3 Two", "T99.md, line 21: Clause 2 is due here, not 3."),
        ("More text.", "", "T99.md, line 21: Clause 2 has no text."),
        ("## 1 One", "Hello.\n\n## 1 One", "No text may stand before the first clause."),
        ("{person} counts", "{reader} counts", "T99.md, line 17: The text has a blank {reader}"),
        (GOOD[GOOD.index("## 1") :], "", "at least one clause"),
    ],
)
def test_a_bad_template_is_refused_with_file_and_line(was, now, words):
    assert was in GOOD
    with pytest.raises(Refused) as refusal:
        parse_template(GOOD.replace(was, now, 1), name="T99.md", terms={})
    assert words in str(refusal.value)
    assert str(refusal.value).startswith("T99.md, line ")


def test_rules_that_contradict_each_other_are_refused():
    second = "  2:\n    - {key: posts.min_per_week, parameters: {minimum: 50}, severity: advised, grace_days: 0, why: W.}\n---\n\n## 1"
    with pytest.raises(Refused, match="At least 50 posts a week cannot be kept with at most 3 posts a day"):
        parse_template(GOOD.replace("---\n\n## 1", second), name="T99.md", terms={})


@given(st.integers(min_value=0, max_value=len(GOOD)), st.text(max_size=6), st.integers(min_value=0, max_value=6))
def test_a_damaged_template_is_read_or_refused(at, inserted, removed):
    damaged = GOOD[:at] + inserted + GOOD[at + removed :]
    try:
        template = parse_template(damaged, name="T99.md", terms={})
    except Refused as refusal:
        sentence_ = str(refusal)
    else:
        assert template.clauses
        return
    assert sentence_.startswith("T99.md, line ")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "T98.md"
    path.write_bytes(GOOD.replace("A test", "Café").encode("cp1252"))
    with pytest.raises(Refused, match=r"T98\.md is not UTF-8 text"):
        read_template(path)


def test_two_files_cannot_be_the_same_template(tmp_path):
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(Refused, match="are template T99"):
        policy_templates(tmp_path)
