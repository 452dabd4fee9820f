"""Errors with what to do about them: history that is not here and the fetch that brings it, git failures."""

from __future__ import annotations

import re

from pregate.errors import ChangesError
from pregate.expressions import expression

CHECKOUT = """\
In a workflow, let the checkout fetch all history:

    - uses: actions/checkout@v4
      with:
        fetch-depth: 0
"""

_ID = expression(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def is_id(revision: str) -> bool:
    """Whether a revision is a full object id."""
    return _ID.fullmatch(revision) is not None


def missing_revision(revision: str, *, shallow: bool) -> ChangesError:
    """There is no such commit in this clone."""
    shown = _shown(revision)
    if is_id(revision) and not revision.strip("0"):
        return ChangesError(
            "The zero id names no commit: the branch is new or deleted.",
            "For a new branch, judge its commits with an empty base.",
        )
    if shallow:
        return ChangesError(
            f"No commit {shown} in this clone, which is shallow: its history was cut off.",
            f"{CHECKOUT}\nor run `{_fetch(revision)}`, and `git fetch --unshallow` for what is before it.",
        )
    return ChangesError(
        f"No commit {shown} in this repository.",
        f"Look for a typing error (`git branch --all` lists branches), or fetch it: `{_fetch(revision)}`.",
    )


def no_merge_base(base: str, head: str, *, shallow: bool) -> ChangesError:
    """Two commits have no common ancestor that is known here."""
    pair = f"{_shown(base)} and {_shown(head)}"
    if shallow:
        return ChangesError(
            f"No merge base of {pair} in this clone, which is shallow: where they meet was cut off.",
            f"{CHECKOUT}\nor run `git fetch --unshallow`, or `git fetch --deepen=100` until it is there.",
        )
    return ChangesError(
        f"{pair} have no common history.",
        "Choose a base that the head was branched from, or judge the whole tree with --all.",
    )


def cut_history(commit: str) -> ChangesError:
    """The range reaches the commit where a shallow clone ends, whose parents are unknown."""
    return ChangesError(
        f"The range reaches {commit[:12]}, where this shallow clone ends: what it changed is unknown.",
        f"{CHECKOUT}\nor run `git fetch --unshallow`.",
    )


def failed(command: str, words: str, status: int) -> ChangesError:
    """Git ended with an error, and ``words`` on its standard error."""
    lines = words.strip().splitlines() or [f"it ended with status {status}"]
    line = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[0])
    shown = "".join(letter if letter.isprintable() else "?" for letter in line[:400])
    return ChangesError(f"git {command} failed: {shown}", _hint(line))


def _fetch(revision: str) -> str:
    if is_id(revision):
        return f"git fetch origin {revision}"
    if re.fullmatch(r"origin/[\w./-]{1,200}", revision):
        branch = revision.removeprefix("origin/")
        return f"git fetch origin +refs/heads/{branch}:refs/remotes/origin/{branch}"
    if re.fullmatch(r"\w[\w./-]{0,200}", revision):
        return f"git fetch origin {revision}"
    return "git fetch --all --tags"


def _shown(revision: str) -> str:
    return ascii(revision[:200])


def _hint(words: str) -> str:
    if "bad config" in words or "bad boolean config" in words or "bad numeric config" in words:
        return "Mend the line of .git/config that is named above."
    if "bad signature" in words or (
        "index" in words and ("corrupt" in words or "bad" in words or "smaller" in words)
    ):
        return "The index is damaged: remove .git/index and run `git reset` to build it anew."
    if any(
        phrase in words
        for phrase in ("unable to read", "bad object", "missing", "could not fetch", "bad tree")
    ):
        return (
            "Objects are missing here. In a partial clone, get them: `git fetch --refetch --no-filter`\n"
            "(with actions/checkout: no `filter:`); otherwise `git fsck` names the damage."
        )
    if "unsupported file type" in words:
        return (
            "A tracked file was replaced by a pipe, a socket or a device: `git checkout -- FILE` restores it."
        )
    return "Run the same command by hand to see more; `git fsck` finds damage in a repository."
