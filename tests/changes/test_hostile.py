"""
A repository whose configuration would run a program at every turn must not make pregate's git run one.

Every trap here creates a file (the canary). The first tests show that the traps are live: ordinary git
commands do spring them. The others go through every selection and every way to read, with GitPython and
without, and find no canary.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pregate.changes import Commits, Everything, Paths, Range, Selection, Staged, Worktree, open_source
from pregate.errors import ChangesError
from pregate.model import INDEX, WORKTREE, ChangedFile, Unread, UnreadReason
from tests.changes.shown import LIMIT, opened
from tests.gitrepo import ENVIRONMENT, GitRepo

KEYS = (
    *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy"),
    *("core.alternateRefsCommand", "diff.external", "diff.trap.command", "diff.trap.textconv", "gpg.program"),
    *("filter.trap.clean", "filter.trap.smudge", "filter.long.process", "filter.odd name.x.clean"),
    *("merge.trap.driver", "credential.helper", "sequence.editor", "interactive.diffFilter", "man.viewer"),
    *("pager.diff", "pager.log", "pager.diff-index", "pager.diff-tree", "pager.ls-files", "pager.cat-file"),
    *("pager.rev-list", "pager.rev-parse", "pager.config", "pager.ls-tree", "pager.merge-base"),
    *("remote.origin.uploadpack", "remote.origin.receivepack", "remote.origin.proxy", "core.fsmonitorHook"),
)
BUILTINS = (
    "diff-index",
    "diff-tree",
    "ls-files",
    "ls-tree",
    "rev-parse",
    "cat-file",
    "rev-list",
    "merge-base",
)
HOOKS = ("post-index-change", "pre-commit", "post-checkout", "reference-transaction", "fsmonitor-watchman")
ATTRIBUTES = (
    "*.py diff=trap filter=trap merge=trap\n*.long filter=long diff=trap\n*.txt text eol=crlf ident\n"
)


class Trapped:
    """A repository full of traps, and the file that they create."""

    def __init__(self, repo: GitRepo, folder: Path) -> None:
        self.repo = repo
        self.canary = folder / "canary"
        self.script = folder / "trap.sh"
        self.script.write_text(f'#!/bin/sh\necho "$0 $*" >> {self.canary}\n')
        self.script.chmod(0o755)

    def arm(self, keys: tuple[str, ...] = KEYS, *, hooks: bool = True) -> None:
        """Set these traps; git commands of the tests spring them from here on."""
        folder = self.script.parent
        text = "".join(f"[{section(key)}]\n\t{name(key)} = {self.script}\n" for key in keys)
        if keys == KEYS:
            text += "".join(f"[alias]\n\t{command} = !{self.script}\n" for command in BUILTINS)
            text += '[log]\n\tshowSignature = true\n[filter "trap"]\n\trequired = true\n'
            text += '[filter "long"]\n\trequired = true\n'
        (folder / "included").write_text(text)
        (folder / "attributes").write_text(ATTRIBUTES)
        self.repo.file(".git/info/attributes").write_text(ATTRIBUTES)
        with self.repo.file(".git/config").open("a") as file:
            file.write(
                f"[include]\n\tpath = {folder}/included\n[core]\n\tattributesFile = {folder}/attributes\n"
            )
        if hooks:
            self.arm_hooks()

    def arm_hooks(self) -> None:
        """Set the traps that are hooks."""
        elsewhere = self.script.parent / "hooks"
        for folder in (elsewhere, self.repo.file(".git/hooks")):
            folder.mkdir(exist_ok=True)
            for hook in HOOKS:
                (folder / hook).write_text(self.script.read_text())
                (folder / hook).chmod(0o755)
        with self.repo.file(".git/config").open("a") as file:
            file.write(f"[core]\n\thooksPath = {elsewhere}\n")

    def sprung(self, *arguments: str) -> bool:
        """Whether an ordinary git command creates the canary, which is then removed."""
        subprocess.run(
            ["git", *arguments],
            cwd=self.repo.path,
            env=ENVIRONMENT,
            input=b"protocol=https\nhost=example.invalid\n\n",
            capture_output=True,
            timeout=60,
            check=False,
        )
        return self.is_sprung()

    def is_sprung(self) -> bool:
        """Whether the canary is there; it is removed."""
        found = self.canary.exists()
        self.canary.unlink(missing_ok=True)
        return found


def section(key: str) -> str:
    """``[filter "trap"]`` for ``filter.trap.clean``."""
    first, *middle = key.split(".")[:-1]
    return f'{first} "{".".join(middle)}"' if middle else first


def name(key: str) -> str:
    return key.rpartition(".")[2]


@pytest.fixture
def trapped(unarmed: Trapped) -> Trapped:
    """All traps are set."""
    unarmed.arm()
    return unarmed


@pytest.fixture
def unarmed(repo: GitRepo, tmp_path: Path) -> Trapped:
    """
    Two branches, staged and unstaged changes of every kind; files so young that git compares their contents.
    """
    folder = tmp_path / "traps"
    folder.mkdir()
    repo.write("b.long", "long\n").write("c.txt", "$Id$\r\n").write("old.py", "x\n" * 30)
    repo.write(".gitattributes", ATTRIBUTES.replace("filter=", "unset=")).commit()
    repo.branch("topic").write("a.py", "one\ntopic\ntwo\n").write("b.long", "longer\n").commit()
    repo.checkout("main").write("main.py", "m\n").commit().merge("topic")
    repo.write("a.py", "one\nmerged\n").git("add", "-A")
    repo.git("commit", "-q", "--amend", "--no-edit")
    repo.write("a.py", "staged\n").move("old.py", "new.py").add()
    repo.write("a.py", "worked\n").write("b.long", "LONGER\n").write("c.txt", "$Id$\r\nx\r\n").write(
        "u.py", "u\n"
    )
    repo.write(".gitattributes", ATTRIBUTES)
    return Trapped(repo, folder)


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("core.fsmonitor", ("status",)),
        ("core.fsmonitor", ("ls-files", "--others")),
        ("diff.external", ("diff",)),
        ("diff.trap.command", ("diff-tree", "-p", "--ext-diff", "HEAD~1", "HEAD")),
        ("diff.trap.command", ("diff", "HEAD")),
        ("diff.trap.textconv", ("diff", "HEAD~1", "HEAD")),
        ("diff.trap.textconv", ("cat-file", "--textconv", "HEAD:a.py")),
        ("filter.trap.clean", ("add", "a.py")),
        ("filter.trap.clean", ("diff-index", "-p", "HEAD")),
        ("filter.trap.smudge", ("checkout-index", "-f", "a.py")),
        ("filter.trap.smudge", ("cat-file", "--filters", "HEAD:a.py")),
        ("filter.long.process", ("diff-index", "-p", "HEAD")),
        ("credential.helper", ("credential", "fill")),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_the_traps_are_live(unarmed: Trapped, key: str, command: tuple[str, ...]) -> None:
    unarmed.arm((key,), hooks=False)
    assert unarmed.sprung(*command)


@pytest.mark.parametrize(
    "command", [("update-index", "--force-remove", "c.txt"), ("hook", "run", "pre-commit")]
)
def test_the_hooks_are_live(unarmed: Trapped, command: tuple[str, ...]) -> None:
    unarmed.arm_hooks()
    assert unarmed.sprung(*command)


SELECTIONS: tuple[Selection, ...] = (
    *(Staged(), Staged(("a.py", "main.py")), Worktree(), Everything(), Paths((".", "a.py", "u.py"))),
    *(Range("topic~1", "topic"), Range("topic~1"), Commits("", "HEAD"), Commits("topic", "HEAD")),
    Commits("", "HEAD", not_in=("--remotes=origin", "topic")),
)


@pytest.mark.parametrize("selection", SELECTIONS, ids=repr)
def test_no_selection_springs_a_trap(trapped: Trapped, selection: Selection) -> None:
    source = open_source(trapped.repo.path, os.environ, selection)
    change = source.changes(selection)
    assert change.files
    with source.contents() as contents:
        for file in change:
            for blob in (file.head, *file.bases):
                assert isinstance(contents.read(blob, LIMIT), bytes)
    assert not trapped.is_sprung()


def test_no_way_to_read_springs_a_trap(trapped: Trapped) -> None:
    source = opened(trapped.repo)
    with source.contents() as contents:
        for revision in (source.resolve("HEAD"), INDEX, WORKTREE):
            for path in list(contents.listing(revision)):
                assert contents.find(revision, path) is not None
    assert not trapped.is_sprung()


def test_no_error_springs_a_trap(trapped: Trapped) -> None:
    for selection in (Range("nosuch"), Range("origin/main"), Commits("nosuch", "HEAD"), Everything("nosuch")):
        with pytest.raises(ChangesError):
            opened(trapped.repo).changes(selection)
    assert not trapped.is_sprung()


def test_contents_are_those_of_the_objects_without_any_conversion(trapped: Trapped) -> None:
    source = opened(trapped.repo)
    found = {}
    with source.contents() as contents:
        for file in source.changes(Worktree()):
            found[file.path] = contents.read(file.head, LIMIT)
    expected = {"a.py": b"worked\n", "b.long": b"LONGER\n", "c.txt": b"$Id$\r\nx\r\n", "u.py": b"u\n"}
    assert {path: found[path] for path in expected} == expected


def test_variables_of_the_environment_run_nothing(trapped: Trapped, monkeypatch: pytest.MonkeyPatch) -> None:
    script = str(trapped.script)
    variables = (
        *(
            "GIT_EXTERNAL_DIFF",
            "GIT_PAGER",
            "GIT_EDITOR",
            "GIT_SSH",
            "GIT_SSH_COMMAND",
            "GIT_ASKPASS",
            "PAGER",
        ),
        *("GIT_PROXY_COMMAND", "GIT_SEQUENCE_EDITOR", "EDITOR", "SSH_ASKPASS"),
    )
    for variable in variables:
        monkeypatch.setenv(variable, script)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", script)
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", f"'core.fsmonitor'='{script}' 'diff.external'='{script}'")
    for selection in SELECTIONS:
        assert opened(trapped.repo).changes(selection).files
    assert not trapped.is_sprung()


def test_a_git_in_the_tree_is_not_the_git_that_runs(
    trapped: Trapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = trapped.repo.file("git")
    fake.write_text(trapped.script.read_text())
    fake.chmod(0o755)
    monkeypatch.chdir(trapped.repo.path)
    environ = {**os.environ, "PATH": os.pathsep.join(("", ".", os.environ["PATH"]))}
    for selection in (Staged(), Worktree(), Range("HEAD~1")):
        assert opened(trapped.repo, environ).changes(selection).files
    assert not trapped.is_sprung()


class TestPartialClones:
    """The configuration of a partial clone names a remote, whose transport may be a program."""

    @pytest.fixture
    def partial(self, repo: GitRepo, tmp_path: Path) -> Trapped:
        repo.write("a.py", "new\n").commit().configure("uploadpack.allowFilter", "true")
        clone = repo.clone(tmp_path / "partial", "--filter=blob:none", "--no-checkout", "--bare")
        trap = Trapped(clone, tmp_path)
        for key in ("remote.origin.uploadpack", "core.sshCommand"):
            clone.configure(key, str(trap.script))
        return trap

    @pytest.mark.parametrize("url", ["file", "ext", "ssh"])
    def test_a_missing_object_is_missing_and_nothing_is_fetched(self, partial: Trapped, url: str) -> None:
        if url != "file":
            where = f"ext::{partial.script} %S" if url == "ext" else "ssh://example.invalid/x"
            partial.repo.configure("remote.origin.url", where)
        source = opened(partial.repo)
        change = source.changes(Everything())
        with source.contents() as contents:
            (unread,) = [contents.read(file.head, LIMIT) for file in change]
        assert isinstance(unread, Unread)
        assert (unread.reason, unread.detail) == (UnreadReason.MISSING, "its object is not in this clone")
        assert not partial.is_sprung()

    @pytest.mark.parametrize("selection", [Range("HEAD~1"), Commits("HEAD~1", "HEAD")], ids=repr)
    def test_a_range_is_listed_or_what_is_missing_is_said(
        self, partial: Trapped, selection: Selection
    ) -> None:
        """Which of the two, depends on the version of git."""
        try:
            files: Sequence[ChangedFile] = opened(partial.repo).changes(selection).files
        except ChangesError as error:
            files, hint = (), error.hint
        else:
            hint = ""
        assert [file.path for file in files] == ["a.py"] or "partial clone" in hint
        assert not partial.is_sprung()

    def test_the_fetch_would_be_live(self, partial: Trapped) -> None:
        assert partial.sprung("cat-file", "-p", "HEAD:a.py")


def test_replaced_objects_and_grafts_change_nothing(repo: GitRepo) -> None:
    old = repo.text("rev-parse", "HEAD:a.py")
    other = repo.git("hash-object", "-w", "--stdin", stdin=b"harmless\n").decode().strip()
    repo.git("replace", old, other)
    source = opened(repo)
    (file,) = source.changes(Everything())
    with source.contents() as contents:
        assert contents.read(file.head, LIMIT) == b"one\ntwo\n"


def test_the_users_own_configuration_is_not_read(unarmed: Trapped) -> None:
    text = "".join(f"[{section(key)}]\n\t{name(key)} = {unarmed.script}\n" for key in KEYS)
    (Path(os.environ["HOME"]) / ".gitconfig").write_text(text + "[diff]\n\tnoprefix = true\n")
    for selection in SELECTIONS:
        assert opened(unarmed.repo).changes(selection).files
    assert not unarmed.is_sprung()


def test_filters_are_emptied_in_the_repository_that_a_relative_git_dir_names(trapped: Trapped) -> None:
    source = opened(trapped.repo.path, {**os.environ, "GIT_DIR": ".git"})
    assert source.changes(Worktree()).files
    assert not trapped.is_sprung()


def test_a_git_in_the_tree_is_not_run_when_the_path_has_relative_entries(
    repo: GitRepo, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    repo.write("git", f"#!/bin/sh\ntouch {canary}\n").add().commit("a program")
    (repo.path / "git").chmod(0o755)
    code = (
        "import os, pathlib; from pregate.changes import Range, open_source\n"
        "here = pathlib.Path.cwd(); wanted = Range('HEAD', 'HEAD')\n"
        "print(open_source(here, os.environ, wanted).changes(wanted).description)"
    )
    environment = {**os.environ, "PATH": f".::{os.environ['PATH']}", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=repo.path, env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == "no changes between HEAD and HEAD", done.stderr
    assert not canary.exists()
