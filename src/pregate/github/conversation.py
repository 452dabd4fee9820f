"""
A pull request's conversation as far as it concerns us: who we are, whether the head has moved on, and our own
review threads, in one GraphQL query for each hundred threads.

REST knows no threads and does not tell an installation token whose it is. Source: docs.github.com, GraphQL
reference, ``PullRequestReviewThread``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pregate.errors import GitHubError
from pregate.github.client import Client
from pregate.github.shapes import items, mapping, text
from pregate.github.shapes import number as number_of
from pregate.records import dataclass

THREADS_MAX = 20  # pages of a hundred
REPLIES = 20
TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
_REMARK = re.compile(
    r"<!-- pregate:remark tag=([A-Za-z0-9._/-]{0,64}) check=([a-z0-9-]{1,64}) key=([0-9a-f]{64}) -->"
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
            nodes { id body viewerDidAuthor isMinimized minimizedReason }
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
    fingerprint. ``is_closed`` tells that we have resolved or hidden it, ``is_settled`` that a person did,
    ``is_answered`` that a person wrote in it.
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
    threads: list[Thread] = []
    after: str | None = None
    for _ in range(THREADS_MAX):
        data = _ask(client, number, after)
        login = text(mapping(data.get("viewer")).get("login"))
        if not login:
            raise GitHubError(
                "GitHub does not say whose the token is", "Leave github-token out: it has a default."
            )
        pull = _pull_of(data)
        listed = mapping(pull.get("reviewThreads"))
        threads += _ours(items(listed.get("nodes")), login, tag)
        page = mapping(listed.get("pageInfo"))
        after = text(page.get("endCursor"))
        if not page.get("hasNextPage") or not after:
            is_open = pull.get("state") == "OPEN"
            return Conversation(login, text(pull.get("headRefOid")), is_open, tuple(threads))
    raise GitHubError(
        f"pull request #{number} has more than {THREADS_MAX * 100:,} review threads",
        "Resolve some, or set review: false.",
    )


def _pull_of(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(mapping(data.get("repository")).get("pullRequest"))


def _ask(client: Client, number: int, after: str | None) -> Mapping[str, Any]:
    owner, _, name = client.repository.partition("/")
    variables = {"owner": owner, "name": name, "number": number, "after": after, "replies": REPLIES}
    data, errors = client.graphql(_QUERY, variables)
    if errors or not _pull_of(data):
        first = text(mapping(errors[0]).get("message")) if errors else "no pull request"
        raise GitHubError(
            f"GitHub did not show pull request #{number}: {' '.join(first.split())[:500]}",
            "The job needs `permissions: pull-requests: write` (read is enough to look).",
        )
    return data


def _ours(nodes: Sequence[Any], login: str, tag: str) -> Iterator[Thread]:
    for node in map(mapping, nodes):
        connection = mapping(node.get("comments"))
        comments = [mapping(comment) for comment in items(connection.get("nodes"))]
        if not comments or not comments[0].get("viewerDidAuthor"):
            continue
        marker = _REMARK.match(text(comments[0].get("body")))
        if marker and marker[1] == tag:
            total = number_of(connection.get("totalCount"))
            is_answered = total > len(comments) or not all(c.get("viewerDidAuthor") for c in comments)
            yield _thread(node, comments[0], login, (marker[2], marker[3]), is_answered)


def _thread(
    node: Mapping[str, Any], first: Mapping[str, Any], login: str, about: tuple[str, str], is_answered: bool
) -> Thread:
    resolver = text(mapping(node.get("resolvedBy")).get("login"))
    by_us = resolver.removesuffix("[bot]") == login.removesuffix("[bot]")
    is_resolved = bool(node.get("isResolved"))
    is_hidden = bool(first.get("isMinimized"))
    # We hide as outdated and for no other reason.
    hidden_by_us = is_hidden and text(first.get("minimizedReason")).lower() in ("", "outdated")
    return Thread(
        id=text(node.get("id")),
        comment=text(first.get("id")),
        check=about[0],
        key=about[1],
        is_closed=(is_resolved and by_us) or (not is_resolved and hidden_by_us),
        is_settled=(is_resolved and not by_us) or (is_hidden and not hidden_by_us),
        is_answered=is_answered,
    )
