"""Search in every header, and the page that changes the place: both look on the server, however large the tree is."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template, request, url_for

from app.access.context import current_actor, current_scope
from app.access.marks import anywhere, requires
from app.access.rules import Permission, paths_where
from app.accounts.queries.searching import search_accounts
from app.consortia.queries.searching import search_places
from app.desk.navigation import find_door, here
from app.desk.views.homes import blueprint
from app.foundation.database import db
from app.foundation.searching import Found
from app.people.queries.searching import search_people
from app.platforms.catalogue import get_platform
from app.policies.queries.searching import search_policies
from app.web.paging import page_asked

#: results of each kind while all kinds are shown
_GLIMPSE = 5
_PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class _Hit:
    """One line of what was found."""

    title: str
    where: str
    url: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of thing that can be found: what it asks for, and how it is looked for."""

    key: str
    label: str
    permission: Permission
    look: Callable[[str, tuple[str, ...], int, int], Found[_Hit]]


@blueprint.get("/search")
@requires(Permission.HOME_READ, at=anywhere)
def search() -> str:
    """Places, people, accounts and policies that hold every word of ``q``; ``kind`` shows all of one kind."""
    words = " ".join(request.args.get("q", "").split())
    actor = current_actor()
    open_to = [(kind, paths) for kind in _KINDS if (paths := paths_where(actor, kind.permission))]
    chosen = next((kind for kind, _ in open_to if kind.key == request.args.get("kind")), None)
    page = page_asked()
    size = _PAGE_SIZE if chosen else _GLIMPSE
    found = [
        (kind, kind.look(words, paths, size if kind is chosen or not chosen else 0, (page - 1) * size if chosen else 0))
        for kind, paths in open_to
        if words
    ]
    return render_template(
        "desk/search.html",
        words=words,
        kinds=[(kind, hits) for kind, hits in found if kind is chosen or not chosen],
        kind_tabs=[("Everything", _url(words), sum(hits.total for _, hits in found), not chosen, "found")]
        + [(kind.label, _url(words, kind.key), hits.total, kind is chosen, "found") for kind, hits in found],
        total=sum(hits.total for _, hits in found),
        chosen=chosen,
        page=page,
        page_size=size,
        all_url=lambda kind: _url(words, kind.key),
        url_of_page=lambda number: _url(words, chosen.key if chosen else None, number),
    )


def _url(words: str, kind: str | None = None, page: int | None = None) -> str:
    return url_for("desk.search", q=words or None, kind=kind, page=page if page and page > 1 else None)


def _places(words: str, paths: tuple[str, ...], limit: int, offset: int) -> Found[_Hit]:
    found = search_places(db.session, words, within=current_scope(), paths=paths, limit=limit, offset=offset)
    hits = [
        _Hit(place.name, f"{place.kind.label}{f', {above}' if above else ''}", url_for("desk.at", place=place.code))
        for place, above in found.rows
    ]
    return Found(hits, found.total)


def _people(words: str, paths: tuple[str, ...], limit: int, offset: int) -> Found[_Hit]:
    found = search_people(db.session, words, within=current_scope(), paths=paths, limit=limit, offset=offset)
    hits = [_Hit(person.name, person.email or "", url_for("desk.person", person_id=person.id)) for person in found.rows]
    return Found(hits, found.total)


def _accounts(words: str, paths: tuple[str, ...], limit: int, offset: int) -> Found[_Hit]:
    found = search_accounts(db.session, words, within=current_scope(), paths=paths, limit=limit, offset=offset)
    hits = [
        _Hit(
            account.handle,
            f"{get_platform(account.platform).label}, {account.place.name}",
            url_for("desk.account", account_id=account.id),
        )
        for account in found.rows
    ]
    return Found(hits, found.total)


def _policies(words: str, _paths: tuple[str, ...], limit: int, offset: int) -> Found[_Hit]:
    found = search_policies(db.session, words, within=current_scope(), limit=limit, offset=offset)
    hits = [
        _Hit(
            f"{policy.code} {policy.title}",
            f"Clause {clause.number}: {clause.title}" if clause else "",
            url_for("policies.show", code=policy.slug, _anchor=f"clause-{clause.number}" if clause else None),
        )
        for policy, clause in found.rows
    ]
    return Found(hits, found.total)


_KINDS = (
    _Kind("places", "Places", Permission.HOME_READ, _places),
    _Kind("people", "People", Permission.PEOPLE_READ, _people),
    _Kind("accounts", "Accounts", Permission.ACCOUNTS_READ, _accounts),
    _Kind("policies", "Policies", Permission.POLICIES_READ, _policies),
)


@blueprint.get("/choose")
@requires(Permission.HOME_READ, at=anywhere)
def choose() -> str:
    """Go to another place and stay in the section: ``to`` is the section, ``q`` the words of its name, code or town."""
    words = " ".join(request.args.get("q", "").split())
    door = find_door(request.args.get("to", ""))
    actor = current_actor()
    page = page_asked()
    found = search_places(
        db.session,
        words,
        within=current_scope(),
        paths=paths_where(actor, door.permission),
        limit=_PAGE_SIZE,
        offset=(page - 1) * _PAGE_SIZE,
    )
    return render_template(
        "desk/choose.html",
        words=words,
        to=door.endpoint,
        section=door.label,
        rows=[(place, above, url_for(door.endpoint, place=place.code)) for place, above in found.rows],
        current=here(db.session, actor),
        total=found.total,
        page=page,
        page_size=_PAGE_SIZE,
        url_of_page=lambda number: url_for("desk.choose", q=words or None, to=door.endpoint, page=number),
    )
