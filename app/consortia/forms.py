"""What people give on the pages of places."""

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Optional

from app.consortia.rules import WEEKDAYS, BranchType, PlaceKind, PopulationMethod
from app.web.choices import MONTHS, time_zones
from app.web.fields import DayField, Form, SelectField, UploadField, WholeNumber, at_most

_TYPES = [(word.value, word.label) for word in BranchType]


def _upper(text: str | None) -> str | None:
    return text.upper() if text else text


def _key(label: str) -> StringField:
    """An FSCS key; small letters are taken for capitals."""
    return StringField(label, [Optional(), at_most(10)], filters=[_upper])


def _day(label: str) -> StringField:
    """The periods of a weekday, on one line."""
    return StringField(label, [Optional(), at_most(100)])


class SurveyForm(Form):
    """The two files of the Public Libraries Survey."""

    libraries = UploadField("First file: libraries", accept=".csv,text/csv", missing="Choose the file of libraries.")
    outlets = UploadField("Second file: outlets", accept=".csv,text/csv", missing="Choose the file of outlets.")


class ApplyForm(Form):
    """Yes, import it: nothing to fill in."""


class AddForm(Form):
    """A new place below another one; what it takes to stand in the tree."""

    kind = SelectField("Kind", choices=[(word.value, word.label) for word in PlaceKind])
    name = StringField("Name", [InputRequired(), at_most(200)])
    code = StringField("Code", [Optional(), at_most(60)])
    branch_type = SelectField("Type of outlet", choices=_TYPES, default=BranchType.BRANCH.value)
    city = StringField("Town", [Optional(), at_most(100)])
    opened_on = DayField("First day open", [Optional()])


class LibraryForm(Form):
    """What only a library has."""

    city = StringField("Town", [Optional(), at_most(100)])
    fscs_key = _key("FSCS key")
    state_id = StringField("The state's own id", [Optional(), at_most(30)])
    isil = StringField("ISIL", [Optional(), at_most(16)])
    fiscal_year_start_month = SelectField(
        "Fiscal year starts in",
        choices=[("", "Not recorded"), *MONTHS],
    )
    shares_name = BooleanField("Other members see this library's name beside its figures")


class BranchForm(Form):
    """What only a service point has."""

    branch_type = SelectField("Type of outlet", choices=_TYPES)
    city = StringField("Town", [Optional(), at_most(100)])
    fscs_key = _key("FSCS key of its library")
    fscs_sequence = StringField("FSCS sequence", [Optional(), at_most(3)])


class NameForm(Form):
    """A new name from a day on."""

    name = StringField("New name", [InputRequired(), at_most(200)])
    on = DayField("Its name since", [InputRequired()])


class ResidentsForm(Form):
    """How many residents are served, and how that was found; no number takes the figure away."""

    residents = WholeNumber("Residents served", [Optional()])
    method = SelectField("How the number was found", choices=[(word.value, word.label) for word in PopulationMethod])
    year = WholeNumber("The year it is for", [Optional()])


class MoveForm(Form):
    """Where a place stands from a day on."""

    below = StringField("Below which place", [InputRequired(), at_most(200)])
    on = DayField("Stands there since", [InputRequired()])


class OpenForm(Form):
    """The first day a place was or will be open."""

    on = DayField("First day open", [InputRequired()])


class CloseForm(Form):
    """For good, from a day on."""

    on = DayField("First day closed", [InputRequired()])
    reason = StringField("Why", [InputRequired(), at_most(200)])


class ReopenForm(Form):
    """Open again from a day on."""

    on = DayField("Open again from", [InputRequired()])


class ClosureForm(Form):
    """Closed for a time."""

    first_on = DayField("First day closed", [InputRequired()])
    last_on = DayField("Last day closed", [InputRequired()])
    reason = StringField("Why", [InputRequired(), at_most(200)])


class HoursForm(Form):
    """A week's hours from a day on; the fields of the days are named after them."""

    #: names of the fields of the days, Monday first
    DAYS = tuple(name.lower() for name in WEEKDAYS)

    first_on = DayField("Hours from", [InputRequired()])
    monday = _day("Monday")
    tuesday = _day("Tuesday")
    wednesday = _day("Wednesday")
    thursday = _day("Thursday")
    friday = _day("Friday")
    saturday = _day("Saturday")
    sunday = _day("Sunday")

    @property
    def days(self) -> list[StringField]:
        """The seven fields, Monday first."""
        return [self[name] for name in self.DAYS]


class SettingsForm(Form):
    """What holds for the whole consortium."""

    time_zone = SelectField("Time zone", choices=time_zones())
    fiscal_year_start_month = SelectField("Year starts in", choices=MONTHS)
    names_shared_on = DayField("Members voted to see each other's names on", [Optional()])
