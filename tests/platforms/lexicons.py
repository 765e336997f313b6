"""Holding questions and answers of the AT Protocol against its lexicons, as the installed package words them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from atproto_client import models
from atproto_client.models.common import XrpcError
from pydantic import BaseModel, ValidationError

from tests.platforms.openapi import Violation

_OK = 200
_STRICT = {"strict_string_format": True}
#: what a query's texts stand for where the lexicon wants no text
_TYPED = {"limit": int, "includePins": lambda text: {"true": True, "false": False}.get(text, text)}
_MANY = {"reasons"}


@dataclass(frozen=True, slots=True)
class _Method:
    answer: type[BaseModel]
    #: of a question; None where something is posted
    params: type[BaseModel] | None = None


_METHODS: Mapping[str, _Method] = {
    "app.bsky.actor.getProfile": _Method(
        models.AppBskyActorDefs.ProfileViewDetailed, models.AppBskyActorGetProfile.Params
    ),
    "app.bsky.feed.getAuthorFeed": _Method(
        models.AppBskyFeedGetAuthorFeed.Response, models.AppBskyFeedGetAuthorFeed.Params
    ),
    "app.bsky.notification.listNotifications": _Method(
        models.AppBskyNotificationListNotifications.Response, models.AppBskyNotificationListNotifications.Params
    ),
    "com.atproto.server.createSession": _Method(models.ComAtprotoServerCreateSession.Response),
}


class Lexicons:
    """The four methods that are called."""

    def check_request(self, target: str) -> None:
        """Raises Violation for an unknown method or parameter, a missing one, or a value that its lexicon forbids."""
        method, params = _method(target).params, parse_qs(urlsplit(target).query, keep_blank_values=True)
        if method is None:
            return
        aliases = {field.alias or name for name, field in method.model_fields.items()}
        if unknown := sorted(set(params) - aliases):
            raise Violation(f"The parameter {unknown[0]} is not known.")
        _check({name: _typed(name, texts) for name, texts in params.items()}, method)

    def check_answer(self, target: str, status: int, body: object) -> None:
        """Raises Violation where the body does not keep the lexicon; records inside must keep their own."""
        if status != _OK:
            return _check_error(body)
        _check(body, _method(target).answer)
        if isinstance(body, Mapping):
            for record in _records(body):
                _check(record, models.AppBskyFeedPost.Record)
        return None


def check_posted(body: bytes) -> None:
    """Raises Violation for a sign-in that the lexicon forbids."""
    _check(json.loads(body), models.ComAtprotoServerCreateSession.Data)


def _check_error(body: object) -> None:
    try:
        XrpcError(**body)  # type: ignore[arg-type]
    except TypeError as error:
        raise Violation(f"This is no error of the protocol: {error}") from error


def _method(target: str) -> _Method:
    name = urlsplit(target).path.removeprefix("/xrpc/")
    if name not in _METHODS:
        raise Violation(f"There is no method {name}.")
    return _METHODS[name]


def _typed(name: str, texts: list[str]) -> Any:
    if name in _MANY:
        return texts
    try:
        return _TYPED.get(name, str)(texts[0])
    except ValueError:
        return texts[0]


def _records(body: Mapping[str, Any]) -> list[object]:
    feed = [item["post"]["record"] for item in body.get("feed", ())]
    return feed + [item["record"] for item in body.get("notifications", ())]


def _check(value: object, model: type[BaseModel]) -> None:
    try:
        model.model_validate(value, context=_STRICT)
    except ValidationError as error:
        raise Violation(f"{model.__qualname__}: {error.errors(include_url=False)[:3]}") from error
