"""What a library's board decides about an issued version: an event with a day and a vote."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.access.rules import Actor, Scope
from app.background.actions import ask_afresh
from app.consortia.models import Place
from app.consortia.queries import today_of
from app.consortia.rules.places import PlaceKind
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.policies import queries
from app.policies.models import Adoption, Version
from app.policies.rules.states import LEGAL_DECISIONS, AdoptionDecision
from app.web.filters import day

#: the name under which a room above learns that other rules bind now
CHANGED = "policies.changed"


@dataclass(frozen=True, slots=True)
class Vote:
    """The day of the board's decision and how it voted, as minuted."""

    decided_on: date
    words: str = ""


def adopt(
    session: Session, version: Version, place: Place, vote: Vote, *, in_force_on: date, by: Actor, at: datetime
) -> Adoption:
    """Bind a library by a version from a day on; the version it followed before ends the day before.

    Refuses a version that is not published or adopted already, a place that is no library, and days that do not
    follow each other: decision, start, and the start of the version itself.
    """
    queries.policy_for_change(session, version.policy_id, within=Scope(version.consortium_id))
    _refuse_unfit(version, place, vote, AdoptionDecision.ADOPTED, today=_today(session, place, at))
    if version.in_force_on is not None and in_force_on < version.in_force_on:
        first = day(version.in_force_on)
        raise Refused(
            f"Version {version.number} is in force from {first}. Choose that day or later.", field="in_force_on"
        )
    if in_force_on < vote.decided_on:
        raise Refused("A decision cannot bind days before it was taken.", field="in_force_on")
    before = queries.find_adoption_bound(session, version.policy, place, within=Scope(version.consortium_id))
    if before is not None:
        _end(before, version, place, last_on=in_force_on - timedelta(days=1))
        session.flush()
    adoption = _add(session, version, place, vote, in_force_on=in_force_on, by=by, at=at)
    ask_afresh(session, CHANGED, {}, consortium_id=version.consortium_id, at=at, key=CHANGED)
    return adoption


def decline(session: Session, version: Version, place: Place, vote: Vote, *, by: Actor, at: datetime) -> Adoption:
    """Record that a library does not follow a version; what it follows now stays.

    Refuses a policy that is required by agreement, and what :func:`adopt` refuses.
    """
    queries.policy_for_change(session, version.policy_id, within=Scope(version.consortium_id))
    _refuse_unfit(version, place, vote, AdoptionDecision.DECLINED, today=_today(session, place, at))
    within = Scope(version.consortium_id)
    decided = queries.adoptions_of(session, version.policy, within=Scope(place.consortium_id, place.id, place.path))
    if any(one.version_id == version.id and one.decision is AdoptionDecision.DECLINED for one in decided):
        raise Refused(f"{place.name} declined version {version.number} already.")
    before = queries.find_adoption_bound(session, version.policy, place, within=within)
    if before is not None and before.version_id == version.id:
        raise Refused(f"{place.name} follows version {version.number} already and cannot decline it now.")
    return _add(session, version, place, vote, in_force_on=None, by=by, at=at)


def _today(session: Session, place: Place, at: datetime) -> date:
    return today_of(session, within=Scope(place.consortium_id), at=at)


def _refuse_unfit(version: Version, place: Place, vote: Vote, decision: AdoptionDecision, *, today: date) -> None:
    if place.kind is not PlaceKind.LIBRARY:
        raise Refused("A policy is adopted by a library, for all its branches. Choose a library.")
    if not version.is_published:
        raise Refused(f"Version {version.number} is not published yet, so there is nothing to decide on.")
    if decision not in LEGAL_DECISIONS[version.policy.force]:
        raise Refused(f"{version.policy.code} is required by agreement, so it cannot be declined.", field="decision")
    if vote.decided_on > today:
        raise Refused(
            "The day of the decision is still to come. Record it once the board has decided.", field="decided_on"
        )


def _end(before: Adoption, version: Version, place: Place, *, last_on: date) -> None:
    if before.version_id == version.id:
        raise Refused(f"{place.name} follows version {version.number} already.")
    if before.in_force_on is not None and last_on < before.in_force_on:
        first = day(before.in_force_on)
        raise Refused(
            f"{place.name} follows version {before.version.number} from {first}. Choose a later day.",
            field="in_force_on",
        )
    before.ended_on = last_on


def _add(
    session: Session, version: Version, place: Place, vote: Vote, *, in_force_on: date | None, by: Actor, at: datetime
) -> Adoption:
    adoption = Adoption(
        consortium_id=version.consortium_id,
        policy_id=version.policy_id,
        version_id=version.id,
        place_id=place.id,
        decision=AdoptionDecision.DECLINED if in_force_on is None else AdoptionDecision.ADOPTED,
        decided_on=vote.decided_on,
        in_force_on=in_force_on,
        vote=vote.words,
        recorded_at=at,
    )
    session.add(adoption)
    session.flush()
    deed = Deed.POLICY_DECLINED if in_force_on is None else Deed.POLICY_ADOPTED
    detail = {"policy": version.policy.code, "version": version.number, "in_force_on": in_force_on, "vote": vote.words}
    record(session, deed, adoption, by=by, at=at, place_path=place.path, detail=detail)
    return adoption
