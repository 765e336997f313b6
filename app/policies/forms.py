"""What people type about a policy: its beginning, a clause with its rules, the day it starts, a board's decision."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.accounts.rules import AccountMode
from app.policies.rules.catalogue import Parameter, ParameterType, get_kind
from app.policies.rules.duties_asked import FAMILY_DEEDS, Depth, DutyAsked, DutyHours
from app.policies.rules.parameters import Value, field_of
from app.policies.rules.states import AdoptionDecision, Force, Severity
from app.policies.rules.wording import StatedRule
from app.web.fields import ChoiceField, DayField, Form, Option, SelectField, SelectMultipleField, WholeNumber, at_most

_MOST_GRACE_DAYS = 365
#: rows to ask for further duties in
_SPARE_ROWS = 1


class DraftForm(Form):
    """The beginning of a policy, from a template."""

    template = SelectField("Template", [InputRequired("Choose a template.")])
    code = StringField("Code", [InputRequired("Write a code, such as SM 4."), at_most(20)])
    title = StringField("Title", [InputRequired("Write a title."), at_most(200)])
    force = ChoiceField(
        "Force",
        options=(
            Option(Force.REQUIRED.value, Force.REQUIRED.label, "A member that agreed cannot decline it."),
            Option(Force.RECOMMENDED.value, Force.RECOMMENDED.label, "Each library's board decides."),
        ),
    )


class NextVersionForm(Form):
    """What a new version is for."""

    summary = TextAreaField("What changes, and why", [InputRequired("Say what changes."), at_most(1000)])


class PublishForm(Form):
    """The day from which a version is in force."""

    in_force_on = DayField("In force from", [InputRequired("Choose the first day.")])
    review_by_on = DayField("Review by", [InputRequired("Choose the day by which it is looked at again.")])


class AdoptForm(Form):
    """A board's decision about an issued version."""

    decision = ChoiceField(
        "Decision",
        options=(
            Option(AdoptionDecision.ADOPTED.value, "Adopted", "It binds the library and all its branches."),
            Option(AdoptionDecision.DECLINED.value, "Declined", "What the library follows now stays."),
        ),
    )
    decided_on = DayField("Decided on", [InputRequired("Write the day of the decision.")])
    in_force_on = DayField("In force here from", [Optional()])
    vote = StringField("Vote, as minuted", [Optional(), at_most(200)])


class ClauseForm(Form):
    """A clause's words; :func:`clause_form` adds the fields of its rules."""

    title = StringField("Heading", [InputRequired("Write a heading."), at_most(200)])
    body = TextAreaField("Text, in Markdown", [InputRequired("Write the clause's text."), at_most(10_000)])

    def fields_of(self, key: str) -> list[Field]:
        """The fields of one rule, in their order."""
        prefix = field_of(key, "")
        return [field for name, field in self._fields.items() if name.startswith(prefix)]

    def raw_of(self, rule: StatedRule) -> dict[str, object]:
        """A rule's parameters as they were typed."""
        return {
            parameter.name: self._duties(rule.key, parameter)
            if parameter.type is ParameterType.DUTIES
            else self._fields[field_of(rule.key, parameter.name)].data
            for parameter in get_kind(rule.key).parameters
        }

    def _duties(self, key: str, parameter: Parameter) -> list[Mapping[str, object]]:
        base = field_of(key, parameter.name)
        rows = (
            name.removesuffix("-family")
            for name in self._fields
            if name.startswith(f"{base}-") and name.endswith("-family")
        )
        return [
            {
                "family": self._fields[f"{row}-family"].data,
                "account_types": self._fields[f"{row}-types"].data,
                "depth": self._fields[f"{row}-depth"].data,
                "hours": self._fields[f"{row}-hours"].data,
            }
            for row in rows
            if self._fields[f"{row}-family"].data
        ]

    def severity_of(self, key: str) -> Severity:
        """Whether missing the rule is a failure or a piece of advice."""
        return Severity(self._fields[field_of(key, "severity")].data)

    def grace_of(self, key: str) -> int:
        """Days after a first failure in which it shows as At risk."""
        return int(self._fields[field_of(key, "grace_days")].data)


def clause_form(rules: Sequence[StatedRule]) -> type[ClauseForm]:
    """The form of a clause with fields for the blanks of these rules, filled with what they say now."""
    fields: dict[str, Any] = {}
    for rule in rules:
        for parameter in get_kind(rule.key).parameters:
            fields |= _parameter_fields(rule.key, parameter, rule.parameters[parameter.name])
        fields[field_of(rule.key, "severity")] = SelectField(
            "Missing it is", choices=[(Severity.REQUIRED.value, "A failure"), (Severity.ADVISED.value, "Advice")]
        )
        fields[field_of(rule.key, "grace_days")] = WholeNumber(
            "Days of grace",
            [
                InputRequired("Write a number of days, 0 for none."),
                NumberRange(0, _MOST_GRACE_DAYS, f"Between 0 and {_MOST_GRACE_DAYS} days."),
            ],
        )
    return type("RuledClauseForm", (ClauseForm,), fields)


def _parameter_fields(key: str, parameter: Parameter, value: Value) -> dict[str, Any]:
    name = field_of(key, parameter.name)
    if isinstance(value, tuple):
        return _duty_fields(name, value)
    if parameter.type in {ParameterType.FLAG, ParameterType.CHOICE}:
        now = str(value).lower() if isinstance(value, bool) else str(value)
        return {name: SelectField(parameter.label, choices=list(parameter.choices.items()), default=now)}
    return {name: StringField(f"{parameter.label} ({parameter.unit.value})", [at_most(20)], default=f"{value:g}")}


def _duty_fields(name: str, asked: Sequence[DutyAsked]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    families = [("", "No duty"), *((family, deed.capitalize()) for family, deed in FAMILY_DEEDS.items())]
    for number in range(len(asked) + _SPARE_ROWS):
        now = asked[number] if number < len(asked) else None
        row = f"{name}-{number}"
        fields[f"{row}-family"] = SelectField(f"Duty {number + 1}", choices=families, default=now.family if now else "")
        fields[f"{row}-types"] = SelectMultipleField(
            "On accounts that are",
            choices=[(mode.value, mode.label) for mode in AccountMode],
            default=[mode.value for mode in now.account_types] if now else [],
        )
        fields[f"{row}-depth"] = SelectField(
            "Held by",
            choices=[(depth.value, depth.label) for depth in Depth],
            default=now.depth.value if now else Depth.PRIMARY.value,
        )
        fields[f"{row}-hours"] = SelectField(
            "When",
            choices=[(hours.value, hours.label) for hours in DutyHours],
            default=now.hours.value if now else DutyHours.NONE.value,
        )
    return fields
