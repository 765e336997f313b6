"""Granting and revoking roles."""

from dataclasses import replace
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
    """End a role; refuses one that the actor may not grant, their own, and the last consortium admin's."""
    scope = Scope(consortium_id=membership.consortium_id)
    place = consortia.get_place_by_id(session, membership.place_id, within=scope)
    if membership.role is Role.CONSORTIUM_ADMIN:
        consortia.root_for_change(session, within=scope)  # two admins who end each other's role: one after the other
    refuse_revoking(session, membership, place, by=by)
    membership.ended_at = at
    detail = {"role": membership.role.value}
    record(session, Deed.MEMBERSHIP_ENDED, membership, by=by, at=at, place_path=place.path, detail=detail)


def refuse_revoking(session: Session, membership: Membership, place: Place, *, by: Actor) -> None:
    """Refuse to end a role that the actor may not grant, the last consortium admin's, and the actor's own."""
    _refuse_wider(membership.role, place, by=by)
    scope = Scope(consortium_id=membership.consortium_id)
    is_admin = membership.role is Role.CONSORTIUM_ADMIN
    if is_admin and holders_of_role(session, membership.role, within=scope) == 1:
        raise Refused("This is the last consortium admin. Grant the role to someone else first.")
    if why_not := why_not_taken_back(membership, place, by=by):
        raise Refused(why_not)


def why_not_taken_back(membership: Membership, place: Place, *, by: Actor) -> str:
    """Why the actor may not end a role that is held at a place, in a sentence, "" where they may.

    It is wider than theirs; or it is their own, and they could not give it back to themselves.
    """
    role = membership.role
    is_root = place.parent_id is None
    if role not in grantable(by, place.path, is_root=is_root):
        return _wider(role)
    others = tuple(held for held in by.grants if (held.role, held.place_id) != (role, place.id))
    if membership.person_id != by.person_id or role in grantable(
        replace(by, grants=others), place.path, is_root=is_root
    ):
        return ""
    whom = "another consortium admin" if role is Role.CONSORTIUM_ADMIN else "another director or a consortium admin"
    return f"This is your own role, and you could not give it back to yourself. Ask {whom} to end it."


def _wider(role: Role) -> str:
    return f"The role {role.label.lower()} is for someone with a wider role than yours to give and to take."


def _refuse_wider(role: Role, place: Place, *, by: Actor) -> None:
    if role not in grantable(by, place.path, is_root=place.parent_id is None):
        raise Refused(_wider(role))
