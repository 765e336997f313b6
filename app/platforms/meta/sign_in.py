"""Which page a token speaks for: its own where it is a page's token, or one of those that a person manages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.foundation.errors import Refused
from app.platforms.contract import Identity, Malformed, SignInExpired
from app.platforms.meta.calls import GraphCalls
from app.platforms.meta.trouble import NOT_META, FieldUnknown
from app.platforms.meta.values import id_of, part, text_of
from app.platforms.recognize import recognize

#: asked of every page: enough to find the one that is meant
_NAMES = ("id", "name", "username", "link")
INSTAGRAM = "instagram_business_account"
#: the most pages of a person that are looked at, and that a sentence names
_MOST_PAGES = 1000
_MOST_NAMED = 3
_PAGES_AT_ONCE = 100
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A way to Meta as one page, and what it says of itself."""

    calls: GraphCalls
    facts: Facts
    #: fields that Meta knows no more
    unknown: tuple[str, ...] = ()

    @property
    def page_id(self) -> str:
        """The page's id."""
        return id_of(self.facts.get("id"))


def signed_in(calls: GraphCalls, fields: tuple[str, ...], *, is_meant: Callable[[Facts], bool]) -> SignedIn:
    """The page that is meant, with these fields of it; one that Meta no longer knows costs the others nothing.

    Raises SignInExpired, naming the pages that the token does speak for, where none of them is the one.
    """
    asked = [*_NAMES, *fields]
    unknown: list[str] = []
    path = "me"
    while True:
        try:
            pages = (
                _own_pages(calls, asked) if path == "me/accounts" else [calls.ask(path, {"fields": ",".join(asked)})]
            )
            break
        except FieldUnknown as error:
            if error.node == "User" and path == "me":
                path, asked = "me/accounts", [*asked, "access_token"]
                continue
            asked = _without(asked, error)
            unknown.append(error.field)
    page = next((page for page in pages if is_meant(page)), None)
    if page is None:
        raise SignInExpired(_of_others(pages))
    token = page.get("access_token")
    is_persons = path == "me/accounts"
    if is_persons and not (isinstance(token, str) and token.isascii() and token.isprintable() and token):
        raise SignInExpired(
            "This sign-in may see the page and not act for it. Make a token of somebody with a role there."
        )
    return SignedIn(calls.with_token(str(token)) if is_persons else calls, page, tuple(unknown))


def is_page(identity: Identity) -> Callable[[Facts], bool]:
    """Is it the page of this address: by its id, its user name, whose dots mean nothing, or its link?"""

    def is_meant(page: Facts) -> bool:
        page_id = text_of(str(page.get("id") or ""))
        if identity.external_id:
            return page_id == identity.external_id
        handle = identity.handle.lstrip("@")
        if page_id and page_id in {handle, handle.rpartition("-")[2]}:
            return True
        username = text_of(page.get("username"))
        if username and _plain(username) == _plain(handle):
            return True
        return _url_of(text_of(page.get("link"))) == identity.url

    return is_meant


def has_instagram(identity: Identity) -> Callable[[Facts], bool]:
    """Is the Instagram profile of this address the one behind the page?"""

    def is_meant(page: Facts) -> bool:
        profile = part(page, INSTAGRAM)
        if identity.external_id:
            return str(profile.get("id")) == identity.external_id
        return text_of(profile.get("username")).lower() == identity.handle.lstrip("@").lower()

    return is_meant


def _own_pages(calls: GraphCalls, fields: list[str]) -> list[Facts]:
    pages: list[Facts] = []
    for listed in calls.pages("me/accounts", {"fields": ",".join(fields), "limit": _PAGES_AT_ONCE}):
        pages.extend(listed)
        if len(pages) >= _MOST_PAGES:
            break
    return pages


def _without(asked: list[str], error: FieldUnknown) -> list[str]:
    """The fields but the one that Meta does not know; raises where that is none of them, or one that is needed."""
    kept = [field for field in asked if field.partition("{")[0] != error.field]
    if len(kept) == len(asked):
        raise error  # one of the fields inside another
    if error.field in {"id", "access_token", INSTAGRAM}:
        raise Malformed(NOT_META) from error
    return kept


def _plain(username: str) -> str:
    return username.replace(".", "").lower()


def _url_of(link: str) -> str:
    try:
        return recognize(link).url
    except Refused:
        return ""


def _of_others(pages: list[Facts]) -> str:
    if not pages:
        return "This sign-in manages no page that it lets us see. Allow it pages_show_list, and choose the page there."
    named = ", ".join(_named(page) for page in pages[:_MOST_NAMED])
    more = f" and {len(pages) - _MOST_NAMED} more" if len(pages) > _MOST_NAMED else ""
    return f"This token belongs to {named}{more}, and not to the account registered here. Make one for this account."


def _named(page: Facts) -> str:
    name = text_of(page.get("name")).strip() or "a page without a name"
    profile = text_of(part(page, INSTAGRAM).get("username"))
    behind = f", with @{profile} on Instagram" if profile else ""
    return f"the page “{name[:80]}” ({id_of(page.get('id'))[:40]}{behind})"
