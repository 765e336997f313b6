"""What founding a consortium asks."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.web.fields import Form, at_most


class SetUpForm(Form):
    """The consortium, and its first admin."""

    name = StringField("Name of the consortium", [InputRequired("Write the consortium's name."), at_most(200)])
    slug = StringField("Short name", [InputRequired("Write a short name."), at_most(60)])
    admin_name = StringField("Your name", [InputRequired("Write your name."), at_most(120)])
    admin_email = StringField("Your email", [InputRequired("Write your e-mail address."), at_most(254)])
    password = PasswordField("Choose a password", [InputRequired("Choose a password."), Length(max=200)])
