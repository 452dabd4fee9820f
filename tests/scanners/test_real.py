"""
The scanners themselves, in real repositories: what was there is known again, what the change adds is new.

A scanner is looked for beside this Python, in its own folder under ``tools`` of ``PREGATE_TEST_CACHE`` (or of
``.work``), where ``make test-tools`` puts it, and on the PATH.
"""

from __future__ import annotations

import http.server
import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pregate.tools.known import KNOWN
from tests.entry.cli import pregate
from tests.gitrepo import GitRepo

pytestmark = pytest.mark.tools

ROOT = Path(__file__).parent.parent.parent
KEPT = Path(os.environ.get("PREGATE_TEST_CACHE") or ROOT / ".work") / "tools"

WORKFLOW = """on: push
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
"""
TEMPLATE = """AWSTemplateFormatVersion: "2010-09-09"
Resources:
  One:
    Type: AWS::SNS::Topic
    Properties:
      Nonsense: 1
"""
BUCKET = 'resource "aws_s3_bucket" "one" {\n  bucket = "one"\n}\n'
RULES = """rules:
  - id: no-eval
    languages: [python]
    severity: ERROR
    message: eval runs text as code
    pattern: eval(...)
  - id: no-exec
    languages: [python]
    severity: ERROR
    message: exec runs text as code
    pattern: exec(...)
"""
TOKEN = "gh" + "p_" + "9wMZ4kTq2LxVb7RsYc3NdFh8JgPu5AeKoXiZ"
OTHER = "gh" + "p_" + "3nVb8TqLw5RkYc2XsMd7FhJ4gZuP9AoEeKiQ"

# file, what it holds before, what the change adds to it, the rule that is old, the rule that is new
CASES = {
    "zizmor": (
        ".github/workflows/ci.yml",
        WORKFLOW,
        "      - run: echo ${{ github.event.head_commit.message }}\n",
        "unpinned-uses",
        "template-injection",
    ),
    "hadolint": ("Dockerfile", "FROM debian:12\nRUN cd /tmp\n", "RUN sudo true\n", "DL3003", "DL3004"),
    "cfn-lint": (
        "infra/stack.yaml",
        TEMPLATE,
        "  Two:\n    Type: AWS::SNS::Nothing\n",
        "E3002",
        "E3006",
    ),
    "checkov": (
        "infra/main.tf",
        BUCKET,
        'resource "aws_sqs_queue" "two" {\n  name = "two"\n}\n',
        "CKV_AWS_18",
        "CKV_AWS_27",
    ),
    "semgrep": ("tests/app.py", "eval(x)\n", "exec(x)\n", "no-eval", "no-exec"),
    "gitleaks": ("app.cfg", f"token = {TOKEN}\n", f"other_token = {OTHER}\n", "github-pat", "github-pat"),
}


def folder_of(name: str) -> Path:
    program = KNOWN[name].run[0]
    for folder in (Path(sys.executable).parent, KEPT / name / "bin"):
        if shutil.which(program, path=str(folder)):
            return folder
    if found := shutil.which(program):
        return Path(found).parent
    reason = f"no {program}: make test-tools installs those of the package index"
    if name in os.environ.get("PREGATE_REQUIRE_SCANNERS", "").split():
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write(".semgrep.yml", RULES)


def scan(repo: GitRepo, *words: str) -> dict[str, Any]:
    run = pregate("scan", "-C", repo.path, "--no-cache", *words, "--output", "json=-")
    report: dict[str, Any] = json.loads(run.out)
    return report


def rules(report: dict[str, Any], tool: str) -> set[tuple[bool, str]]:
    return {
        (f["introduced"], f["rule"].removeprefix(f"{tool}/"))
        for f in report["findings"]
        if f["rule"].startswith(f"{tool}/")
    }


@pytest.mark.parametrize("tool", CASES)
def test_what_was_there_is_known_again(tool: str, repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{folder_of(tool)}{os.pathsep}{os.environ['PATH']}")
    path, before, more, old, new = CASES[tool]
    repo.write(path, before).commit("before").write(path, before + more).add()
    report = scan(repo, "--staged", "--offline", "--tool", tool)
    assert report["failed"] == []
    assert [c["outcome"] for c in report["checks"] if c["check"] == tool] == ["completed"]
    found = rules(report, tool)
    assert (False, old) in found
    assert (True, new) in found
    if old != new:
        assert not {(True, old), (False, new)} & found
    assert TOKEN not in json.dumps(report)


@pytest.mark.parametrize("tool", CASES)
def test_a_clean_change_passes(tool: str, repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{folder_of(tool)}{os.pathsep}{os.environ['PATH']}")
    path, before, _, _, _ = CASES[tool]
    repo.write(path, before).commit("before").write(path, "# moved\n" + before).add()
    report = scan(repo, "--staged", "--offline", "--tool", tool)
    assert report["failed"] == []
    assert True not in {introduced for introduced, _ in rules(report, tool)}


@pytest.mark.parametrize(
    ("tool", "path", "text"),
    [
        ("checkov", "infra/main.tf", BUCKET + 'resource "aws_sqs_queue" {{\n'),
        ("zizmor", ".github/workflows/ci.yml", WORKFLOW + "  b: [\n"),
    ],
)
def test_what_a_scanner_cannot_parse_makes_the_run_incomplete(
    tool: str, path: str, text: str, repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{folder_of(tool)}{os.pathsep}{os.environ['PATH']}")
    repo.commit("before").write(path, text).add()
    report = scan(repo, "--staged", "--offline", "--check", "secrets", "--tool", tool)
    assert report["verdict"] == "incomplete"
    lacking = {u["path"] for u in report["unread"] if u["check"] == tool} or {
        f["check"] for f in report["failed"]
    }
    assert lacking in ({path}, {tool})


class Registry(http.server.BaseHTTPRequestHandler):
    """What a registry answers to ``npm audit``: the bulk advisory endpoint."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        advisory = {
            "id": 1179,
            "url": "https://github.com/advisories/GHSA-xvch-5gv4-984h",
            "title": "Prototype Pollution in minimist",
            "severity": "critical",
            "vulnerable_versions": "<0.2.4",
            "cwe": ["CWE-1321"],
            "cvss": {"score": 9.8, "vectorString": None},
        }
        body = json.dumps({"minimist": [advisory]}).encode()
        self.send_response(200 if self.path.endswith("/advisories/bulk") else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture
def registry() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_npm_audit_asks_the_registry_that_it_is_told(
    repo: GitRepo, registry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{folder_of('npm-audit')}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("npm_config_registry", registry)
    lock = {
        "name": "x",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {
            "": {"name": "x", "version": "1.0.0", "dependencies": {"minimist": "0.0.8"}},
            "node_modules/minimist": {
                "version": "0.0.8",
                "resolved": "https://registry.npmjs.org/minimist/-/minimist-0.0.8.tgz",
            },
        },
    }
    table = '[[tools]]\nname = "npm-audit"\nenvironment = ["npm_config_registry"]\n'
    repo.write(".pregate.toml", f'checks = ["secrets"]\n{table}').commit("before")
    repo.write("web/package.json", json.dumps({"name": "x", "dependencies": {"minimist": "0.0.8"}}))
    repo.write("web/package-lock.json", json.dumps(lock, indent=2)).add()
    report = scan(repo, "--staged")
    assert report["failed"] == []
    assert rules(report, "npm-audit") == {(True, "GHSA-xvch-5gv4-984h")}
    (finding,) = report["findings"]
    assert (finding["location"]["path"], finding["location"]["start_line"]) == ("web/package-lock.json", 13)
