"""The demo's contacts of accounts, and what its places use beside this product."""

from collections.abc import Mapping
from decimal import Decimal

import sqlalchemy as sa

from app.accounts.actions.tools import ToolWords, add_tool
from app.accounts.models import AccountContact
from app.accounts.rules.contacts import ContactRank
from app.accounts.rules.tools import ToolKind
from app.desk.demo.stage import Stage
from app.people.models import Incumbency
from app.people.queries.positions import incumbencies_at

#: by place: what is used, by whom it is held where that is no position, a year's cost, days from the end to renewal
_TOOLS: Mapping[str, tuple[tuple[ToolKind, str, str, str, int], ...]] = {
    "millbrook": (
        (ToolKind.SUITE, "Post Planner, 5 seats", "", "2388", 41),
        (ToolKind.ARCHIVE, "Records archive of the county", "County clerk's office", "1450", 233),
    ),
    "eastside": ((ToolKind.INBOX, "Chat desk for reference questions", "", "600", 120),),
    "hollis-street": ((ToolKind.ANALYTICS, "Survey counter", "Friends of the library", "", 300),),
}


def write_contacts(stage: Stage) -> None:
    """Two contacts for each account: the first people of its place; one who left since shows as nobody."""
    held: dict[int, list[Incumbency]] = {}
    for incumbency in incumbencies_at(stage.session, within=stage.within):
        known = held.setdefault(incumbency.position.place_id, [])
        is_over = incumbency.last_on is not None and incumbency.last_on < stage.founded
        if not is_over and all(each.person_id != incumbency.person_id for each in known):
            known.append(incumbency)
    rows = [
        {
            "consortium_id": stage.consortium_id,
            "account_id": account.id,
            "rank": rank,
            "person_id": incumbency.person_id,
            "first_on": max(stage.founded, incumbency.first_on),
            "last_on": incumbency.last_on,
        }
        for account in stage.accounts.values()
        for rank, incumbency in zip(ContactRank, held.get(account.place_id, ()), strict=False)
    ]
    stage.session.execute(sa.insert(AccountContact), rows)
    _write_tools(stage)


def _write_tools(stage: Stage) -> None:
    for code, tools in _TOOLS.items():
        for kind, name, held_by, cost, days in tools:
            position = None if held_by else next(iter(stage.positions_at(code)), None)
            words = ToolWords(
                kind=kind,
                name=name,
                position=position,
                held_by=held_by,
                yearly_cost=Decimal(cost) if cost else None,
                renews_on=stage.calendar.later(days),
            )
            add_tool(stage.session, stage.places[code], words, by=stage.by, at=stage.founded_at)
