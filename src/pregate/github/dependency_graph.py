"""
Snapshots of what a repository depends on, to GitHub's dependency graph, and in plain words what went wrong.

Source: docs.github.com, REST API, "Dependency submission", "Create a snapshot of dependencies for a
repository".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pregate.errors import GitHubError
from pregate.github.client import Client, LostAnswerError, RefusedError
from pregate.github.shapes import mapping, number, text

PATH = "/dependency-graph/snapshots"
WORDS_MAX = 500

PERMISSION = """The job needs:
    permissions:
      contents: write"""
MISSING = """Switch the dependency graph on in the repository's settings (it needs no licence in a public
repository), and let the token read the repository."""
RATE = "GitHub's rate limit is used up. Run the job again later."
FAULT = "GitHub had a fault. Run the job again: a snapshot replaces the one before it."
INVALID = "Run the job again, and report it: GitHub could not use the snapshot."


def submit(client: Client, snapshot: Mapping[str, Any]) -> str:
    """
    Sends a snapshot and gives GitHub's word for what it did with it (``success``, ``accepted``).

    Sending the same twice is harmless: the last snapshot of a correlator counts. Raises GitHubError that says
    what is the matter and what to change.
    """
    try:
        answer = mapping(_send(client, snapshot))
    except RefusedError as refusal:
        raise _explained(refusal) from None
    except LostAnswerError as error:
        raise GitHubError(f"the dependency submission failed: {error.message}", FAULT) from None
    result = text(answer.get("result")).lower()
    if result not in ("success", "accepted") or not number(answer.get("id")):
        words = " ".join(text(answer.get("message")).split())[:WORDS_MAX]
        raise GitHubError(
            f"GitHub did not take the dependency snapshot: {words or 'without a word'}", INVALID
        )
    return result


def _send(client: Client, snapshot: Mapping[str, Any]) -> Any:
    try:
        return client.send("POST", PATH, snapshot)
    except LostAnswerError:
        return client.send("POST", PATH, snapshot)


def _explained(refusal: RefusedError) -> RefusedError:
    words = f"the dependency submission was refused ({refusal.status}): {refusal.words}"
    return RefusedError(words, _hint(refusal), refusal.status, refusal.words, refusal.retry_after)


def _hint(refusal: RefusedError) -> str:
    if refusal.is_for_rate:
        return RATE
    match refusal.status:
        case 401 | 403:
            return PERMISSION
        case 404:
            return f"{MISSING}\n{PERMISSION}"
        case _:
            return INVALID
