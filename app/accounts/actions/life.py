"""Steps in the life of an account, one after the other, and taking the last one back."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts import queries
from app.accounts.actions.registering import forget_token, may_be_pulled, note, refuse_retired
from app.accounts.models import Account, AccountStep
from app.accounts.queries.care import find_retirement
from app.accounts.rules.life import Step, may_be_undone, refusal_of_step
from app.accounts.rules.requests import RequestState, awaits_address
from app.accounts.rules.retiring import RetirementTask, refusal_before_done
from app.accounts.rules.states import AccountState, Connection
from app.consortia.queries.tree import today_of
from app.foundation.errors import Refused
from app.history.rules import Deed
from app.platforms.catalogue import get_platform

#: states in which figures are asked for by themselves
_IN_USE = frozenset({AccountState.ACTIVE, AccountState.ON_WATCH})


def take_step(session: Session, account: Account, step: Step, *, by: Actor, at: datetime) -> AccountStep:
    """Move an account on in its life; a retired one is pulled no more and its token is forgotten, its figures stay.

    Refuses a step that does not follow from where the account stands, and one that asks for more than is there:
    a purpose before approval, two contacts before use, a reason for watching.
    """
    refuse_retired(account)
    if step.before is not account.state:
        raise Refused(f"This account is {account.state.words} by now. Look at its page again.")
    within = Scope(consortium_id=account.consortium_id)
    today = today_of(session, within=within, at=at)
    refusal = refusal_of_step(
        step,
        purpose=account.purpose,
        contacts=sum(each.is_there for each in queries.contacts_of(session, account, within=within, on=today)),
        not_before=_not_before(session, account, step),
        today=today,
    )
    if refusal:
        raise Refused(refusal, field="reason" if step.after is AccountState.ON_WATCH and not step.reason else "on")
    _refuse_before_its_time(session, account, step, within=within)
    taken = AccountStep(
        consortium_id=account.consortium_id,
        account_id=account.id,
        before=step.before,
        after=step.after,
        taken_on=step.on,
        reason=step.reason,
        person_id=by.person_id,
        recorded_at=at,
    )
    session.add(taken)
    _stand(session, account, step.after, on=step.on, at=at)
    if step.after is AccountState.RETIRED:
        note(session, Deed.ACCOUNT_RETIRED, account, by=by, at=at, retired_on=step.on, reason=step.reason)
    else:
        note(session, Deed.ACCOUNT_STEP_TAKEN, account, by=by, at=at, state=step.after.label, reason=step.reason)
    return taken


def _refuse_before_its_time(session: Session, account: Account, step: Step, *, within: Scope) -> None:
    """Use begins with an address, and an end that was planned with its checklist."""
    if step.after is AccountState.ACTIVE and awaits_address(account.url):
        raise Refused("Write the address of the account first: there is a button for it on its page.")
    if step.after is AccountState.RETIRED and find_retirement(session, account, within=within):
        left = len(RetirementTask) - len(queries.ticks_of(session, account, within=within))
        if refusal := refusal_before_done(left, reason=step.reason):
            raise Refused(refusal, field="reason")


def retire(session: Session, account: Account, *, on: date, by: Actor, at: datetime, reason: str = "") -> None:
    """Close an account from a day on; refusals are those of :func:`take_step`."""
    refuse_retired(account)
    take_step(session, account, Step(account.state, AccountState.RETIRED, on, reason), by=by, at=at)


def undo_step(session: Session, account: Account, *, by: Actor, at: datetime) -> AccountState:
    """Take the last step back within 7 days; the state the account stands in again. A forgotten token stays forgotten.

    Refuses where there is no step, one that is older, and a retirement after which the address was registered again.
    """
    within = Scope(consortium_id=account.consortium_id)
    taken = queries.find_last_step(session, account, within=within)
    if taken is None or taken.after is not account.state:
        raise Refused("There is no step to take back.")
    if not may_be_undone(taken.recorded_at, at=at):
        raise Refused("The last step is more than 7 days old and stays. Take the next step instead.")
    _refuse_taken_address(session, account, within=within)
    session.delete(taken)
    _stand(session, account, taken.before, on=None, at=at)
    if taken.before is AccountState.PROPOSED:
        _reopen_request(session, account, within=within)
    note(session, Deed.ACCOUNT_STEP_UNDONE, account, by=by, at=at, undone=taken.after.label, state=taken.before.label)
    return taken.before


def _refuse_taken_address(session: Session, account: Account, *, within: Scope) -> None:
    other = queries.find_account_by_url(session, account.platform, account.url, within=within)
    if other is not None and other is not account:
        raise Refused(f"This address was registered again, at {other.place.name}. The retirement stays.")


def _reopen_request(session: Session, account: Account, *, within: Scope) -> None:
    """A decision was taken back: the request waits again, and the trial that it began is gone."""
    request = queries.find_request(session, account, within=within)
    if request is None:
        return
    request.state, request.reason, request.capacity = RequestState.OPEN, "", ""
    request.decided_at = request.decided_by_id = None
    if trial := queries.find_trial(session, account, within=within):
        session.delete(trial)
    session.flush()


def _not_before(session: Session, account: Account, step: Step) -> date | None:
    last = queries.find_last_step(session, account, within=Scope(consortium_id=account.consortium_id))
    if last is not None:
        return last.taken_on
    return account.opened_on if step.before in _IN_USE else None


def _is_pulled(account: Account) -> bool:
    """Can it be pulled, and is it not fed from files for want of a token?"""
    return get_platform(account.platform).is_pulled and account.connection is not Connection.FILE_ONLY


def _stand(session: Session, account: Account, state: AccountState, *, on: date | None, at: datetime) -> None:
    """Put an account into a state with all that hangs on it: pulls, the token, the day it was closed."""
    within = Scope(consortium_id=account.consortium_id)
    was_in_use, account.state = account.state in _IN_USE, state
    account.retired_on = on if state is AccountState.RETIRED else None
    if state is AccountState.RETIRED:
        forget_token(session, account)
    if state not in _IN_USE:
        account.next_pull_at = None
    elif not was_in_use and _is_pulled(account) and may_be_pulled(session, within):
        account.next_pull_at = at
    session.flush()
