"""Forms trim, refuse in sentences, and lead nowhere but to our own pages."""

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from app.foundation.errors import Refused
from app.web.fields import ChoiceField, DayField, Form, Option, UploadField, WholeNumber, at_most, safe_next


class GoalForm(Form):
    name = StringField("Name", [InputRequired("Write a name."), at_most(5)])
    password = PasswordField("Password", [Optional()])
    on = DayField("First day", [Optional()])
    count = WholeNumber("Count", [Optional()])
    kind = SelectField("Kind", choices=[("a", "A")])
    start = ChoiceField("Start", options=[Option("demo", "Demo"), Option("new", "New")])


class FileForm(Form):
    file = UploadField("File", accept=".csv")


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for this test alone", WTF_CSRF_ENABLED=False)
    with app.test_request_context("/", method="POST"):
        yield


def filled(**values: str) -> GoalForm:
    return GoalForm(MultiDict({"name": "Go", "kind": "a", "start": "demo", **values}))


def test_a_good_form_is_clean_and_trimmed() -> None:
    form = filled(name="  G\x00o ", password=" keep ", on="2026-11-09", count=" 1,240 ")
    assert form.validate()
    assert (form.name.data, form.password.data, form.count.data) == ("Go", " keep ", 1240)
    assert form.on.data is not None
    assert form.on.data.isoformat() == "2026-11-09"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "   ", "Write a name."),
        ("name", "too long", "At most 5 characters."),
        ("on", "last Tuesday", "Write the day as 2026-11-09, or choose it from the calendar."),
        ("on", "2026-09-31", "Write the day as 2026-11-09, or choose it from the calendar."),
        ("on", "0001-01-01", "Choose a day between 1900 and 2199."),
        ("count", "n/a", "Write a whole number, such as 1,240."),
        ("count", "1.5", "Write a whole number, such as 1,240."),
        ("count", "٣", "Write a whole number, such as 1,240."),
        ("count", "9" * 18, "This number is too large."),
        ("kind", "z", "Choose one from the list."),
        ("start", "z", "Choose one of these."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(field, value, sentence) -> None:
    form = filled(**{field: value})
    assert not form.validate()
    assert form.errors == {field: [sentence]}


def test_a_file_must_be_chosen() -> None:
    form = FileForm(MultiDict())
    assert not form.validate()
    assert form.errors == {"file": ["Choose a file."]}


def test_a_refusal_stands_where_it_belongs() -> None:
    form = filled()
    form.refuse(Refused("This name is taken.", field="name"))
    form.refuse(Refused("The consortium is closed."))
    form.refuse(Refused("No such field here.", field="elsewhere"))
    assert form.name.errors == ["This name is taken."]
    assert form.form_errors == ["The consortium is closed.", "No such field here."]


@pytest.mark.parametrize(
    "url", ["/", "/policies/T04", "/at/x/compare?sort=-status&q=a%20b", "/a#b", "/a?next=https://x.example"]
)
def test_our_own_paths_lead_on(url) -> None:
    assert safe_next(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", "policies", "//evil.example", "///evil.example", "/\\evil.example", "https://evil.example", "\\/x"),
        *("javascript:alert(1)", "/a\nLocation: x", "/\t/evil.example", " /a", "/ /evil.example", "/\u200b"),
    ],
)
def test_no_other_site_and_no_trick(url) -> None:
    assert safe_next(url) is None


@given(st.text(max_size=40))
def test_only_paths_come_through(url) -> None:
    found = safe_next(url)
    assert found is None or (found == url and found[0] == "/" and not found.startswith(("//", "/\\")))
