"""What founding a consortium asks, and the last day of somebody who leaves."""

from wtforms import PasswordField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from app.web.fields import DayField, Form, at_most


class SetUpForm(Form):
    """The consortium, and its first admin."""

    name = StringField("Name of the consortium", [InputRequired("Write the consortium's name."), at_most(200)])
    slug = StringField("Short name", [InputRequired("Write a short name."), at_most(60)])
    admin_name = StringField("Your name", [InputRequired("Write your name."), at_most(120)])
    admin_email = StringField("Your email", [InputRequired("Write your e-mail address."), at_most(254)])
    password = PasswordField("Choose a password", [InputRequired("Choose a password."), Length(max=200)])


class LastDayForm(Form):
    """The last day of somebody who leaves."""

    last_on = DayField("Last day of work", [InputRequired("Write the last day.")])


class MergeForm(Form):
    """What takes a place in, from which day on, and what goes there."""

    into = StringField("Merge it into", [InputRequired("Write what takes it in."), at_most(200)])
    on = DayField("First day closed", [InputRequired("Write the day.")])
    accounts = SelectMultipleField("Accounts that move", coerce=int)
    positions = SelectMultipleField("Positions that move", coerce=int)
