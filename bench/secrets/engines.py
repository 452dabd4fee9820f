"""The engines that are compared: each gives the lines that it reports, by file."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Report(NamedTuple):
    """A place that an engine reports, and under which rule; ``is_failing`` where the default gate fails."""

    path: str
    line: int
    rule: str
    is_failing: bool = True


Engine = Callable[[Path, Sequence[str]], list[Report]]


def pregate(engine: str) -> Engine:
    """Our secrets check with one of its engines, without what is too doubtful to be reported."""

    def run(folder: Path, paths: Sequence[str]) -> list[Report]:
        from pregate.checks.base import Target
        from pregate.checks.secrets import SecretsCheck
        from pregate.config import SecretsConfig
        from pregate.model import Severity

        check = SecretsCheck(SecretsConfig(engine=engine), b"bench")
        reports = []
        for path in paths:
            if not check.concerns(path, executable=False):
                continue
            found = check.analyse(Target(path, (folder / path).read_bytes())).findings
            reports += [
                Report(path, f.location.start_line, f.rule.id.partition("/")[2], f.severity >= Severity.HIGH)
                for f in found
                if not f.suppressed_by
            ]
        return reports

    return run


def detect_secrets(folder: Path, paths: Sequence[str]) -> list[Report]:
    """
    The package itself with its default plugins and filters, without asking any provider. A file that it
    fails at has no reports.
    """
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    reports = []
    with default_settings():
        for path in paths:
            try:
                found = list(scan_file(str(folder / path)))
            except Exception as error:  # noqa: BLE001  # whatever it is
                print(f"detect-secrets fails at {path}: {error!r}", file=sys.stderr)
                continue
            reports += [Report(path, secret.line_number, secret.type) for secret in found]
    return reports


def gitleaks(program: str) -> Engine:
    """The program of that name with its default rules."""

    def run(folder: Path, paths: Sequence[str]) -> list[Report]:
        asked = set(paths)
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            options = ["--no-banner", "--exit-code=0", "--report-format=json", f"--report-path={file.name}"]
            subprocess.run([program, "dir", *options, "."], cwd=folder, check=True, capture_output=True)
            found = json.loads(Path(file.name).read_text("utf-8"))
        reports = [Report(f["File"].removeprefix("./"), f["StartLine"], f["RuleID"]) for f in found]
        return [report for report in reports if report.path in asked]

    return run


ENGINES: Mapping[str, Engine] = {
    "pregate": pregate("pregate"),
    "pregate, engine detect-secrets": pregate("detect-secrets"),
    "detect-secrets": detect_secrets,
}
