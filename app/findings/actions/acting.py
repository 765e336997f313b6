"""Answering a finding: what somebody will do about it, by when, and that it is done."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.consortia.queries import today_of
from app.findings import queries
from app.findings.models import Finding, FindingAction
from app.findings.rules.states import FindingState
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.models import Position


@dataclass(frozen=True, slots=True)
class Step:
    """What will be done, by when."""

    words: str
    due_on: date


def act_on(
    session: Session, finding: Finding, owner: Position, step: Step, *, by: Actor, at: datetime
) -> FindingAction:
    """Set an action.

    Refuses a finding that is put right, a day that is over, and the same step twice.
    """
    if finding.state is not FindingState.OPEN:
        raise Refused("This finding is put right already, so nothing has to be done.")
    within = Scope(finding.consortium_id)
    if step.due_on < today_of(session, within=within, at=at):
        raise Refused("Choose a day that is still to come.", field="due_on")
    known = queries.actions_on(session, [finding], within=within).get(finding.id, [])
    if any((each.words, each.owner_id, each.due_on) == (step.words, owner.id, step.due_on) for each in known):
        raise Refused("This action is set already.")
    action = FindingAction(
        consortium_id=finding.consortium_id,
        finding_id=finding.id,
        words=step.words,
        owner_id=owner.id,
        due_on=step.due_on,
        set_at=at,
    )
    session.add(action)
    session.flush()
    detail = {"finding": finding.title, "step": step.words, "due_on": step.due_on, "owner": owner.title}
    record(session, Deed.FINDING_ACTED_ON, finding, by=by, at=at, place_path=finding.place.path, detail=detail)
    return action


def finish(session: Session, action: FindingAction, finding: Finding, *, by: Actor, at: datetime) -> None:
    """Say that an action is done; whether the rule is met, the next check tells. Refuses one that is done."""
    if action.done_on is not None:
        raise Refused("This action is done already.")
    action.done_on = today_of(session, within=Scope(finding.consortium_id), at=at)
    _note(session, Deed.FINDING_STEP_DONE, action, finding, by=by, at=at)


def reopen(session: Session, action: FindingAction, finding: Finding, *, by: Actor, at: datetime) -> None:
    """Take back that an action is done. Refuses one that is not."""
    if action.done_on is None:
        raise Refused("This action is not done yet.")
    action.done_on = None
    _note(session, Deed.FINDING_STEP_REOPENED, action, finding, by=by, at=at)


def _note(session: Session, deed: Deed, action: FindingAction, finding: Finding, *, by: Actor, at: datetime) -> None:
    detail = {"finding": finding.title, "step": action.words, "owner": action.owner.title}
    record(session, deed, finding, by=by, at=at, place_path=finding.place.path, detail=detail)
