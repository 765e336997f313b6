"""What people type about duties: who holds one, when that ends, why nobody is needed."""

from wtforms import DecimalField, StringField
from wtforms.validators import InputRequired, Optional

from app.web.fields import ChoiceField, DayField, Form, Option, SelectField, at_most

_ROLES = (
    Option("primary", "Primary", "Does it, and answers for it."),
    Option("backup", "Backup", "Stands in when the primary is away."),
)


class AssignForm(Form):
    """Who holds a duty on an account, as what, with how many hours, between which days."""

    role = ChoiceField("As", [InputRequired("Choose primary or backup.")], options=_ROLES, default="primary")
    holder = SelectField("Who", [InputRequired("Choose a position or a team.")])
    hours_per_week = DecimalField(
        "Hours a week",
        [InputRequired("Write the hours a week, such as 1.5.")],
        places=2,
        render_kw={"inputmode": "decimal"},
    )
    first_on = DayField("From", [InputRequired("Write the first day.")])
    last_on = DayField("Until", [Optional()])


class EndForm(Form):
    """The last day of an assignment."""

    last_on = DayField("Last day", [InputRequired("Write the last day.")])


class ExemptForm(Form):
    """Why nobody is needed in a cell."""

    reason = StringField("Why nobody is needed", [InputRequired("Say why nobody is needed here."), at_most(200)])
    first_on = DayField("From", [InputRequired("Write the first day.")], id="exempt-first-on")
