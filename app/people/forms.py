"""What people type at the door and on the people's pages."""

from wtforms import BooleanField, DecimalField, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.people.rules import LinkPurpose, Theme
from app.web.fields import ChoiceField, DayField, Form, Option, SelectField, WholeNumber
from app.web.filters import Locale


class SignInForm(Form):
    """Address and password; paste and password managers are welcome."""

    email = StringField("Email", [InputRequired("Write your email address."), Length(max=254)])
    password = PasswordField("Password", [InputRequired("Write your password."), Length(max=200)])
    next = HiddenField()


class LinkForm(Form):
    """Where to send a link, and what it is to do."""

    email = StringField("Email", [InputRequired("Write your email address."), Length(max=254)])
    purpose = ChoiceField(
        "What the link is for",
        options=[
            Option(LinkPurpose.SIGN_IN, "Sign in once", "Without a password. The link works for 15 minutes."),
            Option(LinkPurpose.NEW_PASSWORD, "Choose a new password", "The link works for an hour."),
        ],
    )


class NewPasswordForm(Form):
    """A password in place of one that was forgotten."""

    password = PasswordField("New password", [InputRequired("Choose a password."), Length(max=200)])


class ChangePasswordForm(Form):
    """A new password, from someone who knows the present one."""

    current = PasswordField("Present password", [InputRequired("Write your present password."), Length(max=200)])
    password = PasswordField("New password", [InputRequired("Choose a password."), Length(max=200)])


class ChangeEmailForm(Form):
    """Another address to sign in with."""

    email = StringField("New email", [InputRequired("Write the new address."), Length(max=254)])
    current = PasswordField("Present password", [InputRequired("Write your present password."), Length(max=200)])


class DisplayForm(Form):
    """How pages look to one person, how dates read, and which clock they show."""

    theme = SelectField("Colors", choices=[(theme.value, theme.label) for theme in Theme])
    locale = SelectField("Dates and times", choices=[(locale.value, locale.label) for locale in Locale])
    time_zone = SelectField("Clock")


class NoticesForm(Form):
    """Which of the mails that may be left out somebody wants."""

    hears_of_sign_ins = BooleanField("Someone signed in with my address")
    hears_of_accounts = BooleanField("An account of mine stops answering")


class JoinForm(Form):
    """The first password of someone who was invited."""

    password = PasswordField("Choose a password", [InputRequired("Choose a password."), Length(max=200)])


class ProveForm(Form):
    """The password of a login that exists, from someone who is invited into another consortium."""

    password = PasswordField("Your password", [InputRequired("Write your password."), Length(max=200)])


class PersonForm(Form):
    """Someone who works here, the position they take, and what they may do."""

    name = StringField("Name", [InputRequired("Write the person's name."), Length(max=120)])
    email = StringField("Email", [Optional(), Length(max=254)])
    position = SelectField("Position", [Optional()])
    first_on = DayField("First day in the position", [Optional()])
    role = SelectField("Role here", [Optional()])
    invite = BooleanField("Invite them to sign in")


class PositionForm(Form):
    """A job slot; it stays when its incumbent goes."""

    title = StringField("Title", [InputRequired("Write the position's title."), Length(max=120)])
    contracted_hours = DecimalField(
        "Hours a week in the contract", [Optional(), NumberRange(0, 80, "Between 0 and 80 hours.")]
    )
    agreed_hours = DecimalField(
        "Of those, hours a week agreed for social media", [Optional(), NumberRange(0, 80, "Between 0 and 80 hours.")]
    )


class LeaveForm(Form):
    """The last day of an incumbency."""

    last_on = DayField("Last day in the position", [InputRequired("Write the last day.")])


class RoleForm(Form):
    """A role for a person at this place and below."""

    role = SelectField("Role", [InputRequired("Choose a role.")])


class ChangePersonForm(Form):
    """Who somebody is."""

    name = StringField("Name", [InputRequired("Write the person's name."), Length(max=120)])
    email = StringField("Email", [Optional(), Length(max=254)])


class ChangePositionForm(PositionForm):
    """A job slot as its description states it."""

    purpose = TextAreaField("What the job is for", [Optional(), Length(max=2000)])


class ClosePositionForm(Form):
    """The first day on which a job slot is no more."""

    closed_on = DayField("Closed from", [InputRequired("Write the first day without the position.")])


class MoveForm(Form):
    """The first day in a position, and what becomes of the ones somebody has."""

    first_on = DayField("First day", [InputRequired("Write the first day in the position.")])
    instead_of = SelectField("Instead of, or beside", [Optional()])


class RetentionForm(Form):
    """How long names are kept."""

    months = WholeNumber("Months after the last day", [InputRequired("Write a number of months.")])
