"""What people give on the pages of goals."""

from wtforms import DecimalField, Field, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, NumberRange, Optional

from app.web.fields import DayField, Form, SelectField, at_most

_LARGEST = 1_000_000_000


class _InRange(NumberRange):
    """A range for what is a number; what is none has been refused already, once."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        if field.data is not None:
            super().__call__(form, field)


_IN_RANGE = _InRange(min=-_LARGEST, max=_LARGEST, message="Write a number, such as 12.5.")


class StrategyForm(Form):
    """What a place wants from social media."""

    statement = TextAreaField("Strategy statement", [InputRequired(), at_most(1_000)])
    first_on = DayField("First day", [InputRequired()])
    last_on = DayField("Last day", [InputRequired()])


class GoalForm(Form):
    """An outcome, who answers for it, by when."""

    title = StringField("Goal", [InputRequired(), at_most(200)])
    owner = SelectField("Position that answers for it", validate_choice=True)
    due_on = DayField("To be reached by", [InputRequired()])


class TargetForm(Form):
    """A target from a day on."""

    value = DecimalField("Target", [InputRequired(), _IN_RANGE])
    upper = DecimalField("Upper edge of the band", [Optional(), _IN_RANGE])
    from_on = DayField("In force from", [InputRequired()])
    due_on = DayField("To be reached by", [InputRequired()])


class KpiForm(Form):
    """A measure of a goal, with where it starts and its first target."""

    definition = SelectField("Measure", validate_choice=True)
    owner = SelectField("Position that answers for it", validate_choice=True)
    baseline = DecimalField("Where it started", [Optional(), _IN_RANGE])
    baseline_on = DayField("Measured on", [Optional()])
    value = DecimalField("Target", [InputRequired(), _IN_RANGE])
    upper = DecimalField("Upper edge of the band", [Optional(), _IN_RANGE])
    from_on = DayField("In force from", [InputRequired()])
    due_on = DayField("To be reached by", [InputRequired()])


class EventForm(Form):
    """Something that may explain a curve."""

    happened_on = DayField("Day", [InputRequired()])
    words = StringField("What happened", [InputRequired(), at_most(200)])
