from __future__ import annotations

from tests.iam.terraform.docs_table import PAGE, renewed


def test_the_page_lists_functions_and_types_as_they_are() -> None:
    page = PAGE.read_text("utf-8")
    assert page == renewed(page), "run python -m tests.iam.terraform.docs_table"
    assert "`aws_iam_role_policy_attachment`" in page
    assert "`jsonencode`" in page
