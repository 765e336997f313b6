"""Looking after accounts: ending a trial, the yearly review, drills, and a retirement step by step."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.accounts import queries
from app.accounts.actions.life import take_step
from app.accounts.actions.registering import note, refuse_retired
from app.accounts.models import (
    Account,
    AccountDrill,
    AccountNorms,
    AccountRetirement,
    AccountReview,
    AccountTrial,
    RetirementTick,
)
from app.accounts.queries.care import find_norms, find_retirement, find_tick
from app.accounts.rules.life import AccountKind, Step
from app.accounts.rules.norms import Norms
from app.accounts.rules.retiring import RetirementTask
from app.accounts.rules.reviews import ReviewEnd
from app.accounts.rules.states import AccountState
from app.accounts.rules.trials import TrialEnd, refusal_of_end
from app.consortia.queries.tree import today_of
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.models import Person


def end_trial(
    session: Session,
    account: Account,
    end: TrialEnd,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    next_end: date | None = None,
) -> None:
    """Decide at the end of a trial: kept for good, tried on until another day, or on its way to be closed.

    Refuses an account that is on no trial, a decision without what the trial showed, and trying on without an end.
    """
    within = Scope(account.consortium_id)
    trial = queries.find_trial(session, account, within=within)
    if trial is None:
        raise Refused("This account is not on trial.")
    today = today_of(session, within=within, at=at)
    if refusal := refusal_of_end(end, reason=reason, next_end=next_end, today=today):
        field, sentence = refusal
        raise Refused(sentence, field=field)
    trial.decision, trial.reason, trial.decided_at, trial.decided_by_id = end, reason, at, by.person_id
    if end is TrialEnd.CHANGE and next_end:
        session.add(AccountTrial(consortium_id=account.consortium_id, account_id=account.id, ends_on=next_end))
    session.flush()
    note(session, Deed.ACCOUNT_TRIAL_ENDED, account, by=by, at=at, decision=end.told, reason=reason)
    if end is TrialEnd.CLOSE and find_retirement(session, account, within=within) is None:
        begin_retirement(session, account, reason=reason, by=by, at=at)


def review(
    session: Session, accounts: Sequence[Account], end: ReviewEnd, *, reason: str, by: Actor, at: datetime
) -> None:
    """Write down that accounts were looked at, and close them where that came of it; each may be undone by itself.

    Refuses closing without a reason, an emergency account that would be closed with others, and what refuses a step.
    """
    if end is ReviewEnd.RETIRE and not reason.strip():
        raise Refused("Write why they are closed. Everybody who sees the accounts reads it.", field="reason")
    for account in accounts:
        on = today_of(session, within=Scope(account.consortium_id), at=at)
        session.add(
            AccountReview(
                consortium_id=account.consortium_id,
                account_id=account.id,
                decision=end,
                reviewed_on=on,
                reason=reason,
                person_id=by.person_id,
                recorded_at=at,
            )
        )
        session.flush()
        note(session, Deed.ACCOUNT_REVIEWED, account, by=by, at=at, decision=end.told, reason=reason)
        if end is ReviewEnd.RETIRE:
            _close(session, account, on=on, reason=reason, by=by, at=at)


def _close(session: Session, account: Account, *, on: date, reason: str, by: Actor, at: datetime) -> None:
    within = Scope(account.consortium_id)
    kept = queries.details_in(queries.find_detail(session, account, within=within))
    if kept.kind is AccountKind.EMERGENCY_ONLY:
        raise Refused(f"{account.handle} is kept for emergencies. Close it on its own page.")
    take_step(session, account, Step(account.state, AccountState.RETIRED, on, reason), by=by, at=at)


def refuse_drill(session: Session, account: Account) -> None:
    """Refuse drills of an account that is closed, or for other uses than emergencies."""
    refuse_retired(account)
    within = Scope(account.consortium_id)
    if queries.details_in(queries.find_detail(session, account, within=within)).kind is not AccountKind.EMERGENCY_ONLY:
        raise Refused("Drills are for accounts that are kept for emergencies only.")


def hold_drill(
    session: Session, account: Account, *, held_on: date, holder: Person, note_text: str, by: Actor, at: datetime
) -> None:
    """Write down that somebody tried an emergency account out.

    Refuses a day to come, one after the holder's last, and an account for other uses.
    """
    refuse_drill(session, account)
    within = Scope(account.consortium_id)
    if held_on > today_of(session, within=within, at=at):
        raise Refused("The day is in the future. Write the day on which the drill was held.", field="held_on")
    if holder.left_on is not None and holder.left_on < held_on:
        raise Refused(f"{holder.name} had left by then. Choose who held it.", field="holder")
    session.add(
        AccountDrill(
            consortium_id=account.consortium_id,
            account_id=account.id,
            held_on=held_on,
            holder_id=holder.id,
            note=note_text,
            person_id=by.person_id,
            recorded_at=at,
        )
    )
    session.flush()
    note(session, Deed.ACCOUNT_DRILLED, account, by=by, at=at, held_on=held_on, held_by=holder.name)


def begin_retirement(session: Session, account: Account, *, reason: str, by: Actor, at: datetime) -> None:
    """Begin the checklist at whose end the account is closed; refuses one that runs already, and one without a reason."""
    refuse_retired(account)
    if not reason.strip():
        raise Refused("Write why the account is to be closed.", field="reason")
    if find_retirement(session, account, within=Scope(account.consortium_id)):
        raise Refused("The checklist runs already.")
    session.add(
        AccountRetirement(
            consortium_id=account.consortium_id,
            account_id=account.id,
            reason=reason,
            person_id=by.person_id,
            begun_at=at,
        )
    )
    session.flush()
    note(session, Deed.ACCOUNT_RETIREMENT_BEGUN, account, by=by, at=at, reason=reason)


def stop_retirement(session: Session, account: Account, *, by: Actor, at: datetime) -> None:
    """The account stays after all: the checklist is put away with what was ticked."""
    within = Scope(account.consortium_id)
    kept = find_retirement(session, account, within=within)
    if kept is None:
        raise Refused("No checklist runs for this account.")
    for tick in queries.ticks_of(session, account, within=within):
        session.delete(tick.tick)
    session.delete(kept)
    session.flush()
    note(session, Deed.ACCOUNT_RETIREMENT_STEPPED, account, by=by, at=at, task="Stays after all")


def tick(
    session: Session, account: Account, task: RetirementTask, *, note_text: str, by: Actor, at: datetime
) -> RetirementTick:
    """One thing of the checklist is done today; doing it again replaces what was noted."""
    refuse_retired(account)
    within = Scope(account.consortium_id)
    if find_retirement(session, account, within=within) is None:
        raise Refused("No checklist runs for this account.")
    on = today_of(session, within=within, at=at)
    kept = find_tick(session, account, task, within=within)
    if kept is None:
        kept = RetirementTick(consortium_id=account.consortium_id, account_id=account.id, task=task)
        session.add(kept)
    kept.done_on, kept.note = on, note_text
    kept.person_id, kept.recorded_at = by.person_id, at
    session.flush()
    note(session, Deed.ACCOUNT_RETIREMENT_STEPPED, account, by=by, at=at, task=task.label, note=note_text)
    return kept


def set_norms(session: Session, norms: Norms, *, within: Scope, by: Actor, at: datetime) -> None:
    """Say anew what holds for the accounts of a whole consortium."""
    kept = find_norms(session, within=within)
    if kept is None:
        kept = AccountNorms(consortium_id=within.consortium_id)
        session.add(kept)
    kept.hours_per_account, kept.quiet_after_days = norms.hours_per_account, norms.quiet_after_days
    session.flush()
    detail = {"hours_per_account": norms.hours_per_account, "quiet_after_days": norms.quiet_after_days}
    record(session, Deed.ACCOUNT_NORMS_SET, kept, by=by, at=at, detail=detail)
