"""The page of one account: its life, contacts, figures, duties, connection and history."""

from collections.abc import Mapping

from flask import render_template

from app.access.context import current_actor, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts.queries import get_account
from app.accounts.rules.life import may_be_undone, next_states, verb_of
from app.accounts.rules.states import CONNECTION_CODES, AccountState
from app.consortia.models import Place
from app.consortia.queries.tree import settings_of, today_of
from app.desk.queries.account import AccountSeen, account_seen
from app.desk.views.homes import blueprint
from app.duties.queries.coverage import families_of
from app.foundation.clock import now
from app.foundation.database import db
from app.history.rules import Deed
from app.platforms.catalogue import get_platform

#: a state as a shape
_STATE_CODES = {
    AccountState.PROPOSED: "none",
    AccountState.APPROVED: "none",
    AccountState.ACTIVE: "ok",
    AccountState.ON_WATCH: "watch",
    AccountState.RETIRED: "none",
}
_DEEDS = {
    Deed.ACCOUNT_ADDED: "Registered",
    Deed.ACCOUNT_CHANGED: "Changed what is said about it",
    Deed.ACCOUNT_CONNECTED: "Connected with a token",
    Deed.ACCOUNT_CONTACT_NAMED: "{contact}: {person}",
    Deed.ACCOUNT_MOVED: "Moved to another place",
    Deed.ACCOUNT_RETIRED: "Retired",
    Deed.ACCOUNT_STEP_TAKEN: "{state}",
    Deed.ACCOUNT_STEP_UNDONE: "Taken back: {undone}",
}


def _place_of_account(account_id: int, **_others: object) -> Place:
    return get_account(db.session, account_id, within=Scope(consortium_id=current_actor().consortium_id)).place


@blueprint.get("/accounts/<int:account_id>")
@requires(Permission.ACCOUNTS_READ, at=_place_of_account)
def account(account_id: int) -> str:
    """One account with everything the rooms below know of it; only steps that may follow have a button."""
    within, at = whole_consortium(), now()
    found = get_account(db.session, account_id, within=within)
    on = today_of(db.session, within=within, at=at)
    seen = account_seen(db.session, found, within=within, on=on)
    may_write = may_here(Permission.ACCOUNTS_WRITE)
    last = seen.steps[0].step if seen.steps else None
    return render_template(
        "desk/account.html",
        seen=seen,
        account=found,
        platform=get_platform(found.platform),
        state_code=_STATE_CODES[found.state],
        connection_code=CONNECTION_CODES[found.connection],
        is_retired=found.state is AccountState.RETIRED,
        steps=[(state, verb_of(found.state, state)) for state in next_states(found.state)] if may_write else [],
        may_undo=may_write and last is not None and may_be_undone(last.recorded_at, at=at),
        families=families_of(seen.rows),
        deeds=_told(seen),
        zone=settings_of(db.session, within=within).time_zone,
        may_write=may_write,
        may_import=may_here(Permission.METRICS_IMPORT),
        may_see_figures=may_here(Permission.METRICS_READ),
        may_see_duties=may_here(Permission.DUTIES_READ),
    )


def _told(seen: AccountSeen) -> list[tuple[object, str, str]]:
    """When, what and by whom, the newest first."""
    return [(entry.done_at, _words(entry.deed, values), str(values.get("by", ""))) for entry, values in seen.deeds]


def _words(deed: Deed, values: Mapping[str, object]) -> str:
    return _DEEDS.get(deed, deed.value).format_map(
        {"contact": "", "person": "", "state": "", "undone": ""} | dict(values)
    )
