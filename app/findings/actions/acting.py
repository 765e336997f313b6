"""Answering a finding: what somebody will do about it, by when."""

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
