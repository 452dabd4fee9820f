"""
What the clone of a workflow knows of history, and fetching what it lacks.

``actions/checkout`` fetches one commit unless told otherwise: the merge commit of a pull request without its
parents. One fetch of the same commits with more depth mends that, with whatever credentials the checkout left
in the clone. Git runs here with a fixed environment; nothing that the repository's configuration names is
started.
"""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

log = logging.getLogger(__name__)

QUESTION_TIMEOUT = 60
FETCH_TIMEOUT = 300
PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "SSL_CERT_FILE", "GIT_SSL_CAINFO", "GIT_DIR", "GIT_WORK_TREE")
PROXIES = (
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "all_proxy",
    "ALL_PROXY",
)
# What a repository's own configuration could make git run (git-config(1)), turned off.
QUIET = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("core.askPass", ""),
    ("credential.helper", ""),
    ("core.alternateRefsCommand", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
)


class History(Protocol):
    """Questions about commits. Object ids in, object ids out."""

    def head(self) -> str:
        """The checked-out commit, ``""`` when there is none."""
        ...

    def resolve(self, name: str) -> str:
        """The commit that a revision names, ``""`` when the clone does not hold it."""
        ...

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents that a commit names, whether the clone holds them or not."""
        ...

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor, ``""`` when the clone holds none."""
        ...

    def is_shallow(self) -> bool:
        """Whether history was cut off when it was fetched."""
        ...

    def deepen(self, commits: tuple[str, ...], depth: int) -> bool:
        """
        Fetches ``commits`` from the remote ``origin`` with ``depth`` generations; false when that did not
        work.
        """
        ...


class GitHistory:
    """The history of the clone in ``directory``, asked by running git."""

    def __init__(self, directory: Path, environ: Mapping[str, str], *, offline: bool = False) -> None:
        self._directory = directory
        self._offline = offline
        self._environment = _environment(environ)

    def head(self) -> str:
        """The checked-out commit, ``""`` when there is none."""
        return self.resolve("HEAD")

    def resolve(self, name: str) -> str:
        """The commit that a revision names, ``""`` when the clone does not hold it."""
        return self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")

    def parents(self, commit: str) -> tuple[str, ...]:
        """
        The parents that a commit names; read from the object, since a shallow clone hides them from rev-list.
        """
        header = self._ask("cat-file", "commit", commit).partition("\n\n")[0]
        return tuple(line[7:] for line in header.splitlines() if line.startswith("parent "))

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor, ``""`` when the clone holds none."""
        return self._ask("merge-base", one, other)

    def is_shallow(self) -> bool:
        """Whether history was cut off when it was fetched."""
        return self._ask("rev-parse", "--is-shallow-repository") == "true"

    def deepen(self, commits: tuple[str, ...], depth: int) -> bool:
        """
        Fetches ``commits`` from the remote ``origin`` with ``depth`` generations; false when that did not
        work.
        """
        if self._offline:
            return False
        quiet = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        # The first value of remote.origin.uploadpack counts, not the last: only this option overrules it.
        options = ("--upload-pack=git-upload-pack", f"--depth={depth}")
        done = self._run(("fetch", *quiet, *options, "origin", *commits), FETCH_TIMEOUT)
        if done is None or done.returncode:
            log.info("fetching history with depth %d did not work", depth)
            return False
        return True

    def _ask(self, *arguments: str) -> str:
        done = self._run(arguments, QUESTION_TIMEOUT)
        return done.stdout.decode("utf-8", "replace").strip() if done and done.returncode == 0 else ""

    def _run(self, arguments: tuple[str, ...], timeout: int) -> subprocess.CompletedProcess[bytes] | None:
        settings = [part for key, value in QUIET for part in ("-c", f"{key}={value}")]
        try:
            return subprocess.run(
                ["git", "--no-replace-objects", *settings, *arguments],
                cwd=self._directory,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            log.info("git %s: %s", arguments[0], type(error).__name__)
            return None


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: environ[name] for name in (*PASSED_ON, *PROXIES) if name in environ}
    # Another user owns the checkout when the action runs in a container: git would refuse it.
    return kept | {
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "https:http:file",
    }
