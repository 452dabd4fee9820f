"""
The one summary comment on a pull request: found again by a hidden marker, changed in place, never doubled.

The marker is the first line of a comment that is our own; text of the tree in the comment's body cannot stand
there, and a comment of somebody else does not count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Literal

from pregate.github.client import Client, LostAnswerError, RefusedError
from pregate.github.shapes import mapping, text
from pregate.github.shapes import number as number_of
from pregate.logs import logger
from pregate.records import dataclass, replace

_log = logger(__name__)

BODY_MAX = 65_536  # characters, GitHub's bound of a comment
_HIDDEN = "<!-- pregate:hidden -->"  # the second line of a comment that we have hidden
_GONE = (404, 410)
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
        found = self._find()
        if found and end == "delete":
            for comment in found:
                self._delete(comment)
            return Posted("deleted")
        if not found:
            return self._create(body) if create and end == "keep" else Posted("none")
        return self._settle(found, body, create=create, hide=end == "minimize")

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
        known = mapping(comment)
        number, user = number_of(known.get("id")), mapping(known.get("user"))
        if not number or _lines(known)[:1] != [self._marker]:
            return False
        if self._is_ours(user):
            return True
        if (user.get("login"), user.get("type")) == _WORKFLOW:
            self._of_workflow.add(int(number))
        return False

    def _text(self, body: str, *, hidden: bool = False) -> str:
        second = f"{_HIDDEN}\n" if hidden else ""
        return f"{self._marker}\n{second}{body.strip()}\n"

    def _create(self, body: str) -> Posted:
        path, content = f"/issues/{self._number}/comments", {"body": self._text(body)}
        try:
            made = self._client.send("POST", path, content)
        except LostAnswerError:
            # It may be there: look, and only where it is not write once more.
            made = None
            if not self._find():
                made = self._client.send("POST", path, content)
        found = self._find()  # another job of the same tag may have been as quick
        if not found:
            return Posted("created", text(mapping(made).get("html_url")))
        return replace(self._settle(found, body, create=False, hide=False), what="created")

    def _settle(self, found: list[dict[str, Any]], body: str, *, create: bool, hide: bool) -> Posted:
        """Leaves one of the comments, with this body, hidden or not."""
        first = found[0]
        for double in found[1:]:
            self._delete(double)
        hidden = _was_hidden(first)
        if hide is not hidden and self._set_hidden(first, hide):
            hidden = hide
        posted = self._update(first, self._text(body, hidden=hidden))
        if posted is not None:
            return posted
        return self._create(body) if create and not hide else Posted("none")

    def _update(self, comment: Mapping[str, Any], content: str) -> Posted | None:
        """``None`` when somebody has deleted the comment meanwhile."""
        url = text(comment.get("html_url"))
        if _same(text(comment.get("body")), content):
            return Posted("unchanged", url)
        try:
            self._send_twice("PATCH", comment, {"body": content})
        except RefusedError as refusal:
            if refusal.status in _GONE:
                return None
            raise
        return Posted("updated", url)

    def _delete(self, comment: Mapping[str, Any]) -> None:
        try:
            self._send_twice("DELETE", comment)
        except RefusedError as refusal:
            if refusal.status not in _GONE:
                raise

    def _send_twice(
        self, method: str, comment: Mapping[str, Any], content: dict[str, str] | None = None
    ) -> None:
        """A request that does twice what it does once: it is sent again when its answer is lost."""
        path = f"/issues/comments/{comment['id']}"
        try:
            self._client.send(method, path, content)
        except LostAnswerError:
            self._client.send(method, path, content)

    def _set_hidden(self, comment: Mapping[str, Any], hidden: bool) -> bool:
        """
        Hides the comment, or shows it again; whether that worked. Where not, nothing that it says changes,
        and the next run tries again.
        """
        if hidden:
            mutation = (
                "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: RESOLVED}) "
                "{ clientMutationId } }"
            )
        else:
            mutation = (
                "mutation($id: ID!) { unminimizeComment(input: {subjectId: $id}) { clientMutationId } }"
            )
        try:
            _, errors = self._client.graphql(mutation, {"id": text(comment.get("node_id"))})
        except (LostAnswerError, RefusedError) as error:
            errors = [error.message]
        if errors:
            _log.info("the summary comment could not be %s", "hidden" if hidden else "shown again")
        return not errors


def _lines(comment: Mapping[str, Any]) -> list[str]:
    return text(comment.get("body")).splitlines()


def _was_hidden(comment: Mapping[str, Any]) -> bool:
    return _lines(comment)[1:2] == [_HIDDEN]


def _same(one: str, other: str) -> bool:
    return _digest(one) == _digest(other)


def _digest(text: str) -> str:
    """GitHub gives line ends back as it likes, and no blanks at the end."""
    lines = text.replace("\r\n", "\n").rstrip()
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
