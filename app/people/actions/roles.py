"""Granting and revoking roles."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Actor, Role, Scope, grantable
from app.consortia import queries as consortia
from app.consortia.models import Place
from app.foundation.errors import Refused
from app.history.actions import record
from app.history.rules import Deed
from app.people.actions.links import end_links, refuse_left
from app.people.models import Membership, Person
from app.people.queries.roles import holders_of_role


def grant(session: Session, person: Person, role: Role, place: Place, *, by: Actor, at: datetime) -> Membership:
    """Grant a role at a place and below it; a role that is held there already is returned as it is.

    Refuses a role wider than the actor's own. Links made for the person before end: who made one knows it, and was
    not asked to open the door to this role.
    """
    _refuse_wider(role, place, by=by)
    refuse_left(session, person, at=at)
    held = session.scalar(
        sa.select(Membership).where(
            Membership.consortium_id == person.consortium_id,
            Membership.person_id == person.id,
            Membership.place_id == place.id,
            Membership.role == role,
            Membership.ended_at.is_(None),
        )
    )
    if held:
        return held
    membership = Membership(
        consortium_id=person.consortium_id, person_id=person.id, place_id=place.id, role=role, granted_at=at
    )
    session.add(membership)
    session.flush()
    end_links(session, person, at=at)
    detail = {"person": person.name, "role": role.value, "place": place.name}
    record(session, Deed.MEMBERSHIP_GRANTED, membership, by=by, at=at, place_path=place.path, detail=detail)
    return membership


def revoke(session: Session, membership: Membership, *, by: Actor, at: datetime) -> None:
    """End a role; refuses one that the actor may not grant, one that has ended, and the last consortium admin's."""
    scope = Scope(consortium_id=membership.consortium_id)
    place = consortia.get_place_by_id(session, membership.place_id, within=scope)
    _refuse_wider(membership.role, place, by=by)
    if membership.role is Role.CONSORTIUM_ADMIN:
        consortia.root_for_change(session, within=scope)  # two admins who end each other's role: one after the other
        if holders_of_role(session, membership.role, within=scope) == 1:
            raise Refused("This is the last consortium admin. Grant the role to someone else first.")
    membership.ended_at = at
    detail = {"role": membership.role.value}
    record(session, Deed.MEMBERSHIP_ENDED, membership, by=by, at=at, place_path=place.path, detail=detail)


def _refuse_wider(role: Role, place: Place, *, by: Actor) -> None:
    if role not in grantable(by, place.path, is_root=place.parent_id is None):
        raise Refused(f"The role {role.label.lower()} is for someone with a wider role than yours to give and to take.")
