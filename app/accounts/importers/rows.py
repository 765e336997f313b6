"""The CSV layout of accounts: its columns, and what one row says by itself."""

from dataclasses import dataclass
from datetime import date

from app.accounts.rules.life import AccountKind
from app.accounts.rules.states import AccountMode, AccountState, is_on_own_network
from app.foundation.cells import Cells, short
from app.foundation.errors import Refused
from app.foundation.tables import Column, Layout
from app.people.rules import clean_email
from app.platforms.catalogue import get_platform, platforms
from app.platforms.contract import Identity
from app.platforms.recognize import recognize

_MODES = {mode.label: mode for mode in AccountMode} | {mode.value: mode for mode in AccountMode}
_KINDS = {kind.label: kind for kind in AccountKind} | {kind.value: kind for kind in AccountKind}
_STATES = {state.label: state for state in AccountState} | {state.value: state for state in AccountState}
#: platforms whose names have changed
_FORMER_NAMES = {"twitter": "x", "x (twitter)": "x"}
_LONGEST_URL, _LONGEST_HANDLE = 500, 200

ACCOUNTS_LAYOUT = Layout(
    columns=(
        Column("place", "Place code", "Whose account it is.", "east", ("Place", "Branch"), is_required=True, longest=60),
        Column("url", "URL", "Address of the account; the key.", "https://mastodon.social/@eastlibrary", ("Address", "Link"), is_required=True, longest=_LONGEST_URL, may_begin_with="@"),
        Column("platform", "Platform", "Told by the URL; where written, it must be the same.", "Mastodon"),
        Column("handle", "Handle", "Likewise.", "eastlibrary", may_begin_with="@"),
        Column("mode", "Mode", f"What the public may expect there: {', '.join(mode.label for mode in AccountMode)}.", "Conversational"),
        Column("kind", "Kind", f"What it is kept for: {', '.join(kind.label for kind in AccountKind)}.", "General", ("Type",)),
        Column("purpose", "Purpose", "What it is for.", "News and questions about the east branch", longest=1000),
        Column("state", "State", "Proposed, Approved or Active; Active where blank.", "Active"),
        Column("opened_on", "Opened on", "As 2026-11-09 or 11/09/2026.", "2023-02-01", ("Opened",)),
        Column("primary", "First contact", "Email of somebody who is here already.", "", ("Contact", "Contact email"), longest=254),
        Column("second", "Second contact", "Likewise, somebody else.", "", longest=254),
    ),
    most_rows=5_000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A row that can be read; "" and None are what it does not say."""

    line: int
    place: str
    identity: Identity
    mode: AccountMode | None
    kind: AccountKind | None
    purpose: str
    state: AccountState | None
    opened_on: date | None
    primary: str
    second: str


def read_account(cells: Cells, *, allow_own_network: bool) -> AccountRow:
    """What one row says; raises CellError for the first cell that cannot go in."""
    place, identity = cells.needed("place"), _identity(cells, allow_own_network=allow_own_network)
    primary, second = _email(cells, "primary"), _email(cells, "second")
    if primary and primary == second:
        raise cells.problem("second", "This is the first contact too. Two different people can be reached.")
    return AccountRow(
        line=cells.line,
        place=place,
        identity=identity,
        mode=cells.one_of("mode", _MODES),
        kind=cells.one_of("kind", _KINDS),
        purpose=cells.text("purpose"),
        state=cells.one_of("state", _STATES),
        opened_on=cells.day("opened_on"),
        primary=primary,
        second=second,
    )


def _identity(cells: Cells, *, allow_own_network: bool) -> Identity:
    try:
        identity = recognize(cells.needed("url"))
    except Refused as refusal:
        raise cells.problem("url", str(refusal)) from None
    if not allow_own_network and is_on_own_network(identity.base_url or identity.url):
        raise cells.problem("url", "This address is on a private network, which this installation does not contact.")
    if len(identity.url) > _LONGEST_URL or len(identity.handle) > _LONGEST_HANDLE:
        raise cells.problem("url", "The address is too long to be an account's.")
    _refuse_mismatch(cells, identity)
    return identity


def _refuse_mismatch(cells: Cells, identity: Identity) -> None:
    """The platform and the handle, where they are written, are those of the address."""
    told = cells.text("platform").casefold()
    names = {platform.label.casefold(): platform.name for platform in platforms()} | _FORMER_NAMES
    if told and names.get(told, told) != identity.platform:
        label = get_platform(identity.platform).label
        raise cells.problem("platform", f"The URL is one of {label}, not of {short(cells.text('platform'))}.")
    handle = cells.text("handle").lstrip("@").casefold()
    known = identity.handle.lstrip("@").casefold()
    if handle and identity.platform != "blog" and handle not in {known, known.split("@", 1)[0]}:
        raise cells.problem("handle", f"The URL names {short(identity.handle)}, not {short(cells.text('handle'))}.")


def _email(cells: Cells, name: str) -> str:
    text = cells.text(name)
    if not text:
        return ""
    try:
        return clean_email(text)
    except Refused as refusal:
        raise cells.problem(name, str(refusal)) from None
