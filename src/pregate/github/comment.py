"""
The one summary comment on a pull request: found again by a hidden marker, changed in place, never doubled.

The marker is the first line of a comment that is our own; text of the tree in the comment's body cannot stand
there, and a comment of somebody else does not count.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pregate.github.client import Client, LostAnswerError

_log = logging.getLogger(__name__)

BODY_MAX = 65_536  # characters, GitHub's bound of a comment
_HIDDEN = "<!-- pregate:hidden -->"  # the second line of a comment that we have hidden
_WORKFLOW = ("github-actions[bot]", "Bot")  # whose comments are those of GITHUB_TOKEN
End = Literal["keep", "minimize", "delete"]


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of the comment: ``created``, ``updated``, ``unchanged``, ``deleted`` or ``none``."""

    what: str
    url: str = ""


def comment_marker(tag: str) -> str:
    """The first line of the summary comment of the jobs with this tag."""
    return f"<!-- pregate:summary tag={tag} -->"


class Comment:
    """
    The summary comment of pull request ``number`` for one ``tag``; ``is_ours`` tells our own comments.
    """

    def __init__(self, client: Client, number: int, tag: str, is_ours: Callable[[object], bool]) -> None:
        self._client = client
        self._number = number
        self._marker = comment_marker(tag)
        self._is_ours = is_ours
        self._of_workflow: set[int] = set()

    def publish(self, body: str, *, create: bool, end: End = "keep") -> Posted:
        """
        Puts ``body`` (without the marker) on the pull request.

        A comment that is there is changed if it differs; with ``create``, one that is not there is made.
        ``end`` hides or deletes it instead of keeping it in view. Raises GitHubError.
        """
        hide = end == "minimize"
        text = f"{self._marker}\n{f'{_HIDDEN}{chr(10)}' if hide else ''}{body.strip()}\n"
        found = self._find()
        if found and end == "delete":
            for comment in found:
                self._client.send("DELETE", f"/issues/comments/{comment['id']}")
            return Posted("deleted")
        if not found:
            if not create or end != "keep":
                return Posted("none")
            return self._create(text)
        posted = self._update(found[0], text)
        if hide is not _was_hidden(found[0]):
            self._set_hidden(found[0], hide)
        return posted

    def take_over(self, client: Client) -> int:
        """
        Deletes the workflow's comments of this tag that :meth:`publish` saw, with the workflow's own
        ``client``: an app speaks now. How many there were. Raises GitHubError.
        """
        for number in sorted(self._of_workflow):
            client.send("DELETE", f"/issues/comments/{number}")
        return len(self._of_workflow)

    # ---------------------------------------------------------------------------------------------- within

    def _find(self) -> list[dict[str, Any]]:
        """Our comments with the marker, the oldest first; there is one, unless two jobs began at once."""
        path = f"/issues/{self._number}/comments"
        ours = [c for c in self._client.pages(path) if self._is_mine(c)]
        return sorted(ours, key=lambda c: int(c["id"]))

    def _is_mine(self, comment: Any) -> bool:
        if not isinstance(comment, dict):
            return False
        if not str(comment.get("body") or "").startswith(f"{self._marker}\n"):
            return False
        user = comment.get("user")
        if self._is_ours(user):
            return True
        if isinstance(user, dict) and (user.get("login"), user.get("type")) == _WORKFLOW:
            self._of_workflow.add(int(comment["id"]))
        return False

    def _create(self, text: str) -> Posted:
        try:
            made = self._client.send("POST", f"/issues/{self._number}/comments", {"body": text})
        except LostAnswerError:
            # It may be there: look, and only where it is not write once more.
            if not self._find():
                self._client.send("POST", f"/issues/{self._number}/comments", {"body": text})
            made = {}
        found = self._find()
        for double in found[1:]:  # another job of the same tag was as quick
            self._client.send("DELETE", f"/issues/comments/{double['id']}")
        if not found:
            return Posted("created", str(made.get("html_url") or ""))
        if len(found) > 1:
            self._update(found[0], text)
        return Posted("created", str(found[0].get("html_url") or ""))

    def _update(self, comment: dict[str, Any], text: str) -> Posted:
        url = str(comment.get("html_url") or "")
        if _same(str(comment.get("body") or ""), text):
            return Posted("unchanged", url)
        path = f"/issues/comments/{comment['id']}"
        try:
            self._client.send("PATCH", path, {"body": text})
        except LostAnswerError:
            self._client.send("PATCH", path, {"body": text})  # the same twice is the same once
        return Posted("updated", url)

    def _set_hidden(self, comment: dict[str, Any], hidden: bool) -> None:
        """Hides the comment, or shows it again. Not being able to changes nothing that it says."""
        node = {"id": str(comment.get("node_id") or "")}
        if hidden:
            mutation = (
                "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: RESOLVED}) "
                "{ clientMutationId } }"
            )
        else:
            mutation = (
                "mutation($id: ID!) { unminimizeComment(input: {subjectId: $id}) { clientMutationId } }"
            )
        _, errors = self._client.graphql(mutation, node)
        if errors:
            _log.info("the summary comment could not be %s", "hidden" if hidden else "shown again")


def _was_hidden(comment: dict[str, Any]) -> bool:
    lines = str(comment.get("body") or "").splitlines()
    return lines[1:2] == [_HIDDEN]


def _same(one: str, other: str) -> bool:
    return _digest(one) == _digest(other)


def _digest(text: str) -> str:
    """GitHub gives line ends back as it likes, and no blanks at the end."""
    lines = text.replace("\r\n", "\n").rstrip()
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
