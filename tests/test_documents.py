"""The documentation says what the program does."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.tools.generate_docs import DOCUMENTS, ROOT, render_help, renewed

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_generated_parts_are_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text() == renewed(name), "run make docs"


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="argparse words its help in its own way since 3.12"
)
def test_the_help_is_up_to_date() -> None:
    assert (ROOT / "docs" / "cli.md").read_text() == render_help(), "run make docs with Python 3.11"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"`[^`]*`", "", page.read_text())
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose)
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_readme_names_the_flags_that_exist() -> None:
    from tests.entry.cli import pregate

    text = (ROOT / "README.md").read_text()
    known = pregate("scan", "--help").out + pregate("hook", "install", "--help").out
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - {"--base", "--help"}
    assert {flag for flag in flags if flag not in known} == set()
