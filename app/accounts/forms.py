"""What people type to register an account, connect it and retire it."""

from wtforms import DecimalField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.accounts.rules.life import AccountKind
from app.accounts.rules.states import AccountMode, AccountState
from app.accounts.rules.tools import ToolKind
from app.web.fields import DayField, Form, SelectField, at_most

_MODES = [(mode.value, mode.label) for mode in AccountMode]
_KINDS = [(kind.value, kind.label) for kind in AccountKind]
_TOOL_KINDS = [(kind.value, kind.label) for kind in ToolKind]
_BEGINNINGS = [(AccountState.ACTIVE.value, "In use already"), (AccountState.PROPOSED.value, "Proposed, to be approved")]
_LARGEST_COST = 9_999_999


class RegisterForm(Form):
    """A pasted address says which platform and which account."""

    url = StringField("Address of the account", [InputRequired("Paste the address of the account."), at_most(2000)])
    mode = SelectField("What the public may expect", choices=_MODES)
    purpose = TextAreaField("What it is for", [Optional(), at_most(1000)])
    opened_on = DayField("Opened on", [Optional()])
    state = SelectField("Where it stands", choices=_BEGINNINGS, default=AccountState.ACTIVE.value)


class ChangeForm(Form):
    """What may change of an account that goes on."""

    purpose = TextAreaField("What it is for", [Optional(), at_most(1000)])
    audience = StringField("For whom", [Optional(), at_most(300)])
    mode = SelectField("What the public may expect", choices=_MODES)
    kind = SelectField("Kept for", choices=_KINDS)
    planned_end_on = DayField("Planned to end on", [Optional()])
    speakers = TextAreaField("Who may speak, beside the contacts", [Optional(), at_most(1000)])
    site_link = StringField("Page of the library's site that links to it", [Optional(), at_most(500)])


class ConnectForm(Form):
    """A token is typed once and never shown again."""

    token = PasswordField("Token", [InputRequired("Paste the token."), at_most(4000)])


class StepForm(Form):
    """From which day an account stands elsewhere in its life, and why."""

    on = DayField("From", [InputRequired("Write the day.")])
    reason = TextAreaField("Reason", [Optional(), at_most(500)])


class UndoForm(Form):
    """Take the last step back; nothing to fill in."""


class ContactsForm(Form):
    """Whom to ask about an account; the choices are the people of its library."""

    primary = SelectField("First contact", coerce=int)
    second = SelectField("Second contact", coerce=int)
    on = DayField("From", [InputRequired("Write the day.")])


class ToolForm(Form):
    """What a place uses beside this product; the positions to choose from are those at the place and below."""

    kind = SelectField("Kind", choices=_TOOL_KINDS)
    name = StringField("Name", [InputRequired("Write what it is called."), at_most(120)])
    url = StringField("Address", [Optional(), at_most(500)])
    position_id = SelectField("Position that holds it", coerce=int)
    held_by = StringField("Held by, in words", [Optional(), at_most(120)])
    yearly_cost = DecimalField(
        "Cost a year", [Optional(), NumberRange(0, _LARGEST_COST, f"Write an amount from 0 to {_LARGEST_COST:,}.")]
    )
    currency = StringField("Currency", [InputRequired("Write three letters, such as USD."), at_most(3)], default="USD")
    renews_on = DayField("Renews on", [Optional()])
    note = TextAreaField("Note", [Optional(), at_most(1000)])


class EndForm(Form):
    """The last day of use."""

    on = DayField("Last day of use", [InputRequired("Write the day.")])
