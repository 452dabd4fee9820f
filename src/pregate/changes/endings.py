"""The files of a snapshot by the ending of their names, chosen by git (gitglossary(7), "pathspec")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pregate.changes.parsing import EMPTY_TREES, Reader, read_mode, read_records, to_bytes, to_text
from pregate.changes.process import Git
from pregate.expressions import expression
from pregate.model import INDEX, Blob

_SPECIAL = expression(r"([\\*?\[])")


def files_ending(git: Git, revision: str, suffixes: Sequence[str]) -> Iterator[Blob]:
    """
    The files of a commit, or of ``INDEX`` without what is unmerged, with one of these endings, whatever their
    case in ASCII.

    A commit is compared with the empty tree: of the commands that list one, only diff-tree takes patterns.
    """
    patterns = [to_bytes(":(top,icase)*" + _SPECIAL.sub(r"\\\1", suffix)) for suffix in suffixes]
    taken = {name: value for name, value in git.environment.items() if name != "GIT_LITERAL_PATHSPECS"}
    git = git.with_environment(taken)
    if not patterns:
        return
    if revision == INDEX:
        for line in git.run("ls-files", "-z", "--stage", "--", *patterns).split(b"\0")[:-1]:
            entry, _, name = line.partition(b"\t")
            octal, oid, stage = entry.decode("ascii").split(" ")
            mode = read_mode(octal)
            if mode and stage == "0":
                yield Blob(to_text(name), oid, mode, INDEX)
        return
    command = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-relative", "--no-ext-diff")
    empty = EMPTY_TREES[git.algorithm]
    with git.without_index().start(*command, empty, revision, "--", *patterns) as process:
        records, _ = read_records(Reader(process.receive))
        process.finish()
    for record in records:
        if record.after.mode:
            yield Blob(record.after.path, record.after.oid, record.after.mode, revision)
