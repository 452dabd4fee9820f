"""
The generated parts of ``docs/terraform.md``. ``python -m tests.iam.terraform.docs_table`` writes them.
"""

from __future__ import annotations

from pathlib import Path

from pregate.iam.terraform.functions import FUNCTIONS
from pregate.iam.terraform.resource_types import supported_types
from tests.iam.docs_table import MARKS

PAGE = Path(__file__).parents[3] / "docs" / "terraform.md"


def renewed(page: str) -> str:
    """The page with its generated parts as they should be."""
    functions = sorted({*FUNCTIONS, "file", "templatefile"})
    parts = {"functions": functions, "terraform": supported_types()}
    texts = {name: ", ".join(f"`{word}`" for word in words) for name, words in parts.items()}
    return MARKS.sub(lambda mark: f"<!-- {mark[1]} -->\n{texts[mark[1]]}\n<!-- end -->\n", page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
