"""What people type about a finding: who will do what, by when."""

from wtforms import StringField
from wtforms.validators import InputRequired

from app.web.fields import DayField, Form, SelectField, at_most


class ActionForm(Form):
    """A next step with an owner and a day; the choices of positions are passed in."""

    words = StringField("What will happen", [InputRequired("Say what will be done."), at_most(300)])
    owner = SelectField("Who does it", [InputRequired("Choose a position.")])
    due_on = DayField("By when", [InputRequired("Choose a day.")])
