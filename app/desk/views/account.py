"""The page of one account: its life, contacts, figures, duties, connection and history."""

from collections.abc import Mapping

from flask import render_template, url_for

from app.access.context import current_actor, may_here, whole_consortium
from app.access.marks import requires
from app.access.rules import Permission, Scope
from app.accounts.documents import connection_words
from app.accounts.models import Account
from app.accounts.queries import get_account
from app.accounts.rules.connecting import PartSeen
from app.accounts.rules.life import may_be_undone, next_states, verb_of
from app.accounts.rules.quiet import Voice
from app.accounts.rules.requests import RequestState, awaits_address, has_address
from app.accounts.rules.retiring import RetirementTask
from app.accounts.rules.states import AccountState
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
_IN_USE = (AccountState.ACTIVE, AccountState.ON_WATCH)
_DEEDS = {
    Deed.ACCOUNT_ADDED: "Registered",
    Deed.ACCOUNT_ADDRESS_GIVEN: "Its address was written down",
    Deed.ACCOUNT_ASKED_FOR: "Asked for",
    Deed.ACCOUNT_CHANGED: "Changed what is said about it",
    Deed.ACCOUNT_CONNECTED: "Connected",
    Deed.ACCOUNT_CONTACT_NAMED: "{contact}: {person}",
    Deed.ACCOUNT_DRILLED: "Drilled",
    Deed.ACCOUNT_MOVED: "Moved to another place",
    Deed.ACCOUNT_REQUEST_DECIDED: "Request: {decision}",
    Deed.ACCOUNT_RETIRED: "Retired",
    Deed.ACCOUNT_RETIREMENT_BEGUN: "On its way out",
    Deed.ACCOUNT_RETIREMENT_STEPPED: "{task}",
    Deed.ACCOUNT_REVIEWED: "{decision}",
    Deed.ACCOUNT_STEP_TAKEN: "{state}",
    Deed.ACCOUNT_STEP_UNDONE: "Taken back: {undone}",
    Deed.ACCOUNT_TRIAL_ENDED: "End of the trial: {decision}",
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
    may_write, zone = may_here(Permission.ACCOUNTS_WRITE), settings_of(db.session, within=within).time_zone
    last = seen.steps[0].step if seen.steps else None
    return render_template(
        "desk/account.html",
        seen=seen,
        account=found,
        platform=get_platform(found.platform),
        state_code=_STATE_CODES[found.state],
        connection=connection_words(found, seen.credential.expires_at if seen.credential else None, at=at, zone=zone),
        readable=[PartSeen.from_json(part) for part in seen.check.parts] if seen.check else [],
        is_retired=found.state is AccountState.RETIRED,
        steps=_steps(found, seen) if may_write else [],
        has_address=has_address(found.url),
        on=on,
        tasks=list(RetirementTask),
        quiet_state=Voice.QUIET,
        may_undo=may_write and last is not None and may_be_undone(last.recorded_at, at=at),
        families=families_of(seen.rows),
        deeds=_told(seen),
        zone=zone,
        may_write=may_write,
        may_import=may_here(Permission.METRICS_IMPORT),
        may_see_figures=may_here(Permission.METRICS_READ),
        may_see_duties=may_here(Permission.DUTIES_READ),
    )


def _steps(account: Account, seen: AccountSeen) -> list[tuple[str, str]]:
    """The buttons of what may follow: a request is decided with its evidence, an account in use is led to its end."""
    request = seen.care.request
    if request is not None and request.state is RequestState.OPEN:
        return [("Decide on the request", url_for("desk.account_request", account_id=account.id))]
    found = [("Write its address", url_for("accounts.give_address", account_id=account.id))] if _lacks(account) else []
    for state in next_states(account.state):
        if state is AccountState.ACTIVE and found:
            continue
        url = url_for("accounts.step", account_id=account.id, state=state.value)
        if state is AccountState.RETIRED and account.state in _IN_USE:
            if seen.care.retirement:
                continue
            url = url_for("accounts.begin_retirement", account_id=account.id)
        found.append((verb_of(account.state, state), url))
    return found


def _lacks(account: Account) -> bool:
    return account.state is AccountState.APPROVED and awaits_address(account.url)


def _told(seen: AccountSeen) -> list[tuple[object, str, str]]:
    """When, what and by whom, the newest first."""
    return [(entry.done_at, _words(entry.deed, values), str(values.get("by", ""))) for entry, values in seen.deeds]


def _words(deed: Deed, values: Mapping[str, object]) -> str:
    return _DEEDS.get(deed, deed.value).format_map(
        {"contact": "", "person": "", "state": "", "undone": "", "decision": "", "task": ""} | dict(values)
    )
