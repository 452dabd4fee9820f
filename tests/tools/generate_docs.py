"""
Renews what is generated: the table of inputs in README and docs, action.yml, and the screenshot.

``python -m tests.tools.generate_docs``; ``tests/test_documents.py`` compares.
"""

from __future__ import annotations

import re
from pathlib import Path

from pregate.entry.inputs import render_inputs_markdown

ROOT = Path(__file__).parent.parent.parent


def with_part(text: str, name: str, part: str) -> str:
    """``text`` with what stands between ``<!-- name -->`` and ``<!-- /name -->`` replaced."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return pattern.sub(lambda match: f"{match[1]}{part.strip()}\n{match[2]}", text)


def renewed(name: str) -> str:
    """A document with its generated parts as they should be."""
    return with_part((ROOT / name).read_text(), "inputs", render_inputs_markdown())


DOCUMENTS = ("README.md", "docs/action.md")


def main() -> int:
    """Writes them all."""
    from tests.tools.render_screenshot import main as render_screenshot

    for name in DOCUMENTS:
        (ROOT / name).write_text(renewed(name))
    return render_screenshot()


if __name__ == "__main__":
    raise SystemExit(main())
