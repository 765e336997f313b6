"""What stands beside the demo's accounts: those outside of its figures, details, watches, and tools of its places."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.accounts import actions
from app.accounts.actions.tools import ToolWords, add_tool, end_tool
from app.accounts.rules import AccountKind, AccountMode, AccountState, Details, Step, ToolKind
from app.desk.demo.accounts import address_of
from app.desk.demo.cast import read_seed
from app.desk.demo.stage import Stage
from app.platforms.recognize import recognize


def write_besides(stage: Stage) -> None:
    """Everything in ``accounts.yaml`` but contacts and files."""
    seed = read_seed("accounts")
    for row in seed["also"]:
        _register(stage, row)
    for row in seed["details"]:
        _describe(stage, row)
    for row in seed["watched"]:
        account, on = stage.accounts[row["place"], row["platform"]], stage.calendar.day(row["since"])
        step = Step(account.state, AccountState.ON_WATCH, on, row["reason"])
        actions.take_step(stage.session, account, step, by=stage.by, at=stage.calendar.at(on))
    for code, tools in seed["tools"].items():
        for tool in tools:
            _add_tool(stage, code, tool)


def _register(stage: Stage, row: Mapping[str, Any]) -> None:
    """An account with the steps of its life; the first is how it was registered."""
    code, platform = row["place"], row["platform"]
    place, [first, *steps] = stage.places[code], row["steps"]
    on = stage.calendar.day(first["since"])
    state = AccountState(first["after"])
    wanted = actions.Registration(
        identity=recognize(address_of(code, place.name, platform)),
        place=place,
        purpose=row["purpose"],
        opened_on=on if state is AccountState.ACTIVE else None,
        state=state,
    )
    at = stage.calendar.at(on)
    account = actions.register(stage.session, wanted, allow_own_network=False, by=stage.by, at=at)
    for step in steps:
        on = stage.calendar.day(step["since"])
        taken = Step(account.state, AccountState(step["after"]), on, step["reason"])
        actions.take_step(stage.session, account, taken, by=stage.by, at=stage.calendar.at(on))
    stage.others[code, platform] = account


def _describe(stage: Stage, row: Mapping[str, Any]) -> None:
    account = stage.accounts[row["place"], row["platform"]]
    details = Details(
        kind=AccountKind(row.get("kind", AccountKind.GENERAL)),
        audience=row.get("audience", ""),
        speakers=row.get("speakers", ""),
        planned_end_on=stage.calendar.later(row["ends"]) if "ends" in row else None,
    )
    actions.describe(stage.session, account, details, by=stage.by, at=stage.founded_at)
    if details.kind is AccountKind.EMERGENCY_ONLY:  # nobody speaks there until the day it is needed
        purpose = "Closings and shelter in a storm or a flood; silent on every other day."
        actions.change(
            stage.session, account, mode=AccountMode.DORMANT, purpose=purpose, by=stage.by, at=stage.founded_at
        )


def _add_tool(stage: Stage, code: str, row: Mapping[str, Any]) -> None:
    held_by = row.get("held_by", "")
    words = ToolWords(
        kind=ToolKind(row["kind"]),
        name=row["name"],
        position=None if held_by else stage.positions_at(code)[0],
        held_by=held_by,
        yearly_cost=Decimal(row["cost"]) if "cost" in row else None,
        renews_on=stage.calendar.later(row["renews"]) if "renews" in row else None,
    )
    tool = add_tool(stage.session, stage.places[code], words, by=stage.by, at=stage.founded_at)
    if "until" in row:
        on = stage.calendar.day(row["until"])
        end_tool(stage.session, tool, on=on, by=stage.by, at=stage.calendar.at(on + timedelta(days=1)))
