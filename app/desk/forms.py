"""What founding a consortium asks, what a backup is, last days, a merger, and decisions on accounts."""

from enum import StrEnum

from wtforms import BooleanField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.accounts.rules.requests import RequestState
from app.accounts.rules.reviews import ReviewEnd
from app.metrics.rules.handling import MentionClass, Outcome, QuietReason
from app.web.choices import MONTHS, time_zones
from app.web.fields import ChoiceField, DayField, Form, Option, SelectField, SelectMultipleField, UploadField, at_most

_USUAL_HOURS = "Mon to Fri, 9:00 to 18:00"


class Start(StrEnum):
    """The three ways to begin."""

    CREATE = "create"
    DEMO = "demo"
    RESTORE = "restore"


class CheckInForm(Form):
    """The weekly check-in; its fields are those that are missing, which the page reads by itself."""


class SetUpForm(Form):
    """Where to start; the consortium, and its first admin."""

    start = ChoiceField(
        "Where do you want to start?",
        options=(
            Option(Start.CREATE.value, "Create our consortium", "Start empty, then bring your libraries and branches."),
            Option(
                Start.DEMO.value,
                "Load the demo first",
                "Three Rivers: 12 libraries and 14 months of made-up figures, marked “Demo” and removed with one button.",
            ),
            Option(Start.RESTORE.value, "Restore from a backup file", "A file written by another copy of Concordance."),
        ),
        default=Start.CREATE.value,
    )
    name = StringField("Name", [InputRequired("Write the consortium's name."), at_most(200)])
    slug = StringField("Short name", [Optional(), at_most(60)])
    time_zone = SelectField("Time zone", choices=time_zones())
    fiscal_year_start_month = SelectField("Year starts in", choices=MONTHS)
    hours = StringField("Working hours for answering the public", [Optional(), at_most(200)], default=_USUAL_HOURS)
    admin_name = StringField("Your name", [InputRequired("Write your name."), at_most(120)])
    admin_email = StringField("Your email", [InputRequired("Write your email address."), at_most(254)])
    password = PasswordField("Choose a password", [InputRequired("Choose a password."), Length(max=200)])


class RestoreForm(Form):
    """A backup."""

    file = UploadField("The backup", missing="Choose the file that flask backup wrote.")


class LastDayForm(Form):
    """The last day of somebody who leaves."""

    last_on = DayField("Last day of work", [InputRequired("Write the last day.")])


class MergeForm(Form):
    """What takes a place in, from which day on, and what goes there."""

    into = StringField("Merge it into", [InputRequired("Write what takes it in."), at_most(200)])
    on = DayField("First day closed", [InputRequired("Write the day.")])
    accounts = SelectMultipleField("Accounts that move", coerce=int)
    positions = SelectMultipleField("Positions that move", coerce=int)


class DecideRequestForm(Form):
    """What becomes of a request for an account, chosen by the button; some choices need a reason."""

    decision = SelectField(
        "Decision",
        choices=[
            (state.value, state.label)
            for state in (RequestState.APPROVED, RequestState.SENT_BACK, RequestState.DECLINED)
        ],
    )
    reason = TextAreaField("Reason", [Optional(), at_most(500)])


class ReviewForm(Form):
    """Which accounts were looked at, and what comes of it, chosen by the button; the choices are those due."""

    accounts = SelectMultipleField("Accounts", coerce=int)
    end = SelectField("What comes of it", choices=[(end.value, end.told) for end in ReviewEnd])
    reason = TextAreaField("Reason", [Optional(), at_most(500)])
    #: closing several at once shows first which they are
    is_sure = BooleanField("I have seen which they are")


#: in a form: a mention is to do again
OPEN_AGAIN = "open"


class HandleForm(Form):
    """What mentions are and what became of them; what is left as it is stays so."""

    kind = SelectField(
        "Kind", default="", choices=[("", "As it is"), *((each.value, each.label) for each in MentionClass)]
    )
    outcome = SelectField(
        "What became of it",
        default="",
        choices=[
            ("", "As it is"),
            *((each.value, each.label) for each in Outcome),
            (OPEN_AGAIN, "To do again"),
        ],
    )
    reason = SelectField(
        "Why it stays without an answer",
        default="",
        choices=[("", "Only where left quiet"), *((each.value, each.label) for each in QuietReason)],
    )
    answered_on = DayField("Answered on", validators=[Optional()])
    answered_time = StringField("At", validators=[Optional(), Length(max=10)])
