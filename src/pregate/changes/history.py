"""
The change sets that need history: a range from its merge base, and commits one by one. The home of GitPython.

Every pull request asks the same few questions: those go to git itself, for importing GitPython takes as long
as judging some files. It is asked for what is rarely wanted: a revision by itself, and why one is missing. Of
GitPython, its command interface is used. Its ``Repo`` would read the repository's configuration and
references by itself, in Python, where neither our overrides nor our time limits hold.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pregate.changes.assembly import (
    FORMAT,
    PATCH,
    RAW_AND_PATCH,
    Ranges,
    assemble,
    assemble_all,
    bases_of,
    head_of,
    read_diff,
    removed,
    sort,
    within,
)
from pregate.changes.folder import count
from pregate.changes.hints import cut_history, failed, is_id, missing_revision, no_merge_base
from pregate.changes.parsing import WHOLE, Reader, Record, intersect, read_patch, read_records
from pregate.errors import ChangesError
from pregate.expressions import expression
from pregate.model import ChangeSet, LineRange

if TYPE_CHECKING:
    from pregate.changes.process import Git
    from pregate.changes.repository import Repository
    from pregate.changes.selection import Commits, Range

_SETS = expression(r"--(?:all|branches|tags|remotes)(?:=[\w.*?/-]{1,200})?")


def between(repository: Repository, selection: Range) -> ChangeSet:
    """
    What the head changed since its merge base with the base. Raises ChangesError when history is missing for
    that.
    """
    base, head = _resolve_all(repository, selection.base, selection.head)
    start = base if selection.exact else _merge_base(repository, base, head, selection)
    words = f"{_named(selection.base)} and {_named(selection.head)}"
    if start == head:
        return ChangeSet((), f"no changes between {words}", True, head, start)
    with repository.git.start("diff-tree", "-r", *RAW_AND_PATCH, start, head, "--") as process:
        records, ranges = read_diff(process)
    if places := frozenset(repository.relative(selection.paths)):
        records = [record for record in records if within(record.after.path, places)]
    files = assemble_all(records, start, head, ranges)
    words = f"{count(len(files), 'file')} changed between {words}"
    return ChangeSet(sort(files), words, True, head, start, removed(records, files))


def each_commit(repository: Repository, selection: Commits) -> ChangeSet:
    """
    Each commit of a range against its parents; a merge shows only files that differ from all of them.

    ``trusted`` is the base. Without one it is the newest excluded parent of a commit in the range; without
    that (history is judged from its root) HEAD, unless it is judged too; and at last the head itself, for
    nothing older exists.
    """
    head, base = _ends(repository, selection)
    if selection.only:
        parents = _listed(repository, selection.only)
    else:
        parents = _walk(repository, head, base, selection.not_in)
    trusted = base or _newest_excluded(parents) or _own_head(repository, parents) or head
    words = f"{count(len(parents), 'commit')} up to {_named(selection.head)}"
    if not parents:
        return ChangeSet(
            (), f"no commits up to {_named(selection.head)} that are not judged already", True, head, trusted
        )
    records = _records_of(repository.git, parents)
    touched = {record.commit: parents[record.commit] for record in records} if selection.lines else {}
    ranges = _ranges_of(repository.git, touched)
    files = []
    for record in records:
        if blob := head_of(record, record.commit):
            bases = bases_of(record, parents[record.commit] or ("",))
            files.append(assemble(blob, bases, ranges.get(record.commit, {}), record.commit))
    return ChangeSet(tuple(files), words, True, head, trusted, removed(records, files))


def _named(revision: str) -> str:
    """A revision in words for people: an object id by its first digits."""
    return revision[:12] if is_id(revision) else revision


def _ends(repository: Repository, selection: Commits) -> tuple[str, str]:
    """The head, and the excluded base or ``""``."""
    if not selection.base or (is_id(selection.base) and not selection.base.strip("0")):
        return _resolve_all(repository, selection.head)[0], ""
    if not (selection.not_in and is_id(selection.base)):
        head, base = _resolve_all(repository, selection.head, selection.base)
        return head, base
    head = _resolve_all(repository, selection.head)[0]
    try:
        return head, _resolve_all(repository, selection.base)[0]
    except ChangesError:
        return head, ""


def _resolve_all(repository: Repository, *revisions: str) -> list[str]:
    """The commit ids of revisions, from one process of git unless there is trouble. Raises as ``resolve``."""
    if not any(revision.startswith("-") for revision in revisions):
        names = [revision.replace("\n", " ") + "^{commit}" for revision in revisions]
        answer = repository.git.run("rev-parse", *names, "--", accept=(0, 128)).decode("ascii", "replace")
        # A range such as ``a..b`` is answered with more lines, or with ones that are no ids.
        found = answer.split("\n")[:-2]
        if len(found) == len(names) and all(map(is_id, found)):
            return found
    return [resolve(repository, revision) for revision in revisions]


def resolve(repository: Repository, revision: str) -> str:
    """
    The commit id that a revision names. Raises ChangesError that says what to fetch when there is no such
    commit.
    """
    name = revision.replace("\n", " ") + "^{commit}"
    found = (
        ""
        if revision.startswith("-")
        else _ask(repository, "rev-parse", "--verify", "--quiet", name, no=(1, 128))
    )
    if not found:
        raise missing_revision(revision, shallow=_is_shallow(repository))
    return found


def _merge_base(repository: Repository, base: str, head: str, selection: Range) -> str:
    found = repository.git.run("merge-base", base, head, accept=(0, 1)).decode("ascii")
    if not found:
        raise no_merge_base(selection.base, selection.head, shallow=_is_shallow(repository))
    return found.partition("\n")[0]


def _walk(repository: Repository, head: str, base: str, not_in: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """
    Commits of the range, oldest first, with their parents. Raises ChangesError where a shallow clone cut them
    off.
    """
    excluded = [f"^{base}"] if base else []
    for revision in not_in:
        if _SETS.fullmatch(revision):
            excluded += ["--not", revision, "--not"]
            continue
        try:
            excluded.append("^" + _resolve_all(repository, revision)[0])
        except ChangesError:
            continue
    command = ("rev-list", "--topo-order", "--reverse", "--parents", head, *excluded)
    return _with_parents(repository, repository.git.run(*command).decode("ascii"))


def _listed(repository: Repository, commits: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """
    Commits given by their ids, with their parents. Raises ChangesError for one that is not here, or cut.
    """
    for commit in commits:
        if not is_id(commit):
            raise missing_revision(commit, shallow=False)
    given = _lines(commits)
    kinds = repository.git.run("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=given)
    for commit, kind in zip(commits, kinds.decode("ascii").splitlines(), strict=True):
        if kind != f"{commit} commit":
            raise missing_revision(commit, shallow=_is_shallow(repository))
    options = ("--no-walk=unsorted", "--parents", "--stdin")
    return _with_parents(repository, repository.git.run("rev-list", *options, stdin=given).decode("ascii"))


def _with_parents(repository: Repository, answer: str) -> dict[str, tuple[str, ...]]:
    commits = {words[0]: tuple(words[1:]) for words in map(str.split, answer.splitlines())}
    for cut in _cut_commits(repository):
        if cut in commits:
            raise cut_history(cut)
    return commits


def _newest_excluded(commits: dict[str, tuple[str, ...]]) -> str:
    older = (parent for parents in reversed(commits.values()) for parent in parents)
    return next((parent for parent in older if parent not in commits), "")


def _own_head(repository: Repository, commits: dict[str, tuple[str, ...]]) -> str:
    head = repository.head_commit()
    return "" if head in commits else head


def _records_of(git: Git, commits: Iterable[str]) -> list[Record]:
    command = ("diff-tree", "--stdin", "-r", "--root", "--raw", "-c", "--combined-all-paths", *FORMAT)
    with git.without_index().start(*command, stdin=_lines(commits)) as process:
        records, _ = read_records(Reader(process.receive))
        process.finish()
    return records


def _ranges_of(git: Git, commits: dict[str, tuple[str, ...]]) -> dict[str, Ranges]:
    """Lines that each commit adds; a merge is compared with each parent, and adds what is new to all."""
    if not commits:
        return {}
    result: dict[str, list[dict[str, list[LineRange]]]] = {}
    flags = [flag for flag in (*PATCH, *FORMAT) if flag != "-z"]
    with git.start("diff-tree", "--stdin", "-r", "--root", "-m", *flags, stdin=_lines(commits)) as process:
        try:
            for commit, paths in read_patch(Reader(process.receive)):
                result.setdefault(commit, []).append(paths)
            process.finish()
        except ChangesError:  # an object is missing that only the patch needs: all lines count as added
            return {}
    return {commit: _shared(patches) for commit, patches in result.items()}


def _shared(patches: list[dict[str, list[LineRange]]]) -> Ranges:
    first, *others = patches
    for other in others:
        names = dict.fromkeys((*first, *other))
        first = {name: intersect(first.get(name, [WHOLE]), other.get(name, [WHOLE])) for name in names}
    return first


def _lines(commits: Iterable[str]) -> bytes:
    return "".join(f"{commit}\n" for commit in commits).encode("ascii")


def _is_shallow(repository: Repository) -> bool:
    return _ask(repository, "rev-parse", "--is-shallow-repository") == "true"


def _cut_commits(repository: Repository) -> list[str]:
    """Commits whose parents a shallow clone left out (gitrepository-layout(5), "shallow")."""
    if not repository.shallow or not _is_shallow(repository):
        return []
    name = _ask(repository, "rev-parse", "--git-path", "shallow")
    return (Path(os.fsdecode(repository.git.directory)) / name).read_text("ascii").split()


def _ask(repository: Repository, command: str, *arguments: str, no: Sequence[int] = ()) -> str:
    """
    The answer of a git command through GitPython, without the last newline; empty for an exit code in ``no``.

    GitPython adds its environment to this process's own, so that variables which ours leaves out are emptied.
    """
    git = _gitpython(repository.git.program)
    runner = git.Git(os.fsdecode(repository.git.directory))
    ours = repository.git.environment
    leaked = {name: "" for name in os.environ if name.startswith("GIT_") and name not in ours}
    line = [repository.git.program, "--no-pager", command, *arguments]
    status, output, errors = runner.execute(
        line,
        env={**leaked, **ours},
        with_extended_output=True,
        with_exceptions=False,
        kill_after_timeout=repository.git.seconds,
        shell=False,
    )
    if status in (0, *no):
        return "" if status else str(output)
    raise failed(command, str(errors), status)


def _gitpython(program: str) -> Any:
    """
    The package. Its import runs ``git version``; told which git, it does not look for one on a PATH that may
    have relative entries.
    """
    name = "GIT_PYTHON_GIT_EXECUTABLE"
    before = os.environ.get(name)
    os.environ[name] = program
    try:
        import git
    except ImportError as error:
        raise ChangesError(
            f"GitPython does not work here: {error}", "Install it with `pip install GitPython`."
        ) from error
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
    return git
