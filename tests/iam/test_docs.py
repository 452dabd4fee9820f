from __future__ import annotations

from tests.iam.docs_table import PAGE, renewed


def test_the_page_lists_the_rules_and_types_as_they_are() -> None:
    page = PAGE.read_text("utf-8")
    assert page == renewed(page), "run python -m tests.iam.docs_table"
    assert "iam/admin-access" in page
    assert "AWS::KMS::Key" in page
