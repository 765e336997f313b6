"""What people type to register an account, connect it and retire it."""

from wtforms import BooleanField, DecimalField, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.accounts.rules.life import AccountKind
from app.accounts.rules.look_alikes import LookAlikeState
from app.accounts.rules.states import AccountMode, AccountState
from app.accounts.rules.tools import ToolKind
from app.accounts.rules.trials import TrialEnd
from app.platforms.catalogue import platforms
from app.web.fields import ChoiceField, DayField, Form, Option, SelectField, WholeNumber, at_most

_MODES = [(mode.value, mode.label) for mode in AccountMode]
_KINDS = [(kind.value, kind.label) for kind in AccountKind]
_TOOL_KINDS = [(kind.value, kind.label) for kind in ToolKind]
_BEGINNINGS = [(AccountState.ACTIVE.value, "In use already"), (AccountState.PROPOSED.value, "Proposed, to be approved")]
_PLATFORMS = [(platform.name, platform.label) for platform in platforms()]
_MOST_HOURS = 60
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


class ReturnForm(Form):
    """What a platform's sign-in sent a browser back with, to be used by a button."""

    state = HiddenField(validators=[at_most(200)])
    code = HiddenField(validators=[at_most(2000)])
    iss = HiddenField(validators=[at_most(500)])
    error = HiddenField(validators=[at_most(200)])


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


class AskForm(Form):
    """What speaks for a new account; the owners to choose from are the people of the library."""

    platform = SelectField("Platform", choices=_PLATFORMS)
    handle = StringField("Name it should have", [InputRequired("Write the name it should have."), at_most(200)])
    evidence = TextAreaField("Who talks there already", [InputRequired("Write who talks there."), at_most(2000)])
    purpose = TextAreaField("What it is for", [InputRequired("Write what it is for."), at_most(1000)])
    audience = StringField("For whom", [InputRequired("Write whom it is for."), at_most(300)])
    hours = DecimalField(
        "Hours a week there are for it",
        [
            InputRequired("Write a number of hours."),
            NumberRange(0, _MOST_HOURS, f"Write a number of hours from 0 to {_MOST_HOURS}."),
        ],
    )
    first_owner = SelectField("First owner", coerce=int)
    second_owner = SelectField("Second owner", coerce=int)
    captions = TextAreaField(
        "Captions and alternative texts", [InputRequired("Write who makes them, and how."), at_most(1000)]
    )
    has_read_minors_rule = BooleanField("I have read what the policies say about minors")
    trial_ends_on = DayField("The trial ends on", [InputRequired("Write the day.")])


class AddressForm(Form):
    """The address of an account that was asked for before it was there."""

    url = StringField("Address of the account", [InputRequired("Paste the address of the account."), at_most(2000)])


class TrialForm(Form):
    """What a trial showed, and what comes of it."""

    decision = ChoiceField(
        "What comes of it?",
        options=(
            Option(TrialEnd.KEEP.value, TrialEnd.KEEP.label, "It is an account like any other from now on."),
            Option(TrialEnd.CHANGE.value, TrialEnd.CHANGE.label, "Write below what changes, and until when."),
            Option(TrialEnd.CLOSE.value, TrialEnd.CLOSE.label, "A checklist leads to its end; nothing is lost."),
        ),
    )
    reason = TextAreaField("What the trial showed", [InputRequired("Write what the trial showed."), at_most(500)])
    next_end = DayField("Tried on until", [Optional()])


class DrillForm(Form):
    """A drill of an emergency account."""

    held_on = DayField("Held on", [InputRequired("Write the day.")])
    holder = SelectField("Held by", coerce=int)
    note = TextAreaField("What it showed", [Optional(), at_most(500)])


class RetirementForm(Form):
    """Why an account is to be closed."""

    reason = TextAreaField("Reason", [InputRequired("Write why the account is to be closed."), at_most(500)])


class TickForm(Form):
    """One thing of a checklist is done."""

    note = StringField("Note", [Optional(), at_most(500)])


class ReportForm(Form):
    """An account from outside that may be taken for ours; the accounts to choose from are those of the place."""

    url = StringField("Its address", [InputRequired("Paste its address."), at_most(500)])
    account_id = SelectField("Looks like", coerce=int)
    note = TextAreaField("What makes one take it for ours", [InputRequired("Write what you saw."), at_most(500)])


class LookAlikeForm(Form):
    """What became of a look-alike."""

    state = SelectField("What it is", choices=[(state.value, state.label) for state in LookAlikeState])
    reason = StringField("Note", [Optional(), at_most(500)])


class NormsForm(Form):
    """What holds for the accounts of the consortium."""

    hours_per_account = WholeNumber(
        "Hours of duty a week that an account needs",
        [InputRequired("Write a number of hours."), NumberRange(0, 40, "Write a number of hours from 0 to 40.")],
    )
    quiet_after_days = WholeNumber(
        "Days without a post after which an account is quiet",
        [InputRequired("Write a number of days."), NumberRange(14, 365, "Write a number of days from 14 to 365.")],
    )
