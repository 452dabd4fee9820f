"""
What the clone of a workflow knows of history, and fetching what it lacks.

``actions/checkout`` fetches one commit unless told otherwise: the merge commit of a pull request without its
parents. One fetch of the same commits with more depth mends that, with the token that the step was given, or
with whatever credentials the checkout left in the clone. Git runs in the environment of
:mod:`pregate.changes.environment`; for a fetch, and only then, it may use the network.
"""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pregate.changes.environment import find_git, hardened, with_settings
from pregate.logs import logger

_log = logger(__name__)

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


_EXTRA_HEADER = re.compile(r"http\.(?:.*\.)?extraheader", re.DOTALL)


class Clone:
    """
    The history of the clone in ``directory``, asked by running git; ``offline`` forbids fetching.

    With a ``token``, ``url`` (http or https) is fetched from, and what the checkout left in the clone is the
    second choice; without one, the remote ``origin``. The token is given to git in its environment only.
    Raises ChangesError when there is no git. Implements :class:`pregate.github.history.History`.
    """

    def __init__(
        self,
        directory: Path,
        environ: Mapping[str, str],
        *,
        offline: bool = False,
        token: str = "",
        url: str = "",
    ) -> None:
        self._git = find_git(environ)
        self._directory = directory
        self._offline = offline
        self._environment = hardened(environ)
        network = {name: environ[name] for name in NETWORK if name in environ}
        self._fetching = (
            with_settings(self._environment, FETCH_SETTINGS) | network | {"GIT_ALLOW_PROTOCOL": TRANSPORTS}
        )
        self._url = url if token and url.startswith(("https://", "http://")) else ""
        self._with_token = with_settings(self._fetching, _credentials(url, token)) if self._url else {}

    def __repr__(self) -> str:
        return "Clone()"

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
        """Fetches ``commits`` with ``depth`` generations; false when that did not work."""
        if self._offline:
            return False
        sources = [(self._url, self._with_token)] if self._url and not self._diverts() else []
        for place, environment in (*sources, ("origin", self._fetching)):
            quiet = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
            # The first value of remote.origin.uploadpack counts, not the last: only this option overrules it.
            options = ("--upload-pack=git-upload-pack", f"--depth={depth}")
            fetch = ("fetch", *quiet, *options, "--", place, *commits)
            done = self._run(fetch, environment, FETCH_TIMEOUT)
            if done is not None and done.returncode == 0:
                return True
            # Not git's own words: they may repeat what a server or the configuration says.
            _log.info("fetching history with depth %d did not work", depth)
        return False

    def holds(self, commits: tuple[str, ...]) -> bool:
        """Whether the clone has all these commits and their parents."""
        given = "".join(f"{commit}\n" for commit in commits).encode("ascii")
        done = self._run(("rev-list", "--no-walk", "--stdin"), self._environment, QUESTION_TIMEOUT, given)
        is_here = not commits or (done is not None and done.returncode == 0)
        return is_here and self._cut().isdisjoint(commits)

    def line(self, commit: str, count: int) -> tuple[str, ...]:
        """
        The last ``count`` commits up to ``commit``, oldest first; ``()`` when one of them is a merge, a root,
        or the clone lacks its parent.
        """
        answer = self._ask("rev-list", "--parents", f"--max-count={count}", "--end-of-options", commit)
        rows = [row.split() for row in answer.splitlines()]
        # A commit where the clone was cut is shown without parents.
        is_straight = len(rows) == count and all(len(row) == 2 for row in rows)
        return tuple(row[0] for row in reversed(rows)) if is_straight else ()

    def is_walkable(self, base: str, head: str) -> bool:
        """
        Whether the clone has every commit that is reachable from ``head`` and not from ``base``, and tells
        them from others.

        A walk that reaches a root, or where the clone was cut, may have passed commits of the base which the
        clone does not know as such.
        """
        if not self.merge_base(base, head):
            return False
        walked = self._ask("rev-list", "--parents", "--end-of-options", head, f"^{base}").splitlines()
        return all(" " in row for row in walked)

    def _cut(self) -> frozenset[str]:
        """Commits whose parents were left out (gitrepository-layout(5), "shallow")."""
        file = self._directory / self._ask("rev-parse", "--git-path", "shallow")
        return frozenset(file.read_text("ascii").split()) if file.is_file() else frozenset()

    def _diverts(self) -> bool:
        """
        Whether the clone's configuration has a say in where a fetch of our address goes, or how it is kept
        secret on the way (another address, a proxy, certificates). Headers for hosts, as the checkout leaves
        them, do no harm: ours are more specific.
        """
        done = self._run(("config", "--list", "--name-only", "-z"), self._environment, QUESTION_TIMEOUT)
        if done is None or done.returncode:
            return True
        names = done.stdout.decode("utf-8", "replace").split("\0")
        own = f"remote.{self._url}."
        return any(
            name.startswith(("url.", own)) or (name.startswith("http.") and not _EXTRA_HEADER.fullmatch(name))
            for name in names
        )

    def _ask(self, *arguments: str) -> str:
        done = self._run(arguments, self._environment, QUESTION_TIMEOUT)
        return done.stdout.decode("utf-8", "replace").strip() if done and done.returncode == 0 else ""

    def _run(
        self, arguments: tuple[str, ...], environment: dict[str, str], timeout: int, given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes] | None:
        try:
            return subprocess.run(
                [self._git, *arguments],
                cwd=self._directory,
                env=environment,
                input=given,
                capture_output=True,
                timeout=timeout,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            _log.info("git %s: %s", arguments[0], type(error).__name__)
            return None


def _credentials(url: str, token: str) -> tuple[tuple[str, str], ...]:
    """
    Settings that show the token to ``url`` and to nobody else (git-config(1), "http.<url>.*").

    The header is what ``actions/checkout`` uses. An empty value first drops those that the clone has for the
    host: a server refuses two. The whole address as the key makes these settings outrank any other.
    """
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode("ascii")
    scope = f"http.{url}"
    return (
        (f"{scope}.extraHeader", ""),
        (f"{scope}.extraHeader", f"AUTHORIZATION: basic {basic}"),
        (f"{scope}.followRedirects", "false"),
        (f"{scope}.sslVerify", "true"),
    )
