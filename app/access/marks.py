"""Marks on views: what a door asks of who comes through it; a view without one is never served."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from app.access.rules import Permission

View = TypeVar("View", bound=Callable[..., Any])


class HasPath(Protocol):
    """A place, as far as a door needs to know it."""

    id: int
    consortium_id: int
    path: str


@dataclass(frozen=True)
class Mark:
    """``permission`` None asks for none; ``at`` finds the place from the view's arguments.

    ``at`` None means "at some place": the permission must be held anywhere in the consortium.
    """

    permission: Permission | None
    at: Callable[..., HasPath] | None = None
    #: open to those who are not signed in
    is_public: bool = False


def requires(permission: Permission, *, at: Callable[..., HasPath] | None) -> Callable[[View], View]:
    """Only for those who hold the permission at the place that ``at(**view_arguments)`` finds.

    ``at`` is :data:`anywhere` for pages of the whole consortium, ``place_in_path`` for ``/at/<place>/…``, or a
    function that loads the record and answers its place. It raises NotFound for another tenant's id.
    """

    def mark(view: View) -> View:
        view.access_mark = Mark(permission, at)  # type: ignore[attr-defined]  # a mark the guard reads
        return view

    return mark


#: ``at=anywhere``: the page shows what belongs to the whole consortium.
anywhere = None


def anyone(view: View) -> View:
    """Open to the public: sign-in, health, assets."""
    view.access_mark = Mark(None, is_public=True)  # type: ignore[attr-defined]  # a mark the guard reads
    return view


def signed_in(view: View) -> View:
    """For whoever is signed in, whatever their roles: switching the consortium, their own settings."""
    view.access_mark = Mark(None)  # type: ignore[attr-defined]  # a mark the guard reads
    return view


def mark_of(view: Callable[..., Any]) -> Mark | None:
    """The mark a view carries, None where its door stays shut."""
    return getattr(view, "access_mark", None)
