"""The one way to Meta's Graph interface: a question through facebook-business behind the guard, its answer as data.

The library's own state for a whole process (a default api, a crash reporter) is never touched: each reach gets an api
of its own.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from app.platforms.contract import MOST_POSTS, Malformed, NotAllowed, Reach, SignInExpired
from app.platforms.guard import Limits, guarded_session
from app.platforms.meta.trouble import NOT_META, TooMuchAsked, answer_error, network_error, was_reset
from app.platforms.meta.values import id_of, part
from app.platforms.texts import storable

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
#: what one question is called on the meter; Meta rations them by the hour
CALL = "call"
_FEWEST_AT_ONCE = 5
Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class GraphCalls:
    """Questions to Meta with one token."""

    api: FacebookAdsApi
    reach: Reach
    limits: Limits
    #: the answer to the last question
    heard: list[requests.Response]

    def ask(self, path: str, params: Params) -> Mapping[str, Any]:
        """The answer to one question; a connection that was reset is tried once more."""
        self.reach.meter.check()
        self.reach.meter.count(CALL)
        try:
            try:
                return self._send(path, params)
            except requests.RequestException as error:
                if not was_reset(error):
                    raise
                return self._send(path, params)
        except requests.RequestException as error:
            raise network_error(error) from error

    def pages(self, path: str, params: Params) -> Iterator[list[Mapping[str, Any]]]:
        """The pages of a list: smaller ones where Meta finds them too large, and never one whose place was named before."""
        asked, limit = dict(params), int(params["limit"])
        places: set[str] = set()
        while True:
            try:
                answer = self.ask(path, {**asked, "limit": limit})
            except TooMuchAsked:
                limit //= 2
                if limit < _FEWEST_AT_ONCE:
                    raise
                continue
            yield _listed(answer)
            paging = part(answer, "paging")
            place = str(part(paging, "cursors").get("after") or "")
            if not paging.get("next") or not place or place in places or len(places) > MOST_POSTS:
                return
            places.add(place)
            asked["after"] = place

    def with_token(self, token: str) -> "GraphCalls":
        """The same way with another token, such as that of a page which a person's token led to."""
        return _calls_with(token, self.reach, self.limits)

    def _send(self, path: str, params: Params) -> Mapping[str, Any]:
        self.heard.clear()
        try:
            self.api.call("GET", (path,), params=dict(params))
        except requests.RequestException:
            raise
        except (FacebookRequestError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
            # The library's judgment is passed over: it expects an object, and an object in its error, and stumbles
            # over the rest; and it takes any text for a success, whatever its status.
            if not self.heard:
                raise
        response = self.heard[0]
        answer = _parsed(response)
        if trouble := answer_error(response.status_code, response.headers, answer):
            raise trouble
        if not isinstance(answer, Mapping):
            raise Malformed(NOT_META)
        return answer


def graph_calls(reach: Reach, *, limits: Limits) -> GraphCalls:
    """The way to Meta for this reach; raises SignInExpired without a usable token, NotAllowed for another server."""
    return _calls_with(_usable(reach.token), reach, limits)


def _calls_with(token: str, reach: Reach, limits: Limits) -> GraphCalls:
    heard: list[requests.Response] = []
    session = FacebookSession()
    session.requests = guarded_session(allow_private=reach.allow_private, limits=limits)
    # In a header, since addresses land in logs; and to this address only, since a redirect would take it along.
    session.requests.headers["Authorization"] = f"Bearer {token}"
    session.requests.max_redirects = 0
    session.requests.hooks["response"].append(partial(_hear, heard))
    if reach.base_url:
        if urlsplit(reach.base_url).hostname not in _LOOPBACK:
            raise NotAllowed("Meta is asked at its own address; another server gets no token of it.")
        session.GRAPH = reach.base_url.rstrip("/")
    return GraphCalls(FacebookAdsApi(session), reach, limits, heard)


def _usable(token: str | None) -> str:
    token = (token or "").strip()
    if not token:
        raise SignInExpired("Meta answers only with an access token. Make one for the page.")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SignInExpired("The stored token is not one that Meta could have given.")
    return token


def _hear(heard: list[requests.Response], response: requests.Response, **_: Any) -> None:
    """Keep the answer; JSON is in UTF-8, while requests would guess from the bytes, slowly and sometimes wrongly."""
    response.encoding = "utf-8"
    heard.append(response)


def _parsed(response: requests.Response) -> Any:
    try:
        return storable(json.loads(response.content))
    except (ValueError, RecursionError):
        return None


def _listed(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = answer.get("data")
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise Malformed(NOT_META)
    for item in items:
        id_of(item.get("id"))
    return items
