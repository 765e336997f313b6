"""Settings: what a trial gets by itself, what production refuses, and in which words."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config import Settings, load_settings

PRODUCTION = {
    "MODE": "production",
    "DATABASE_URL": "postgresql://concordance@db.example/concordance",
    "SECRET_KEY": "s" * 32,
    "TOKEN_KEYS": Fernet.generate_key().decode(),
    "PUBLIC_URL": "https://concordance.example",
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the machine that runs the tests reaches them."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path / "instance"))


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def refusal() -> str:
    with pytest.raises(SystemExit) as stopped:
        load_settings()
    return str(stopped.value)


def test_trial_needs_no_variable(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/concordance.db"
    assert settings.migration_database_url == settings.database_url
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8080, "http://127.0.0.1:8080")
    assert settings.demo
    assert not settings.secure_cookies
    assert not settings.allow_private_hosts


def test_trial_keeps_its_secrets_for_the_next_start(tmp_path: Path) -> None:
    first, second = load_settings(), load_settings()
    assert first.secret_key == second.secret_key
    assert first.token_keys == second.token_keys
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "instance").stat().st_mode) == 0o700, "the database in it is for its owner only"
    for name in ("secret_key", "token_key"):
        assert stat.S_IMODE((tmp_path / "instance" / name).stat().st_mode) == 0o600


def test_settings_cannot_be_changed_nor_told_apart_by_secrets() -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]
    assert settings.secret_key not in repr(settings)
    assert settings.token_keys[0] not in repr(settings)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_understood(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://who:word@db.example:5433/name")
    settings = load_settings()
    assert settings.database_url == "postgresql+psycopg://who:word@db.example:5433/name"
    assert settings.migration_database_url == settings.database_url
    assert settings.workers == 2
    assert settings.sqlalchemy_engines["default"]["pool_pre_ping"] is True


def test_the_owner_of_the_tables_may_be_another_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://concordance_app@db.example/name")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", "postgres://concordance_owner@db.example/name")
    assert load_settings().migration_database_url == "postgresql+psycopg://concordance_owner@db.example/name"


def test_sqlite_is_served_by_one_process() -> None:
    assert load_settings().workers == 1


def test_token_keys_are_a_comma_list(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    monkeypatch.setenv("TOKEN_KEYS", f"{keys[0]}, {keys[1]}")
    assert load_settings().token_keys == tuple(keys)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DEMO", "perhaps"),
        ("MODE", "staging"),
        ("TOKEN_KEYS", "not-a-key"),
        ("DATABASE_URL", "mysql://db.example/name"),
        ("DATABASE_URL", "a file somewhere"),
    ],
)
def test_a_value_that_cannot_be_read_is_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    sentence = refusal()
    assert sentence.startswith(f"{name} cannot be read: ")
    assert "\n" not in sentence
    assert value not in sentence or name == "MODE"


def test_cookies_never_travel_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")  # noqa: S104 - the refusal is about this address
    assert refusal().startswith("Set SECURE_COOKIES=1")
    monkeypatch.setenv("SECURE_COOKIES", "1")
    assert load_settings().secure_cookies


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_known_in_every_spelling(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("HOST", host)
    assert load_settings().is_loopback


@pytest.mark.usefixtures("production")
def test_production_starts_when_told_enough() -> None:
    settings = load_settings()
    assert settings.is_production
    assert settings.secure_cookies
    assert not settings.demo
    assert not (settings.instance_path / "secret_key").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", None),
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("TOKEN_KEYS", None),
        ("PUBLIC_URL", None),
        ("PUBLIC_URL", "http://concordance.example"),
        ("SECURE_COOKIES", "0"),
        ("PASSWORD_HASH_COST", "low"),
    ],
)
def test_production_refuses_in_one_sentence(production: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    if value is None:
        production.delenv(name)
    else:
        production.setenv(name, value)
    sentence = refusal()
    assert name in sentence
    assert "\n" not in sentence


def test_production_says_everything_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODE", "production")
    assert len(refusal().splitlines()) == 4


@pytest.mark.parametrize(
    "url",
    ["mail.example", "ftp://mail.example", "smtp://", "smtp+starttls://us@mail.example", "smtps://us:a/b@mail.example"],
)
def test_a_mail_server_that_cannot_be_read_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("MAIL_URL", url)
    sentence = refusal()
    assert sentence.startswith("MAIL_URL cannot be read: a mail server is smtp+starttls://")
    assert "a/b" not in sentence


def test_mail_needs_an_address_it_comes_from_and_keeps_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_URL", "smtp://us:secret@mail.example")
    assert refusal().splitlines() == [
        "Set MAIL_FROM to the address that mail comes from, or take MAIL_URL away.",
        "Write MAIL_URL with smtp+starttls:// or smtps://: its password would travel in the open.",
    ]
    monkeypatch.setenv("MAIL_URL", "smtp+starttls://us:secret@mail.example:587")
    monkeypatch.setenv("MAIL_FROM", "concordance@mail.example")
    assert "secret" not in repr(load_settings())
    monkeypatch.setenv("MAIL_FROM", "concordance")
    assert refusal() == "MAIL_FROM cannot be read: write it like concordance@library.example."
