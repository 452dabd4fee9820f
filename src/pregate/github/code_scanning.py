"""
SARIF to code scanning: upload, wait for the processing, and say in plain words what went wrong.

Sources: docs.github.com, REST "Upload an analysis as SARIF data", "Get information about a SARIF upload";
"Troubleshooting SARIF uploads".
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Sequence
from typing import Any

from pregate.errors import GitHubError
from pregate.github.client import Client, LostAnswerError, RefusedError, Waiter
from pregate.github.shapes import items, mapping, text
from pregate.logs import logger
from pregate.records import dataclass

_log = logger(__name__)

WAITS = (0.2, 0.8, 3.0, 8.0, 20.0, 40.0)  # seconds before each look at the processing: 72 in all
ERRORS_MAX = 20
ERROR_MAX = 1000
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,100}")  # it becomes part of an address

PERMISSION = """The job needs:
    permissions:
      contents: read
      security-events: write
      actions: read        # in a private repository"""
FORK = """A pull request from a fork, and one of Dependabot's, runs with a read-only token. The SARIF
file is kept; the two-stage workflow of docs/forks.md uploads it with the rights of the base repository."""
SECURITY = """Code scanning of a private or internal repository needs GitHub Code Security (Advanced
Security), switched on in the repository's settings. Without it set `upload-sarif: never` and keep the SARIF
file as an artifact."""
QUEUE = """Code scanning knows no refs of the merge queue. Results are uploaded for the pull request and,
after the merge, for the branch: leave `upload-sarif: auto`."""
MISSING = """Is the commit pushed, does the ref exist, and may the token read the repository? On GitHub
Enterprise Server code scanning must be switched on for the instance."""
SIZE = """GitHub takes 10 MB of compressed SARIF. Exclude generated files, or split the run with `checks`
and `category`."""
RATE = "GitHub's rate limit is used up. Run the job again later, or let fewer jobs upload at once."
FAULT = "GitHub had a fault. Run the job again; the SARIF file is kept."


@dataclass(frozen=True, slots=True)
class Analysis:
    """What to upload: ``data`` is gzipped SARIF, ``started`` an ISO 8601 time or ``""``."""

    data: bytes
    ref: str
    commit: str
    checkout_uri: str = ""
    started: str = ""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """
    How an upload ended: ``status`` is ``complete``, ``pending`` when GitHub is not done yet, or ``failed``,
    with GitHub's ``errors``.
    """

    id: str
    status: str
    errors: tuple[str, ...] = ()


def upload(client: Client, analysis: Analysis) -> str:
    """
    Sends the analysis and gives its id. Sending the same twice is harmless: it replaces itself.

    Raises GitHubError that says what is the matter and what to change.
    """
    body: dict[str, Any] = {
        "commit_sha": analysis.commit,
        "ref": analysis.ref,
        "sarif": base64.b64encode(analysis.data).decode("ascii"),
        "tool_name": "pregate",
    }
    if analysis.checkout_uri:
        body["checkout_uri"] = analysis.checkout_uri
    if analysis.started:
        body["started_at"] = analysis.started
    try:
        answer = _send(client, body)
    except RefusedError as refusal:
        raise _explained(refusal, analysis.ref) from None
    except LostAnswerError as error:
        raise GitHubError(f"the SARIF upload failed: {error.message}", FAULT) from None
    identifier = text(mapping(answer).get("id"))
    if not _IDENTIFIER.fullmatch(identifier):
        raise GitHubError("GitHub gave no id for the SARIF upload", FAULT)
    return identifier


def _send(client: Client, body: dict[str, Any]) -> Any:
    try:
        return client.send("POST", "/code-scanning/sarifs", body)
    except LostAnswerError:
        return client.send("POST", "/code-scanning/sarifs", body)


def await_processing(
    client: Client, identifier: str, waits: Sequence[float] = WAITS, wait: Waiter = time.sleep
) -> Uploaded:
    """
    Looks at the processing until it has ended, at most as often as ``waits`` has entries (seconds each).

    A lost answer, or GitHub not knowing the upload yet, counts as a look. Raises RefusedError when GitHub
    does not tell at all.
    """
    for seconds in waits:
        wait(seconds)
        try:
            answer = mapping(client.get(f"/code-scanning/sarifs/{identifier}"))
        except LostAnswerError as error:
            _log.info("looking at the SARIF upload: %s", error.message)
            continue
        except RefusedError as refusal:
            if refusal.status != 404:
                raise
            _log.info("looking at the SARIF upload: %s", refusal.message)
            continue
        status = text(answer.get("processing_status")) or "pending"
        if status != "pending":
            errors = [" ".join(text(error).split())[:ERROR_MAX] for error in items(answer.get("errors"))]
            return Uploaded(identifier, status, tuple(filter(None, errors[:ERRORS_MAX])))
    return Uploaded(identifier, "pending")


def _explained(refusal: RefusedError, ref: str) -> RefusedError:
    words = f"the SARIF upload was refused ({refusal.status}): {refusal.words}"
    hint = _hint(refusal, ref)
    return RefusedError(words, hint, refusal.status, refusal.words, refusal.retry_after)


def _hint(refusal: RefusedError, ref: str) -> str:
    words = refusal.words.lower()
    if refusal.is_for_rate:
        return RATE
    match refusal.status:
        case 403 if "security must be enabled" in words or "code scanning is not enabled" in words:
            return SECURITY
        case 401 | 403 if "not accessible" in words:
            return f"{PERMISSION}\n{FORK}"
        case 401 | 403:
            return PERMISSION
        case 404 if "gh-readonly-queue" in ref:
            return QUEUE
        case 404:
            return f"{MISSING}\n{PERMISSION}"
        case 413:
            return SIZE
        case _:
            return MISSING
