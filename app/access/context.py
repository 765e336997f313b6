"""Who is here in this request, and where: set by the guard, read by views."""

from typing import Any

from flask import g, has_request_context

from app.access.rules import Actor, Permission, Scope, may


def current_actor() -> Actor:
    """The person of this request; only behind ``@requires``."""
    actor: Actor = g.actor
    return actor


def find_actor() -> Actor | None:
    """The person of this request, None where nobody is signed in."""
    return g.get("actor") if has_request_context() else None


def has_several_consortia() -> bool:
    """May the person of this request change over to another consortium?"""
    return bool(g.get("has_several_consortia"))


def current_scope() -> Scope:
    """The place the guard found for this view, and all below it; the whole consortium for ``at=anywhere``."""
    scope: Scope = g.scope
    return scope


def whole_consortium() -> Scope:
    """Everything of the reader's own consortium, whatever place the page is about."""
    return Scope(consortium_id=current_actor().consortium_id)


def current_place() -> Any:
    """The place record that the guard loaded for this view."""
    return g.place


def may_here(permission: Permission) -> bool:
    """May the reader do this at the page's place? For buttons: a page offers only what would be allowed."""
    actor = find_actor()
    return actor is not None and may(actor, permission, g.scope.path)
