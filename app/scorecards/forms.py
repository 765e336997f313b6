"""What people give on the pages of scorecards: why a period is reopened, and when periods close by themselves."""

from wtforms import StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.metrics.rules.closing import MOST_DAYS_OPEN
from app.web.fields import Form, WholeNumber, at_most


class CloseForm(Form):
    """Closing takes no words: the button says it."""


class ReopenForm(Form):
    """Why a period is reopened."""

    why = StringField(
        "Why it is reopened", [InputRequired("Write why the period is reopened: it stays in the record."), at_most(300)]
    )


class ClosingForm(Form):
    """After how many days periods close by themselves."""

    after_days = WholeNumber(
        "Days after the end of a period",
        [Optional(), NumberRange(1, MOST_DAYS_OPEN, message=f"Write a number of days from 1 to {MOST_DAYS_OPEN}.")],
    )
