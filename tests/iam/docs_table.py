"""
The generated parts of ``docs/iam.md``. ``python -m tests.iam.docs_table`` writes them.
"""

from __future__ import annotations

import re
from pathlib import Path

from pregate.checks.iam import IamCheck
from pregate.config import IamConfig
from pregate.iam.resource_types import supported_types

PAGE = Path(__file__).parents[2] / "docs" / "iam.md"
MARKS = re.compile(r"<!-- (\w+) -->\n.*?<!-- end -->\n", re.DOTALL)


def rules_table() -> str:
    """One row for each local rule."""
    rows = ["| Rule | Severity | What it finds | CWE |", "|---|---|---|---|"]
    for rule in IamCheck(IamConfig()).rules():
        numbers = ", ".join(str(number) for number in rule.cwe)
        rows.append(f"| [`{rule.id}`]({rule.help_uri}) | {rule.severity.word} | {rule.title} | {numbers} |")
    return "\n".join(rows) + "\n"


def types_list() -> str:
    """The resource types whose policies are known."""
    return ", ".join(f"`{name}`" for name in supported_types()) + "\n"


def renewed(page: str) -> str:
    """The page with its generated parts as they should be."""
    parts = {"rules": rules_table(), "types": types_list()}
    return MARKS.sub(lambda mark: f"<!-- {mark[1]} -->\n{parts[mark[1]]}<!-- end -->\n", page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
