"""A policy template as text: YAML front matter with the facts and rules, then numbered clauses in Markdown.

The form, by example::

    ---
    template: T04
    code: SM 4
    title: Answering critics
    summary: One sentence on what it is for.
    review_months: 12
    terms: {person: patron}          # words a consortium may choose; the text writes {person}
    rules:
      2:                             # the clause the rules belong to
        - key: critic.cooloff_min_minutes
          parameters: {minimum: 120}
          severity: required
          grace_days: 0
          why: Why the rule is there.
    ---
    ## 1 Listen first

    Markdown text ...
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from app.foundation.errors import Refused
from app.policies.rules.parameters import Parameters, parse_parameters
from app.policies.rules.states import Severity
from app.policies.rules.wording import StatedRule, contradiction

_FENCE = "---"
_HEADING = re.compile(r"^## +(\d+) +(\S.*?)\s*$")
_BLANK = re.compile(r"\{(\w*)\}")
_LINE = "line of the file"
#: the front matter begins below the first fence
_FIRST_LINE = 2
_LONGEST_GRACE_DAYS = 365
_LONGEST_REVIEW_MONTHS = 60


@dataclass(frozen=True, slots=True)
class TemplateRule:
    """A rule as a template proposes it; ``why`` is a sentence for the people who weigh it."""

    key: str
    parameters: Parameters
    severity: Severity
    grace_days: int
    why: str


@dataclass(frozen=True, slots=True)
class TemplateClause:
    """A numbered clause: Markdown text and its rules."""

    number: int
    title: str
    body: str
    rules: tuple[TemplateRule, ...]


@dataclass(frozen=True, slots=True)
class PolicyTemplate:
    """A policy ready to be drafted from; ``code`` is the spine label it suggests, such as "SM 4"."""

    template: str
    code: str
    title: str
    summary: str
    review_months: int
    clauses: tuple[TemplateClause, ...]

    @property
    def rules(self) -> list[StatedRule]:
        """Every rule of every clause, in order."""
        return [StatedRule(rule.key, rule.parameters) for clause in self.clauses for rule in clause.rules]


class _LinedLoader(yaml.SafeLoader):
    """Notes on which line of the file each mapping begins, so that a refusal can name it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the library's signature
        """The mapping with its line under a key no YAML of ours uses."""
        mapping = super().construct_mapping(node, deep=deep)
        return {**mapping, _LINE: node.start_mark.line + _FIRST_LINE}


def parse_template(text: str, *, name: str, terms: Mapping[str, str]) -> PolicyTemplate:
    """Read a template; ``name`` is the file's name for refusals, ``terms`` the consortium's own words.

    Refuses, with the file and the line, what does not follow the form, a rule the catalogue does not know, parameters
    out of their limits, a blank without a term, and rules that contradict each other.
    """
    front, body, body_line = _split(text, name=name)
    facts = _front_matter(front, name=name)
    words = {**_terms(facts, name=name), **terms}
    rules = _rules_by_clause(facts, name=name)
    clauses = _clauses(body, first_line=body_line, rules=rules, words=words, name=name)
    template = PolicyTemplate(
        template=_text(facts, "template", name=name),
        code=_text(facts, "code", name=name),
        title=_text(facts, "title", name=name),
        summary=_text(facts, "summary", name=name),
        review_months=_whole(facts, "review_months", name=name, low=1, high=_LONGEST_REVIEW_MONTHS),
        clauses=clauses,
    )
    if sentence := contradiction(template.rules):
        raise _refusal(name, 1, sentence)
    return template


def _refusal(name: str, line: int, sentence: str) -> Refused:
    return Refused(f"{name}, line {line}: {sentence}")


def _split(text: str, *, name: str) -> tuple[str, list[str], int]:
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != _FENCE:
        raise _refusal(name, 1, "A template begins with its facts between two lines of ---.")
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:index]), lines[index + 1 :], index + _FIRST_LINE
    raise _refusal(name, len(lines), "The facts have no second line of --- to end them.")


def _front_matter(front: str, *, name: str) -> Mapping[Any, Any]:
    try:
        facts = _LinedLoader(front).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + _FIRST_LINE if error.problem_mark else 1
        raise _refusal(name, line, f"The facts cannot be read as YAML: {error.problem}.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise _refusal(name, 1, f"The facts cannot be read as YAML: {error}.") from error
    if not isinstance(facts, Mapping):
        raise _refusal(name, _FIRST_LINE, "The facts are a list of names with values.")
    return facts


def _line(mapping: Mapping[Any, Any]) -> int:
    return int(mapping[_LINE])


def _text(mapping: Mapping[Any, Any], key: str, *, name: str) -> str:
    value = mapping.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _refusal(name, _line(mapping), f"“{key}” is missing or is no text.")
    return value.strip()


def _whole(mapping: Mapping[Any, Any], key: str, *, name: str, low: int, high: int) -> int:
    value = mapping.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _refusal(name, _line(mapping), f"“{key}” is a whole number from {low} to {high}.")
    return value


def _terms(facts: Mapping[Any, Any], *, name: str) -> dict[str, str]:
    terms = facts.get("terms", {_LINE: _line(facts)})
    if not isinstance(terms, Mapping):
        raise _refusal(name, _line(facts), "“terms” is a list of names with words.")
    return {str(key): _text(terms, key, name=name) for key in terms if key != _LINE}


def _rules_by_clause(facts: Mapping[Any, Any], *, name: str) -> dict[int, tuple[TemplateRule, ...]]:
    by_clause = facts.get("rules", {_LINE: _line(facts)})
    if not isinstance(by_clause, Mapping):
        raise _refusal(name, _line(facts), "“rules” names clauses by number, each with a list of rules.")
    rules: dict[int, tuple[TemplateRule, ...]] = {}
    for number, rows in by_clause.items():
        if number == _LINE:
            continue
        if not isinstance(number, int) or not isinstance(rows, Sequence) or isinstance(rows, str):
            raise _refusal(name, _line(by_clause), "“rules” names clauses by number, each with a list of rules.")
        rules[number] = tuple(_rule(row, line=_line(by_clause), name=name) for row in rows)
    return rules


def _rule(row: object, *, line: int, name: str) -> TemplateRule:
    if not isinstance(row, Mapping):
        raise _refusal(name, line, "A rule has a key, parameters, a severity, grace_days and a why.")
    parameters = row.get("parameters", {})
    if not isinstance(parameters, Mapping):
        raise _refusal(name, _line(row), "“parameters” is a list of names with values.")
    severity = _text(row, "severity", name=name)
    if severity not in list(Severity):
        raise _refusal(name, _line(row), f"“severity” is one of {', '.join(Severity)}.")
    key = _text(row, "key", name=name)
    try:
        typed = parse_parameters(key, {each: value for each, value in parameters.items() if each != _LINE})
    except Refused as refusal:
        raise _refusal(name, _line(row), str(refusal)) from refusal
    grace_days = _whole(row, "grace_days", name=name, low=0, high=_LONGEST_GRACE_DAYS)
    return TemplateRule(key, typed, Severity(severity), grace_days, _text(row, "why", name=name))


def _clauses(
    lines: list[str],
    *,
    first_line: int,
    rules: Mapping[int, tuple[TemplateRule, ...]],
    words: Mapping[str, str],
    name: str,
) -> tuple[TemplateClause, ...]:
    clauses: list[TemplateClause] = []
    for number, title, body, line in _sections(lines, first_line=first_line, name=name):
        if number != len(clauses) + 1:
            raise _refusal(name, line, f"Clause {len(clauses) + 1} is due here, not {number}.")
        if not body:
            raise _refusal(name, line, f"Clause {number} has no text.")
        filled = _fill(body, words, line=line, name=name)
        clauses.append(TemplateClause(number, title, filled, rules.get(number, ())))
    if not clauses:
        raise _refusal(name, first_line, "A template has at least one clause, headed like “## 1 Listen first”.")
    if strays := sorted(set(rules) - {clause.number for clause in clauses}):
        raise _refusal(name, 1, f"There are rules for clause {strays[0]}, which is not there.")
    return tuple(clauses)


def _sections(lines: list[str], *, first_line: int, name: str) -> list[tuple[int, str, str, int]]:
    heads = [(index, match) for index, line in enumerate(lines) if (match := _HEADING.match(line))]
    start = heads[0][0] if heads else 0
    if any(line.strip() for line in lines[:start]):
        raise _refusal(name, first_line, "No text may stand before the first clause.")
    bounds = [index for index, _ in heads] + [len(lines)]
    return [
        (int(match[1]), match[2], "\n".join(lines[index + 1 : end]).strip(), first_line + index)
        for (index, match), end in zip(heads, bounds[1:], strict=True)
    ]


def _fill(body: str, words: Mapping[str, str], *, line: int, name: str) -> str:
    for blank in _BLANK.findall(body):
        if blank not in words:
            raise _refusal(name, line, f"The text has a blank {{{blank}}} that “terms” does not fill.")
    return _BLANK.sub(lambda match: words[match[1]], body)
