from __future__ import annotations

from pregate.iam import RULES
from tests.iam.docs_table import PAGE, RULE_MARKS, RULES_PAGE, renewed, renewed_rules


def test_the_page_lists_the_rules_and_types_as_they_are() -> None:
    page = PAGE.read_text("utf-8")
    assert page == renewed(page), "run python -m tests.iam.docs_table"
    assert "iam/admin-access" in page
    assert "AWS::KMS::Key" in page


def test_every_local_rule_has_its_section() -> None:
    page = RULES_PAGE.read_text("utf-8")
    assert page == renewed_rules(page), "run python -m tests.iam.docs_table"
    assert sorted(mark[1] for mark in RULE_MARKS.finditer(page)) == sorted(rule.id for rule in RULES)
    assert all(f"## {rule.id}\n" in page for rule in RULES)
