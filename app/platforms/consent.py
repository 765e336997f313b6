"""Where a person is sent to allow us in: a platform's or a server's sign-in, by OAuth 2.0 with a code.

Nothing here talks to anybody, so that a page can make the link; what talks is in ``oauth.py``, for workers.
"""

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from app.platforms.catalogue import SignIn

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Client:
    """This installation as one platform or server knows it."""

    sign_in: SignIn
    client_id: str
    client_secret: str = field(repr=False)
    #: the one address to which people are sent back
    redirect_uri: str
    #: the server, where the platform has many, or one of tests on this machine
    server: str | None = None

    @property
    def issuer(self) -> str:
        """How the sender of an answer names itself (RFC 9207)."""
        return origin_of(self.server) if self.server else self.sign_in.issuer

    @property
    def token_url(self) -> str:
        """Where a code is given for a token."""
        return _at(self.server, self.sign_in.token)

    def link(self, *, state: str, verifier: str) -> str:
        """The address of the sign-in, with what ties its answer to this question."""
        more: dict[str, str] = dict(self.sign_in.more)
        if self.sign_in.pkce:
            more |= {"code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256"}
        uri: str = prepare_grant_uri(
            _at(self.server, self.sign_in.authorize),
            client_id=self.client_id,
            response_type="code",
            redirect_uri=self.redirect_uri,
            scope=" ".join(self.sign_in.scopes),
            state=state,
            **more,
        )
        return uri


def server_of(sign_in: SignIn, base_url: str | None) -> str | None:
    """The server to ask: the account's own where each has its own, one on this machine in tests, else None.

    A platform with one address is asked there and nowhere else, since what we know it by must not go to another host.
    """
    if not base_url:
        return None
    is_own = sign_in.registers or (urlsplit(base_url).hostname or "") in _LOOPBACK
    return origin_of(base_url) if is_own else None


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _at(server: str | None, address: str) -> str:
    return urljoin(server, urlsplit(address).path) if server else address
