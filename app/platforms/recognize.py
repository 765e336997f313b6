"""From a pasted address to the account it names: which platform, which handle, one canonical address.

What has no address, such as a sheet of paper, is named instead (“Sign-up sheet: children's desk”) and gets an inner
address that leads nowhere.
"""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, unquote, urlencode

import httpx

from app.foundation.errors import Refused
from app.platforms.catalogue import AccountShape, Platform, catalogue, get_platform, under
from app.platforms.contract import Identity

_LONGEST = 2000
_HIGHEST_PORT = 65535
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*://", re.IGNORECASE)
#: something before a colon that is no host with a port: javascript:, mailto:, data:
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:(?!\d)", re.IGNORECASE)
_FEDIVERSE_NAME = re.compile(r"@(?P<user>[A-Za-z0-9_.\-]{1,64})@(?P<host>[A-Za-z0-9.\-]+(?::\d+)?)")
_FEDIVERSE_PATH = re.compile(r"/(?:web/)?(?:@|users/)(?P<user>[A-Za-z0-9_.\-]{1,64})(?:@(?P<host>[A-Za-z0-9.\-]+))?"
                             r"(?:/(?:with_replies|media|followers|following|featured))?")  # fmt: skip
_FEDIVERSE_POST = re.compile(r"/(?:web/)?(?:@|users/)[^/]+/(?:statuses/)?[0-9A-Z]{6,}")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?")
_INNER = "urn:concordance:"
_LONGEST_NAME = 80
_PLAIN = "!$%&'()*+,/:;=@~"
_WHOLE_ADDRESS = "Paste the whole web address of the account, such as https://mastodon.social/@library."


def recognize(url: str) -> Identity:
    """The account that this address names.

    Tracking, mobile hosts, trailing slashes and case make no difference. Refuses what is no http or https address,
    a sign-in page, a shortened link, and the address of one post, a group or a person instead of the account.
    """
    if named := _named(url.strip()):
        return named
    address = _parsed(url)
    host = address.host
    if under(host, catalogue().shorteners):
        raise Refused("This is a shortened link. Open it and paste the address it leads to.", field="url")
    if here := [platform for platform in catalogue().platforms if platform.lives_at(host)]:
        return _on_one_of(here, address)
    if set(address.path.lower().split("/")) & catalogue().sign_in_paths:
        raise Refused("This is a sign-in page. Paste the public address of the account.", field="url")
    return _on_own_server(address)


def _parsed(text: str) -> httpx.URL:
    text = text.strip()
    if len(text) > _LONGEST:
        raise Refused(f"An address may be up to {_LONGEST:,} characters long.", field="url")
    if fediverse := _FEDIVERSE_NAME.fullmatch(text):
        text = f"https://{fediverse['host']}/@{fediverse['user']}"
    if not _SCHEME.match(text):
        if _OTHER_SCHEME.match(text):
            raise Refused("An address starts with https:// or http://.", field="url")
        text = f"https://{text}"
    try:
        address = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise Refused(_WHOLE_ADDRESS, field="url") from error
    _check(address)
    return address.copy_with(scheme=_scheme(address), fragment=None)


def _check(address: httpx.URL) -> None:
    if address.scheme not in {"http", "https"}:
        raise Refused("An address starts with https:// or http://.", field="url")
    if address.userinfo:
        raise Refused("This address carries a user name or a password. Paste it without them.", field="url")
    if not _is_host(address.raw_host.decode("ascii")) or (address.port or 1) > _HIGHEST_PORT:
        raise Refused(_WHOLE_ADDRESS, field="url")


def _is_host(host: str) -> bool:
    if _is_ip(host):
        return True
    return bool(_HOST.fullmatch(host)) and ("." in host or host == "localhost")


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _scheme(address: httpx.URL) -> str:
    """Https, except for a server of one's own: an IP address, localhost, or a port of its own."""
    is_own = address.port is not None or address.host == "localhost" or _is_ip(address.host)
    return address.scheme if is_own else "https"


def _named(text: str) -> Identity | None:
    """What people name since it has no address: after its kind and a colon, or by the inner address it got then."""
    inner = text.startswith(_INNER)
    kind, _, name = text.removeprefix(_INNER).partition(":")
    for platform in catalogue().platforms:
        if platform.is_named and kind.strip().casefold() in {platform.name, platform.label.casefold()}:
            return _by_name(platform, unquote(name) if inner else name)
    return None


def _by_name(platform: Platform, given: str) -> Identity:
    name = " ".join(given.split())
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
        words = f"Write {platform.label}, a colon and its name in up to {_LONGEST_NAME} characters."
        raise Refused(words, field="url")
    inner = f"{_INNER}{platform.name}:{quote(name, safe='', errors='replace')}"
    return Identity(platform.name, name, inner)


def _on_one_of(sharing: Sequence[Platform], address: httpx.URL) -> Identity:
    """The account on the first of the platforms of this host that knows the address."""
    for platform in sharing:
        if identity := _on_platform(platform, address):
            return identity
    platform = sharing[-1]
    raise Refused(
        f"This address on {platform.label} does not name {_article(platform.account_word)}. "
        f"Open the library's {platform.account_word} there and paste its address.",
        field="url",
    )


def _on_platform(platform: Platform, address: httpx.URL) -> Identity | None:
    path = _path(address)
    asked = f"{path}?{address.query.decode('ascii')}"
    if under(address.host, platform.post_hosts) or any(post.search(asked) for post in platform.posts):
        raise Refused(_one_post(platform), field="url")
    for shape in platform.accounts:
        if identity := _by_shape(platform, shape, address, path=path, asked=asked):
            return identity
    for other in platform.others:
        if other.match.search(path):
            raise Refused(other.sentence, field="url")
    return None


def _by_shape(platform: Platform, shape: AccountShape, address: httpx.URL, *, path: str, asked: str) -> Identity | None:
    if shape.hosts and address.host not in shape.hosts:
        return None
    found = shape.match.search(asked if r"\?" in shape.match.pattern else path)
    if not found:
        return None
    handle = found["handle"] if shape.keeps_case else _as_read(found["handle"]).lower()
    # "profile.php?id=1" starts with a reserved word and is still an account: the query names it
    if handle.lower() in platform.reserved:
        return None
    # an address writes a name's blanks as +; people read the name
    written = handle if shape.keeps_case else quote(handle, safe=_PLAIN).lower()
    return Identity(platform.name, handle.replace("+", " "), shape.url.format(handle=written, host=address.host))


def _as_read(handle: str) -> str:
    """People read ü where an address writes %C3%BC."""
    try:
        read = unquote(handle, errors="strict")
    except UnicodeDecodeError:
        return handle
    return read if read.isprintable() else handle


def _on_own_server(address: httpx.URL) -> Identity:
    blog = get_platform("blog")
    path = _path(address)
    if not under(address.host, blog.feed_hosts):
        if _FEDIVERSE_POST.fullmatch(path):
            raise Refused(_one_post(get_platform("mastodon")), field="url")
        if fediverse := _FEDIVERSE_PATH.fullmatch(path):
            return _on_mastodon(address, user=fediverse["user"], home=fediverse["host"])
    host = address.netloc.decode("ascii")
    query = _without_tracking(address)
    handle = f"{host}{path}{query}"
    return Identity(blog.name, handle, f"{address.scheme}://{host}{path or '/'}{query}")


def _on_mastodon(address: httpx.URL, *, user: str, home: str | None) -> Identity:
    # server/@user@other is one server's view of an account that lives on another
    base_url = f"https://{home.lower()}" if home else f"{address.scheme}://{address.netloc.decode('ascii')}"
    user = user.lower()
    server = base_url.split("://")[1]
    return Identity("mastodon", f"{user}@{server}", f"{base_url}/@{user}", base_url)


def _path(address: httpx.URL) -> str:
    return re.sub(r"/{2,}", "/", address.raw_path.decode("ascii").split("?")[0]).rstrip("/")


def _without_tracking(address: httpx.URL) -> str:
    kept = [
        (key, value)
        for key, value in parse_qsl(address.query.decode("ascii"), keep_blank_values=True)
        if not key.lower().startswith(catalogue().tracking)
    ]
    return f"?{urlencode(kept)}" if kept else ""


def _one_post(platform: Platform) -> str:
    return f"This is the address of one post on {platform.label}. Paste the address of the {platform.account_word} instead."


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
