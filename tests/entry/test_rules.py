"""``pregate rules``: the list and the pages."""

from __future__ import annotations

import pytest

from tests.entry.cli import pregate


def test_every_check_lists_its_rules() -> None:
    out = pregate("rules").out
    assert "python/B602" in out
    assert "secrets/AWSKeyDetector" in out
    assert "iam/" in out


def test_one_check_lists_only_its_own() -> None:
    assert "secrets/" not in pregate("rules", "--check", "python").out


def test_a_rule_is_explained_whatever_the_case() -> None:
    run = pregate("rules", "python/b602")
    assert run.code == 0
    assert "CWE-78" in run.out
    assert pregate("rules", "python/B602", "--format", "markdown").out.startswith("#")


def test_an_unknown_rule_names_the_nearest() -> None:
    run = pregate("rules", "python/B6022")
    assert run.code == 2
    assert "Did you mean python/B602" in run.err


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("python", "pregate rules --check python"),
        ("fe41", "eight digits or more"),
        ("semgrep/no-eval", "--from FILE"),
        ("pyton/B602", "Did you mean python/B602"),
    ],
)
def test_what_is_no_rules_name_is_told_what_to_do_with_it(name: str, hint: str) -> None:
    run = pregate("explain", name)
    assert (run.code, hint in run.err) == (2, True)
