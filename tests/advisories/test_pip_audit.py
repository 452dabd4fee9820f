"""
The real pip-audit beside our check, on the same files and against the same service on loopback: the same
packages have the same vulnerabilities.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pregate.advisories.api import OsvApi
from pregate.checks.base import Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.config import DependenciesConfig
from tests.advisories.conftest import make_record
from tests.advisories.osv_server import OsvServer, serving
from tests.advisories.test_directory import EXAMPLES

PIP_AUDIT = Path(sys.executable).parent / "pip-audit"
PINS = {
    "requests": "2.19.0",
    "pyyaml": "5.3",
    "jinja2": "3.1.6",
    "django": "3.2.12",
    "urllib3": "2.0.6",
    "flask": "2.3.0",
    "pillow": "10.0.0",
    "epoch": "1!2.0",
    "pre": "2.0rc1",
    "post": "1.0.post1",
    "listed": "1.0",
    "last": "1.5",
    "gap": "2.5",
    "clean": "9.9",
}
MADE = [
    ("X-epoch", "epoch", [{"introduced": "0"}, {"fixed": "1!2.1"}], []),
    ("X-epoch-not", "epoch", [{"introduced": "0"}, {"fixed": "3.0"}], []),
    ("X-pre", "pre", [{"introduced": "0"}, {"fixed": "2.0"}], []),
    ("X-post", "post", [{"introduced": "0"}, {"last_affected": "1.0"}], []),
    ("X-listed", "listed", [], ["0.9", "1.0.0"]),
    ("X-last", "last", [{"introduced": "1.0"}, {"last_affected": "1.5"}], []),
    ("X-gap", "gap", [{"introduced": "1"}, {"fixed": "2"}, {"introduced": "3"}, {"fixed": "4"}], []),
]

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(
        not PIP_AUDIT.exists() and "PREGATE_REQUIRE_TOOLS" not in os.environ,
        reason="pip-audit is not installed",
    ),
]


def records() -> list[dict[str, Any]]:
    made = [json.loads(path.read_text()) for path in sorted(EXAMPLES.glob("*.json"))]
    for identifier, name, events, versions in MADE:
        record = make_record(identifier, name)
        ranges = [{"type": "ECOSYSTEM", "events": events}] if events else []
        record["affected"][0] |= {"ranges": ranges, "versions": versions}
        made.append(record)
    return made


def requirements() -> str:
    return "".join(f"{name}=={version}\n" for name, version in PINS.items())


def pylock() -> str:
    wheel = (
        '[[packages.wheels]]\nurl = "https://files.pythonhosted.org/{0}.whl"\nhashes = {{sha256 = "00"}}\n'
    )
    packages = (
        f'[[packages]]\nname = "{name}"\nversion = "{version}"\n'
        + wheel.format(f"{name}-{version}-py3-none-any")
        for name, version in PINS.items()
    )
    return 'lock-version = "1.0"\ncreated-by = "hand"\n' + "\n".join(packages)


def theirs(server: OsvServer, folder: Path, words: list[str]) -> dict[str, set[frozenset[str]]]:
    """All names of each vulnerability, by package."""
    command = [str(PIP_AUDIT), *words, "-s", "osv", "--osv-url", f"{server.url}/v1/query", "-f", "json"]
    done = subprocess.run(
        [*command, "--progress-spinner", "off", "--cache-dir", str(folder / "cache")],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    assert not any("skip_reason" in found for found in answer["dependencies"])
    return {
        found["name"]: {frozenset((v["id"], *v["aliases"])) for v in found["vulns"]}
        for found in answer["dependencies"]
    }


def ours(server: OsvServer, name: str, text: str) -> Mapping[str, set[frozenset[str]]]:
    check = DependenciesCheck(DependenciesConfig(), OsvApi(server.url))
    analysis = check.analyse(Target(name, text.encode()))
    assert not analysis.unread
    found: dict[str, set[frozenset[str]]] = {package: set() for package in PINS}
    for finding in check.conclude([analysis]).analyses[0].findings:
        names = frozenset((finding.rule.id.removeprefix("dependencies/"), *finding.aliases))
        found[dict(finding.properties)["package"].lower()].add(names)
    return found


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("requirements.txt", requirements(), ["-r", "requirements.txt", "--no-deps", "--disable-pip"]),
        ("pylock.toml", pylock(), ["--locked", "."]),
    ],
)
def test_both_find_the_same(tmp_path: Path, name: str, text: str, words: list[str]) -> None:
    (tmp_path / name).write_text(text)
    with serving(OsvServer(records())) as server:
        expected = theirs(server, tmp_path, words)
        found = ours(server, name, text)
    assert found == expected
    affected = {package for package, names in expected.items() if names}
    assert affected == {"requests", "pyyaml", "django", "urllib3", "flask", "epoch", "pre", "listed", "last"}
