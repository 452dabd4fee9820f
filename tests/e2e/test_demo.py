"""``make demo``: the main job, as a new user runs it first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_demo_refuses_the_pull_request_for_all_four_reasons(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "examples/demo/run.py", str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The gate's exit code is 1" in done.stdout
    report = json.loads((tmp_path / "pregate.json").read_text())
    new = {f["rule"]: f["location"]["path"] for f in report["findings"] if f["state"] == "new"}
    assert new.pop("iam/new-access") == "infra/stack.yaml"
    assert new == {
        "secrets/AWSKeyDetector": "app/settings.py",
        "python/B602": "app/report.py",
        "dependencies/GHSA-8q59-q68h-6hv4": "requirements.txt",
        "iam/admin-access": "infra/stack.yaml",
    }
    assert len(json.loads((tmp_path / "pregate.sarif").read_text())["runs"]) == 4
