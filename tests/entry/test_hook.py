"""The hooks as git runs them: the scripts under ``hooks/`` by ``core.hooksPath``, and installed ones."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from pregate.changes import Commits, Range, Staged
from pregate.entry.hook import commit_selection, push_selections
from pregate.entry.pushes import Update
from tests.gitrepo import ENVIRONMENT, GitRepo
from tests.hooktools import CLEAN, LEAK, ROOT, command_folder, git_with_hooks

A, B = "a" * 40, "b" * 40


class Project(GitRepo):
    """A repository whose hooks are pregate's, with a bare origin."""

    commands: Path
    origin: GitRepo

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
        return git_with_hooks(self, self.commands, *arguments, **variables)

    def try_commit(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return self.run("commit", "-q", "-m", "tried", *arguments)

    def push(self, *refs: str) -> subprocess.CompletedProcess[bytes]:
        return self.run("push", "-q", "origin", *refs)

    def passes(self, *refs: str) -> str:
        done = self.push(*refs)
        assert done.returncode == 0, done.stdout.decode()
        return done.stdout.decode()

    def refuses(self, *refs: str) -> str:
        before = self.origin.text("for-each-ref")
        done = self.push(*refs)
        assert done.returncode == 1, done.stdout.decode()
        assert self.origin.text("for-each-ref") == before
        assert "pregate: FAILED: " in done.stdout.decode()
        return done.stdout.decode()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path / "project")
    project.commands = command_folder(tmp_path / "bin")
    project.origin = GitRepo(tmp_path / "origin.git", "--bare")
    project.write("app.py", CLEAN).commit("first")
    project.git("remote", "add", "origin", str(project.origin.path))
    project.git("push", "-q", "origin", "main")
    project.configure("core.hooksPath", str(ROOT / "hooks"))
    return project


# ------------------------------------------------------------------------------------------------- commits


def test_a_commit_with_a_secret_is_refused(project: Project) -> None:
    head = project.head
    done = project.write("leak.py", LEAK).add().try_commit()
    assert done.returncode == 1
    assert b"leak.py:1" in done.stdout
    assert project.head == head


def test_a_refusal_does_not_show_the_secret(project: Project) -> None:
    done = project.write("leak.py", LEAK).add().try_commit()
    assert LEAK[7:27].encode() not in done.stdout


def test_a_clean_commit_passes(project: Project) -> None:
    done = project.write("more.py", CLEAN).add().try_commit()
    assert done.returncode == 0, done.stdout
    assert project.text("log", "-1", "--format=%s") == "tried"


def test_a_commit_of_a_lock_file_that_nothing_can_judge_passes_and_says_so(project: Project) -> None:
    done = project.write("requirements.txt", "six==1.16.0\n").add().try_commit()
    assert done.returncode == 0, done.stdout
    assert b"pregate: dependencies: skipped: offline, and no local database was given; " in done.stdout
    assert b"pregate advisories fetch makes one" in done.stdout


def test_what_is_staged_is_judged_though_the_file_was_cleaned_since(project: Project) -> None:
    project.write("app.py", LEAK).add().write("app.py", CLEAN)
    assert project.try_commit().returncode == 1


def test_what_is_not_staged_is_not_judged(project: Project) -> None:
    project.write("app.py", CLEAN + "more = 1\n").add().write("app.py", LEAK)
    assert project.try_commit().returncode == 0


def test_a_commit_of_everything_changed_is_judged(project: Project) -> None:
    project.write("app.py", LEAK)  # git gives the hook an index of its own
    assert project.try_commit("-a").returncode == 1


def test_a_commit_of_one_file_is_judged_by_that_file(project: Project) -> None:
    project.write("leak.py", LEAK).write("app.py", CLEAN + "x = 1\n").add()
    assert project.try_commit("app.py").returncode == 0
    assert project.try_commit("leak.py").returncode == 1


def test_the_first_commit_of_a_repository_is_judged(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "new").write("leak.py", LEAK).add()
    repo.configure("core.hooksPath", str(ROOT / "hooks"))
    done = git_with_hooks(repo, command_folder(tmp_path / "bin"), "commit", "-q", "-m", "x")
    assert done.returncode == 1
    assert b"leak.py:1" in done.stdout


def test_a_commit_in_a_linked_worktree_is_judged(project: Project) -> None:
    project.git("worktree", "add", "-q", str(project.path.parent / "linked"))
    linked = GitRepo(project.path.parent / "linked").write("leak.py", LEAK).add()
    assert git_with_hooks(linked, project.commands, "commit", "-q", "-m", "x").returncode == 1


def test_a_commit_from_a_sub_folder_is_judged(project: Project) -> None:
    project.write("sub/leak.py", LEAK).add()
    done = project.run("-C", "sub", "commit", "-q", "-m", "x")
    assert done.returncode == 1
    assert b"sub/leak.py:1" in done.stdout


def test_an_old_secret_does_not_stop_a_commit_that_touches_its_file(project: Project) -> None:
    project.write("app.py", LEAK).commit("old")
    assert project.write("app.py", CLEAN + LEAK).add().try_commit().returncode == 0


def test_an_installed_hook_judges_like_the_script(project: Project) -> None:
    project.git("config", "--unset", "core.hooksPath")
    done = run_hook(project, "install")
    assert b"pre-commit: installed" in done.stdout, done.stderr
    hook = project.path / ".git/hooks/pre-commit"
    hook.write_text(hook.read_text().replace("\npython=", "\npython=/nonexistent\n: "))
    assert project.write("leak.py", LEAK).add().try_commit().returncode == 1
    assert project.write("leak.py", CLEAN).add().try_commit().returncode == 0
    assert b"removed" in run_hook(project, "uninstall").stdout
    assert not hook.exists()
    assert b"no hook of pregate's is installed here" in run_hook(project, "uninstall").stdout


def test_modules_of_the_repository_are_not_imported_by_the_hook(project: Project) -> None:
    trap = "from pathlib import Path\nPath(__file__).with_name('sprung').touch()\n"
    for name in ("pregate.py", "json.py", "argparse.py", "sitecustomize.py"):
        project.write(name, trap)
    project.add().try_commit()
    assert not project.file("sprung").exists()


def test_without_pregate_the_script_refuses_and_says_how_to_get_it(project: Project) -> None:
    done = git_with_hooks(
        project, Path("/nonexistent"), "commit", "-q", "--allow-empty", "-m", "x", PATH="/usr/bin:/bin"
    )
    assert done.returncode == 1
    assert b"pipx install pregate" in done.stdout


# ------------------------------------------------------------------------------------------------- pushes


def test_a_push_of_a_clean_commit_passes(project: Project) -> None:
    project.write("more.py", CLEAN).commit("more")
    assert "pregate: PASSED: no new finding at or over high in 1 commit" in project.passes("main")


def test_a_secret_that_a_later_commit_removes_stops_the_push(project: Project) -> None:
    project.write("leak.py", LEAK).commit("leak").remove("leak.py").commit("hide")
    assert "leak.py:1" in project.refuses("main")


def test_every_ref_of_a_push_is_judged(project: Project) -> None:
    project.branch("one").write("one.py", CLEAN).commit("one")
    project.branch("two").write("two.py", CLEAN).commit("two")
    project.branch("three", "main").write("three.py", LEAK).commit("three")
    assert "three.py:1" in project.refuses("one", "two", "three")


def test_a_new_branch_is_judged_by_what_the_remote_lacks(project: Project) -> None:
    project.git("push", "-q", "--no-verify", "origin", "main")
    project.write("leak.py", LEAK).commit("known").git("push", "-q", "--no-verify", "origin", "main")
    project.branch("topic").write("more.py", CLEAN).commit("more")
    project.passes("topic")


def test_a_secret_on_a_new_branch_stops_the_push(project: Project) -> None:
    project.branch("topic").write("leak.py", LEAK).commit("leak")
    assert "leak.py:1" in project.refuses("topic")


def test_a_deletion_passes(project: Project) -> None:
    project.git("push", "-q", "--no-verify", "origin", "main:old")
    project.passes(":old")
    assert "old" not in project.origin.text("for-each-ref")


def test_a_forced_push_is_judged(project: Project) -> None:
    project.write("more.py", CLEAN).commit("more").git("push", "-q", "--no-verify", "origin", "main")
    project.git("reset", "-q", "--hard", "HEAD~1")
    project.write("leak.py", LEAK).commit("leak")
    assert "leak.py:1" in project.refuses("+main")


def test_a_forced_push_over_unknown_commits_is_judged(project: Project) -> None:
    other = project.origin.clone(project.path.parent / "other")
    other.write("x.py", CLEAN).commit("x").git("push", "-q", "origin", "main")
    project.write("more.py", CLEAN).commit("more")
    project.passes("+main")
    other.git("push", "-q", "-f", "origin", "main")
    project.write("leak.py", LEAK).commit("leak")
    assert "leak.py:1" in project.refuses("+main")


def test_an_annotated_tag_is_judged(project: Project) -> None:
    project.branch("topic").write("leak.py", LEAK).commit("leak").git("tag", "-a", "v1", "-m", "v1")
    assert "leak.py:1" in project.refuses("v1")


def test_a_push_to_an_address_is_judged(project: Project) -> None:
    project.write("leak.py", LEAK).commit("leak")
    assert project.run("push", "-q", str(project.origin.path), "main").returncode == 1


# ------------------------------------------------------------------------------------------------- servers


@pytest.fixture
def server(project: Project) -> Project:
    """The same project, with the hook on the server in place of the client's."""
    project.git("config", "--unset", "core.hooksPath")
    project.origin.configure("core.hooksPath", str(ROOT / "hooks"))
    return project


def test_a_server_refuses_a_secret(server: Project) -> None:
    out = server.write("leak.py", LEAK).commit("leak").refuses("main")
    assert "leak.py:1" in out
    assert "pre-receive hook declined" in out


def test_a_servers_prose_fits_beside_the_word_remote(server: Project) -> None:
    out = server.write("leak.py", LEAK).commit("leak").refuses("main")
    after = out[out.index("why ") :].splitlines()
    assert after[1].startswith("remote:            ")
    assert max(len(line.rstrip()) for line in after[:3]) <= 80


def test_a_server_takes_clean_commits(server: Project) -> None:
    server.write("more.py", CLEAN).commit("more")
    assert "pregate: PASSED: " in server.passes("main")


def test_a_server_judges_a_new_branch_by_what_it_lacks(server: Project) -> None:
    server.write("leak.py", LEAK).commit("known")
    server.origin.configure("core.hooksPath", "/dev/null").git(
        "config", "receive.denyNonFastForwards", "false"
    )
    server.git("push", "-q", "origin", "main")
    server.origin.configure("core.hooksPath", str(ROOT / "hooks"))
    server.branch("topic").write("more.py", CLEAN).commit("more")
    server.passes("topic")
    server.branch("other").write("again.py", LEAK).commit("again")
    assert "again.py:1" in server.refuses("other")


def test_a_server_refuses_all_refs_of_a_push_when_one_leaks(server: Project) -> None:
    server.branch("one").write("one.py", CLEAN).commit("one")
    server.branch("two").write("two.py", LEAK).commit("two")
    assert "two.py:1" in server.refuses("one", "two")
    assert "refs/heads/one" not in server.origin.text("for-each-ref")


def test_a_server_lets_a_branch_be_deleted(server: Project) -> None:
    server.passes("main:old")
    assert "refs/heads/old" in server.origin.text("for-each-ref")
    server.passes(":old")
    assert "refs/heads/old" not in server.origin.text("for-each-ref")


def test_a_server_judges_a_forced_push(server: Project) -> None:
    server.write("more.py", CLEAN).commit("more")
    server.passes("main")
    server.git("reset", "-q", "--hard", "HEAD~1")
    server.write("leak.py", LEAK).commit("leak")
    assert "leak.py:1" in server.refuses("+main")


@pytest.mark.parametrize("branch", ["main", "topic"])
def test_a_push_cannot_bring_the_configuration_that_judges_it(server: Project, branch: str) -> None:
    if branch != "main":
        server.branch(branch)
    server.write(".pregate.toml", 'fail-on = "none"\n').commit("relax").write("leak.py", LEAK).commit("leak")
    assert "leak.py:1" in server.refuses(branch)


# ---------------------------------------------------------------------------------------------- selections


def test_without_a_framework_the_whole_index_is_judged() -> None:
    assert commit_selection((), {}) == Staged()


def test_the_files_that_a_framework_gives_are_the_change_set() -> None:
    assert commit_selection(["a.py", "b c.py"], {}) == Staged(("a.py", "b c.py"))


def test_between_two_revisions_the_framework_is_followed() -> None:
    environ = {"PRE_COMMIT_FROM_REF": A, "PRE_COMMIT_TO_REF": B}
    assert commit_selection(["a.py"], environ) == Range(A, B, ("a.py",))


def test_at_a_push_by_the_framework_each_commit_is_judged() -> None:
    environ = {"PRE_COMMIT_FROM_REF": A, "PRE_COMMIT_TO_REF": B, "PRE_COMMIT_REMOTE_NAME": "origin"}
    assert commit_selection(["a.py"], environ) == Commits(A, B, ("--remotes=origin",))


def test_a_commit_that_two_refs_bring_is_judged_once() -> None:
    updates = (Update("refs/heads/x", "", A), Update("refs/heads/y", "", A), Update("refs/heads/z", A, B))
    assert push_selections(updates, ("--all",)) == (Commits("", A, ("--all",)), Commits(A, B, ("--all", A)))


def run_hook(
    project: Project, *arguments: str, stdin: bytes = b"", more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    environment = {**ENVIRONMENT, "HOME": str(project.commands), **(more or {})}
    command = [str(project.commands / "pregate"), "hook", *arguments]
    return subprocess.run(command, cwd=project.path, env=environment, input=stdin, capture_output=True)


def test_at_a_push_by_the_framework_a_hidden_secret_is_found(project: Project) -> None:
    base = project.head
    project.write("leak.py", LEAK).commit("leak").remove("leak.py").commit("hide")
    variables = {
        "PRE_COMMIT_FROM_REF": base,
        "PRE_COMMIT_TO_REF": project.head,
        "PRE_COMMIT_REMOTE_NAME": "origin",
    }
    assert run_hook(project, "pre-commit", more=variables).returncode == 1
    assert run_hook(project, "pre-push", "origin", "url", more=variables).returncode == 1


def test_only_the_checks_asked_for_run(project: Project) -> None:
    project.write("leak.py", LEAK).add()
    assert run_hook(project, "pre-commit", "--check", "python").returncode == 0


def test_a_file_that_is_not_staged_is_judged_whole_when_it_is_named(project: Project) -> None:
    project.write("app.py", LEAK).commit("old")
    assert run_hook(project, "pre-commit", "app.py").returncode == 1


@pytest.mark.parametrize("name", ["--fail-on=none", "--exclude", "-v", "--"])
def test_no_file_can_pass_for_an_option(project: Project, name: str) -> None:
    """The framework gives the names of files after the options, with nothing in between."""
    project.write("leak.py", LEAK).write(name, "x\n").add()

    done = run_hook(project, "pre-commit", "--jobs", "1", name, "leak.py")

    assert done.returncode == 2
    assert f"{name!r} may be an option, and there is a file of that name" in done.stderr.decode()


def test_what_follows_a_double_dash_is_a_file(project: Project) -> None:
    project.write("--exclude", LEAK).add()
    done = run_hook(project, "pre-commit", "--jobs", "1", "--", "--exclude")
    assert done.returncode == 1
    assert "in 1 staged file" in done.stdout.decode() + done.stderr.decode()


def test_a_ref_with_a_unicode_line_end_in_its_name_is_pushed(project: Project) -> None:
    name = "two\u2028lines\x85"
    project.git("branch", name)
    project.passes(name)


def test_a_push_of_nothing_passes_and_says_so(project: Project) -> None:
    done = run_hook(project, "pre-push", "origin", "url")
    assert done.returncode == 0
    assert b"nothing to judge" in done.stderr


def test_refs_that_are_not_gits_are_a_usage_error(project: Project) -> None:
    done = run_hook(project, "pre-push", "origin", "url", stdin=b"nonsense\n")
    assert done.returncode == 2
    assert b"pre-push expects" in done.stderr


def test_outside_of_a_repository_the_hook_is_incomplete(project: Project, tmp_path: Path) -> None:
    done = subprocess.run(
        [project.commands / "pregate", "hook", "pre-commit"], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 3


def test_the_heavy_libraries_are_not_imported_at_a_commit(project: Project) -> None:
    project.write("more.py", CLEAN).add()
    done = run_hook(project, "pre-commit", more={"PYTHONPROFILEIMPORTTIME": "1"})
    modules = {line.rsplit(b"|", 1)[-1].strip() for line in done.stderr.splitlines()}
    loaded = {module.split(b".")[0] for module in modules}
    assert b"pregate" in loaded
    assert b"pregate.secrets.about.cloud" not in modules  # words for findings, of which there are none
    assert not loaded & {b"git", b"boto3", b"botocore", b"github", b"requests", b"sarif_om"}
