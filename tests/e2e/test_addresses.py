"""What stands in the addresses of lock files is in no report, in a first run and in one from the cache."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gitrepo import GitRepo

PASSWORD = "hunter" + "2hunter2"
TOKEN = "q" + "9Zx8Wv7Ut6Sr5Qp4On3"
ADDRESS = f"https://user:{PASSWORD}@packages.example.org/x.tgz?token={TOKEN}"
ONE_LINE = {
    "lockfileVersion": 3,
    "packages": {"node_modules/demo": {"version": "1.0.0", "resolved": ADDRESS}},
}


def record(ecosystem: str) -> str:
    affected = {"package": {"ecosystem": ecosystem, "name": "demo"}, "versions": ["1.0.0"]}
    return json.dumps(
        {"id": f"MAL-1-{ecosystem}", "modified": "2026-11-01T00:00:00Z", "affected": [affected]}
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package-lock.json", json.dumps(ONE_LINE)),
        ("package-lock.json", json.dumps(ONE_LINE, indent=1)),
        ("requirements.txt", f"--index-url {ADDRESS}\ndemo==1.0.0 --hash=sha256:{'a' * 64}\n"),
        ("requirements.txt", f"demo==1.0.0  # from {ADDRESS}\n"),
    ],
    ids=["one line", "indented", "option", "comment"],
)
def test_credentials_of_addresses_are_in_no_report(tmp_path: Path, path: str, text: str) -> None:
    repo = GitRepo(tmp_path / "repo").write(path, text).commit("locked")
    database = tmp_path / "database"
    database.mkdir()
    for ecosystem in ("npm", "PyPI"):
        (database / f"{ecosystem}.json").write_text(record(ecosystem))
    command = [
        sys.executable,
        "-m",
        "pregate",
        "scan",
        "--all",
        "--check",
        "dependencies",
        "--offline",
        "--verbose",
    ]
    command += ["--advisories", str(database), "--cache-dir", str(tmp_path / "cache")]
    for kind in ("json", "sarif", "cyclonedx", "spdx"):
        command += ["--output", f"{kind}={tmp_path / kind}"]
    for _ in range(2):
        done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        told = (
            done.stdout
            + done.stderr
            + "".join((tmp_path / k).read_text() for k in ("json", "sarif", "cyclonedx", "spdx"))
        )
        assert "MAL-1-" in told
        assert not [word for word in (PASSWORD, TOKEN, TOKEN[:8], PASSWORD[:8]) if word in told]
