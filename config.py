"""Every setting of an installation, read once from the environment; defaults suit a trial, refusals suit production."""

import ipaddress
import os
import re
import secrets
import tempfile
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
_SECRET_LENGTH = 32
_TOKEN_LENGTH = 16
#: that one process serves or works with
_MOST_THREADS = 64
_ADDRESS = re.compile(r"[!-~]+@[a-zA-Z0-9.-]+")
_MAIL_SCHEMES = ("smtp", "smtp+starttls", "smtps")
_POSTGRESQL_PREFIXES = ("postgres://", "postgresql://")


class Mode(StrEnum):
    """A trial on one's own machine, or an installation that people rely on."""

    TRIAL = "trial"
    PRODUCTION = "production"


class HashCost(StrEnum):
    """How hard a password hash works; ``low`` is for tests."""

    NORMAL = "normal"
    LOW = "low"


class LogLevel(StrEnum):
    """The least important line that is still written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Settings(BaseSettings):
    """One installation. Each field is the environment variable of the same name in capitals.

    Build it with :func:`load_settings`, which also keeps a trial's secrets and refuses what is unsafe.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_ignore_empty=True)

    mode: Mode = Mode.TRIAL
    #: where a trial keeps its database, keys and queue
    instance_path: Path = ROOT / "instance"
    database_url: str = ""
    #: the database's owner, who alone may change tables; the same as DATABASE_URL unless told
    migration_database_url: str = ""
    secret_key: str = Field(default="", repr=False)
    #: Fernet keys for stored platform tokens, newest first
    token_keys: Annotated[tuple[str, ...], NoDecode] = Field(default=(), repr=False)
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    #: how people reach this installation; links in mail and on the command line start with it
    public_url: str = ""
    secure_cookies: bool = False
    #: the most US dollars that a consortium may spend in a month on platforms that bill for reading; none is no cap
    read_cap_a_month: Decimal | None = Field(default=None, ge=0)
    #: connectors may reach loopback and private addresses
    allow_private_hosts: bool = False
    #: load the demo where the database is empty
    demo: bool = True
    demo_password: str | None = Field(default=None, repr=False)
    web_threads: int = Field(default=4, ge=1, le=_MOST_THREADS)
    #: web processes; SQLite is served best by one
    workers: int = Field(default=1, ge=1, le=64)
    request_seconds: int = Field(default=60, ge=1)
    max_upload_mb: int = Field(default=200, ge=1)
    #: who takes our mail: smtp+starttls://user:password@host:587, smtps:// or smtp://; without it none is sent
    mail_url: str = Field(default="", repr=False)
    #: the address our mail comes from
    mail_from: str = ""
    #: what X knows this installation by; without them accounts there are connected by pasting a token
    x_client_id: str = ""
    x_client_secret: str = Field(default="", repr=False)
    #: the same for Google, for YouTube
    google_client_id: str = ""
    google_client_secret: str = Field(default="", repr=False)
    #: the same for Meta, for Facebook and Instagram
    meta_client_id: str = ""
    meta_client_secret: str = Field(default="", repr=False)
    log_level: LogLevel = LogLevel.INFO
    #: reverse proxies in front of this program, whose X-Forwarded-For and -Proto are believed; 0 believes nobody
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    #: how long /readyz says 503 before a web process that was asked to stop takes no more connections
    drain_seconds: int = Field(default=0, ge=0, le=300)
    #: what a monitoring server sends as its bearer token to read /metrics; without it there is no such page
    metrics_token: str = Field(default="", repr=False)
    session_idle_minutes: int = Field(default=60, ge=1)
    password_hash_cost: HashCost = HashCost.NORMAL

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What follows from the mode and the database, where it was not said."""
        filled = dict(given)
        is_production = str(filled.get("mode", "")).lower() == Mode.PRODUCTION
        filled.setdefault("secure_cookies", is_production)
        filled.setdefault("demo", not is_production)
        if not is_production:
            instance = Path(filled.get("instance_path", cls.model_fields["instance_path"].default)).resolve()
            filled["instance_path"] = instance
            filled.setdefault("database_url", f"sqlite:///{instance / 'concordance.db'}")
        if database_url := filled.get("database_url"):
            filled.setdefault("migration_database_url", database_url)
            filled.setdefault("workers", 1 if str(database_url).startswith("sqlite") else 2)
        host = str(filled.get("host", cls.model_fields["host"].default))
        port = filled.get("port", cls.model_fields["port"].default)
        filled.setdefault("public_url", f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
        return filled

    @field_validator("mode", "log_level", "password_hash_cost", mode="before")
    @classmethod
    def _lower(cls, word: str) -> str:
        return word.lower()

    @field_validator("database_url", "migration_database_url")
    @classmethod
    def _name_the_driver(cls, url: str) -> str:
        """Hosts hand out ``postgres://`` and ``postgresql://``; we speak to PostgreSQL through psycopg 3."""
        for prefix in _POSTGRESQL_PREFIXES:
            if url.startswith(prefix):
                url = f"postgresql+psycopg://{url.removeprefix(prefix)}"
        try:
            known = not url or make_url(url).drivername in {"sqlite", "postgresql+psycopg"}
        except ArgumentError:
            known = False
        if not known:
            raise ValueError("a database is sqlite:///path or postgresql://user:password@host/name")
        return url

    @field_validator("token_keys", mode="before")
    @classmethod
    def _split(cls, keys: str | tuple[str, ...]) -> tuple[str, ...]:
        """A comma list of Fernet keys."""
        parts = keys.split(",") if isinstance(keys, str) else keys
        cleaned = tuple(key.strip() for key in parts if key.strip())
        for key in cleaned:
            try:
                Fernet(key)
            except ValueError:
                raise ValueError("each key is 32 bytes in URL-safe base64") from None
        return cleaned

    @field_validator("mail_url")
    @classmethod
    def _name_a_mail_server(cls, url: str) -> str:
        parts = urlsplit(url)
        try:
            is_whole = parts.scheme in _MAIL_SCHEMES and parts.hostname and parts.port != 0
        except ValueError:  # what stands for the port may be a piece of the password, so it is not repeated
            is_whole = False
        if url and not (is_whole and bool(parts.username) == bool(parts.password)):
            raise ValueError("a mail server is smtp+starttls://user:password@host:587, smtps://… or smtp://…")
        return url

    @field_validator("mail_from")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        if address and not _ADDRESS.fullmatch(address):
            raise ValueError("write it like concordance@library.example")
        return address

    @field_validator("metrics_token")
    @classmethod
    def _long_enough(cls, token: str) -> str:
        if token and len(token) < _TOKEN_LENGTH:
            raise ValueError(f"a token has {_TOKEN_LENGTH} characters or more")
        return token

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @property
    def is_production(self) -> bool:
        """Do people rely on this installation?"""
        return self.mode is Mode.PRODUCTION

    @property
    def uploads_path(self) -> Path:
        """Where files that people gave wait for their import."""
        return self.instance_path / "uploads"

    @property
    def is_sqlite(self) -> bool:
        """Is the database the embedded one?"""
        return self.database_url.startswith("sqlite")

    @property
    def is_loopback(self) -> bool:
        """Can only this machine reach the web server?"""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def sqlalchemy_engines(self) -> dict[str, dict[str, Any]]:
        """What Flask-SQLAlchemy-Lite calls SQLALCHEMY_ENGINES: one engine, a connection for each thread.

        They are kept, since to open one costs more than a pull; a process opens no more than its threads use at once.
        """
        # a log of a failed statement must not tell addresses, password hashes and tokens
        pool = {
            "pool_size": _MOST_THREADS,
            "max_overflow": _MOST_THREADS,
            "pool_use_lifo": True,
            "hide_parameters": True,
        }
        if self.is_sqlite:
            return {"default": {"url": self.database_url, **pool}}
        return {"default": {"url": self.database_url, "pool_pre_ping": True, **pool}}


def load_settings() -> Settings:
    """Read the environment; ends the program with one sentence a line where it may not start so."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise SystemExit("\n".join(_sentences(error))) from None
    if refused := refusals(settings):
        raise SystemExit("\n".join(refused))
    return settings if settings.is_production else _with_kept_secrets(settings)


def refusals(settings: Settings) -> list[str]:
    """Why this installation may not start: one sentence for each variable that must change."""
    exposed = not settings.is_loopback and not settings.secure_cookies
    found = {
        "Set SECURE_COOKIES=1 and serve https, or keep HOST on loopback: sign-in cookies would travel in the open.": exposed
        and not settings.is_production,
    }
    found |= _mail_refusals(settings)
    if settings.is_production:
        found |= _production_refusals(settings)
    return [sentence for sentence, holds in found.items() if holds]


def _mail_refusals(settings: Settings) -> dict[str, bool]:
    parts = urlsplit(settings.mail_url)
    in_the_open = parts.scheme == "smtp" and bool(parts.password)
    return {
        "Set MAIL_FROM to the address that mail comes from, or take MAIL_URL away.": bool(parts.scheme)
        and not settings.mail_from,
        "Write MAIL_URL with smtp+starttls:// or smtps://: its password would travel in the open.": in_the_open,
    }


def _production_refusals(settings: Settings) -> dict[str, bool]:
    return {
        "Set DATABASE_URL: production does not choose a database by itself.": not settings.database_url,
        f"Set SECRET_KEY to a random text of {_SECRET_LENGTH} characters or more.": len(settings.secret_key)
        < _SECRET_LENGTH,
        "Set TOKEN_KEYS to one or more Fernet keys, newest first, separated by commas.": not settings.token_keys,
        "Set PUBLIC_URL to the https address people open: links for them begin with it.": not settings.public_url.startswith(
            "https://"
        ),
        "Take SECURE_COOKIES=0 away: production sends its cookies over https only.": not settings.secure_cookies,
        "Take PASSWORD_HASH_COST=low away: it is for tests.": settings.password_hash_cost is HashCost.LOW,
    }


def _sentences(error: ValidationError) -> list[str]:
    """What is wrong with each variable, without its value: it may be a secret."""
    problems = {str(problem["loc"][0]).upper(): problem["msg"] for problem in error.errors(include_input=False)}
    if problems.get("DATABASE_URL") == problems.get("MIGRATION_DATABASE_URL"):
        problems.pop("MIGRATION_DATABASE_URL", None)  # it was only taken over
    return [f"{name} cannot be read: {message.removeprefix('Value error, ')}." for name, message in problems.items()]


def _with_kept_secrets(settings: Settings) -> Settings:
    """A trial makes its secrets once and keeps them beside its database."""
    folder = settings.instance_path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made: dict[str, str | tuple[str, ...]] = {}
    if not settings.secret_key:
        made["secret_key"] = _kept(folder / "secret_key", lambda: secrets.token_urlsafe(_SECRET_LENGTH))
    if not settings.token_keys:
        made["token_keys"] = (_kept(folder / "token_key", lambda: Fernet.generate_key().decode()),)
    return settings.model_copy(update=made)


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The file's text, made first where there is none; whole or absent, so two processes may start at once."""
    if not path.exists():
        descriptor, fresh = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was first; its secret is the one
        finally:
            Path(fresh).unlink()
    return path.read_text().strip()
