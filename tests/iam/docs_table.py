"""
The generated parts of ``docs/iam.md`` and ``docs/iam-rules.md``. ``python -m tests.iam.docs_table`` writes
them.
"""

from __future__ import annotations

import re
from pathlib import Path

from pregate.checks.iam import IamCheck
from pregate.config import IamConfig
from pregate.iam import RULES
from pregate.iam.resource_types import supported_types

RULES_PAGE = Path(__file__).parents[2] / "docs" / "iam-rules.md"
PAGE = Path(__file__).parents[2] / "docs" / "iam.md"
RULE_MARKS = re.compile(r"<!-- rule ([\w/-]+) -->\n.*?<!-- end -->\n", re.DOTALL)
MARKS = re.compile(r"<!-- (\w+) -->\n.*?<!-- end -->\n", re.DOTALL)


def rules_table() -> str:
    """One row for each local rule."""
    rows = ["| Rule | Severity | What it finds | CWE |", "|---|---|---|---|"]
    for rule in IamCheck(IamConfig()).rules():
        numbers = ", ".join(str(number) for number in rule.cwe)
        page = f"iam-rules.md#{rule.id.replace('/', '')}" if rule in RULES else rule.help_uri
        rows.append(f"| [`{rule.id}`]({page}) | {rule.severity.word} | {rule.title} | {numbers} |")
    return "\n".join(rows) + "\n"


def types_list() -> str:
    """The resource types whose policies are known."""
    return ", ".join(f"`{name}`" for name in supported_types()) + "\n"


def rule_block(name: str) -> str:
    """What is the same for every finding of a local rule."""
    rule = next(rule for rule in RULES if rule.id == name)
    head = f"**{rule.title}.** Usually {rule.severity.word}; CWE-{rule.cwe[0]}; [AWS]({rule.help_uri})."
    return f"{head}\n\n{rule.description}\n\n*Remedy:* {rule.remedy}\n"


def renewed_rules(page: str) -> str:
    """The page of rules with its generated parts as they should be."""
    return RULE_MARKS.sub(lambda mark: f"<!-- rule {mark[1]} -->\n{rule_block(mark[1])}<!-- end -->\n", page)


def renewed(page: str) -> str:
    """The page with its generated parts as they should be."""
    parts = {"rules": rules_table(), "types": types_list()}
    return MARKS.sub(lambda mark: f"<!-- {mark[1]} -->\n{parts[mark[1]]}<!-- end -->\n", page)


if __name__ == "__main__":
    RULES_PAGE.write_text(renewed_rules(RULES_PAGE.read_text("utf-8")), "utf-8")
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
