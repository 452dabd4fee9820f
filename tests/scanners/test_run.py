"""Other scanners through ``pregate scan``: what is new, what they see, and every way to fail."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from pregate.config import Config, ToolConfig
from pregate.model import Skipped, SkipReason
from pregate.tools import running
from pregate.tools.admission import admit, wanted
from pregate.tools.known import KNOWN
from pregate.tools.scanner import Scanner
from pregate.tools.wishes import Wishes
from tests.entry.cli import pregate
from tests.gitrepo import GitRepo

GRUMBLE = Path(__file__).with_name("grumble.py")
PLAIN = '["grumble"]'


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    install(folder / "grumble")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def install(program: Path) -> None:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!{sys.executable} -SE\n{GRUMBLE.read_text()}")
    program.chmod(0o755)


def made(tmp_path: Path, run: str = PLAIN, more: str = "") -> GitRepo:
    repo = GitRepo(tmp_path / "repo")
    table = f'[[tools]]\nname = "grumble"\nrun = {run}\nfiles = ["*.txt"]\n{more}'
    return repo.write(".pregate.toml", table).write("a.txt", "fine\nBAD one\n").commit("first")


def scan(repo: GitRepo, *words: str, code: int | None = None) -> dict[str, Any]:
    run = pregate("scan", "-C", repo.path, "--offline", "--no-cache", *words, "--output", "json=-")
    assert code is None or run.code == code, run
    report: dict[str, Any] = json.loads(run.out)
    return report


def found(report: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [
        (f["state"], f["location"]["path"], f["location"]["start_line"])
        for f in report["findings"]
        if f["rule"].startswith("grumble/")
    ]


def failed(report: dict[str, Any]) -> tuple[str, str]:
    (one,) = report["failed"]
    assert one["check"] == "grumble"
    return one["message"], one["hint"]


def test_what_the_change_brings_is_new_and_what_was_there_is_not(tmp_path: Path) -> None:
    repo = made(tmp_path).write("a.txt", "BAD two\nfine\nBAD one\n").add()
    report = scan(repo, "--staged", code=1)
    assert found(report) == [("new", "a.txt", 1), ("pre-existing", "a.txt", 3)]


def test_a_renamed_file_keeps_its_history(tmp_path: Path) -> None:
    repo = made(tmp_path)
    repo.write("a.txt", "fine\n" * 20 + "BAD one\n").commit("longer").move("a.txt", "b.txt")
    repo.write("b.txt", "fine\n" * 19 + "BAD one\nelse\n").add()
    assert found(scan(repo, "--staged", code=0)) == [("pre-existing", "b.txt", 20)]


def test_what_is_staged_is_scanned_not_what_is_on_disk(tmp_path: Path) -> None:
    repo = made(tmp_path).write("n.txt", "fine\n").add().write("n.txt", "BAD\n")
    assert found(scan(repo, "--staged", code=0)) == []


def test_each_commit_is_judged_by_itself(tmp_path: Path) -> None:
    repo = made(tmp_path)
    base = repo.head
    repo.write("n.txt", "BAD now\n").commit("adds").write("n.txt", "fine\n").commit("takes away")
    assert found(scan(repo, "--commits", f"{base}..HEAD", code=1)) == [("new", "n.txt", 1)]


def test_results_may_come_in_a_file(tmp_path: Path) -> None:
    repo = made(tmp_path, '["grumble", "out", "results/out.sarif"]', 'sarif = "results/out.sarif"\n')
    repo.write("n.txt", "BAD\n").add()
    assert found(scan(repo, "--staged", code=1)) == [("new", "n.txt", 1)]
    repo = made(tmp_path / "2", '["grumble", "out", "{out}/x.sarif"]', 'sarif = "{out}/x.sarif"\n')
    repo.write("n.txt", "BAD\n").add()
    assert found(scan(repo, "--staged", code=1)) == [("new", "n.txt", 1)]


def test_results_that_the_change_brings_along_are_not_believed(tmp_path: Path) -> None:
    repo = made(tmp_path, '["grumble", "silent"]', 'sarif = "out.txt"\n')
    empty = json.dumps({"version": "2.1.0", "runs": []})
    repo.write("out.txt", empty).write("n.txt", "BAD\n").add()
    assert failed(scan(repo, "--staged", code=3))[0] == "grumble left no results"


def test_a_scanner_sees_the_files_that_concern_it_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "a token")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a key")
    monkeypatch.setenv("GRUMBLE_LEVEL", "high")
    repo = made(tmp_path, '["grumble", "seen", "{files}"]', 'environment = ["GRUMBLE_LEVEL", "UNSET"]\n')
    repo.write("n.txt", "x\n").write("sub/-r.txt", "x\n").write("code.py", "x = 1\n").link(
        "l.txt", "n.txt"
    ).add()
    report = scan(repo, "--staged", "--fail-on", "none")
    (told,) = [f["message"] for f in report["findings"] if f["rule"] == "grumble/bad"]
    names = ["GIT_CEILING_DIRECTORIES", "GRUMBLE_LEVEL", "HOME", "LANG", "PATH", "TMPDIR"]
    assert f"files={['n.txt', 'sub/-r.txt']} names={names} home=True input='' " in told
    assert f"arguments={['./n.txt', './sub/-r.txt']}" in told


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("crash", "grumble ended with exit code 70: grumble: cannot go on"),
        ("killed", "grumble was ended by signal 9"),
        ("silent", "grumble left no results"),
        ("nonsense", "grumble.sarif is no JSON: line 1"),
        ("flood", "grumble wrote more than 1 MiB and was ended"),
        ("sleep", "grumble took more than 1 s and was ended"),
    ],
)
def test_a_scanner_that_does_not_do_its_work_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, message: str
) -> None:
    monkeypatch.setattr(running, "OUTPUT_MAX", 1 << 20)
    repo = made(tmp_path, f'["grumble", "{mode}"]', "timeout = 1\n").write("n.txt", "BAD\n").add()
    told, hint = failed(scan(repo, "--staged", code=3))
    assert told == message
    assert hint


def test_a_child_that_outlives_its_scanner_is_ended(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    repo = made(tmp_path, f'["grumble", "child", "{note}"]').write("n.txt", "x\n").add()
    scan(repo, "--staged", code=0)
    for _ in range(200):  # it has been told to end, and does so when it has its turn
        if not is_alive(int(note.read_text())):
            return
        time.sleep(0.05)
    pytest.fail("the child is still there")


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] not in ("Z", "X")


def test_a_scanner_that_is_not_installed_has_failed_and_says_how_to_install_it(tmp_path: Path) -> None:
    repo = made(tmp_path, '["grumble-9"]').write("n.txt", "x\n").add()
    assert failed(scan(repo, "--staged", code=3)) == (
        "grumble is not installed: no grumble-9 on the PATH",
        "Install grumble-9, or correct PATH.",
    )


def test_a_program_inside_the_tree_is_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: Path
) -> None:
    repo = made(tmp_path)
    install(repo.file("bin/grumble"))
    (programs / "grumble").unlink()
    repo.write("n.txt", "BAD\n").add()
    monkeypatch.setenv("PATH", os.pathsep.join(["bin", str(repo.file("bin")), os.environ["PATH"]]))
    assert "only inside the repository" in failed(scan(repo, "--staged", code=3))[0]
    (programs / "grumble").symlink_to(repo.file("bin/grumble"))
    assert "only inside the repository" in failed(scan(repo, "--staged", code=3))[0]


def test_a_command_of_the_tree_is_refused(tmp_path: Path) -> None:
    repo = made(tmp_path, '["./grumble"]').write("n.txt", "x\n").add()
    run = pregate("scan", "-C", repo.path, "--offline", "--staged")
    assert run.code == 2
    assert "would run a file of the tree" in run.err


def test_where_nothing_is_compared_a_command_needs_somebodys_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = made(tmp_path)
    message, hint = failed(scan(repo, "--all", code=3))
    assert message == "its command is that of the tree under judgement, and nothing is compared"
    assert "--allow-tools" in hint
    assert found(scan(repo, "--all", "--allow-tools", code=1)) == [("new", "a.txt", 2)]
    monkeypatch.setenv("PREGATE_ALLOW_TOOLS", "1")
    assert found(scan(repo, "--all", code=1)) == [("new", "a.txt", 2)]


def test_a_change_cannot_make_us_run_a_command(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").write("a.txt", "x\n").commit("first")
    table = '[[tools]]\nname = "grumble"\nrun = ["grumble"]\n'
    repo.write(".pregate.toml", table).write("a.txt", "BAD\n").add()
    report = scan(repo, "--staged", code=0)
    assert [c["check"] for c in report["checks"]] == ["secrets", "python", "dependencies", "iam"]


def test_what_cannot_be_used_is_told_while_it_is_still_a_change(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").write("a.txt", "x\n").commit("first")
    repo.write(".pregate.toml", '[[tools]]\nname = "chekov"\n').add()
    run = pregate("scan", "-C", repo.path, "--offline", "--staged")
    assert run.code == 2
    assert "configuration, as this change leaves it: tools: chekov is no scanner" in run.err
    assert "Did you mean checkov?" in run.err


def test_flags_leave_scanners_out(tmp_path: Path) -> None:
    repo = made(tmp_path).write("n.txt", "BAD\n").add()
    for words in (["--no-tools"], ["--check", "secrets"]):
        assert "grumble" not in [c["check"] for c in scan(repo, "--staged", *words, code=0)["checks"]]


def test_a_hook_leaves_scanners_out_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = made(tmp_path).write("n.txt", "BAD\n").add()
    monkeypatch.chdir(repo.path)
    run = pregate("hook", "pre-commit", "--no-cache")
    assert run.code == 0
    assert "grumble: skipped: other scanners do not run in hooks; --tools runs them" in run.out
    assert pregate("hook", "pre-commit", "--no-cache", "--tools").code == 1


def test_a_file_that_no_scanner_is_concerned_with_is_no_pass_of_it(tmp_path: Path) -> None:
    repo = made(tmp_path).write("code.py", "x = 1\n").add()
    report = scan(repo, "--staged", code=0)
    assert {"check": "grumble", "reason": "no-targets"} in report["skipped"]


def test_excluded_files_are_counted_and_not_shown_to_scanners(tmp_path: Path) -> None:
    repo = made(tmp_path).write("vendor/n.txt", "BAD\n").add()
    report = scan(repo, "--staged", "--exclude", "vendor/*", code=0)
    (row,) = [c for c in report["checks"] if c["check"] == "grumble"]
    assert row["files"]["excluded"] == 1


def test_secrets_in_a_scanners_words_are_masked(tmp_path: Path) -> None:
    key = "AK" + "IA" + "IOSFODNN7QZWXECR"
    repo = made(tmp_path).write("n.txt", f"BAD key = {key}\n").add()
    run = pregate("scan", "-C", repo.path, "--offline", "--no-cache", "--staged", "--output", "json=-")
    assert "grumble/bad" in run.out
    assert key not in run.out + run.err


def test_settings_are_those_of_the_base(tmp_path: Path) -> None:
    repo = made(tmp_path, '["grumble", "seen"]', 'settings = ["rules.txt", "more"]\n')
    repo.write("rules.txt", "old\n").write("more/x.cfg", "x\n").commit("rules")
    repo.write("rules.txt", "nothing\n").write("more/new.txt", "x\n").write("n.txt", "x\n").add()
    report = scan(repo, "--staged", "--fail-on", "none")
    (row,) = [c for c in report["checks"] if c["check"] == "grumble"]
    assert row["files"]["concerned"] == 1
    assert row["notes"] == [
        "the change's version of what steers the scanner is neither used nor scanned: more/new.txt, rules.txt"
    ]


def test_our_own_comments_suppress_what_another_scanner_finds(tmp_path: Path) -> None:
    repo = made(tmp_path).write("n.txt", '# pregate: ignore[grumble/bad] reason="known"\nBAD\n').add()
    report = scan(repo, "--staged", code=0)
    assert [f["state"] for f in report["findings"]] == ["suppressed"]


def test_what_a_change_causes_in_an_unchanged_file_beside_it_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Scanner(name="grumble", run=("grumble", "together"), files=("*.txt",), siblings=True)
    monkeypatch.setitem(cast(dict[str, Scanner], KNOWN), "grumble", known)
    repo = GitRepo(tmp_path / "repo").write(".pregate.toml", '[[tools]]\nname = "grumble"\n')
    repo.write("d/a.txt", "BAD\n").write("d/b.txt", "x\n").write("e/c.txt", "BAD\n").commit("first")
    repo.write("d/b.txt", "LOUD\n").add()
    assert found(scan(repo, "--staged", code=1)) == [("new", "d/a.txt", 1)]
    repo.commit("second").write("d/b.txt", "LOUD\nand more\n").add()
    assert found(scan(repo, "--staged", code=0)) == []


def test_where_the_base_cannot_be_scanned_nothing_counts_as_old(tmp_path: Path) -> None:
    repo = made(tmp_path, '["grumble", "picky"]').write("a.txt", "BAD one\nBROKEN\n").commit("broken")
    repo.write("a.txt", "BAD one\n").add()
    report = scan(repo, "--staged", code=1)
    assert found(report) == [("new", "a.txt", 1)]
    (row,) = [c for c in report["checks"] if c["check"] == "grumble"]
    assert "every finding counts as new: grumble ended with exit code 70" in row["notes"][0]


def test_a_ready_scanner_runs_by_its_name_where_nothing_is_compared(tmp_path: Path, programs: Path) -> None:
    install(programs / "hadolint")
    repo = GitRepo(tmp_path / "repo").write("Dockerfile", "FROM BAD\n").commit("first")
    report = scan(repo, "--all", "--tool", "hadolint", code=1)
    assert [f["rule"] for f in report["findings"]] == ["hadolint/bad"]


def test_a_configuration_that_may_name_code_is_not_used_where_nothing_is_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Scanner(
        name="grumble", run=("grumble", "seen"), files=("*.txt",), settings=(".grumble",), is_steered=True
    )
    monkeypatch.setitem(cast(dict[str, Scanner], KNOWN), "grumble", known)
    repo = GitRepo(tmp_path / "repo").write(".pregate.toml", '[[tools]]\nname = "grumble"\n')
    repo.write(".grumble", "plugins: evil\n").write("a.txt", "x\n").commit("first")

    def seen(*words: str) -> str:
        report = scan(repo, *words, "--fail-on", "none")
        return next(str(f["message"]) for f in report["findings"] if f["check"] == "grumble")

    assert "files=['a.txt'] " in seen("--all")
    assert "files=['.grumble', 'a.txt'] " in seen("--all", "--allow-tools")
    repo.write("a.txt", "y\n").add()
    assert "files=['.grumble', 'a.txt'] " in seen("--staged")


def test_what_needs_the_network_is_skipped_where_there_is_to_be_none(tmp_path: Path, programs: Path) -> None:
    install(programs / "npm")
    install(programs / "semgrep")
    repo = GitRepo(tmp_path / "repo").write("package-lock.json", "{}").commit("first")
    report = scan(repo, "--all", "--tool", "npm-audit", "--tool", "semgrep", code=0)
    assert {"check": "npm-audit", "reason": "needs-network"} in report["skipped"]
    assert {"check": "semgrep", "reason": "needs-network"} in report["skipped"]


def test_a_pull_requests_own_configuration_runs_nothing() -> None:
    tables = [ToolConfig(name="zizmor"), ToolConfig(name="mine", run=("mine",))]
    scanners, withheld = admit(tables, Wishes(), is_own=True, is_foreign=True)
    assert (scanners, list(withheld.values())) == ([], [_untrusted("zizmor"), _untrusted("mine")])
    scanners, _ = admit(tables, Wishes(names=("zizmor",)), is_own=True, is_foreign=True)
    assert scanners == [KNOWN["zizmor"]]
    scanners, withheld = admit(tables, Wishes(), is_own=False, is_foreign=True)
    assert ([s.name for s in scanners], withheld) == (["zizmor", "mine"], {})


def test_what_an_organisation_has_locked_is_not_left_out() -> None:
    config = Config(tools=(ToolConfig(name="zizmor"),))
    locked = replace(config, locked=("tools",))
    off = Wishes(is_off=True)
    assert wanted(config, off).tools == ()
    assert wanted(locked, off) == locked
    assert wanted(locked, replace(off, is_gate=False)).tools == ()


def _untrusted(name: str) -> Skipped:
    return Skipped(name, SkipReason.UNTRUSTED)
