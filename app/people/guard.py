"""The guard at the door: who is here, which tenant, which place, and whether they may; closed by default."""

from datetime import UTC, datetime, timedelta
from typing import Any

import flask
from flask import Flask, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import Forbidden

from app.access.marks import HasPath, Mark, mark_of
from app.access.rules import Actor, Permission, Scope, may, may_somewhere
from app.consortia import queries as consortia
from app.foundation.clock import now
from app.foundation.database import db, enter_tenant, only_reading
from app.foundation.installation import settings
from app.people.models import LoginSession
from app.people.queries.persons import get_person, places_of_person
from app.people.queries.positions import get_incumbency, get_position
from app.people.queries.roles import get_membership
from app.people.queries.sessions import actor_of, consortia_of, find_live_session

_SEEN = "seen"
_SENDS_FILES = "sends_files"
#: bytes that whoever is not signed in may send: enough for every form at the door
_STRANGERS_MOST = 65_536


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """A live session, as Flask-Login wants to hold it; its id is the opaque token, never the login's."""

    def __init__(self, token: str, row: LoginSession) -> None:
        self.id = token
        self.row = row


def install_guard(app: Flask) -> None:
    """Stand at every door of the app."""
    manager = LoginManager(app)
    manager.user_loader(_load)
    app.before_request(_guard)


def keep_strangers_short() -> None:
    """Take no large body from a browser without a session; the factory calls this before any form is read."""
    if "_user_id" not in flask.session and _SENDS_FILES not in flask.session:
        request.max_content_length = _STRANGERS_MOST


def let_send_files() -> None:
    """From the next request on, take files from this browser though nobody is signed in: it showed a set-up link."""
    flask.session[_SENDS_FILES] = True


def _load(token: str) -> SignedIn | None:
    row = find_live_session(db.session, token, at=now())
    return SignedIn(token, row) if row else None


def _guard() -> ResponseReturnValue | None:
    only_reading(yes=request.method in {"GET", "HEAD", "OPTIONS"})
    view = flask.current_app.view_functions.get(request.endpoint or "")
    mark = mark_of(view) if view else None
    if view is not None and mark is not None and mark.is_public:
        return None
    g.actor = _actor()
    if view is None:
        return None  # no such page: the 404 is drawn for who is here
    if mark is None:
        raise Forbidden("This page names nobody who may see it.")
    if g.actor is None:
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
    _admit(g.actor, mark, request.view_args or {})
    return None


def _admit(actor: Actor, mark: Mark, arguments: dict[str, Any]) -> None:
    """Set the scope of the request, or refuse it: 404 for what is not theirs to know, 403 for what they may not do."""
    g.scope = Scope(consortium_id=actor.consortium_id)
    if mark.permission is None:
        return
    if mark.at is None:
        if not may_somewhere(actor, mark.permission):
            raise Forbidden
        return
    place = mark.at(**arguments)
    if not may(actor, mark.permission, place.path):
        raise Forbidden  # before the place is set: the frame of the 403 tells nothing about it
    g.place = place
    g.scope = Scope(actor.consortium_id, place.id, place.path)


def _actor() -> Actor | None:
    """The person of this request, with the session's tenant entered; None where nobody is signed in."""
    if not current_user.is_authenticated:
        return None
    row: LoginSession = current_user.row
    if _is_idle(row):
        return None
    flask.session[_SEEN] = int(now().timestamp())
    entries = [entry for entry, _ in consortia_of(db.session, row.login_id)]
    g.has_several_consortia = len(entries) > 1
    entry = next((entry for entry in entries if entry.consortium_id == row.consortium_id), None)
    if entry is None:
        return None
    enter_tenant(db.session, entry.consortium_id)
    return actor_of(db.session, entry, on=now().date())


def _is_idle(row: LoginSession) -> bool:
    """Has nobody asked for a page for too long? Before the first page the clock runs from the sign-in."""
    seen = flask.session.get(_SEEN)
    since = datetime.fromtimestamp(seen, UTC) if isinstance(seen, int) else row.created_at
    return now() - since > timedelta(minutes=settings().session_idle_minutes)


def place_in_path(place: str, **_others: object) -> HasPath:
    """``at=`` for ``/at/<place>/…``: the place with this code in the reader's consortium, or NotFound."""
    return consortia.get_place(db.session, place, within=Scope(consortium_id=g.actor.consortium_id))


def root_place(**_others: object) -> HasPath:
    """``at=`` for what only the whole consortium's people may do."""
    return consortia.root_of(db.session, within=Scope(consortium_id=g.actor.consortium_id))


def place_of_person(person_id: int, **_others: object) -> HasPath:
    """``at=`` for a person's pages: of the places they belong to, the one where the reader may do most.

    Where they worked last if they left; the root for someone who belongs nowhere yet.
    """
    scope = Scope(consortium_id=g.actor.consortium_id)
    person = get_person(db.session, person_id, within=scope)
    places = places_of_person(db.session, person, within=scope, on=now().date())
    return min(places, key=_steps_away) if places else root_place()


def _steps_away(place: HasPath) -> int:
    """How little the reader may do with the people of a place: the less, the later."""
    wanted = (Permission.PEOPLE_WRITE, Permission.PEOPLE_READ, Permission.HOME_READ)
    return next((step for step, word in enumerate(wanted) if may(g.actor, word, place.path)), len(wanted))


def place_of_position(position_id: int, **_others: object) -> HasPath:
    """``at=`` for a position's pages: the place it belongs to."""
    return get_position(db.session, position_id, within=Scope(consortium_id=g.actor.consortium_id)).place


def place_of_incumbency(incumbency_id: int, **_others: object) -> HasPath:
    """``at=`` for an incumbency: the place of its position."""
    scope = Scope(consortium_id=g.actor.consortium_id)
    return get_incumbency(db.session, incumbency_id, within=scope).position.place


def place_of_membership(membership_id: int, **_others: object) -> HasPath:
    """``at=`` for a role someone holds: the place it holds at."""
    scope = Scope(consortium_id=g.actor.consortium_id)
    return get_membership(db.session, membership_id, within=scope).place
