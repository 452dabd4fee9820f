"""
The main job of pregate, offline, on a real repository with a real pull request.

Builds a small repository from the files beside this script (main holds base/, the branch pull-request adds change/), judges the
pull request as the action would, and writes SARIF and JSON into the folder given (demo-out by default). Exit code 0 when the gate
said what it should: no, with one finding of each check.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ADVISORIES = HERE.parent / "advisories"
# The example key of AWS's documentation with another end; put together here, so that no scanner trips over this file.
ACCESS_KEY = "AKIA" + "IOSFODNN7" + "QZWXECR"


def git(repository: Path, *words: str) -> None:
    """Runs git with an identity of its own and nobody's configuration."""
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in (("NAME", "Demo"), ("EMAIL", "demo@example.org"))}
    environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(repository), *words], check=True, env=environment, stdout=subprocess.DEVNULL)


def lay_out(repository: Path, tree: str, message: str) -> None:
    """Copies a tree of example files over the repository and commits it."""
    # Not copy2: with the sources' times, git takes a changed file of the same size for the one that it knows.
    shutil.copytree(HERE / tree, repository, dirs_exist_ok=True, copy_function=shutil.copyfile)
    settings = repository / "app" / "settings.py"
    settings.write_text(settings.read_text().replace("@ACCESS_KEY@", ACCESS_KEY))
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", message)


def judge(repository: Path, output: Path) -> int:
    """Runs the gate on the pull request, as a command."""
    command = [sys.executable, "-m", "pregate", "scan", "--base", "main", "--head", "pull-request", "--offline", "--no-cache"]
    command += ["--directory", str(repository), "--advisories", os.path.relpath(ADVISORIES)]
    command += ["--output", f"sarif={output / 'pregate.sarif'}", "--output", f"json={output / 'pregate.json'}"]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """Builds, judges, and checks that the gate saw all four."""
    output = Path(sys.argv[1] if len(sys.argv) > 1 else "demo-out").resolve()
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pregate-demo-") as folder:
        repository = Path(folder) / "shop"
        repository.mkdir()
        git(repository, "init", "--quiet", "--initial-branch", "main")
        lay_out(repository, "base", "The weekly report")
        git(repository, "switch", "--quiet", "--create", "pull-request")
        lay_out(repository, "change", "Let the caller choose the compression")
        code = judge(repository, output)
    report = json.loads((output / "pregate.json").read_text())
    checks = {f["check"] for f in report["findings"] if f["state"] == "new"}
    expected = {"secrets", "python", "dependencies", "iam"}
    print(f"\nThe gate's exit code is {code}; reports: {output / 'pregate.sarif'} and {output / 'pregate.json'}")
    if code != 1 or checks != expected:
        print(f"The demo expected exit code 1 and new findings of {sorted(expected)}, not {sorted(checks)}.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
