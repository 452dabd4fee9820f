"""
Renews what is generated: the table of inputs in README and docs, action.yml, the help, a page for each rule,
the examples of ``pregate iam``, and the screenshot.

``python -m tests.tools.generate_docs``; ``tests/test_documents.py`` compares.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from pregate.config import CHECKS
from pregate.config.schema import NAME as SCHEMA
from pregate.config.schema import render_schema
from pregate.entry.inputs import render_inputs_markdown, render_metadata, render_outputs_markdown
from pregate.entry.rules import all_rules
from pregate.iam import RULES as IAM_RULES
from pregate.model import Rule
from pregate.report import markdown
from pregate.report.examples import example_of
from pregate.report.rule_pages import render_markdown

ROOT = Path(__file__).parent.parent.parent


def with_part(text: str, name: str, part: str) -> str:
    """``text`` with what stands between ``<!-- name -->`` and ``<!-- /name -->`` replaced."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return pattern.sub(lambda match: f"{match[1]}{part.strip()}\n{match[2]}", text)


def render_keys() -> str:
    """The configuration's keys as Markdown tables, a table for each of TOML's."""
    from pregate.config.descriptions import DESCRIPTIONS, TABLES
    from pregate.config.keys import all_keys
    from pregate.config.origins import plain
    from pregate.config.strictness import STRICTNESS
    from pregate.config.toml_form import to_toml

    parts: list[str] = []
    keys = list(all_keys().values())
    for table in dict.fromkeys(key.table for key in keys):
        rows = [key for key in keys if key.table == table]
        mark = "[[{}]]" if rows[0].in_rows else "[{}]"
        parts += [f"### `{mark.format(table)}`" if table else "### At the top", "", TABLES[table], ""]
        parts += ["| Key | Holds | Default | Meaning | Locked, it lets through |", "|---|---|---|---|---|"]
        for key in rows:
            words = ", ".join(f"`{word}`" for word in key.choices)
            kind = f"{key.kind}: {words}" if words else key.kind
            unset = "needed" if key.is_needed else "not set"
            default = unset if key.default in ("", -1) else f"`{to_toml(plain(key.default, key.kind))}`"
            lock = STRICTNESS[key.name].sense.value if key.name in STRICTNESS else ""
            name = key.name.removeprefix(f"{table}.")
            parts.append(f"| `{name}` | {kind} | {default} | {DESCRIPTIONS[key.name]} | {lock} |")
        parts.append("")
    return "\n".join(parts)


def renewed(name: str) -> str:
    """A document with its generated parts as they should be."""
    if name.endswith(SCHEMA):
        return render_schema()
    if name == "docs/configuration.md":
        return with_part((ROOT / name).read_text(), "keys", render_keys())
    text = with_part((ROOT / name).read_text(), "inputs", render_inputs_markdown())
    return with_part(text, "outputs", render_outputs_markdown())


def renewed_metadata() -> str:
    """``action.yml`` with its generated parts as they should be."""
    text = (ROOT / "action.yml").read_text()
    return text[: text.index("inputs:\n")] + render_metadata() + text[text.index("runs:\n") :]


DOCUMENTS = ("README.md", "docs/action.md", "docs/configuration.md", f"docs/{SCHEMA}")
COMMANDS = (
    (),
    ("init",),
    ("scan",),
    ("fleet",),
    ("report",),
    ("rules",),
    ("explain",),
    ("fix",),
    ("fix", "dependencies"),
    ("suppress",),
    ("suppressions",),
    ("suppressions", "list"),
    ("suppressions", "check"),
    ("suppressions", "prune"),
    ("iam",),
    ("iam", "check-no-new-access"),
    ("iam", "check-access-not-granted"),
    ("iam", "check-no-public-access"),
    ("iam", "validate"),
    ("iam", "diff"),
    ("iam", "explain"),
    ("advisories",),
    ("advisories", "fetch"),
    ("advisories", "import"),
    ("advisories", "info"),
    ("hook",),
    ("hook", "pre-commit"),
    ("hook", "install"),
    ("selftest",),
    ("config",),
    ("config", "show"),
    ("config", "explain"),
    ("config", "validate"),
    ("config", "fetch"),
    ("doctor",),
)


def render_help() -> str:
    """docs/cli.md: the help of every command, 100 columns wide. Words differ between versions of argparse."""
    parts = ["# Command line\n\nMade by `make docs` from `--help`.\n"]
    for words in COMMANDS:
        command = [sys.executable, "-m", "pregate", *words, "--help"]
        environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        name = " ".join(("pregate", *words))
        parts.append(f"## {name}\n\n```text\n{done.stdout.rstrip()}\n```\n")
    return "\n".join(parts)


def with_examples(text: str) -> str:
    """
    A page with what its commands print now: every ``$ pregate …`` of a block ``console`` is run in a folder
    with the files of its blocks ``json NAME`` and ``yaml NAME``.
    """
    from tests.entry.cli import pregate

    def answered(block: re.Match[str]) -> str:
        commands = [line for line in block[1].splitlines() if line.startswith("$ pregate ")]
        outputs = [pregate(*shlex.split(line.removeprefix("$ pregate "))).out for line in commands]
        return "".join(["```console\n", *map("{}\n{}".format, commands, outputs), "```"])

    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, content in re.findall(r"```(?:json|yaml) (\S+)\n(.*?)```", text, re.DOTALL):
            Path(name).write_text(content)
        return re.sub(r"```console\n(.*?)```", answered, text, flags=re.DOTALL)


RULES_FOLDER = ROOT / "docs" / "rules"
_REFERENCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
_RULES_HEAD = f"""\
# Rules

A page for each rule: why it matters, a bad and a good example, how to fix and how to suppress it.
`pregate explain RULE` prints the same. Made by `make docs` from the rules themselves;
`tests/report/test_examples.py` runs the checks over every example.

Rules of vulnerabilities (`dependencies/GHSA-…`) come with their advisories, those of IAM Access Analyzer's
policy validation (`iam/PASS_ROLE_WITH_STAR_IN_RESOURCE`) with [AWS's reference]({_REFERENCE}).
"""


def rule_documents() -> dict[str, str]:
    """Every file of ``docs/rules``, by its path in there: one for each rule, and the table of all."""
    rules = sorted(all_rules(CHECKS), key=lambda rule: rule.id)
    pages = {
        f"{rule.id}.md": render_markdown(rule, example_of(rule.id), above=_above(rule)) for rule in rules
    }
    return {"README.md": _rules_index(rules), **pages}


def _above(rule: Rule) -> str:
    more = f" · [more on it](../../iam-rules.md#{rule.id.replace('/', '')})" if rule in IAM_RULES else ""
    return f"[All rules](../README.md){more}"


def _rules_index(rules: Sequence[Rule]) -> str:
    by_check: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_check[rule.check].append(rule)
    parts = [_RULES_HEAD]
    for check, found in by_check.items():
        rows = [
            f"| [{markdown.code(r.id)}]({r.id}.md) | {r.severity.word} | {markdown.escape(r.title)} |"
            for r in found
        ]
        table = "\n".join(["| Rule | Severity | What it finds |", "|---|---|---|", *rows])
        parts.append(f"## {check}\n\n{table}\n")
    return "\n".join(parts)


def write_rule_documents() -> None:
    """Renews ``docs/rules``; a page of a rule that is no more goes."""
    pages = rule_documents()
    for path in RULES_FOLDER.rglob("*.md"):
        if path.relative_to(RULES_FOLDER).as_posix() not in pages:
            path.unlink()
    for name, text in pages.items():
        path = RULES_FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main() -> int:
    """Writes them all."""
    from tests.tools.render_screenshot import main as render_screenshot

    for name in DOCUMENTS:
        (ROOT / name).write_text(renewed(name))
    (ROOT / "action.yml").write_text(renewed_metadata())
    (ROOT / "docs" / "cli.md").write_text(render_help())
    write_rule_documents()
    page = ROOT / "docs" / "iam-command.md"
    page.write_text(with_examples(page.read_text()))
    return render_screenshot()


if __name__ == "__main__":
    raise SystemExit(main())
