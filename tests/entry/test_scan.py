"""``pregate scan``: flags, reports, exit codes, errors that teach."""

from __future__ import annotations

import html
import json
import os
from pathlib import Path

import pytest

from pregate.engine.line_hash import line_hashes
from pregate.report import BILLS, FORMATS
from tests.entry.cli import ADVISORIES, pregate
from tests.gitrepo import GitRepo

KEY = "AK" + "IA" + "IOSFODNN7QZWXECR"
LEAK = f'key = "{KEY}"\n'


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("app.py", "x = 1\n").commit("first")


def scan(repo: GitRepo, *words: str | Path, code: int | None = None) -> str:
    run = pregate("scan", "-C", repo.path, "--offline", *words)
    if code is not None:
        assert run.code == code, run
    return run.out


def findings(repo: GitRepo, *words: str) -> list[tuple[str, str, str]]:
    report = json.loads(scan(repo, *words, "--output", "json=-"))
    return [(f["state"], f["rule"], f["location"]["path"]) for f in report["findings"]]


def test_a_staged_secret_is_refused(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).add()
    out = scan(repo, "--staged", code=1)
    assert "app.py:1:8" in out
    assert (
        out.splitlines()[-1] == "pregate: FAILED: 1 new finding at or over high (1 secrets) in 1 staged file"
    )


def test_what_is_staged_is_judged_not_what_is_on_disk(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).add().write("app.py", "x = 2\n")
    scan(repo, "--staged", code=1)
    repo.write("app.py", "x = 2\n").add().write("app.py", LEAK)
    scan(repo, "--staged", code=0)


def test_the_working_tree_with_untracked_files_is_judged_when_asked(repo: GitRepo) -> None:
    repo.write("new.py", LEAK)
    assert findings(repo, "--worktree") == [("new", "secrets/AWSKeyDetector", "new.py")]
    assert findings(repo, "--staged") == []


def test_a_branch_is_judged_from_where_it_left(repo: GitRepo) -> None:
    repo.write("old.py", LEAK).commit("leaked long ago")
    repo.branch("topic").write("topic.py", LEAK).commit("leaked here")
    repo.checkout("main").write("later.py", LEAK).commit("leaked on main").checkout("topic")
    assert findings(repo, "--base", "main") == [("new", "secrets/AWSKeyDetector", "topic.py")]


def test_what_was_there_before_is_pre_existing_through_a_rename(repo: GitRepo) -> None:
    repo.write("old.py", LEAK + "# line\n" * 9).commit("leaked long ago").branch("topic")
    repo.move("old.py", "sub/new.py").write("sub/new.py", "import os\n" + LEAK + "# line\n" * 9).commit()
    assert findings(repo, "--base", "main") == [("pre-existing", "secrets/AWSKeyDetector", "sub/new.py")]
    scan(repo, "--base", "main", code=0)


def test_another_secret_on_the_same_line_is_new(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit("leaked long ago").branch("topic")
    repo.write("app.py", LEAK.replace("QZWXECR", "ZQWXECR")).commit("another")
    assert [state for state, _, _ in findings(repo, "--base", "main")] == ["new"]


def test_a_secret_added_and_removed_again_is_found_in_its_commit(repo: GitRepo) -> None:
    base = repo.head
    leaked = repo.write("app.py", LEAK).commit("oops").head
    repo.write("app.py", "x = 1\n").commit("removed")
    for words in (("--base", base), ("--commits", f"{base}..HEAD")):
        report = json.loads(scan(repo, *words, "--output", "json=-", code=1))
        assert [f["commit"] for f in report["findings"]] == [leaked]


def test_the_default_is_the_whole_tree(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).commit()
    assert findings(repo) == findings(repo, "--all") != []


def test_paths_are_read_from_disk_and_need_no_repository(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LEAK)
    run = pregate("scan", "-C", tmp_path, "--offline", "a.py")
    assert run.code == 1, run


def test_only_the_named_checks_run(repo: GitRepo) -> None:
    repo.write("app.py", LEAK + "import subprocess\nsubprocess.call('x ' + key, shell=True)\n").add()
    assert {rule for _, rule, _ in findings(repo, "--staged", "--check", "python")} == {
        "python/B404",
        "python/B602",
    }


def test_the_threshold_decides_and_the_output_does_not(repo: GitRepo) -> None:
    repo.write("app.py", LEAK).add()
    scan(repo, "--staged", "--fail-on", "none", code=0)
    scan(repo, "--staged", "--fail-on", "critical", "--output", "sarif=-", code=1)
    scan(repo, "--staged", "--quiet", code=1)


def test_excluded_files_are_counted_and_not_read(repo: GitRepo) -> None:
    repo.write("vendor/a.py", LEAK).add()
    out = scan(repo, "--staged", "--exclude", "vendor/*", code=0)
    assert "nothing was scanned: every file that concerns a check is excluded" in out.splitlines()[-1]


def test_configuration_comes_from_the_base_of_the_change(repo: GitRepo) -> None:
    repo.branch("topic").write(".pregate.toml", 'fail-on = "none"\n').write("app.py", LEAK).commit()
    scan(repo, "--base", "main", code=1)
    repo.checkout("main").write(".pregate.toml", 'fail-on = "none"\n').commit()
    repo.checkout("topic").merge("main")
    scan(repo, "--base", "main", code=0)


def test_a_configuration_mistake_is_usage_and_names_the_nearest_key(repo: GitRepo) -> None:
    repo.write(".pregate.toml", 'fail-onn = "low"\n').commit()
    run = pregate("scan", "-C", repo.path, "--all")
    assert run.code == 2
    assert "unknown key 'fail-onn'" in run.err
    assert "Did you mean fail-on?" in run.err


def test_reports_are_written_to_files_beside_the_console(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("app.py", LEAK).add()
    sarif, data = tmp_path / "deep" / "out.sarif", tmp_path / "out.json"
    out = scan(repo, "--staged", "--output", f"sarif={sarif}", "--output", f"json={data}", code=1)
    assert "FAILED" in out
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    assert json.loads(data.read_text())["verdict"] == "failed"


def test_sarif_carries_the_hash_by_which_github_knows_an_alert_again(repo: GitRepo) -> None:
    repo.write("app.py", "import os\n\n" + LEAK).add()
    (run,) = json.loads(scan(repo, "--staged", "--check", "secrets", "--output", "sarif=-"))["runs"]
    prints = run["results"][0]["partialFingerprints"]
    assert prints["primaryLocationLineHash"] == line_hashes(repo.file("app.py").read_bytes(), [3])[3]


def test_a_report_that_cannot_be_written_is_incomplete(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = pregate(
        "scan", "-C", repo.path, "--all", "--offline", "--output", f"json={tmp_path / 'file' / 'x'}"
    )
    assert run.code == 3
    assert "cannot write" in run.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--staged", "--all"], "--staged and --all exclude each other"),
        (["--head", "x"], "--head needs --base"),
        (["--commits", "x"], "is no range"),
        (["--output", "pdf=x"], "there is no format 'pdf'"),
        (["--output", "json="], "not FORMAT=PATH"),
        (["--output", "json=-", "--output", "sarif=-"], "two reports cannot share standard output"),
    ],
)
def test_contradictory_flags_are_usage(repo: GitRepo, words: list[str], message: str) -> None:
    run = pregate("scan", "-C", repo.path, *words)
    assert run.code == 2
    assert message in run.err


def test_an_unknown_flag_is_usage() -> None:
    run = pregate("scan", "--nope")
    assert (run.code, "unrecognized arguments: --nope" in run.err) == (2, True)


def test_no_repository_is_told_as_such(tmp_path: Path) -> None:
    run = pregate("scan", "-C", tmp_path, "--staged")
    assert run.code == 3
    assert "git" in run.err


def test_an_unknown_base_names_the_fetch_to_run(repo: GitRepo) -> None:
    run = pregate("scan", "-C", repo.path, "--base", "origin/main")
    assert run.code == 3
    assert "fetch" in run.err


def test_a_file_that_does_not_parse_is_incomplete_not_clean(repo: GitRepo) -> None:
    repo.write("bad.py", "def f(:\n").add()
    out = scan(repo, "--staged", code=3)
    assert "bad.py" in out
    assert "INCOMPLETE" in out.splitlines()[-1]


def test_nothing_to_scan_does_not_look_like_nothing_found(repo: GitRepo) -> None:
    out = scan(repo, "--staged", code=0)
    assert "nothing" in out.splitlines()[-1]


def test_offline_without_a_database_says_that_dependencies_were_not_audited(repo: GitRepo) -> None:
    repo.write("requirements.txt", "requests==2.30.0\n").add()
    assert "offline, and no local database" in scan(repo, "--staged", code=0)


def test_a_local_database_is_asked_offline(repo: GitRepo) -> None:
    repo.write("requirements.txt", "requests==2.30.0\n").add()
    out = scan(repo, "--staged", "--advisories", ADVISORIES, "--fail-on", "medium", code=1)
    assert "CVE-2023-32681" in out


def test_a_missing_database_makes_the_run_incomplete(repo: GitRepo) -> None:
    repo.write("requirements.txt", "requests==2.30.0\n").add()
    assert pregate("scan", "-C", repo.path, "--staged", "--offline", "--advisories", "/nowhere").code == 3


@pytest.mark.parametrize("selection", ["--staged", "--worktree", "--all"])
def test_a_link_does_not_hide_what_is_installed_or_run(repo: GitRepo, selection: str) -> None:
    repo.write("deps.dat", "requests==2.30.0\n").link("requirements.txt", "deps.dat")
    repo.link("tool.py", "../elsewhere.py").commit() if selection == "--all" else repo.link(
        "tool.py", "code"
    ).add()
    out = scan(repo, selection, "--advisories", ADVISORIES, code=3)
    assert "requirements.txt" in out
    assert "tool.py" in out
    assert "not analysed under its own name" in out


def test_a_link_to_a_file_that_is_analysed_is_passed_over(repo: GitRepo) -> None:
    repo.link("lib/tool.py", "../app.py").add()
    scan(repo, "--staged", "--check", "python", code=0)


def test_names_that_are_not_utf8_are_scanned_and_shown(repo: GitRepo) -> None:
    repo.write(b"caf\xe9.py", LEAK).add()
    assert "caf\\xe9.py:1:8" in scan(repo, "--staged", code=1)


def test_the_cache_serves_the_second_run(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("a.py", "x = 2\n").commit()
    words = ("--all", "--cache-dir", str(tmp_path / "cache"), "--output", "json=-")
    first, second = (json.loads(scan(repo, *words, code=0)) for _ in range(2))
    assert [c["files"]["cached"] for c in first["checks"] if c["outcome"] == "completed"] == [0, 0]
    assert [c["files"]["cached"] for c in second["checks"] if c["outcome"] == "completed"] == [2, 2]


def test_version_and_help_exit_cleanly() -> None:
    assert pregate("--version").out.startswith("pregate 0.")
    run = pregate("scan", "--help")
    assert (run.code, "--commits A..B" in run.out) == (0, True)
    assert pregate().code == 2


def test_a_bug_has_its_own_exit_code_and_quotes_nothing(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError(KEY)

    monkeypatch.setattr("pregate.policy.decide", broken)
    run = pregate("scan", "-C", repo.path, "--all", "--offline", "-v")
    assert run.code == 4
    assert "KeyError" in run.err
    assert KEY not in run.err


def test_an_interrupt_has_its_own_exit_code(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pregate.policy.decide", interrupted)
    assert pregate("scan", "-C", repo.path, "--all", "--offline").code == 130


def test_an_interrupt_while_starting_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pregate.entry.scan.configure", interrupted)
    assert pregate("scan", "--all").code == 130


def test_a_file_that_does_not_parse_is_not_counted_as_analysed(repo: GitRepo) -> None:
    repo.write("broken.py", "x = 1\ndef f(:\n").add()
    report = json.loads(scan(repo, "--staged", "--check", "python", "--output", "json=-", code=3))
    files = report["checks"][0]["files"]
    assert (files["concerned"], files["analysed"], files["unread"]) == (1, 0, 1)


def test_a_name_issues_no_command_in_a_step_of_a_workflow(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("::error::app.py", LEAK).write("##[error]app.py", LEAK).add()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    out = scan(repo, "--staged", code=1)
    assert "error]app.py:1:8" in out
    assert "##[" not in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())


def test_a_nul_does_not_hide_a_secret(repo: GitRepo) -> None:
    repo.write("prod.env", LEAK + "\0").add()
    assert findings(repo, "--staged") == [("new", "secrets/AWSKeyDetector", "prod.env")]


@pytest.mark.parametrize("data", [b"eval(x)\n#\0\n", b"eval(x)\n#\0\xe9\n"])
def test_a_nul_in_a_python_file_is_no_pass(repo: GitRepo, data: bytes) -> None:
    repo.write("nul.py", data).add()
    report = json.loads(scan(repo, "--staged", "--check", "python", "--output", "json=-", code=3))
    assert [(u["path"], u["reason"]) for u in report["unread"]] == [("nul.py", "unparsable")]


def test_a_change_that_breaks_the_configuration_is_refused(repo: GitRepo) -> None:
    repo.write(".pregate.toml", 'fail-on = "loud"\n').add()
    run = pregate("scan", "-C", repo.path, "--staged", "--offline")
    assert run.code == 2
    assert ".pregate.toml:1, as this change leaves it: fail-on has no value 'loud'" in run.err


def test_a_database_in_the_configuration_is_looked_up_from_the_root(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.path.relpath(ADVISORIES, repo.path)
    repo.write(".pregate.toml", f'advisories = "{link}"\n').write("requirements.txt", "x==1\n").commit("set")
    monkeypatch.chdir(tmp_path)
    report = json.loads(scan(repo, "--all", "--check", "dependencies", "--output", "json=-", code=0))
    assert [check["outcome"] for check in report["checks"]] == ["completed"]


def test_no_output_holds_a_planted_secret(repo: GitRepo, tmp_path: Path) -> None:
    """Secrets in every place that a report shows: flagged lines, messages, policy texts, broken files."""
    password = "hunter2" + "Xk9" * 3
    odd = "Tr4&<*" + "Zq7" * 3  # escaped in XML and Markdown
    template = (
        "Resources:\n  Role:\n    Type: AWS::IAM::Policy\n    Properties:\n"
        "      PolicyDocument:\n        Statement:\n"
        f'          - {{Effect: Allow, Action: "*", Resource: "*", Sid: "{KEY}"}}\n'
    )
    repo.write(
        "a.py",
        f'import subprocess\nsubprocess.call("curl -u {KEY} " + x, shell=True)\npassword = "{password}"\n'
        f'api_password = "{odd}"\n',
    )
    repo.write("stack.yaml", template)
    repo.write("bad.py", f"def f(:  # {KEY}\n")
    repo.write("bad.json", f'{{"Statement": [{{"Effect": "{KEY}"')
    repo.write(
        "requirements.txt", f"requests==2.30.0\nhttps://user:{password}@example.org/x.whl\n{KEY} what\n"
    )
    repo.write("poetry.lock", f'[[package]]\nname = "{KEY}\n').add()
    outputs = [f"--output={name}={tmp_path / name}" for name in FORMATS]
    cache = tmp_path / "cache"
    for selection in ("--staged", "--worktree"):
        run = pregate("scan", "-C", repo.path, selection, "-v", "--offline", "--advisories", ADVISORIES,
                      "--cache-dir", cache, "--fail-on", "low", *outputs)  # fmt: skip
        assert run.code == 3
        again = pregate("report", "--from", tmp_path / "json", "-v")
        assert "B602" in again.out
        texts = [
            *(run.out, run.err, again.out, again.err),
            *(p.read_bytes().decode("latin-1") for p in tmp_path.iterdir() if p.is_file()),
        ]
        texts += [p.read_bytes().decode("latin-1") for p in cache.iterdir()]
        assert all("B602" in (tmp_path / name).read_text() for name in FORMATS if name not in BILLS)
        texts += [html.unescape(text).replace("\\", "") for text in texts]
        for secret in (KEY, password, odd):
            assert [text for text in texts if secret in text] == []


def test_a_secret_in_a_lock_file_does_not_reach_the_cache(repo: GitRepo, tmp_path: Path) -> None:
    lock = {"lockfileVersion": 3, "packages": {"": {}, f"node_modules/{KEY}": {"version": "1.0.0"}}}
    repo.write("package-lock.json", json.dumps(lock)).add()
    cache = tmp_path / "cache"
    scan(repo, "--staged", "--advisories", ADVISORIES, "--cache-dir", cache)
    assert [path.name for path in cache.iterdir() if KEY.encode() in path.read_bytes()] == []


def test_output_is_written_with_the_usual_rights(repo: GitRepo, tmp_path: Path) -> None:
    scan(repo, "--all", "--output", f"json={tmp_path / 'x.json'}")
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "x.json").stat().st_mode & 0o777 == 0o666 & ~mask


def test_output_to_a_device_leaves_the_device_there(repo: GitRepo, tmp_path: Path) -> None:
    sink = tmp_path / "sink"
    sink.symlink_to(os.devnull)
    scan(repo, "--all", "--output", f"json={sink}", code=0)
    assert sink.is_char_device()


def test_output_that_cannot_be_written_leaves_nothing_behind(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    scan(repo, "--all", "--output", f"json={tmp_path / 'out'}", code=3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "repo"]


def test_a_wrong_use_is_told_in_two_lines() -> None:
    runs = [
        pregate("scan", "--fail-on", "hgih"),
        pregate("scan", "--nope"),
        pregate("baseline", "show", "--x"),
    ]
    assert [(run.code, run.err.count("\n")) for run in runs] == [(2, 2)] * 3
    assert runs[2].err.endswith("  See pregate baseline show --help.\n")


def test_a_report_of_the_base_alone_is_a_usage_error() -> None:
    run = pregate("scan", "--sarif-in-base", "base.sarif")
    assert (run.code, "--sarif-in" in run.err) == (2, True)


def test_a_format_that_is_not_there_names_the_nearest() -> None:
    run = pregate("scan", "--output", "junt=-")
    assert (run.code, "Did you mean junit?" in run.err) == (2, True)
