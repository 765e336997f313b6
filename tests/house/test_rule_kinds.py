"""Every kind of rule in the catalogue has a check that judges it, and words that say how."""

from app.findings.checks.register import CHECKS
from app.findings.rules.words import HOW_WE_COUNT
from app.policies.rules.catalogue import rule_kinds


def test_every_rule_key_has_a_check() -> None:
    assert set(CHECKS) == set(rule_kinds())


def test_every_rule_key_says_how_it_is_counted() -> None:
    assert set(HOW_WE_COUNT) == set(rule_kinds())


def test_a_check_stands_in_the_module_of_its_family() -> None:
    home = {"shares": "posting"}
    modules = {key: check.__module__.rsplit(".", 1)[-1] for key, check in CHECKS.items()}
    assert {key: home.get(name, name) for key, name in modules.items()} == {
        key: kind.family.value for key, kind in rule_kinds().items()
    }
