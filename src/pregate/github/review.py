"""
Remarks on lines of a pull request: one review a run, nothing said twice, and what is gone resolved.

GitHub refuses a whole review when one of its comments is outside the diff; the lines are chosen by our own
diff, which may draw a hunk elsewhere than GitHub's. So a refusal is answered by looking at GitHub's diff and
sending what fits, once. Sources: docs.github.com, REST "Create a review for a pull request"; GraphQL
``resolveReviewThread``, ``minimizeComment``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pregate.github.client import Client, LostAnswerError, RefusedError
from pregate.github.conversation import Conversation, Thread, read_conversation, remark_marker
from pregate.github.shapes import mapping, text
from pregate.logs import logger
from pregate.model import LineRange, Remark
from pregate.records import dataclass

_log = logger(__name__)

REMARKS_MAX = 30  # in a review: GitHub takes long over more, and nobody reads them
CLOSED_MAX = 50  # in one GraphQL request
FILES_PAGES = 5  # of GitHub's diff, a hundred files each
_HUNK = re.compile(r"@@ -\d{1,12}(?:,\d{1,12})? \+(\d{1,12})(?:,(\d{1,12}))? @@")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """
    What a review came to. ``told`` are keys of findings that have a remark on their line, ``posted`` how many
    of them are new, ``closed`` how many remarks were resolved or hidden since their finding is gone.
    """

    told: frozenset[str]
    posted: int
    closed: int


class Review:
    """The remarks of the jobs with one ``tag`` on pull request ``number``, whose head is ``head``."""

    def __init__(self, client: Client, number: int, head: str, tag: str) -> None:
        self._client = client
        self._number = number
        self._head = head
        self._tag = tag

    def publish(
        self,
        conversation: Conversation,
        remarks: Sequence[Remark],
        present: Collection[str],
        whole: Collection[str],
    ) -> Reviewed:
        """
        Says what is not said yet and closes what is no longer so.

        ``remarks`` come with the most important first; those over :data:`REMARKS_MAX` are left to the
        summary. ``present`` are the keys of all findings of this run, ``whole`` the checks that looked
        everywhere: only theirs can be gone. Raises GitHubError.
        """
        chosen = remarks[:REMARKS_MAX]
        open_keys = _open_keys(conversation)
        fresh = [r for r in chosen if r.key not in open_keys]
        posted = self._post(fresh) if fresh else ()
        gone = [t for t in conversation.threads if _is_gone(t, present, whole)]
        closed = self._close(gone)
        told = {r.key for r in remarks if r.key in open_keys} | {r.key for r in posted}
        return Reviewed(frozenset(told), len(posted), closed)

    # ---------------------------------------------------------------------------------------------- posting

    def _post(self, remarks: Sequence[Remark]) -> Sequence[Remark]:
        """Those of ``remarks`` that are on the pull request now."""
        try:
            return self._send(remarks)
        except RefusedError as refusal:
            if refusal.status != 422:
                raise
            _log.info("GitHub draws the diff otherwise: %s", refusal.words[:300])
        fitting = self._fitting(remarks)
        if not fitting:
            return ()
        try:
            return self._send(fitting)
        except RefusedError as refusal:
            if refusal.status != 422:
                raise
            _log.warning("no remarks on lines: GitHub refused them (%s)", refusal.words[:300])
            return ()

    def _send(self, remarks: Sequence[Remark]) -> Sequence[Remark]:
        body = {
            "commit_id": self._head,
            "event": "COMMENT",
            "body": "",
            "comments": [self._comment(remark) for remark in remarks],
        }
        path = f"/pulls/{self._number}/reviews"
        try:
            self._client.send("POST", path, body)
        except LostAnswerError:
            known = _open_keys(read_conversation(self._client, self._number, self._tag))
            if not known.issuperset(r.key for r in remarks):  # a review is there as a whole or not at all
                self._client.send("POST", path, body)
        return remarks

    def _comment(self, remark: Remark) -> dict[str, Any]:
        place: dict[str, Any] = {"path": remark.path, "line": remark.end_line, "side": "RIGHT"}
        if remark.start_line < remark.end_line:
            place |= {"start_line": remark.start_line, "start_side": "RIGHT"}
        marker = remark_marker(self._tag, remark.check, remark.key)
        return {**place, "body": f"{marker}\n{remark.body.strip()}\n"}

    def _fitting(self, remarks: Sequence[Remark]) -> list[Remark]:
        wanted = {r.path for r in remarks}
        hunks: dict[str, list[LineRange]] = {}
        for file in self._client.pages(f"/pulls/{self._number}/files", FILES_PAGES):
            name = text(mapping(file).get("filename"))
            if name in wanted:
                hunks[name] = hunks_of(text(file.get("patch")))
        return [r for r in remarks if _is_within(r, hunks.get(r.path, ()))]

    # ---------------------------------------------------------------------------------------------- closing

    def _close(self, threads: Sequence[Thread]) -> int:
        """
        Resolves threads; where the token may not, hides their comments as outdated. How many that were.
        """
        done = 0
        for at in range(0, len(threads), CLOSED_MAX):
            batch = threads[at : at + CLOSED_MAX]
            left = self._mutate(batch, "resolveReviewThread", "threadId", [t.id for t in batch])
            comments = [t.comment for t in left]
            failed = (
                self._mutate(left, "minimizeComment", "classifier: OUTDATED, subjectId", comments)
                if left
                else []
            )
            done += len(batch) - len(failed)
        if done < len(threads):
            _log.warning(
                "%d remarks whose finding is gone could be neither resolved nor hidden", len(threads) - done
            )
        return done

    def _mutate(self, threads: Sequence[Thread], name: str, field: str, ids: Sequence[str]) -> list[Thread]:
        """One request with a mutation for each id; gives the threads for which it failed."""
        declared = ", ".join(f"$i{n}: ID!" for n in range(len(ids)))
        calls = " ".join(
            f"m{n}: {name}(input: {{{field}: $i{n}}}) {{ clientMutationId }}" for n in range(len(ids))
        )
        query = f"mutation({declared}) {{ {calls} }}"
        variables = {f"i{n}": value for n, value in enumerate(ids)}
        try:
            data, errors = self._ask_twice(query, variables)
        except (LostAnswerError, RefusedError) as error:
            _log.info("%s: %s", name, error.message)
            return list(threads)
        if errors:
            _log.info("%s was refused for some of %d threads", name, len(threads))
        return [t for n, t in enumerate(threads) if data.get(f"m{n}") is None]

    def _ask_twice(self, query: str, variables: Mapping[str, str]) -> tuple[Mapping[str, Any], list[Any]]:
        """What is resolved or hidden may be so once more: a lost answer is no reason to do something else."""
        try:
            return self._client.graphql(query, variables)
        except LostAnswerError:
            return self._client.graphql(query, variables)


def _open_keys(conversation: Conversation) -> set[str]:
    return {thread.key for thread in conversation.threads if not thread.is_closed}


def hunks_of(patch: str) -> list[LineRange]:
    """The lines of the new version that the hunks of a patch show: where GitHub takes comments."""
    found = []
    for line in patch.split("\n"):
        match = _HUNK.match(line)
        if match:
            size = int(match[2]) if match[2] is not None else 1
            if size:
                found.append(LineRange(int(match[1]), int(match[1]) + size - 1))
    return found


def _is_within(remark: Remark, hunks: Sequence[LineRange]) -> bool:
    return any(h.start <= remark.start_line and remark.end_line <= h.end for h in hunks)


def _is_gone(thread: Thread, present: Collection[str], whole: Collection[str]) -> bool:
    return (
        thread.key not in present
        and thread.check in whole
        and not (thread.is_closed or thread.is_settled or thread.is_answered)
    )
