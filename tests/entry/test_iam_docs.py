"""The examples of docs/iam-command.md are what the program prints."""

from __future__ import annotations

import re

from tests.tools.generate_docs import ROOT, with_examples

PAGE = (ROOT / "docs" / "iam-command.md").read_text()


def shown(text: str) -> list[str]:
    """
    The lines of the page without what others decide: how many issue codes are evaluated, and which of many
    resources is the example.
    """
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("  not evaluated: "))
    kept = re.sub(r"\d+ of ValidatePolicy's", "N of ValidatePolicy's", kept)
    return re.sub(r"(?<=/)[a-z]*(?=[\n\";]| when)", "", kept).splitlines()


def test_the_examples_print_what_the_page_says() -> None:
    assert shown(with_examples(PAGE)) == shown(PAGE), "run make docs"


def test_every_question_has_an_example() -> None:
    asked = set(re.findall(r"^\$ pregate iam ([a-z-]+) ", PAGE, re.MULTILINE))
    checks = {"check-no-new-access", "check-access-not-granted", "check-no-public-access"}
    assert asked == checks | {"validate", "diff", "explain"}
