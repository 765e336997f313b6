"""Whatever a line says, no one-time token, sealed text or mail address stays in it."""

import logging

import pytest
from cryptography.fernet import Fernet

from app.foundation.crypto import new_token
from app.foundation.logs import logging_config, mask
from config import LogLevel, Settings


@pytest.mark.parametrize("before", ["/join/", "/set-up/", "token=", "Exception on /reset/", '{"path": "/join/'])
def test_a_one_time_token_is_masked(before: str) -> None:
    token = new_token()
    assert mask(f"{before}{token} [GET]") == f"{before}[token] [GET]"


def test_whatever_an_address_names_as_a_token_is_masked() -> None:
    said = "exceeded with url: /v26.0/debug_token?input_token=EAAB-1&access_token=12|ab&x=1 (Caused by 'x')"
    masked = "exceeded with url: /v26.0/debug_token?input_token=[token]&access_token=[token]&x=1 (Caused by 'x')"
    assert mask(said) == masked


def test_a_sealed_text_and_a_mail_address_are_masked() -> None:
    sealed = Fernet(Fernet.generate_key()).encrypt(b"a platform's token").decode()
    assert mask(f"opened {sealed}, of 'ruth@example.org'") == "opened [token], of '[address]'"
    assert mask("postgresql://app:secret@db.example/concordance") == "postgresql://[address]/concordance"


@pytest.mark.parametrize(
    "line",
    [
        "request route=/join/<string:token> status=404 request=4500B866D630D526",
        "file app/scorecards/actions/a_function_with_a_name_that_is_really_very_long_indeed.py, line 3",
        "@signed_in",
        "0" * 64,
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert mask(line) == line


@pytest.mark.parametrize("level", LogLevel)
def test_libraries_that_tell_addresses_and_statements_are_quiet_at_every_level(level: LogLevel) -> None:
    config = logging_config(Settings(log_level=level))
    for name in ("httpx", "sqlalchemy", "urllib3", "huey"):
        assert logging.getLevelName(config["loggers"][name]["level"]) >= logging.WARNING
