"""What to tell people who run a scan for the first time: that there is no configuration, or no commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pregate.entry.survey import OWN_CONFIG
from pregate.model import INDEX, WORKTREE

if TYPE_CHECKING:
    from pregate.pipeline import Result

_SIZE_MAX = 1024 * 1024


def hints(result: Result, environ: Mapping[str, str]) -> Iterator[str]:
    """
    Sentences without a full stop, for standard error; none in a job of continuous integration, where nobody
    sets anything up.
    """
    if environ.get("CI") or environ.get("GITHUB_ACTIONS") == "true" or result.root is None:
        return
    change = result.change
    if not change.files and not change.compared and change.head == INDEX:
        yield "there is no commit yet: pregate scan --worktree judges the files that are there"
    if not _is_configured(result.root):
        yield "no configuration, so that the defaults count: pregate init writes one, and a workflow"
    elif change.trusted != WORKTREE and not result.verdict.policy_changes and _is_open(result.root, environ):
        yield f"{OWN_CONFIG} has changes that are not committed; they do not count here"


def _is_open(root: Path, environ: Mapping[str, str]) -> bool:
    """Whether the configuration file is not the one of HEAD, as far as can be said."""
    from pregate.changes import Repository
    from pregate.errors import ChangesError

    try:
        git = Repository.open(root, environ).git
        return bool(git.run("status", "--porcelain", "--untracked-files=all", "--", OWN_CONFIG))
    except ChangesError:
        return False


def _is_configured(root: Path) -> bool:
    """Whether a file at the root is, or may hold, a configuration; no word of it is read here."""
    if (root / OWN_CONFIG).exists():
        return True
    try:
        with (root / "pyproject.toml").open("rb") as file:
            return b"pregate" in file.read(_SIZE_MAX)
    except OSError:
        return False
