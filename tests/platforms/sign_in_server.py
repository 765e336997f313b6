"""What the fakes of sign-ins share: a question held against the platform's page, codes handed out, tokens that end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from tests.platforms.api_server import ApiServer, Asked, Beside, Told


@dataclass(slots=True, kw_only=True)
class Consent:
    """Who was let in at one platform, by which code and with which token."""

    #: where people are asked, what the platform knows us by, and the one address that they are sent back to
    address: str
    client_id: str
    redirect_uri: str
    #: what a code begins with
    code: str
    #: codes handed out: what was asked for
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    #: access tokens and when they end
    tokens: dict[str, datetime] = field(default_factory=dict)

    def allow(self, link: str) -> dict[str, str]:
        """What a browser comes back with after somebody followed the link and said yes."""
        asked = self.asked(link)
        code = f"{self.code}{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def asked(self, link: str) -> dict[str, str]:
        """The question, held against the platform's page as the platform would before it shows anything."""
        parts = urlsplit(link)
        asked = dict(parse_qsl(parts.query))
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == self.address
        assert (asked["client_id"], asked["redirect_uri"]) == (self.client_id, self.redirect_uri)
        assert asked["response_type"] == "code"
        return asked

    def give(self, prefix: str, lasts: timedelta) -> str:
        """A new token."""
        token = f"{prefix}{len(self.tokens)}"
        self.tokens[token] = datetime.now(UTC) + lasts
        return token

    def serves(self, token: str) -> bool:
        """Has it not ended, nor been taken back?"""
        return self.tokens.get(token, datetime.min.replace(tzinfo=UTC)) > datetime.now(UTC)


class Answering(Protocol):
    """A fake that stands in front of another."""

    def respond(self, asked: Asked) -> Told:
        """One answer."""
        ...


def bearer_of(asked: Asked) -> str:
    """The token of a question, "" where it brings none."""
    return asked.headers.get("authorization", "").removeprefix("Bearer ")


def given_in(asked: Asked) -> Mapping[str, str]:
    """What was posted as a form."""
    return dict(parse_qsl(asked.posted.decode()))


def stand_before(api: ApiServer, server: Answering, *, token_path: str) -> None:
    """Let a sign-in answer for the platform behind it, whose part must keep its description."""
    api.description = Beside(api.description, frozenset({token_path}))
    api.respond = server.respond
