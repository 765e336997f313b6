"""Every code of the vocabulary has its shape and its word."""

import pytest

from app.web.status import status_kind, status_word


@pytest.mark.parametrize(
    ("code", "kind", "word"),
    [
        ("on_track", "ok", "On track"),
        ("at_risk", "watch", "At risk"),
        ("off_track", "off", "Off track"),
        ("no_data", "none", "No data"),
        ("not_applicable", "none", "Does not apply"),
        ("pass", "ok", "Met"),
        ("fail", "off", "Not met"),
        ("not_measurable", "none", "Cannot be checked"),
        ("in_force", "ok", "In force"),
        ("in_review", "watch", "In review"),
        ("draft", "none", "Draft"),
        ("covered", "ok", "Covered"),
        ("backup_only", "watch", "No backup"),
        ("vacant", "off", "Nobody"),
        ("not_required", "none", "Not needed"),
        ("something_new", "none", "Something new"),
    ],
)
def test_shape_and_word(code, kind, word) -> None:
    assert (status_kind(code), status_word(code)) == (kind, word)
