"""The documentation says what the program does."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.tools.generate_docs import DOCUMENTS, ROOT, RULES_FOLDER, render_help, renewed, rule_documents

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_generated_parts_are_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text() == renewed(name), "run make docs"


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="argparse words its help in its own way since 3.12"
)
def test_the_help_is_up_to_date() -> None:
    assert (ROOT / "docs" / "cli.md").read_text() == render_help(), "run make docs with Python 3.11"


def test_every_rule_has_its_page_and_no_other_is_left() -> None:
    files = [path for path in RULES_FOLDER.rglob("*") if path.is_file()]
    pages = {path.relative_to(RULES_FOLDER).as_posix(): path.read_text("utf-8") for path in files}
    assert pages == rule_documents(), "run make docs"


def test_a_page_of_a_rule_links_to_what_is_there() -> None:
    for name, text in rule_documents().items():
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        links = re.findall(r"\]\(([^)#\s<]+)(#[^)]*)?\)", prose)
        assert links, name
        for link, anchor in links:
            target = (RULES_FOLDER / name).parent / link
            assert "://" in link or target.exists(), (name, link)
            heading = anchor.removeprefix("#iam")
            is_local = anchor and "://" not in link
            assert not is_local or f"\n## iam/{heading}\n" in target.read_text("utf-8"), (name, anchor)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"`[^`]*`", "", page.read_text())
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose)
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_readme_names_the_flags_that_exist() -> None:
    from tests.entry.cli import pregate

    text = (ROOT / "README.md").read_text()
    commands = (("scan",), ("suppress",), ("hook", "install"))
    known = "".join(pregate(*words, "--help").out for words in commands)
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - {"--base", "--help"}
    assert {flag for flag in flags if flag not in known} == set()
