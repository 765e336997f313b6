"""What people give to imports: files, what their columns mean, and what becomes of them."""

from typing import Any, ClassVar

from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import BooleanField, FieldList
from wtforms.validators import NumberRange, StopValidation

from app.imports.rules.dates import DateOrder
from app.imports.rules.meanings import IGNORED, MEANING_LABELS
from app.imports.rules.numbers import NumberStyle
from app.imports.rules.other_tables import MOST_COLUMNS
from app.metrics.rules.dictionary import FurtherMetric, Metric
from app.metrics.rules.standing import LATE_REASONS, Precedence
from app.web.fields import ChoiceField, Form, Option, SelectField, UploadField, WholeNumber

#: what becomes of a file with problems
LEAVE_OUT, MEND = "leave_out", "mend"

_MEANINGS = [
    (IGNORED, "Do not import"),
    *MEANING_LABELS.items(),
    *((metric.value, metric.label) for metric in (*Metric, *FurtherMetric)),
]
_ORDERS = [(order.value, order.label) for order in DateOrder]
_ODD_YEAR = "Write the year with four digits, such as 2026."
_STYLES = [(style.value, style.label) for style in NumberStyle]


class FileForm(Form):
    """A file that a platform exported, or one of our own with one row a day."""

    file = UploadField("File", accept=".csv,.tsv,.txt,.xlsx,.xls,.ods,text/csv")


class FilesForm(Form):
    """An archive of exports, or several files at once."""

    files = MultipleFileField(
        "Files",
        [FileRequired("Choose at least one file.")],
        render_kw={"accept": ".zip,.csv,.tsv,.txt,.xlsx,.xls,.ods"},
    )


class WantedForYearless:
    """Asks for a year where the days of the file have none, and for nothing elsewhere."""

    #: the field is shown only where it is wanted
    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Ends the validation of a year that is not wanted."""
        if form.date_order.data != DateOrder.YEARLESS:
            raise StopValidation
        if field.data is None and not field.errors:
            raise StopValidation("Write the year in which the last day of the file lies.")


class MatchForm(Form):
    """What each column of a file means, in the order of its headings, and how days and numbers are written."""

    meanings = FieldList(SelectField("Means", choices=_MEANINGS), max_entries=MOST_COLUMNS)
    date_order = SelectField("Dates are written", choices=_ORDERS)
    number_style = SelectField("Numbers are written", choices=_STYLES)
    year = WholeNumber(
        "Year of the file’s last day", validators=[WantedForYearless(), NumberRange(2000, 2100, _ODD_YEAR)]
    )
    remember = BooleanField("Remember this for files with the same headings")


class DecideForm(Form):
    """Import what was checked; rows with problems stay out, or nothing goes in until they are mended."""

    bad_rows = ChoiceField(
        "Rows with problems",
        options=[Option(LEAVE_OUT, "Import the good rows, leave out the others"), Option(MEND, "Import nothing yet")],
        default=LEAVE_OUT,
    )


class StandForm(Form):
    """Whose figures stand where a file and a platform tell of one day, and why old figures are changed."""

    precedence = ChoiceField(
        "Where the platform tells something else", options=[Option(each.value, each.label) for each in Precedence]
    )
    why = SelectField("Why figures older than a week are changed", choices=[(why, why) for why in LATE_REASONS])
