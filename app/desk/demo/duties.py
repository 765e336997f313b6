"""The demo's duties: the story's matrices as their managers gave them, every other place by one plan."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Account
from app.accounts.rules import AccountState
from app.consortia.rules import PlaceKind
from app.desk.demo.calendar import dice
from app.desk.demo.cast import read_seed
from app.desk.demo.stage import Stage
from app.duties.actions import Spot, Terms, assign, exempt
from app.duties.models import Assignment, DutyExemption
from app.duties.rules.catalogue import Family
from app.foundation.ids import new_id
from app.people.models import Position, Team

_FAMILIES = (Family.LISTEN, Family.POST, Family.FOLLOW, Family.ANSWER, Family.CRITICS)
_HOURS = {Family.LISTEN: "0.75", Family.POST: "1", Family.FOLLOW: "0.25", Family.ANSWER: "0.5", Family.CRITICS: "0.25"}
#: where there is nothing to post on and nobody to follow
_REVIEWS = frozenset({"google", "nextdoor"})
_NOT_NEEDED = {Family.POST: "Nothing to post here", Family.FOLLOW: "No followers here"}
_NO_HOURS = Decimal(0)
#: of the backups outside the story, so many were never named
_FORGOTTEN_SHARE = 0.04
#: the library whose branches have all their backups
_THOROUGH = "millbrook"


def write_duties(stage: Stage) -> None:
    """Assign what is held, and say what is not needed."""
    matrices = read_seed("duties")
    for code, matrix in matrices.items():
        for platform, cells in matrix.items():
            for family, cell in cells.items():
                _write_cell(stage, code, _account(stage, code, platform), Family(family), cell)
    plain = [(code, account) for (code, _), account in stage.accounts.items() if code not in matrices]
    plain += [(code, account) for (code, _), account in stage.others.items() if account.state is AccountState.APPROVED]
    plain += [(code, stage.accounts[library.code, platform]) for library in stage.cast.libraries
              for platform, codes in library.shared.items() for code in codes if code not in matrices]  # fmt: skip
    _write_plain(stage, plain)


def _account(stage: Stage, code: str, platform: str) -> Account:
    """The place's own account, or the one that its library shares with it."""
    own = stage.accounts.get((code, platform))
    if own is not None:
        return own
    library = next(each for each in stage.cast.libraries if code in each.shared.get(platform, ()))
    return stage.accounts[library.code, platform]


def _write_cell(stage: Stage, code: str, account: Account, family: Family, cell: Sequence[Any]) -> None:
    """Through the matrix's own deeds, as a manager would."""
    spot = Spot(stage.places[code], account, family)
    hours, *names = cell
    if hours is None:
        exempt(stage.session, spot, reason=names[0], first_on=stage.founded, by=stage.by, at=stage.founded_at)
        return
    for number, name in enumerate(names):
        title, until = (name["position"], name["until"]) if isinstance(name, Mapping) else (name, None)
        last_on = None if until is None else stage.calendar.day(until)
        taken = Decimal(str(hours)) if number == 0 else _NO_HOURS
        terms = Terms(number == 0, taken, first_on=stage.founded, last_on=last_on)
        assign(stage.session, spot, holder=_holder(stage, code, title), terms=terms, by=stage.by, at=stage.founded_at)


def _holder(stage: Stage, code: str, name: str) -> Position | Team:
    if (code, name) in stage.positions:
        return stage.positions[code, name]
    return next(team for team in stage.teams.values() if team.name == name)


def _write_plain(stage: Stage, cells: Sequence[tuple[str, Account]]) -> None:
    """What the members' spreadsheets said when they joined: brought over at once, not one deed a cell."""
    assignments: list[dict[str, Any]] = []
    exemptions: list[dict[str, Any]] = []
    for code, account in cells:
        for family in _FAMILIES:
            common = {
                "id": new_id(),
                "consortium_id": stage.consortium_id,
                "place_id": stage.places[code].id,
                "account_id": account.id,
                "family": family,
                "first_on": stage.begins(code),
            }
            if account.platform in _REVIEWS and family in _NOT_NEEDED:
                exemptions.append({**common, "reason": _NOT_NEEDED[family]})
                continue
            for number, holder in enumerate(_plan(stage, code, account, family)):
                held = {"position_id": None, "team_id": None, _column(holder): holder.id}
                hours = Decimal(_HOURS[family]) if number == 0 else _NO_HOURS
                assignments.append(
                    {
                        "recorded_at": stage.begins_at(code),
                        **common,
                        **held,
                        "id": new_id(),
                        "is_primary": number == 0,
                        "hours_per_week": hours,
                    }
                )
    stage.session.execute(sa.insert(DutyExemption), exemptions)
    stage.session.execute(sa.insert(Assignment), assignments)


def _column(holder: Position | Team) -> str:
    return "team_id" if isinstance(holder, Team) else "position_id"


def _plan(stage: Stage, code: str, account: Account, family: Family) -> Iterator[Position | Team]:
    """Primary, then backup: those who post and answer are seldom those who reply to critics."""
    positions = stage.positions_at(code)
    place = stage.places[code]
    if place.kind is PlaceKind.LIBRARY or account.place_id != place.id:
        yield from _central_plan(stage, code, account)
        return
    order = positions if family is Family.CRITICS else [*positions[1:], positions[0]]
    yield order[0]
    forgets = dice("backup", code, account.platform, family).random() < _FORGOTTEN_SHARE
    is_thorough = place.path.startswith(stage.places[_THOROUGH].path)
    if len(order) > 1 and (is_thorough or not forgets):
        yield order[1]


def _central_plan(stage: Stage, code: str, account: Account) -> Iterator[Position | Team]:
    """A library's own account: its team where it has one, else the director with the first branch's manager."""
    library = next(each for each in stage.cast.libraries if stage.places[each.code].id == account.place_id)
    heads = [stage.positions_at(library.code)[0], stage.positions_at(library.branches[0].code)[0]]
    team = stage.teams.get(library.code)
    if team is None:
        yield from heads
        return
    yield team
    yield stage.positions_at(code)[0]
