"""What people give to metrics: a file of daily figures, what its columns mean, and what becomes of it."""

from wtforms import BooleanField, FieldList, StringField
from wtforms.validators import DataRequired, Length

from app.metrics.rules.dictionary import Metric
from app.metrics.rules.layouts import DAY, IGNORED, MOST_COLUMNS, DateOrder, NumberStyle
from app.web.fields import ChoiceField, DayField, Form, Option, SelectField, UploadField

#: what becomes of a file with problems
LEAVE_OUT, MEND = "leave_out", "mend"

_MEANINGS = [(IGNORED, "Do not import"), (DAY, "Day"), *((metric.value, metric.label) for metric in Metric)]
_ORDERS = [(order.value, order.label) for order in DateOrder]
_STYLES = [(style.value, style.label) for style in NumberStyle]


class FileForm(Form):
    """A CSV with one row a day."""

    file = UploadField("CSV file", accept=".csv,text/csv")


class MatchForm(Form):
    """What each column of a file means, in the order of its headings, and how days and numbers are written."""

    meanings = FieldList(SelectField("Means", choices=_MEANINGS), max_entries=MOST_COLUMNS)
    date_order = SelectField("Dates are written", choices=_ORDERS)
    number_style = SelectField("Numbers are written", choices=_STYLES)
    remember = BooleanField("Remember this for files with the same headings")


class DecideForm(Form):
    """Import what was checked; rows with problems stay out, or nothing goes in until they are mended."""

    bad_rows = ChoiceField(
        "Rows with problems",
        options=[Option(LEAVE_OUT, "Import the good rows, leave out the others"), Option(MEND, "Import nothing yet")],
        default=LEAVE_OUT,
    )


class BreakForm(Form):
    """From which day on a figure means something else, and why."""

    metric = SelectField("Figure", choices=[(metric.value, metric.label) for metric in Metric])
    from_on = DayField(
        "First day counted anew", validators=[DataRequired("Write the first day that was counted anew.")]
    )
    why = StringField(
        "Why", validators=[DataRequired("Write what changed, so that readers understand the break."), Length(max=300)]
    )
