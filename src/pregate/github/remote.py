"""
What GitHub knows of history and the clone does not: the merge base of two commits, and those between them.

Source: docs.github.com, REST "Compare two commits".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from pregate.errors import GitHubError
from pregate.github.client import PER_PAGE, Client
from pregate.github.history import Comparison
from pregate.github.shapes import items, mapping, number, text
from pregate.logs import logger

_log = logger(__name__)

PAGES_MAX = 5  # of a hundred commits
_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class ComparingRemote:
    """The compare API as :class:`pregate.github.history.Remote`; ``client`` is called when it is asked."""

    def __init__(self, client: Callable[[], Client]) -> None:
        self._client = client

    def compare(self, base: str, head: str) -> Comparison | None:
        """
        The merge base of two commits and those from it to ``head``; ``None`` when GitHub does not tell.
        """
        commits: list[str] = []
        path = f"/compare/{quote(base, safe='')}...{quote(head, safe='')}"
        for page in range(1, PAGES_MAX + 1):
            try:
                answer = mapping(self._client().get(path, per_page=PER_PAGE, page=page))
            except GitHubError as error:
                _log.info("comparing on GitHub: %s", error.message)
                return None
            merge_base = _commit(answer.get("merge_base_commit"))
            listed = [_commit(entry) for entry in items(answer.get("commits"))]
            total = answer.get("total_commits")
            if not merge_base or not all(listed) or not isinstance(total, int):
                _log.info("comparing on GitHub: the answer is of another shape")
                return None
            commits += listed
            if len(commits) >= total or not listed:
                break
        return Comparison(merge_base, tuple(commits), len(commits) == total)


def _commit(entry: object) -> str:
    """The object id of a commit as the API shows it, ``""`` for none."""
    sha = text(mapping(entry).get("sha"))
    return sha if _OBJECT_ID.fullmatch(sha) else ""


def find_pull_request(
    client: Client, head: str, owner: str, branch: str, likely: int = 0
) -> dict[str, Any] | None:
    """
    The open pull request whose head is the commit ``head``, of branch ``owner:branch``; ``None`` if none is.

    The event of a workflow that another one started names no pull request of a fork, and the commits of a
    fork are not all known by the base's "pull requests of a commit": so the branch is asked for, and the
    commit compared. A branch may have several, into different bases: then ``likely`` is the one, if it is
    among them.
    """
    listed = map(mapping, client.pages("/pulls", 2, state="open", head=f"{owner}:{branch}"))
    found = [p for p in listed if _commit(p.get("head")) == head and number(p.get("number"))]
    found.sort(key=lambda pull: pull["number"] != likely)
    return dict(found[0]) if found else None
