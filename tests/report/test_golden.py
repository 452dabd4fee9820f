"""Whole reports, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from pregate.model import Decision
from pregate.report import FORMATS, summary
from pregate.report.console import render_console
from pregate.report.rules_list import explain, render_rules
from pregate.report.sarif.upload import prepare
from pregate.report.schema import schema_bytes
from tests.report import sample
from tests.report.conftest import FOLDER

Golden = Callable[[str, str], None]
SUFFIXES = {
    "console": "txt",
    "csv": "csv",
    "cyclonedx": "cdx.json",
    "gitlab-code-quality": "codequality.json",
    "gitlab-sast": "sast.json",
    "html": "html",
    "json": "json",
    "junit": "junit.xml",
    "markdown": "md",
    "ocsf": "ocsf.json",
    "sarif": "sarif",
    "spdx": "spdx.json",
}


def test_every_format_has_a_golden_file() -> None:
    assert FORMATS.keys() == SUFFIXES.keys()
    assert [s for s in SUFFIXES.values() if not (FOLDER / f"full.{s}").is_file()] == []


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_whole_report_of_everything_at_once(name: str, golden: Golden) -> None:
    verdict = replace(sample.full(), inventory=sample.inventory())
    golden(f"full.{SUFFIXES[name]}", FORMATS[name](verdict, sample.RULES))


def test_the_keys_of_the_json_report_and_which_are_always_there(golden: Golden) -> None:
    """Within pregate/1 a line may be added, without ``required``; none goes, and none changes."""
    schema = json.loads(schema_bytes())
    golden("schema-keys.txt", "".join(f"{line}\n" for line in sorted(keys_of(schema, "#"))))


def keys_of(node: Any, where: str) -> Iterator[str]:
    if not isinstance(node, dict):
        return
    for key, value in node.get("properties", {}).items():
        kind = value.get("type") or value.get("$ref") or ("enum" if "enum" in value else "any")
        yield f"{where}/{key} {kind}{' required' if key in node.get('required', ()) else ''}"
        yield from keys_of(value, f"{where}/{key}")
    yield from keys_of(node.get("items"), f"{where}/*")
    yield from keys_of(node.get("additionalProperties"), f"{where}/*")
    for name, value in node.get("$defs", {}).items():
        yield from keys_of(value, f"{where}/$defs/{name}")


@pytest.mark.parametrize("case", ["failed", "clean", "nothing"])
def test_console_report(case: str, golden: Golden) -> None:
    golden(f"{case}.txt", render_console(getattr(sample, case)()))


def test_console_report_with_colours(golden: Golden) -> None:
    golden("failed-colour.txt", render_console(sample.failed(), colour=True))


def test_console_report_that_shows_what_passes(golden: Golden) -> None:
    golden("full-verbose.txt", render_console(sample.full(), verbose=True, width=80))


@pytest.mark.parametrize("case", ["failed", "clean", "nothing"])
def test_markdown_summary(case: str, golden: Golden) -> None:
    golden(f"{case}.md", summary.render(getattr(sample, case)()))


def test_markdown_summary_in_its_short_form(golden: Golden) -> None:
    golden("full-short.md", summary.render(sample.full(), limit=3000))


def test_sarif_for_upload(golden: Golden) -> None:
    verdict = sample.verdict_of(sample.all_findings(), sample.outcomes()[:2], Decision.FAILED, head="ab" * 20)
    verdict = replace(verdict, line_hashes=((sample.key_finding().fingerprint, "0123456789abcdef:1"),))
    upload = prepare(
        verdict,
        sample.RULES,
        suffix="linux",
        repository_uri="https://github.com/octo-org/example",
        branch="refs/heads/main",
    )
    assert upload is not None
    golden("upload.sarif", upload.text)


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("markdown", "md")])
def test_rules_list_and_page(form: str, suffix: str, golden: Golden) -> None:
    text = render_rules(sample.RULES, form) + "\n" + explain(sample.SHELL, form)  # type: ignore[arg-type]
    golden(f"rules.{suffix}", text)
