"""The door to the outside, by both clients, against real servers: what is refused, what is pinned, what is cut off."""

import gzip
import socket
import ssl
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.platforms.contract import Malformed, NotAllowed, Unreachable
from app.platforms.guard import Limits, Resolver, checked_address, guarded_client, guarded_session, resolve, trusted
from tests.platforms.web_server import WebServer, running_web_server

QUICK = Limits(timeout=0.5, total=1.0, max_bytes=10_000, max_redirects=3)

Get = Callable[..., bytes]


def by_httpx(url: str, *, allow_private: bool = True, resolver: Resolver = resolve) -> bytes:
    with guarded_client(allow_private=allow_private, limits=QUICK, resolver=resolver) as client:
        return client.get(url).content


def by_requests(url: str, *, allow_private: bool = True, resolver: Resolver = resolve) -> bytes:
    with guarded_session(allow_private=allow_private, limits=QUICK, resolver=resolver) as session:
        return session.get(url).content


@pytest.fixture(params=[by_httpx, by_requests], ids=["httpx", "requests"])
def get(request: pytest.FixtureRequest) -> Get:
    return request.param


def always(*addresses: str) -> Resolver:
    return lambda _host, _port: list(addresses)


NEVER_PUBLIC = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0",  # noqa: S104 - an address to refuse
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "192.0.2.1", "2001:db8::1",
    "0.1.2.3", "198.18.0.1", "192.168.255.255", "100.127.255.254", "fec0::1", "::7f00:1", "64:ff9b:1::a00:1",
    "2002:a9fe:a9fe::", "::ffff:0:7f00:1", "::ffff:100.64.0.1", "fd00:ec2::254", "168.63.129.16",
]  # fmt: skip


@pytest.mark.parametrize("address", NEVER_PUBLIC)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(NotAllowed, match="private or reserved"):
        checked_address("https://library.example/", allow_private=False, resolver=always(address))


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::ffff:169.254.169.254",  # noqa: S104 - likewise
        "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "64:ff9b::a9fe:a9fe", "fec0::1",
    ],
)  # fmt: skip
def test_some_addresses_are_refused_even_where_own_servers_are_allowed(address: str) -> None:
    with pytest.raises(NotAllowed):
        checked_address("https://library.example/", allow_private=True, resolver=always(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_passes(address: str) -> None:
    assert checked_address("https://library.example/", allow_private=False, resolver=always(address)) == address


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(NotAllowed):
        checked_address("http://x.example/", allow_private=False, resolver=always("93.184.215.14", "10.0.0.1"))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "[::1]"])
def test_other_ways_of_writing_loopback_are_seen_through(get: Get, host: str, web_server: WebServer) -> None:
    web_server.page("/", b"secret")
    with pytest.raises((NotAllowed, Unreachable, httpx.InvalidURL)):
        get(f"http://{host}:{web_server.port}/", allow_private=False)
    assert web_server.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://user:pw@example.org/",
        "http:///x",
        "http://x:99999/",
        "http://[::1",
    ],
)
def test_other_schemes_and_credentials_are_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        checked_address(url, allow_private=True)


def test_an_unknown_name_is_unreachable(get: Get) -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(Unreachable, match="not known"):
        get("http://nowhere.example/", resolver=unknown)


def test_a_page_comes_through_with_the_name_in_the_host_header(get: Get, web_server: WebServer) -> None:
    web_server.page("/news", b"hello")
    url = f"http://library.example:{web_server.port}/news"
    assert get(url, resolver=always("127.0.0.1")) == b"hello"
    assert web_server.asked == [("/news", f"library.example:{web_server.port}")]


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(get: Get, web_server: WebServer) -> None:
    web_server.page("/", b"hello")
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    url = f"http://rebinding.example:{web_server.port}/"
    assert get(url, resolver=lambda _host, _port: answers.pop(0)) == b"hello"
    assert answers == [["169.254.169.254"]], "the name is resolved once, and the connection goes to that address"
    with pytest.raises(NotAllowed):
        get(url, resolver=lambda _host, _port: answers.pop(0))


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/", "ftp://example.org/"]
)
def test_a_redirect_is_checked_like_the_first_address(get: Get, web_server: WebServer, target: str) -> None:
    url = web_server.redirect("/", target)
    with pytest.raises((NotAllowed, requests.exceptions.InvalidSchema)):
        get(url)


def test_a_redirect_from_a_public_name_to_loopback_is_refused(get: Get, web_server: WebServer) -> None:
    web_server.page("/secret", b"secret")
    web_server.redirect("/", f"http://inside.example:{web_server.port}/secret")

    def resolver(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host == "outside.example" else ["fe80::1"]

    with pytest.raises(NotAllowed):
        get(f"http://outside.example:{web_server.port}/", resolver=resolver)
    assert [path for path, _ in web_server.asked] == ["/"]


def test_redirects_end(get: Get, web_server: WebServer) -> None:
    url = web_server.redirect("/", "/")
    with pytest.raises((httpx.TooManyRedirects, requests.TooManyRedirects)):
        get(url)
    assert len(web_server.asked) == QUICK.max_redirects + 1


def test_a_huge_body_is_cut_off(get: Get, web_server: WebServer) -> None:
    with pytest.raises(Malformed, match="larger"):
        get(web_server.page("/", b"x" * (QUICK.max_bytes + 1)))


def test_a_body_of_just_the_size_passes(get: Get, web_server: WebServer) -> None:
    assert len(get(web_server.page("/", b"x" * QUICK.max_bytes))) == QUICK.max_bytes


def test_a_compressed_bomb_is_cut_off(get: Get, web_server: WebServer) -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    assert len(bomb) < QUICK.max_bytes
    with pytest.raises(Malformed, match="larger"):
        get(web_server.page("/", bomb, Content_Encoding="gzip"))


@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_never_unfolds_in_memory(get: Get, web_server: WebServer, layers: int) -> None:
    bomb = b"\0" * 40_000_000
    for _ in range(layers):
        bomb = gzip.compress(bomb, 1)
    url = web_server.page("/", bomb, Content_Encoding=", ".join(["gzip"] * layers))
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            get(url)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_a_body_packed_as_nobody_asked_is_refused(web_server: WebServer) -> None:
    url = web_server.page("/", b"hello", Content_Encoding="br")
    with guarded_client(allow_private=True) as client, pytest.raises(Malformed, match="did not ask"):
        client.get(url)


def test_a_body_that_only_says_it_is_packed_is_refused(web_server: WebServer) -> None:
    url = web_server.page("/", b"hello", Content_Encoding="gzip")
    with guarded_client(allow_private=True) as client, pytest.raises(Malformed, match="cannot be read"):
        client.get(url)


def test_a_compressed_body_is_read(get: Get, web_server: WebServer) -> None:
    assert get(web_server.page("/", gzip.compress(b"hello"), Content_Encoding="gzip")) == b"hello"


def test_a_trickle_ends_at_the_deadline(get: Get, web_server: WebServer) -> None:
    with pytest.raises(Unreachable, match="too long"):
        get(web_server.trickle("/", pause=0.05))


def test_a_trickle_of_headers_ends_at_the_deadline(get: Get, web_server: WebServer) -> None:
    with pytest.raises(Unreachable, match="too long"):
        get(web_server.trickle_of_headers("/", pause=0.05))


def test_silence_ends_at_the_timeout(get: Get, web_server: WebServer) -> None:
    with pytest.raises((httpx.TimeoutException, requests.exceptions.ConnectionError)):
        get(web_server.trickle("/", pause=1.5))


Sent = dict[str, str]


@pytest.mark.parametrize("target", ["http://other.example:{port}/then", "http://library.example:{other}/then"])
def test_what_is_secret_does_not_follow_to_another_host(web_server: WebServer, target: str) -> None:
    with running_web_server() as elsewhere:
        got: list[Sent] = []
        for server in (web_server, elsewhere):
            server.answer("/then", lambda request: got.append(dict(request.headers)) or request.send_error(404))
        location = target.format(port=web_server.port, other=elsewhere.port)
        web_server.page("/", b"", status=302, Location=location, Set_Cookie="session=secret; Path=/")
        url, loopback = f"http://library.example:{web_server.port}/", always("127.0.0.1")
        with guarded_client(allow_private=True, limits=QUICK, resolver=loopback) as client:
            client.get(url, headers={"Authorization": "Bearer secret"})
        with guarded_session(allow_private=True, limits=QUICK, resolver=loopback) as session:
            session.get(url, headers={"Authorization": "Bearer secret"})
    assert len(got) == 2
    for headers in got:
        assert "Authorization" not in headers
        assert headers["Host"].startswith("library.example") or "Cookie" not in headers


@pytest.mark.parametrize(
    "url",
    [
        "http://library.example@169.254.169.254/", "http://169.254.169.254#@library.example/", "gopher://x.example/",
        "http://library.example\\@169.254.169.254/", "jar:http://x.example/", "http://[::ffff:a9fe:a9fe]/", "//x.example/",
        "http://169.254.169.254.:80/", "http://2852039166/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/", "http://\u2488\u3002",
    ],
)  # fmt: skip
def test_no_way_of_writing_leads_to_the_metadata_of_a_cloud(get: Get, url: str) -> None:
    refusals = (NotAllowed, Unreachable, httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError)
    with pytest.raises(refusals):
        get(url, allow_private=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for library.example that signs itself; key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "library.example")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("library.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "library.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[WebServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running_web_server(tls=context) as server:
        server.page("/", b"hello")
        yield server


def test_tls_speaks_to_the_name_and_not_to_the_pinned_address(
    tls_server: WebServer, certificate: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    trusted.cache_clear()
    request.addfinalizer(trusted.cache_clear)
    loopback = always("127.0.0.1")
    right, wrong = (f"https://{name}.example:{tls_server.port}/" for name in ("library", "other"))
    assert by_httpx(right, resolver=loopback) == b"hello"
    with pytest.raises(httpx.ConnectError, match=r"(?i)certificate"):
        by_httpx(wrong, resolver=loopback)
    with guarded_session(allow_private=True, limits=QUICK, resolver=loopback) as session:
        session.verify = str(certificate)
        assert session.get(right).content == b"hello"
        with pytest.raises(requests.exceptions.SSLError, match=r"(?i)certificate"):
            session.get(wrong)
