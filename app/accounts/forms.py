"""What people type to register an account, connect it and retire it."""

from wtforms import PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.accounts.rules import AccountMode
from app.web.fields import DayField, Form, at_most

_MODES = [(mode.value, mode.label) for mode in AccountMode]


class RegisterForm(Form):
    """A pasted address says which platform and which account."""

    url = StringField("Address of the account", [InputRequired("Paste the address of the account."), at_most(2000)])
    mode = SelectField("What the public may expect", choices=_MODES)
    purpose = TextAreaField("What it is for", [Optional(), at_most(1000)])
    opened_on = DayField("Opened on", [Optional()])


class ChangeForm(Form):
    """What may change of an account that goes on."""

    mode = SelectField("What the public may expect", choices=_MODES)
    purpose = TextAreaField("What it is for", [Optional(), at_most(1000)])


class ConnectForm(Form):
    """A token is typed once and never shown again."""

    token = PasswordField("Token", [InputRequired("Paste the token."), at_most(4000)])


class RetireForm(Form):
    """From which day the account is closed."""

    on = DayField("Closed from", [InputRequired("Write the day.")])
