"""The form every form is made from, and fields whose errors are sentences a person can act on."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import wtforms
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.fields.core import UnboundField
from wtforms.validators import Length, ValidationError
from wtforms.widgets import TextInput

from app.foundation.errors import Refused

_DAY_WANTED = "Write the day as 2026-11-09, or choose it from the calendar."
_NUMBER_WANTED = "Write a whole number, such as 1,240."
#: what no database column of ours can hold
_TOO_LARGE = 2**53
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)
#: control characters but tab and the ends of lines; PostgreSQL refuses the first of them
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SENTENCES = {
    "This field is required.": "This is needed.",
    "Invalid Choice: could not coerce.": "Choose one from the list.",
    "Not a valid choice.": "Choose one from the list.",
    "Not a valid choice": "Choose one from the list.",
    "Not a valid decimal value.": "Write a number, such as 12.5.",
    "Not a valid float value.": "Write a number, such as 12.5.",
    "Not a valid integer value.": _NUMBER_WANTED,
    "Invalid email address.": "Write an email address, such as name@library.example.",
}


class _Sentences:
    """The library's own messages in our words."""

    def gettext(self, message: str) -> str:
        return _SENTENCES.get(message, message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return singular if n == 1 else plural


def _cleaned(text: Any) -> Any:
    """Without blanks at the ends and without control characters."""
    return _CONTROL.sub("", text).strip() if isinstance(text, str) else text


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The base of every form: text is trimmed, and a refusal can be shown where it belongs."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF ships no types
        """What WTForms asks for each form and field."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Trim every text but passwords, whose blanks may be meant."""
            made = unbound_field.field_class
            if issubclass(made, StringField) and not issubclass(made, PasswordField):
                filters = [_cleaned, *unbound_field.kwargs.get("filters", ())]
                kwargs = {**unbound_field.kwargs, "filters": filters}
                unbound_field = UnboundField(made, *unbound_field.args, name=unbound_field.name, **kwargs)
            return unbound_field.bind(form=form, **options)

        def get_translations(self, form: Any) -> _Sentences:  # noqa: ARG002 - WTForms passes it
            """Our sentences, whatever the reader's browser asks for."""
            return _Sentences()

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing but blanks is nothing: what is required is checked on the trimmed text."""
        for field in self:
            if isinstance(field, StringField) and not isinstance(field, PasswordField) and field.raw_data:
                field.raw_data = [_cleaned(text) for text in field.raw_data]
        return bool(super().validate(extra_validators))

    def refuse(self, refusal: Refused) -> None:
        """Show the sentence at the field it concerns, or above the form."""
        field = self._fields.get(refusal.field) if refusal.field else None
        if field is None:
            self.form_errors.append(str(refusal))
        else:
            field.errors = [*field.errors, str(refusal)]


class _Pairs:
    """A list whose choices are given as pairs of a value and its label, as the rest of the house writes them."""

    def __init__(
        self, label: str | None = None, validators: list[Any] | None = None, *, choices: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, choices=_declared(choices), **kwargs)  # type: ignore[call-arg]  # the field's own

    def __setattr__(self, name: str, value: Any) -> None:
        """Choices that a view sets are pairs too."""
        super().__setattr__(name, _declared(value) if name == "choices" else value)


def _declared(pairs: Iterable[tuple[Any, str]] | None) -> list[SelectChoice] | None:
    return None if pairs is None else [SelectChoice(value, label) for value, label in pairs]


class SelectField(_Pairs, wtforms.SelectField):
    """One of a list."""


class SelectMultipleField(_Pairs, wtforms.SelectMultipleField):
    """Any number of a list."""


class DayField(DateField):
    """A day as ISO writes it, which is what a browser's calendar sends; a date in words gets a sentence."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Blank is no day; anything else is a day between 1900 and 2199."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            found = date.fromisoformat(text)
        except ValueError:
            raise ValueError(_DAY_WANTED) from None
        if not _EARLIEST <= found <= _LATEST:
            raise ValueError("Choose a day between 1900 and 2199.")
        self.data = found


class WholeNumber(IntegerField):
    """A whole number; commas for thousands are understood, so the browser gets a text input."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Blank is no number."""
        text = valuelist[0].replace(",", "").strip() if valuelist else ""
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise ValueError(_NUMBER_WANTED)
        if abs(int(text)) >= _TOO_LARGE:
            raise ValueError("This number is too large.")
        self.data = int(text)


@dataclass(frozen=True, slots=True)
class Option:
    """One of a few ways, with a line of help under its name."""

    value: str
    label: str
    help: str = ""


class ChoiceField(RadioField):
    """One of a few ways, each in a bordered label; draw it with the macro ``choices``."""

    def __init__(
        self, label: str, validators: list[Any] | None = None, *, options: Sequence[Option], **kwargs: Any
    ) -> None:
        self.options = tuple(options)
        super().__init__(
            label, validators, choices=_declared((option.value, option.label) for option in options), **kwargs
        )

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms passes it
        """Refuse what is not offered."""
        if self.data not in {option.value for option in self.options}:
            raise ValidationError("Choose one of these.")


class UploadField(FileField):  # type: ignore[misc]  # Flask-WTF ships no types
    """A file that must be chosen; ``accept`` tells the browser which names to offer."""

    def __init__(self, label: str, *, accept: str = "", missing: str = "Choose a file.", **kwargs: Any) -> None:
        super().__init__(label, [FileRequired(missing)], render_kw={"accept": accept} if accept else {}, **kwargs)


def at_most(characters: int) -> Callable[[Any, Any], None]:
    """A limit on the length of a text, told in words."""
    return Length(max=characters, message=f"At most {characters:,} characters.")


def safe_next(url: str | None) -> str | None:
    """The address to go on to when it is a path of this site, else None: never another site, never a trick."""
    if not url or not url.startswith("/") or url.startswith("//") or "\\" in url:
        return None
    if any(character.isspace() or not character.isprintable() for character in url):
        return None
    parts = urlsplit(url)
    return None if parts.scheme or parts.netloc else url
