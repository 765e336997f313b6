"""Asking for a new account, deciding on it, and giving it its address once it is there."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts import queries
from app.accounts.actions.contacts import name_contacts
from app.accounts.actions.life import take_step
from app.accounts.actions.registering import note
from app.accounts.models import Account, AccountDetail, AccountRequest, AccountTrial
from app.accounts.queries.requests import get_request
from app.accounts.rules.contacts import ContactRank
from app.accounts.rules.life import Step
from app.accounts.rules.requests import (
    Asked,
    Decision,
    RequestState,
    awaits_address,
    refusal_of_decision,
    refusal_of_request,
    stand_in_address,
)
from app.accounts.rules.states import AccountState, Connection, is_on_own_network
from app.consortia.models import Place
from app.consortia.queries.tree import today_of
from app.foundation.errors import Refused
from app.foundation.ids import new_id
from app.history.rules import Deed
from app.people.models import Person
from app.people.queries.persons import get_person
from app.platforms.catalogue import get_platform
from app.platforms.contract import Identity

_STATES = {RequestState.APPROVED: AccountState.APPROVED, RequestState.DECLINED: AccountState.RETIRED}


def ask_for_account(
    session: Session, place: Place, platform: str, asked: Asked, *, by: Actor, at: datetime
) -> AccountRequest:
    """Propose an account that may not exist yet, with what speaks for it; it waits for a decision.

    Refuses a request without hours, with one owner only, and a trial that is over or longer than twelve months.
    """
    _refuse(session, asked, within=Scope(place.consortium_id), at=at)
    made = new_id()
    is_pulled = get_platform(platform).is_pulled_unconnected
    account = Account(
        id=made,
        consortium_id=place.consortium_id,
        place_id=place.id,
        place=place,
        platform=platform,
        handle=asked.handle,
        url=stand_in_address(made),
        state=AccountState.PROPOSED,
        purpose=asked.purpose,
        connection=Connection.NOT_CONNECTED if is_pulled else Connection.FILE_ONLY,
        connection_since=at,
    )
    session.add(account)
    session.flush()
    request = AccountRequest(
        id=new_id(),
        consortium_id=place.consortium_id,
        account_id=account.id,
        account=account,
        asked_by_id=by.person_id,
        asked_at=at,
    )
    _write(request, asked)
    session.add(request)
    session.add(AccountDetail(consortium_id=place.consortium_id, account_id=account.id, audience=asked.audience))
    session.flush()
    note(session, Deed.ACCOUNT_ASKED_FOR, account, by=by, at=at, platform=platform, hours=str(asked.hours))
    return request


def ask_again(session: Session, request: AccountRequest, asked: Asked, *, by: Actor, at: datetime) -> None:
    """Mend a request that was sent back, or that nobody has decided on yet; it waits for a decision anew."""
    if request.state not in (RequestState.SENT_BACK, RequestState.OPEN):
        raise Refused(f"This request is {request.state.label.lower()} by now.")
    account, within = request.account, Scope(request.consortium_id)
    _refuse(session, asked, within=within, at=at)
    _write(request, asked)
    account.handle, account.purpose = asked.handle, asked.purpose
    detail = queries.find_detail(session, account, within=within)
    if detail is not None:
        detail.audience = asked.audience
    request.state, request.asked_at, request.reason = RequestState.OPEN, at, ""
    request.decided_at = request.decided_by_id = None
    session.flush()
    note(session, Deed.ACCOUNT_ASKED_FOR, account, by=by, at=at, platform=account.platform, hours=str(asked.hours))


def decide_request(session: Session, account: Account, decision: Decision, *, by: Actor, at: datetime) -> None:
    """Approve, send back or decline a request; an approved account is on trial, and its owners are its contacts.

    Refuses a request that was decided already, sending back or declining without a reason, and approving where the
    hours do not suffice without one.
    """
    within = Scope(account.consortium_id)
    request = get_request(session, account, within=within)
    if request.state is not RequestState.OPEN:
        raise Refused(f"This request is {request.state.label.lower()} by now. Look at its page again.")
    if refusal := refusal_of_decision(decision):
        raise Refused(refusal, field="reason")
    on = today_of(session, within=within, at=at)
    if decision.state in _STATES:
        step = Step(account.state, _STATES[decision.state], on, decision.reason)
        take_step(session, account, step, by=by, at=at)
    if decision.state is RequestState.APPROVED:
        session.add(
            AccountTrial(consortium_id=account.consortium_id, account_id=account.id, ends_on=request.trial_ends_on)
        )
        name_contacts(session, account, _owners(session, request, within=within), on=on, by=by, at=at)
    request.state, request.reason, request.capacity = decision.state, decision.reason, decision.capacity[:300]
    request.decided_at, request.decided_by_id = at, by.person_id
    session.flush()
    told = {"decision": decision.state.label, "reason": decision.reason, "capacity": decision.capacity}
    note(session, Deed.ACCOUNT_REQUEST_DECIDED, account, by=by, at=at, **told)


def give_address(
    session: Session, account: Account, identity: Identity, *, allow_own_network: bool, by: Actor, at: datetime
) -> None:
    """Write down the address of an account that was asked for before it was there.

    Refuses an address on another platform, one that is registered already, and one of one's own network.
    """
    if not awaits_address(account.url):
        raise Refused("This account has its address.", field="url")
    if identity.platform != account.platform:
        wanted = get_platform(account.platform).label
        raise Refused(f"This address is not on {wanted}, which was asked for.", field="url")
    if not allow_own_network and is_on_own_network(identity.base_url or identity.url):
        raise Refused("This address is on a private network, which this installation does not contact.", field="url")
    within = Scope(account.consortium_id)
    if known := queries.find_account_by_url(session, identity.platform, identity.url, within=within):
        raise Refused(f"{known.handle} is registered already, at {known.place.name}.", field="url")
    account.handle, account.url, account.base_url = identity.handle, identity.url, identity.base_url
    session.flush()
    note(session, Deed.ACCOUNT_ADDRESS_GIVEN, account, by=by, at=at, url=account.url)


def _refuse(session: Session, asked: Asked, *, within: Scope, at: datetime) -> None:
    today = today_of(session, within=within, at=at)
    if refusal := refusal_of_request(asked, today=today):
        field, sentence = refusal
        raise Refused(sentence, field=field)
    for field, person_id in (("first_owner", asked.first_owner_id), ("second_owner", asked.second_owner_id)):
        _refuse_leaver(get_person(session, person_id, within=within), field, on=today)


def _refuse_leaver(person: Person, field: str, *, on: date) -> None:
    if person.left_on is not None and person.left_on < on:
        raise Refused(f"{person.name} has left. Choose somebody who works here.", field=field)


def _write(request: AccountRequest, asked: Asked) -> None:
    request.evidence, request.hours, request.captions = asked.evidence, asked.hours, asked.captions
    request.first_owner_id, request.second_owner_id = asked.first_owner_id, asked.second_owner_id
    request.has_read_minors_rule, request.trial_ends_on = asked.has_read_minors_rule, asked.trial_ends_on


def _owners(session: Session, request: AccountRequest, *, within: Scope) -> dict[ContactRank, Person | None]:
    ids = {ContactRank.PRIMARY: request.first_owner_id, ContactRank.SECOND: request.second_owner_id}
    return {rank: get_person(session, one, within=within) if one else None for rank, one in ids.items()}
