"""
What GitHub knows of history and the clone does not: the merge base of two commits, and those between them.

Source: docs.github.com, REST "Compare two commits".
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from pregate.errors import GitHubError
from pregate.github.client import PER_PAGE, Client
from pregate.github.history import Comparison

_log = logging.getLogger(__name__)

PAGES_MAX = 5  # of a hundred commits


class ComparingRemote:
    """The compare API as :class:`pregate.github.history.Remote`; ``client`` is called when it is asked."""

    def __init__(self, client: Callable[[], Client]) -> None:
        self._client = client

    def compare(self, base: str, head: str) -> Comparison | None:
        """
        The merge base of two commits and those from it to ``head``; ``None`` when GitHub does not tell.
        """
        commits: list[str] = []
        path = f"/compare/{quote(base)}...{quote(head)}"
        for page in range(1, PAGES_MAX + 1):
            try:
                answer = self._client().get(path, per_page=PER_PAGE, page=page)
                merge_base = str(answer["merge_base_commit"]["sha"])
                total = int(answer["total_commits"])
                commits += [str(commit["sha"]) for commit in answer["commits"]]
            except GitHubError as error:
                _log.info("comparing on GitHub: %s", error.message)
                return None
            except (KeyError, TypeError, ValueError):
                _log.info("comparing on GitHub: the answer is of another shape")
                return None
            if len(commits) >= total or not answer["commits"]:
                break
        return Comparison(merge_base, tuple(commits), len(commits) == total)


def find_pull_request(client: Client, head: str, owner: str, branch: str) -> dict[str, Any] | None:
    """
    The open pull request whose head is the commit ``head``, of branch ``owner:branch``; ``None`` if none is.

    The event of a workflow that another one started names no pull request of a fork, and the commits of a
    fork are not all known by the base's "pull requests of a commit": so the branch is asked for, and the
    commit compared.
    """
    for pull in client.pages("/pulls", 2, state="open", head=f"{owner}:{branch}"):
        if isinstance(pull, dict) and (pull.get("head") or {}).get("sha") == head:
            return pull
    return None
