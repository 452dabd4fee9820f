"""
What the clone of a workflow knows of history, and fetching what it lacks.

``actions/checkout`` fetches one commit unless told otherwise: the merge commit of a pull request without its
parents. One fetch of the same commits with more depth mends that, with whatever credentials the checkout left
in the clone. Git runs in the environment of :mod:`pregate.changes.environment`; for a fetch, and only then,
it may use the network.
"""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pregate.changes.environment import find_git, hardened, with_settings

_log = logging.getLogger(__name__)

QUESTION_TIMEOUT = 60
FETCH_TIMEOUT = 300
# A fetch reaches the server as the machine does. No other transport: ssh and helpers would be programs of the
# clone's choice.
TRANSPORTS = "https:http:file"
NETWORK = (
    *(
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "ALL_PROXY",
    ),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"),
)
FETCH_SETTINGS = (("fetch.recurseSubmodules", "false"), ("core.alternateRefsCommand", "false"))


class Clone:
    """
    The history of the clone in ``directory``, asked by running git; ``offline`` forbids fetching.

    Raises ChangesError when there is no git. Implements :class:`pregate.github.history.History`.
    """

    def __init__(self, directory: Path, environ: Mapping[str, str], *, offline: bool = False) -> None:
        self._git = find_git(environ)
        self._directory = directory
        self._offline = offline
        self._environment = hardened(environ)
        network = {name: environ[name] for name in NETWORK if name in environ}
        self._fetching = (
            with_settings(self._environment, FETCH_SETTINGS) | network | {"GIT_ALLOW_PROTOCOL": TRANSPORTS}
        )

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
        return self._ask("merge-base", "--", one, other)

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
        fetch = ("fetch", *quiet, *options, "--", "origin", *commits)
        done = self._run(fetch, self._fetching, FETCH_TIMEOUT)
        if done is None or done.returncode:
            _log.info("fetching history with depth %d did not work", depth)
            return False
        return True

    def _ask(self, *arguments: str) -> str:
        done = self._run(arguments, self._environment, QUESTION_TIMEOUT)
        return done.stdout.decode("utf-8", "replace").strip() if done and done.returncode == 0 else ""

    def _run(
        self, arguments: tuple[str, ...], environment: dict[str, str], timeout: int
    ) -> subprocess.CompletedProcess[bytes] | None:
        try:
            return subprocess.run(
                [self._git, *arguments],
                cwd=self._directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            _log.info("git %s: %s", arguments[0], type(error).__name__)
            return None
