"""
What .github/workflows/release.yml does beside building, with the standard library, git and gh alone.

    release.py check VERSION    exit 0 when the checkout may be released as VERSION
    release.py notes VERSION    print the changelog's section
    release.py pin IMAGE        make action.yml run IMAGE (NAME@sha256:DIGEST), not build the Dockerfile
    release.py tag VERSION      commit the pinned action.yml and tag that commit; no branch moves

``check`` and ``tag`` read the variables of a GitHub runner, and gh reads GH_TOKEN.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_BUILT = "  image: Dockerfile\n"
_IMAGE = re.compile(r"ghcr\.io/[a-z0-9._/-]+@sha256:[0-9a-f]{64}")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


def notes(changelog: str, version: str) -> str:
    """The text below the heading of ``version``, without blank ends; empty when there is none."""
    heading = re.compile(rf"## \[{re.escape(version)}\] - \d{{4}}-\d{{2}}-\d{{2}}")
    lines = changelog.splitlines()
    starts = [number for number, line in enumerate(lines) if heading.fullmatch(line)]
    if not starts:
        return ""
    body = lines[starts[0] + 1 :]
    ends = [number for number, line in enumerate(body) if line.startswith("## ")]
    return "\n".join(body[: ends[0]] if ends else body).strip()


def pinned(metadata: str, image: str) -> str:
    """The text of action.yml with ``image`` for the Dockerfile. Raises SystemExit when either is amiss."""
    if not _IMAGE.fullmatch(image):
        raise SystemExit("an image is ghcr.io/NAME@sha256:DIGEST")
    if metadata.count(_BUILT) != 1:
        raise SystemExit("action.yml does not build the Dockerfile exactly once")
    return metadata.replace(_BUILT, f"  image: docker://{image}\n")


def check(root: Path, version: str) -> list[str]:
    """What keeps the checkout in ``root`` from being released as ``version``."""
    if not _VERSION.fullmatch(version):
        return ["a version is three numbers with dots between"]
    found = []
    if os.environ["GITHUB_REF"] != f"refs/heads/{os.environ['DEFAULT_BRANCH']}":
        found.append("a release is made from the default branch")
    if tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"] != version:
        found.append("pyproject.toml has another version")
    if f'__version__ = "{version}"' not in (root / "src/pregate/__init__.py").read_text("utf-8"):
        found.append("src/pregate/__init__.py has another version")
    if not notes((root / "CHANGELOG.md").read_text("utf-8"), version):
        found.append(f"CHANGELOG.md has nothing under '## [{version}] - YEAR-MONTH-DAY'")
    tag = f"refs/tags/v{version}"
    if any(ref["ref"] == tag for ref in _api(f"git/matching-refs/tags/v{version}")):
        found.append(f"v{version} is there, and tags never move: raise the version")
    runs = _api(
        f"actions/workflows/ci.yml/runs?head_sha={os.environ['GITHUB_SHA']}&event=push&status=success"
    )
    if not runs["total_count"]:
        found.append(f"CI has not passed on {os.environ['GITHUB_SHA']}")
    return found


def tag(root: Path, version: str) -> str:
    """
    Commits ``root``'s action.yml on top of GITHUB_SHA, tags that commit and gives its id.

    Through the API, so that no credential lies in the checkout and GitHub signs the commit. A tag that exists
    is an error of the API's.
    """
    changed = _run("git", "-C", str(root), "status", "--porcelain", "--untracked-files=no")
    if changed != " M action.yml\n":
        raise SystemExit("action.yml, and it alone, must differ from the commit")
    base = _run("git", "-C", str(root), "rev-parse", "HEAD^{tree}").strip()
    content = (root / "action.yml").read_text("utf-8")
    file = {"path": "action.yml", "mode": "100644", "type": "blob", "content": content}
    tree = _api("git/trees", {"base_tree": base, "tree": [file]})["sha"]
    message = f"release: v{version}"
    parents = [os.environ["GITHUB_SHA"]]
    commit = _api("git/commits", {"message": message, "tree": tree, "parents": parents})["sha"]
    _api("git/refs", {"ref": f"refs/tags/v{version}", "sha": commit})
    return str(commit)


def _api(path: str, body: object = None) -> Any:
    """GitHub's answer about this repository: GET, or POST with a body."""
    command = ["gh", "api", f"repos/{os.environ['GITHUB_REPOSITORY']}/{path}"]
    if body is None:
        return json.loads(_run(*command))
    return json.loads(_run(*command, "--method", "POST", "--input", "-", text=json.dumps(body)))


def _run(*command: str, text: str = "") -> str:
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.returncode}")
    return done.stdout


def main(arguments: list[str]) -> str:
    """What the command prints. Raises SystemExit with what is wrong."""
    match arguments:
        case ["check", version]:
            if found := check(ROOT, version):
                raise SystemExit("\n".join(f"::error::{line}" for line in found))
            return f"{version} can be released"
        case ["notes", version]:
            return notes((ROOT / "CHANGELOG.md").read_text("utf-8"), version)
        case ["pin", image]:
            file = ROOT / "action.yml"
            file.write_text(pinned(file.read_text("utf-8"), image), "utf-8")
            return image
        case ["tag", version]:
            return f"v{version} is {tag(ROOT, version)}"
    raise SystemExit(__doc__)


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:]) + "\n")
