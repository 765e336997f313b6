"""The CSV layout of people: its columns, and what one row says by itself."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.access.rules import Role
from app.foundation.cells import Cells
from app.foundation.errors import Refused
from app.foundation.tables import Column, Layout
from app.people.rules import clean_email

_ROLES = {role.label: role for role in Role} | {role.value: role for role in Role}
_MOST_HOURS = 80

PEOPLE_LAYOUT = Layout(
    columns=(
        Column("name", "Name", "", "Ann Lee", is_required=True, longest=120),
        Column(
            "email",
            "Email",
            "The key. Someone without an address is found by name and place.",
            "ann.lee@library.example",
            ("Email address", "Mail"),
            longest=254,
        ),
        Column("place", "Place code", "Where they work.", "east", ("Place", "Branch"), is_required=True, longest=60),
        Column("title", "Position", "Title of their job; a vacant position of this title is taken first.", "Branch manager", ("Title", "Position title"), longest=120),
        Column("contracted", "Contracted hours", "Hours a week in the contract.", "40"),
        Column("agreed", "Agreed hours", "Of those, hours a week agreed for social media.", "6.5", ("Agreed hours for social media",)),
        Column("first_on", "First day", "In the position, as 2026-11-09 or 11/09/2026; the day of the import where blank.", "2025-01-06"),
        Column("last_on", "Last day", "In the position, where it has ended or will end.", ""),
        Column("reports_to", "Reports to", "Email of a person, or the title of a position at this place or above it.", "Library director", longest=254),
        Column("role", "Role", f"What they may do: {', '.join(role.label for role in Role)}; or blank.", "Branch manager"),
        Column("role_place", "Role place code", "Where the role holds; the place of the row where blank.", "", ("Role place",), longest=60),
        Column("invite", "Invite", "yes or no: a link to sign in with, for those who have no login yet.", "yes"),
    ),
    most_rows=5_000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row that can be read; "" and None are what it does not say."""

    line: int
    name: str
    email: str | None
    place: str
    title: str
    contracted: Decimal | None
    agreed: Decimal | None
    first_on: date | None
    last_on: date | None
    reports_to: str
    role: Role | None
    role_place: str
    wants_invitation: bool


def read_person(cells: Cells) -> PersonRow:
    """What one row says; raises CellError for the first cell that cannot go in."""
    row = PersonRow(
        line=cells.line,
        name=cells.needed("name"),
        email=_email(cells),
        place=cells.needed("place"),
        title=cells.text("title"),
        contracted=cells.hours("contracted", most=_MOST_HOURS),
        agreed=cells.hours("agreed", most=_MOST_HOURS),
        first_on=cells.day("first_on"),
        last_on=cells.day("last_on"),
        reports_to=cells.text("reports_to"),
        role=cells.one_of("role", _ROLES),
        role_place=cells.text("role_place"),
        wants_invitation=cells.yes("invite"),
    )
    _refuse_half(cells, row)
    return row


def _refuse_half(cells: Cells, row: PersonRow) -> None:
    """What the cells of a row say together."""
    if not row.title and row.role is None:
        raise cells.problem("title", "A person needs a position or a role: nothing else says where they belong.")
    for name in ("contracted", "agreed", "first_on", "last_on", "reports_to"):
        if not row.title and cells.text(name):
            raise cells.problem(name, "This belongs to a position. Write its title, or leave the cell blank.")
    if row.role is None and row.role_place:
        raise cells.problem("role", "There is a place for a role, and no role.")
    if row.first_on and row.last_on and row.last_on < row.first_on:
        raise cells.problem("last_on", "The last day is before the first.")
    if row.wants_invitation and row.email is None:
        raise cells.problem("email", "An invitation needs an email address.")


def _email(cells: Cells) -> str | None:
    text = cells.text("email")
    if not text:
        return None
    try:
        return clean_email(text)
    except Refused as refusal:
        raise cells.problem("email", str(refusal)) from None
