"""The one way to X: a question through tweepy behind the guard, its answer as plain data."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy

from app.platforms.contract import Malformed, NotAllowed, PlatformError, Reach, SignInExpired
from app.platforms.guard import GuardedAdapter, Limits, guarded_session, resolve
from app.platforms.texts import storable
from app.platforms.x.trouble import NOT_X, names_unknown_field, translated, was_reset
from app.platforms.x.words import VOCABULARIES, Vocabulary

#: the host is fixed inside tweepy
_HOST = "https://api.twitter.com"
#: what X bills, as its prices name it
POST, USER = "post", "user"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

# At the level of debugging tweepy writes the headers of each question, the token among them.
logging.getLogger("tweepy.client").setLevel(logging.INFO)


class _ElsewhereAdapter(GuardedAdapter):
    """Sends what is meant for X to a server on this machine instead, for tests and trials."""

    def __init__(self, base_url: str, *, reach: Reach, limits: Limits) -> None:
        super().__init__(allow_private=reach.allow_private, limits=limits, resolver=resolve)
        self._base_url = base_url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """One hop to the other server."""
        request.url = self._base_url + str(request.url).removeprefix(_HOST)
        return super().send(request, *args, **kwargs)


@dataclass(slots=True)
class XCalls:
    """Questions to X with one token; remembers which vocabulary X understood last."""

    client: tweepy.Client
    reach: Reach
    speaks: Vocabulary = field(default=VOCABULARIES[0])

    def ask(self, path: str, params: Mapping[str, str | int]) -> Mapping[str, Any]:
        """The answer to one question, which is affordable; a connection that was reset is tried once more."""
        try:
            response = self._send(path, params)
        except requests.RequestException as error:
            if not was_reset(error):
                raise translated(error) from error
            response = self._again(path, params)
        return _read(response)

    def ask_for_posts(self, path: str, params: Mapping[str, str | int]) -> Mapping[str, Any]:
        """The same for posts, worded in the vocabulary that X understands."""
        try:
            answer = self._ask_in(self.speaks, path, params)
        except PlatformError as error:
            if not names_unknown_field(error):
                raise
        else:
            if _is_whole(answer):
                return answer
        self.speaks = next(other for other in VOCABULARIES if other is not self.speaks)
        return self._ask_in(self.speaks, path, params)

    def _ask_in(self, words: Vocabulary, path: str, params: Mapping[str, str | int]) -> Mapping[str, Any]:
        answer = self.ask(path, {**params, words.parameter: ",".join(words.fields)})
        data = answer.get("data")
        self.reach.meter.count(POST, len(data) if isinstance(data, list) else 0)
        return answer

    def _again(self, path: str, params: Mapping[str, str | int]) -> requests.Response:
        try:
            return self._send(path, params)
        except requests.RequestException as error:
            raise translated(error) from error

    def _send(self, path: str, params: Mapping[str, str | int]) -> requests.Response:
        try:
            response: requests.Response = self.client.request("GET", path, params=dict(params))
        except tweepy.HTTPException as error:
            raise translated(error) from error
        except (AttributeError, TypeError, KeyError) as error:
            # tweepy expects an object of problems under a status that is none of 200, and stumbles over the rest
            raise Malformed(NOT_X) from error
        except ValueError as error:
            if isinstance(error, requests.RequestException):
                raise
            raise Malformed(NOT_X) from error  # a time to wait until that is no number
        return response


def x_calls(reach: Reach, *, limits: Limits) -> XCalls:
    """The way to X for this reach; raises SignInExpired without a usable token, NotAllowed for a base of elsewhere."""
    # Never asked to wait: tweepy would sleep in the worker.
    client = tweepy.Client(bearer_token=_usable(reach.token), wait_on_rate_limit=False)
    client.session = guarded_session(allow_private=reach.allow_private, limits=limits)
    if reach.base_url:
        if urlsplit(reach.base_url).hostname not in _LOOPBACK:
            raise NotAllowed("X is asked at its own address; another server gets no token of X.")
        client.session.mount(_HOST, _ElsewhereAdapter(reach.base_url.rstrip("/"), reach=reach, limits=limits))
    return XCalls(client, reach)


def _usable(token: str | None) -> str:
    token = (token or "").strip()
    if not token:
        raise SignInExpired("X answers only with a bearer token. Make one on X's page for developers.")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SignInExpired("The stored token is not one that X could have given.")
    return token


def _read(response: requests.Response) -> Mapping[str, Any]:
    try:
        answer = storable(json.loads(response.content))
    except (ValueError, RecursionError) as error:
        raise Malformed(NOT_X) from error
    if not isinstance(answer, Mapping):
        raise Malformed(NOT_X)
    return answer


def _is_whole(answer: Mapping[str, Any]) -> bool:
    """Did X understand which fields were asked for? One that knows only the other words passes over ours."""
    data = answer.get("data")
    if not isinstance(data, list):
        return True
    return all("created_at" in post for post in data if isinstance(post, Mapping))
