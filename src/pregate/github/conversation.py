"""
A pull request's conversation as far as it concerns us: who we are, whether the head has moved on, and our own
review threads, in one GraphQL query for each hundred threads.

REST knows no threads and does not tell an installation token whose it is. Source: docs.github.com, GraphQL
reference, ``PullRequestReviewThread``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pregate.errors import GitHubError
from pregate.github.client import Client

THREADS_MAX = 20  # pages of a hundred
REPLIES = 20
TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
_REMARK = re.compile(
    r"<!-- pregate:remark tag=([A-Za-z0-9._/-]{0,64}) check=([a-z-]{1,32}) key=([0-9a-f]{64}) -->"
)

_QUERY = """
query($owner: String!, $name: String!, $number: Int!, $after: String, $replies: Int!) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid
      state
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          isResolved
          resolvedBy { login }
          comments(first: $replies) {
            totalCount
            nodes { id body viewerDidAuthor isMinimized }
          }
        }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Thread:
    """
    One of our remarks with what became of it.

    ``id`` and ``comment`` are GraphQL ids of the thread and of its first comment; ``key`` is the finding's
    fingerprint. ``is_closed`` tells that we have resolved or hidden it, ``is_settled`` that a person resolved
    it, ``is_answered`` that a person wrote in it.
    """

    id: str
    comment: str
    check: str
    key: str
    is_closed: bool
    is_settled: bool
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """``login`` is ours; ``head`` the pull request's present head; ``threads`` are ours, of one tag."""

    login: str
    head: str
    is_open: bool
    threads: tuple[Thread, ...]

    def is_ours(self, user: object) -> bool:
        """
        Whether the author of a comment, as REST gives it, is us.

        GraphQL names an app with or without the ``[bot]`` that REST always writes.
        """
        if not isinstance(user, Mapping) or not self.login:
            return False
        login, kind = str(user.get("login") or ""), user.get("type")
        return login == self.login or (kind == "Bot" and login == f"{self.login}[bot]")


def remark_marker(tag: str, check: str, key: str) -> str:
    """The first line of a remark: by it, at that place only, a later run knows it again."""
    return f"<!-- pregate:remark tag={tag} check={check} key={key} -->"


def read_conversation(client: Client, number: int, tag: str) -> Conversation:
    """
    The conversation of a pull request. Raises GitHubError when it cannot be read whole: what was said already
    would be said again.
    """
    login, head, state = "", "", ""
    threads: list[Thread] = []
    after: str | None = None
    for _ in range(THREADS_MAX):
        data = _ask(client, number, after)
        login = str((data.get("viewer") or {}).get("login") or "")
        pull = ((data.get("repository") or {}).get("pullRequest")) or {}
        head, state = str(pull.get("headRefOid") or ""), str(pull.get("state") or "")
        listed = pull.get("reviewThreads") or {}
        threads += _ours(listed.get("nodes") or (), login, tag)
        page = listed.get("pageInfo") or {}
        after = page.get("endCursor")
        if not page.get("hasNextPage") or not after:
            return Conversation(login, head, state == "OPEN", tuple(threads))
    raise GitHubError(
        f"pull request #{number} has more than {THREADS_MAX * 100:,} review threads",
        "Resolve some, or set review: false.",
    )


def _ask(client: Client, number: int, after: str | None) -> dict[str, Any]:
    owner, _, name = client.repository.partition("/")
    variables = {"owner": owner, "name": name, "number": number, "after": after, "replies": REPLIES}
    data, errors = client.graphql(_QUERY, variables)
    if errors or not ((data.get("repository") or {}).get("pullRequest")):
        first = errors[0].get("message") if errors and isinstance(errors[0], Mapping) else "no pull request"
        raise GitHubError(
            f"GitHub did not show pull request #{number}: {' '.join(str(first).split())[:500]}",
            "The job needs `permissions: pull-requests: write` (read is enough to look).",
        )
    return data


def _ours(nodes: Any, login: str, tag: str) -> Iterator[Thread]:
    for node in nodes:
        comments = (node.get("comments") or {}).get("nodes") or ()
        if not comments or not comments[0].get("viewerDidAuthor"):
            continue
        marker = _REMARK.match(str(comments[0].get("body") or ""))
        if not marker or marker[1] != tag:
            continue
        resolver = str((node.get("resolvedBy") or {}).get("login") or "")
        by_us = resolver.removesuffix("[bot]") == login.removesuffix("[bot]")
        is_resolved = bool(node.get("isResolved"))
        total = (node.get("comments") or {}).get("totalCount") or len(comments)
        yield Thread(
            id=str(node.get("id")),
            comment=str(comments[0].get("id")),
            check=marker[2],
            key=marker[3],
            is_closed=(is_resolved and by_us) or bool(comments[0].get("isMinimized")),
            is_settled=is_resolved and not by_us,
            is_answered=total > len(comments) or not all(c.get("viewerDidAuthor") for c in comments),
        )
