"""What the action loads before its first check: what finds the change, and no client of a service."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.gitrepo import GitRepo
from tests.harness import events
from tests.harness.runner import Runner
from tests.hooktools import CLEAN, LEAK

MARK = "the checks begin"
LATER = {
    *("github", "requests", "urllib3", "jwt", "boto3", "botocore", "cryptography"),
    *("bandit", "detect_secrets", "sarif_om", "fastjsonschema", "rich", "dask"),
    *("pregate.entry.delivery", "pregate.entry.publishing", "pregate.report.sarif", "pregate.report.html"),
}


class Observed(Runner):
    """A runner that has Python tell what it imports, in one stream with what the step says."""

    text = ""

    def _execute(
        self, command: list[str], environment: Mapping[str, str], limit: float
    ) -> subprocess.CompletedProcess[bytes]:
        told = [command[0], "-u", "-X", "importtime", *command[1:]]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(told, cwd=self.workspace, env=environment, timeout=limit, **streams)  # type: ignore[call-overload]
        self.text = done.stdout.decode()
        return subprocess.CompletedProcess(told, done.returncode, b"", b"")


def test_clients_of_services_are_loaded_after_the_first_check_has_begun(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "workspace").write("app.py", CLEAN).commit("one")
    base = repo.head
    head = repo.branch("topic").write("leak.py", LEAK).commit("two").head
    merge = repo.checkout("main").branch("merged").merge("topic").head
    runner = Observed(tmp_path / "runner", repo.path)
    runner.token = "t" * 40
    runner.urls = dict.fromkeys(("GITHUB_API_URL", "GITHUB_SERVER_URL"), "http://127.0.0.1:9")
    given = {"checks": "secrets,python,iam", "upload-sarif": "never", "comment": "never", "review": "false"}
    result = runner.run(events.pull_request(base, head, merge), given, RUNNER_DEBUG="1")
    assert result.exit_code == 1, runner.text
    before, mark, after = runner.text.partition(MARK)
    assert mark
    loaded, later = (
        set(re.findall(r"^import time:.*\| +(\S+)$", text, re.MULTILINE)) for text in (before, after)
    )
    assert "pregate.pipeline" in loaded
    assert loaded & LATER == set()
    assert "pregate.entry.publishing" in later
