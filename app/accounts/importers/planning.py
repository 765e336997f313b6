"""What importing a file of accounts would change: each row compared with the register and with the rows above it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from app.access.rules import Scope
from app.accounts.importers.rows import ACCOUNTS_LAYOUT, AccountRow, read_account
from app.accounts.rules.contacts import ContactRank
from app.accounts.rules.life import AccountKind
from app.accounts.rules.states import AccountMode, AccountState
from app.consortia.models import Place
from app.foundation.cells import CellError, Cells
from app.foundation.imports import Change, Plan, Planned, in_order
from app.foundation.tables import Problem, Table

#: states that an account can be in from its first day here
_AT_FIRST = (AccountState.PROPOSED, AccountState.APPROVED, AccountState.ACTIVE)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What can be said of an account, as it is here or would be."""

    mode: AccountMode = AccountMode.CONVERSATIONAL
    kind: AccountKind = AccountKind.GENERAL
    purpose: str = ""
    state: AccountState = AccountState.ACTIVE
    opened_on: date | None = None
    #: ids of the people
    primary: int | None = None
    second: int | None = None


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account of the register."""

    id: int
    place: Place
    facts: AccountFacts
    #: since when each contact is one
    since: Mapping[ContactRank, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can be a contact."""

    id: int
    name: str
    has_left: bool


@dataclass(frozen=True, slots=True)
class Register:
    """Everything an import is compared with."""

    places: Mapping[str, Place]
    #: by platform and canonical address
    accounts: Mapping[tuple[str, str], KnownAccount]
    #: by their addresses
    colleagues: Mapping[str, Colleague]
    today: date


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What one row writes; ``account_id`` None where the account is new."""

    row: AccountRow
    place: Place
    account_id: int | None
    before: AccountFacts
    facts: AccountFacts


def plan_account_rows(
    table: Table, register: Register, *, within: Scope, allow_own_network: bool
) -> Plan[AccountChange]:
    """Compare a file with the register; a cell that is blank leaves what is here, and no account is retired."""
    rows: list[Planned[AccountChange]] = []
    problems: list[Problem] = list(table.problems)
    lines: dict[tuple[str, str], int] = {}
    for each in table.rows:
        try:
            row = read_account(Cells(each, ACCOUNTS_LAYOUT), allow_own_network=allow_own_network)
            key = (row.identity.platform, row.identity.url)
            if earlier := lines.get(key):
                raise _error("url", f"This account is already on line {earlier}. Keep one of the two.")
            change = _change(row, register, within)
        except CellError as problem:
            problems.append(problem.at(each.line))
        else:
            lines[key] = row.line
            rows.append(Planned(row.line, _kind_of(change), change))
    return Plan(table, tuple(rows), in_order(problems))


def _kind_of(change: AccountChange) -> Change:
    if change.account_id is None:
        return Change.ADDED
    return Change.SAME if change.facts == change.before else Change.CHANGED


def _change(row: AccountRow, register: Register, within: Scope) -> AccountChange:
    place = _place(row, register, within)
    known = _known(row, register)
    if known is not None and known.place.id != place.id:
        raise _error("url", f"It is registered already, at {known.place.name}.")
    before = known.facts if known else AccountFacts()
    facts = replace(
        before,
        mode=row.mode or before.mode,
        kind=row.kind or before.kind,
        purpose=row.purpose or before.purpose,
        state=row.state or before.state,
        opened_on=row.opened_on or before.opened_on,
        primary=_colleague(row.primary, "primary", register) or before.primary,
        second=_colleague(row.second, "second", register) or before.second,
    )
    if known is None:
        _refuse_at_first(facts)
    else:
        _refuse_later(known, facts, register)
    if facts.primary is not None and facts.primary == facts.second:
        raise _error("second", "One person would be both contacts. Two different people can be reached.")
    return AccountChange(row, place, known.id if known else None, before, facts)


def _known(row: AccountRow, register: Register) -> KnownAccount | None:
    """The account of the row's address; a retired one is left behind where the row says how a new one begins."""
    known = register.accounts.get((row.identity.platform, row.identity.url))
    is_gone = known is not None and known.facts.state is AccountState.RETIRED
    return None if is_gone and row.state in _AT_FIRST else known


def _place(row: AccountRow, register: Register, within: Scope) -> Place:
    place = register.places.get(row.place)
    if place is None:
        raise _error("place", f"There is no place with the code “{row.place[:60]}” here.")
    if not place.path.startswith(within.path):
        here = next((each.name for each in register.places.values() if each.id == within.place_id), "this place")
        raise _error("place", f"{place.name} is not part of {here}, for which you import.")
    return place


def _colleague(email: str, name: str, register: Register) -> int | None:
    if not email:
        return None
    colleague = register.colleagues.get(email)
    if colleague is None:
        raise _error(name, f"Nobody here has the address {email[:60]}. Import or add them first.")
    if colleague.has_left:
        raise _error(name, f"{colleague.name} has left. Choose somebody who works here.")
    return colleague.id


def _refuse_at_first(facts: AccountFacts) -> None:
    if facts.state not in _AT_FIRST:
        raise _error("state", "An account comes in proposed, approved or active. Take the further step on its page.")
    if facts.state is AccountState.APPROVED and not facts.purpose:
        raise _error("purpose", "Write what the account is for before it is approved.")


def _refuse_later(known: KnownAccount, facts: AccountFacts, register: Register) -> None:
    before = known.facts
    if facts == before:
        return
    if before.state is AccountState.RETIRED:
        raise _error("url", "This account is retired, and stays as it was. Write active to register it again.")
    if facts.state != before.state:
        raise _error("state", f"The account is {before.state.words} here. Take the step on its page.")
    for rank, was, now in (
        (ContactRank.PRIMARY, before.primary, facts.primary),
        (ContactRank.SECOND, before.second, facts.second),
    ):
        if was != now and known.since.get(rank, register.today) > register.today:
            raise _error(
                rank.value, "The contact that is named begins on a later day. Change it on the account's page."
            )


def _error(name: str, sentence: str) -> CellError:
    return CellError(ACCOUNTS_LAYOUT.column(name).title, sentence)
