"""What becomes of duties when somebody leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.access.rules import Scope
from app.accounts.models import Account
from app.consortia.models import Place
from app.consortia.rules import ids_in
from app.duties.queries.coverage import coverage
from app.duties.rules.matrix import Cell


@dataclass(frozen=True, slots=True)
class Opened:
    """A cell of the matrix that is covered, or covered better, only while somebody is here."""

    place: Place
    account: Account
    #: as it stands without them
    cell: Cell


def gaps_without(session: Session, person_id: int, places: Iterable[Place], *, on: date) -> list[Opened]:
    """The gaps that a person's leaving makes from a day on, at the places where they hold duties and below; 16 statements."""
    scope = _around(list(places))
    if scope is None:
        return []
    now = {(row.place.id, row.account.id): row for row in coverage(session, within=scope, on=on)}
    return [
        Opened(row.place, row.account, cell)
        for row in coverage(session, within=scope, on=on, without=person_id)
        for family, cell in row.cells.items()
        if cell.state.is_gap and cell.state is not now[row.place.id, row.account.id].cells[family].state
    ]


def _around(places: list[Place]) -> Scope | None:
    """The smallest part of the tree that holds every one of the places."""
    if not places:
        return None
    trails = [ids_in(place.path) for place in places]
    shared = [steps[0] for steps in zip(*trails, strict=False) if len(set(steps)) == 1]
    path = "".join(f"{step}/" for step in shared)
    return Scope(places[0].consortium_id, shared[-1] if shared else None, path)
