"""Coverage: each account of a place and below with its cells, and their sums; a handful of statements at any size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.access.rules import Scope
from app.accounts.models import Account, AccountShare
from app.accounts.rules import AccountState
from app.consortia.models import Place
from app.duties.queries.standing import (
    Spot,
    asked_within,
    exemptions_within,
    given_within,
    members_of_teams,
    stays_of,
    stays_within,
)
from app.duties.rules.catalogue import Family
from app.duties.rules.coverage import Holder, Requirement
from app.duties.rules.matrix import ROWS, Cell, Summary, cell_of, holder_on, holders_at, stays_without, summarize
from app.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class Row:
    """An account in the matrix of a place that it belongs to or serves."""

    place: Place
    account: Account
    #: every family of the matrix, in its order
    cells: dict[Family, Cell]

    @property
    def is_shared(self) -> bool:
        """Does the account belong to another place?"""
        return self.account.place_id != self.place.id


@dataclass(frozen=True, slots=True)
class PlaceCoverage:
    """The sums of one place's own matrix."""

    place: Place
    accounts: int
    summary: Summary


def coverage(session: Session, *, within: Scope, on: date, without: int | None = None) -> list[Row]:
    """Each account of the scope with its cells on a day, by place, then platform; a shared account at each place.

    ``without`` is the id of a person: the cells are then as if they had left the day before. Left out are accounts that are only proposed, not open yet or retired by then, and places closed by then.
    """
    served = _served(session, within=within, on=on)
    asked = asked_within(session, within=within, on=on)
    exempt = exemptions_within(session, within=within, on=on)
    holders = _holders(session, within=within, on=on, without=without)
    binding = {place.id: asked.at(place) for place in {place.id: place for place, _ in served}.values()}

    #: most cells of a large consortium have nobody in them, and look alike
    empty: dict[tuple[Family, tuple[Requirement, ...]], Cell] = {}

    def cells(place_id: int, account: Account) -> dict[Family, Cell]:
        account_id, owner_id, mode, asks = account.id, account.place_id, account.mode, binding[place_id]
        found: dict[Family, Cell] = {}
        for family in Family:
            own = holders.get((place_id, account_id, family), [])
            if owner_id != place_id:
                own = holders_at(own, holders.get((owner_id, account_id, family), []), on=on)
            because = exempt.get((place_id, account_id, family))
            requirements = tuple(asks.get((mode, family), ()))
            if own or because:
                found[family] = cell_of(family, requirements, own, exempt_because=because, on=on)
                continue
            key = family, requirements
            if key not in empty:
                empty[key] = cell_of(family, requirements, (), exempt_because=None, on=on)
            found[family] = empty[key]
        return found

    return [Row(place, account, cells(place.id, account)) for place, account in served]


def row_of(session: Session, account_id: int, *, within: Scope, on: date) -> Row:
    """One account in the matrix of the scope's place; NotFound where that place does not have it."""
    found = (row for row in coverage(session, within=within, on=on) if row.account.id == account_id)
    row = next((row for row in found if row.place.id == within.place_id), None)
    if row is None:
        raise NotFound("There is no such account at this place on that day.")
    return row


def coverage_summary(session: Session, *, within: Scope, on: date) -> Summary:
    """How many duties are asked for at a place and below, and how they stand on a day."""
    return summary_of(coverage(session, within=within, on=on))


def summary_of(rows: Sequence[Row]) -> Summary:
    """The sums of some rows; an account that several of their places share counts once, at its owner's."""
    places = {row.place.id for row in rows}
    return summarize(cell for row in _once(rows, places) for cell in row.cells.values())


def _once(rows: Sequence[Row], places: set[int]) -> list[Row]:
    return [row for row in rows if not row.is_shared or row.account.place_id not in places]


def coverage_by_place(rows: Iterable[Row]) -> list[PlaceCoverage]:
    """The sums of each place's own matrix, in the order of the rows; a shared account counts at each place."""
    by_place: dict[int, list[Row]] = {}
    for row in rows:
        by_place.setdefault(row.place.id, []).append(row)
    return [
        PlaceCoverage(own[0].place, len(own), summarize(cell for row in own for cell in row.cells.values()))
        for own in by_place.values()
    ]


def families_of(rows: Iterable[Row]) -> list[Family]:
    """The rows of a matrix: the five families, and "other" where it is asked for or held."""
    other = any(row.cells[Family.OTHER].requirements or row.cells[Family.OTHER].holders for row in rows)
    return [*ROWS, Family.OTHER] if other else list(ROWS)


def _holders(session: Session, *, within: Scope, on: date, without: int | None) -> dict[Spot, list[Holder]]:
    given = given_within(session, within=within)
    stays = {each: stays_without(held, without, on=on) for each, held in stays_within(session, within=within).items()}
    members = members_of_teams(session, within=within)
    return {
        spot: [
            holder
            for each in assignments
            if (holder := holder_on(each, stays_of(each, stays, members), on=on)) is not None
        ]
        for spot, assignments in given.items()
    }


def _served(session: Session, *, within: Scope, on: date) -> list[tuple[Place, Account]]:
    """Accounts with each place of the scope that they belong to or serve; two statements."""
    own = session.execute(_open_accounts(within, on).join(Place, _is_place(Account.place_id)))
    shared = session.execute(
        _open_accounts(within, on)
        .join(
            AccountShare,
            sa.and_(AccountShare.consortium_id == Account.consortium_id, AccountShare.account_id == Account.id),
        )
        .join(Place, _is_place(AccountShare.place_id))
    )
    pairs = {(place.id, account.id): (place, account) for account, place in [*own, *shared]}
    found = [(place, account) for place, account in pairs.values() if place.is_open(on)]
    return sorted(found, key=lambda pair: _in_order(*pair))


def _in_order(place: Place, account: Account) -> tuple[str, bool, str, str, int]:
    return place.path, account.place_id != place.id, account.platform, account.handle, account.id


def _is_place(column: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    return sa.and_(Place.consortium_id == Account.consortium_id, Place.id == column)


def _open_accounts(within: Scope, on: date) -> sa.Select[Account, Place]:
    return (
        sa.select(Account, Place)
        .where(
            Account.consortium_id == within.consortium_id,
            Place.path.startswith(within.path, autoescape=True),
            Account.state != AccountState.PROPOSED,
            sa.or_(Account.opened_on.is_(None), Account.opened_on <= on),
            sa.or_(
                Account.retired_on > on, sa.and_(Account.retired_on.is_(None), Account.state != AccountState.RETIRED)
            ),
        )
        .order_by(Place.path, Account.platform, Account.handle, Account.id)
    )
