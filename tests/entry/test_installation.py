"""
Hooks beside those of others, run by git itself; ``pregate`` is a stand-in that writes down how it was called.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from pregate.entry.installation import CHAINED, MARKER, install, render_script, uninstall
from pregate.errors import ChangesError, PregateError, UsageError
from tests.gitrepo import ENVIRONMENT, GitRepo

STAND_IN = """#!/bin/sh
echo "pregate $*" >> "$LOG"
cat >> "$LOG"
exit ${PREGATE_EXIT:-0}
"""
OTHER = """#!/bin/sh
echo "other $*" >> "$LOG"
cat >> "$LOG"
exit ${OTHER_EXIT:-0}
"""


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "project").write("a.txt", "1\n").commit("first")
    (tmp_path / "origin").mkdir()
    repo.git("init", "-q", "--bare", str(tmp_path / "origin"))
    repo.git("remote", "add", "origin", str(tmp_path / "origin"))
    return repo


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the stand-in, which installed hooks take for their interpreter, and the other hook write."""
    python = tmp_path / "bin dir" / "python'3"
    python.parent.mkdir()
    python.write_text(STAND_IN)
    python.chmod(0o755)
    return tmp_path / "log"


@pytest.fixture(autouse=True)
def interpreter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, log: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin dir" / "python'3"))
    monkeypatch.setenv("LOG", str(log))


def hook_of(repo: GitRepo, name: str = "pre-commit") -> Path:
    return repo.path / ".git/hooks" / name


def put(path: Path, text: str = OTHER, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def push(repo: GitRepo, log: Path, *refs: str, **variables: Any) -> None:
    repo.git("push", "-q", "origin", *refs, LOG=str(log), **variables)


def test_an_installed_hook_runs_at_a_commit(repo: GitRepo, log: Path) -> None:
    (change,) = install(repo.path, (), ENVIRONMENT)
    assert (change.hook, change.done) == ("pre-commit", "installed")
    repo.git("commit", "-q", "--allow-empty", "-m", "x", LOG=str(log))
    assert log.read_text() == "pregate -P -m pregate hook pre-commit\n"


def test_its_refusal_stops_the_commit(repo: GitRepo, log: Path) -> None:
    install(repo.path, (), ENVIRONMENT)
    with pytest.raises(AssertionError):
        repo.git("commit", "-q", "--allow-empty", "-m", "x", LOG=str(log), PREGATE_EXIT="1")


def test_it_says_who_made_it_and_is_executable(repo: GitRepo) -> None:
    install(repo.path, (), ENVIRONMENT)
    assert MARKER in hook_of(repo).read_text()
    assert stat.S_IMODE(hook_of(repo).stat().st_mode) == 0o755


def test_installing_twice_is_installing_once(repo: GitRepo) -> None:
    put(hook_of(repo))
    install(repo.path, (), ENVIRONMENT)
    before = {p.name: p.read_bytes() for p in hook_of(repo).parent.iterdir()}
    (change,) = install(repo.path, (), ENVIRONMENT)
    assert change.done == "is up to date"
    assert {p.name: p.read_bytes() for p in hook_of(repo).parent.iterdir()} == before


def test_a_hook_that_was_there_runs_first(repo: GitRepo, log: Path) -> None:
    put(hook_of(repo))
    (change,) = install(repo.path, (), ENVIRONMENT)
    assert f"kept as pre-commit{CHAINED}" in change.done
    repo.git("commit", "-q", "--allow-empty", "-m", "x", LOG=str(log))
    assert log.read_text().splitlines() == ["other ", "pregate -P -m pregate hook pre-commit"]


def test_the_refusal_of_the_hook_that_was_there_stands(repo: GitRepo, log: Path) -> None:
    put(hook_of(repo))
    install(repo.path, (), ENVIRONMENT)
    with pytest.raises(AssertionError):
        repo.git("commit", "-q", "--allow-empty", "-m", "x", LOG=str(log), OTHER_EXIT="7")
    assert log.read_text().splitlines() == ["other "]


def test_both_hooks_of_a_push_get_its_arguments_and_refs(repo: GitRepo, log: Path) -> None:
    put(hook_of(repo, "pre-push"))
    install(repo.path, ("pre-push",), ENVIRONMENT)
    repo.git("branch", "second")
    push(repo, log, "main", "second")
    url = str(repo.path.parent / "origin")
    refs = [f"refs/heads/{name} {repo.head} refs/heads/{name} {'0' * 40}" for name in ("main", "second")]
    expected = [f"other origin {url}", *refs, f"pregate -P -m pregate hook pre-push origin {url}", *refs]
    assert log.read_text().splitlines() == expected


def test_a_push_of_nothing_gives_both_hooks_nothing(repo: GitRepo, log: Path) -> None:
    put(hook_of(repo, "pre-push"))
    install(repo.path, ("pre-push",), ENVIRONMENT)
    repo.git("push", "-q", "--no-verify", "origin", "main")
    push(repo, log, "main")
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["other", "pregate"]


@pytest.mark.parametrize("who", ["OTHER_EXIT", "PREGATE_EXIT"])
def test_either_hook_stops_a_push(repo: GitRepo, log: Path, who: str) -> None:
    put(hook_of(repo, "pre-push"))
    install(repo.path, ("pre-push",), ENVIRONMENT)
    with pytest.raises(AssertionError):
        push(repo, log, "main", **{who: "1"})
    assert not repo.text("ls-remote", "origin")


def test_uninstalling_leaves_nothing_behind(repo: GitRepo) -> None:
    before = set(hook_of(repo).parent.iterdir()) if hook_of(repo).parent.exists() else set()
    install(repo.path, ("pre-commit", "pre-push"), ENVIRONMENT)
    assert [c.hook for c in uninstall(repo.path, (), ENVIRONMENT)] == ["pre-commit", "pre-push"]
    assert set(hook_of(repo).parent.iterdir()) == before


@pytest.mark.parametrize("mode", [0o755, 0o700, 0o644])
def test_uninstalling_puts_the_old_hook_back_as_it_was(repo: GitRepo, mode: int) -> None:
    put(hook_of(repo), mode=mode)
    install(repo.path, (), ENVIRONMENT)
    uninstall(repo.path, ("pre-commit",), ENVIRONMENT)
    assert hook_of(repo).read_text() == OTHER
    assert stat.S_IMODE(hook_of(repo).stat().st_mode) == mode


def test_a_hook_that_is_a_symbolic_link_stays_one(repo: GitRepo, log: Path) -> None:
    target = put(repo.path / "tools" / "hook")
    hook_of(repo).parent.mkdir(exist_ok=True)
    hook_of(repo).symlink_to("../../tools/hook")
    install(repo.path, (), ENVIRONMENT)
    assert target.read_text() == OTHER
    repo.git("commit", "-q", "--allow-empty", "-m", "x", LOG=str(log))
    assert log.read_text().startswith("other")
    uninstall(repo.path, (), ENVIRONMENT)
    assert hook_of(repo).readlink() == Path("../../tools/hook")


def test_a_link_to_nowhere_is_kept_and_not_run(repo: GitRepo, log: Path) -> None:
    hook_of(repo).parent.mkdir(exist_ok=True)
    hook_of(repo).symlink_to("nowhere")
    install(repo.path, (), ENVIRONMENT)
    repo.git("commit", "-q", "--allow-empty", "-m", "x", LOG=str(log))
    uninstall(repo.path, (), ENVIRONMENT)
    assert hook_of(repo).readlink() == Path("nowhere")


def test_when_the_script_cannot_be_written_the_old_hook_is_back(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(hook_of(repo))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(PregateError, match=r"cannot write .*pre-commit: No space left on device"):
        install(repo.path, (), ENVIRONMENT)
    monkeypatch.undo()
    assert hook_of(repo).read_text() == OTHER
    assert not list(hook_of(repo).parent.glob(".*"))


def test_a_hook_that_was_switched_off_stays_off(repo: GitRepo, log: Path) -> None:
    put(hook_of(repo), mode=0o644)
    install(repo.path, (), ENVIRONMENT)
    repo.git("commit", "-q", "--allow-empty", "-m", "x", LOG=str(log))
    assert log.read_text() == "pregate -P -m pregate hook pre-commit\n"


def test_a_foreign_hook_is_not_uninstalled(repo: GitRepo) -> None:
    put(hook_of(repo))
    with pytest.raises(UsageError, match="is not pregate's"):
        uninstall(repo.path, ("pre-commit",), ENVIRONMENT)
    assert hook_of(repo).read_text() == OTHER


def test_uninstalling_without_hooks_changes_nothing(repo: GitRepo) -> None:
    assert uninstall(repo.path, (), ENVIRONMENT) == ()


def test_a_hook_that_replaced_ours_is_not_overwritten(repo: GitRepo) -> None:
    put(hook_of(repo))
    install(repo.path, (), ENVIRONMENT)
    hook_of(repo).write_text("#!/bin/sh\n# third\n")
    with pytest.raises(UsageError, match="in the way"):
        install(repo.path, (), ENVIRONMENT)
    assert "third" in hook_of(repo).read_text()


def test_nothing_is_installed_when_one_of_the_hooks_cannot_be(repo: GitRepo) -> None:
    hook_of(repo, "pre-push").mkdir(parents=True)
    with pytest.raises(UsageError, match="is a folder"):
        install(repo.path, ("pre-commit", "pre-push"), ENVIRONMENT)
    assert not hook_of(repo).exists()


def test_a_hook_that_depends_on_its_name_is_refused_with_the_way_out(repo: GitRepo) -> None:
    put(hook_of(repo), '#!/bin/sh\nexec tool "$(basename "$0")"\n')
    with pytest.raises(UsageError) as error:
        install(repo.path, (), ENVIRONMENT)
    assert "pregate hook pre-commit" in error.value.hint


def test_huskys_folder_is_refused_with_the_way_out(repo: GitRepo) -> None:
    repo.configure("core.hooksPath", ".husky/_")
    put(repo.path / ".husky/_/pre-commit", '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n')
    with pytest.raises(UsageError) as error:
        install(repo.path, (), ENVIRONMENT)
    assert ".husky/pre-commit" in error.value.hint


def test_the_folder_that_core_hookspath_names_is_used(repo: GitRepo, log: Path) -> None:
    repo.configure("core.hooksPath", "my hooks")
    (change,) = install(repo.path, (), ENVIRONMENT)
    assert change.path == repo.path / "my hooks/pre-commit"
    repo.git("commit", "-q", "--allow-empty", "-m", "x", LOG=str(log))
    assert log.exists()


def test_from_a_sub_folder_the_same_hook_is_installed(repo: GitRepo) -> None:
    (repo.path / "a/b").mkdir(parents=True)
    (change,) = install(repo.path / "a/b", (), ENVIRONMENT)
    assert change.path == hook_of(repo)


def test_a_linked_worktree_shares_the_hook(repo: GitRepo, log: Path) -> None:
    repo.git("worktree", "add", "-q", str(repo.path.parent / "linked"))
    linked = GitRepo(repo.path.parent / "linked")
    install(linked.path, (), ENVIRONMENT)
    assert hook_of(repo).exists()
    linked.git("commit", "-q", "--allow-empty", "-m", "x", LOG=str(log))
    assert log.exists()


def test_on_a_server_the_hook_of_received_refs_is_installed(repo: GitRepo, log: Path) -> None:
    bare = repo.path.parent / "origin"
    (change,) = install(bare, (), ENVIRONMENT)
    assert change.path == bare / "hooks/pre-receive"
    push(repo, log, "main")
    assert log.read_text().splitlines()[1] == f"{'0' * 40} {repo.head} refs/heads/main"


def test_a_commit_hook_on_a_server_is_an_error(repo: GitRepo) -> None:
    with pytest.raises(UsageError, match="never runs in a bare repository"):
        install(repo.path.parent / "origin", ("pre-commit",), ENVIRONMENT)


def test_outside_of_a_repository_it_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ChangesError, match="not in a git repository"):
        install(tmp_path, (), ENVIRONMENT)


def test_without_git_it_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UsageError, match="git cannot be run"):
        install(tmp_path, (), {"PATH": "/nonexistent"})


def test_a_hook_whose_interpreter_is_gone_uses_the_path(repo: GitRepo, log: Path, tmp_path: Path) -> None:
    install(repo.path, (), ENVIRONMENT)
    Path(sys.executable).unlink()
    put(tmp_path / "path/pregate", STAND_IN)
    path = f"{tmp_path / 'path'}:{os.environ['PATH']}"
    repo.git("commit", "-q", "--allow-empty", "-m", "x", LOG=str(log), PATH=path)
    assert log.read_text() == "pregate hook pre-commit\n"


def test_a_hook_without_pregate_refuses_and_says_what_to_do(repo: GitRepo) -> None:
    install(repo.path, (), ENVIRONMENT)
    Path(sys.executable).unlink()
    with pytest.raises(AssertionError, match="is not installed where it was"):
        repo.git("commit", "-q", "--allow-empty", "-m", "x", PATH="/usr/bin:/bin")


def test_a_hook_moved_by_the_pre_commit_framework_is_pointed_at(repo: GitRepo) -> None:
    install(repo.path, (), ENVIRONMENT)
    hook_of(repo).rename(hook_of(repo).with_name("pre-commit.legacy"))
    put(hook_of(repo))
    with pytest.raises(UsageError, match=r"pre-commit\.legacy"):
        uninstall(repo.path, ("pre-commit",), ENVIRONMENT)


@pytest.mark.parametrize("variable", ["PRE_COMMIT_RUNNING_LEGACY", "PREK_RUNNING_LEGACY"])
def test_the_frameworks_own_hook_is_not_called_back(repo: GitRepo, log: Path, variable: str) -> None:
    put(hook_of(repo), f"{OTHER}# hook-impl\n")
    install(repo.path, (), ENVIRONMENT)
    variables: dict[str, Any] = {"LOG": str(log), variable: "1"}
    repo.git("commit", "-q", "--allow-empty", "-m", "x", **variables)
    assert log.read_text() == "pregate -P -m pregate hook pre-commit\n"


def test_the_scripts_text_quotes_the_interpreter() -> None:
    assert "python='/a b/python'\n" in render_script("pre-commit", "/a b/python")
