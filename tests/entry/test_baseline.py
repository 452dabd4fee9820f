"""``pregate baseline`` in real repositories, and what scans make of the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pregate.baseline import PATH, parse_baseline
from tests.entry.cli import Run, pregate
from tests.gitrepo import GitRepo

CALL = "import subprocess\n\n\ndef f(x):\n    subprocess.run(x, shell=True)\n"
OTHER = "import subprocess\n\n\ndef g(y):\n    subprocess.call(y + '1', shell=True)\n"


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "r").write("a.py", CALL).commit("first")


def run(repo: GitRepo, *words: str) -> Run:
    return pregate(*words, "-C", repo.path, "--no-cache", "--offline")


def scan(repo: GitRepo, *words: str) -> dict[str, object]:
    made = run(repo, "scan", "--output", "json=-", *words)
    value: dict[str, object] = json.loads(made.out)
    return value


def created(repo: GitRepo) -> GitRepo:
    assert run(repo, "baseline", "create").code == 0
    return repo.add(".pregate").commit("baseline")


def entries(repo: GitRepo) -> list[tuple[str, str]]:
    return [(e.path, e.rule) for e in parse_baseline((repo.path / PATH).read_bytes())]


def test_what_is_in_the_baseline_does_not_fail_a_scan_of_the_whole_tree(repo: GitRepo) -> None:
    assert scan(repo)["verdict"] == "failed"
    created(repo)
    report = scan(repo)
    assert report["verdict"] == "passed"
    assert report["counts"]["by_state"]["pre-existing"] >= 1  # type: ignore[index]
    repo.write("b.py", OTHER).commit("more")
    assert scan(repo)["verdict"] == "failed"


def test_it_follows_a_renamed_file_and_moved_lines(repo: GitRepo) -> None:
    created(repo)
    repo.move("a.py", "lib/c.py").write("lib/c.py", "# a comment\n\n" + CALL).commit("moved")
    assert scan(repo)["verdict"] == "passed"
    assert run(repo, "baseline", "update").code == 0
    assert {path for path, _ in entries(repo)} == {"lib/c.py"}


def test_a_second_one_is_not_made_over_the_first(repo: GitRepo) -> None:
    created(repo)
    again = run(repo, "baseline", "create")
    assert (again.code, "is there already" in again.err) == (2, True)
    assert run(repo, "baseline", "create", "--force").code == 0


def test_update_takes_out_what_is_mended_and_adds_only_when_told(repo: GitRepo) -> None:
    created(repo)
    repo.write("a.py", "x = 1\n").write("b.py", OTHER).commit("mended, and more")
    made = run(repo, "baseline", "update")
    assert entries(repo) == []
    assert "--add would accept them" in made.out
    run(repo, "baseline", "update", "--add")
    assert {path for path, _ in entries(repo)} == {"b.py"}


def test_update_keeps_what_a_check_that_did_not_run_has_found(repo: GitRepo) -> None:
    created(repo)
    before = entries(repo)
    made = run(repo, "baseline", "update", "--check", "secrets")
    assert entries(repo) == before
    assert "where its check did not look everywhere: python" in made.err


def test_update_keeps_what_stands_in_excluded_files(repo: GitRepo) -> None:
    created(repo)
    before = entries(repo)
    repo.write("README.md", "words\n").commit("words")
    made = run(repo, "baseline", "update", "--exclude", "*.py")
    assert entries(repo) == before
    assert "kept as before" in made.err


def test_of_nothing_that_was_scanned_no_baseline_is_made(repo: GitRepo) -> None:
    made = run(repo, "baseline", "create", "--exclude", "*")
    assert (made.code, "nothing was scanned" in made.err) == (2, True)
    assert not (repo.path / PATH).exists()


def test_a_dry_run_writes_nothing(repo: GitRepo) -> None:
    made = run(repo, "baseline", "create", "--dry-run")
    assert "would have" in made.out
    assert not (repo.path / PATH).exists()


def test_a_change_cannot_accept_its_own_findings(repo: GitRepo) -> None:
    created(repo)
    base = repo.head
    repo.branch("topic").write("b.py", OTHER).commit("more")
    run(repo, "baseline", "update", "--add")
    repo.add(".pregate").commit("accept it")
    report = scan(repo, "--base", base)
    assert report["verdict"] == "failed"


def test_the_ratchet_fails_a_change_that_adds_to_the_baseline(repo: GitRepo) -> None:
    repo.write(".pregate.toml", "[baseline]\nratchet = true\n").commit("policy")
    created(repo)
    base = repo.head
    line = (
        (repo.path / PATH)
        .read_text()
        .splitlines()[-1]
        .replace("a.py", "new.py")
        .replace("python/", "secrets/")
    )
    repo.branch("topic").write(PATH, (repo.path / PATH).read_text() + line + "\n").commit("looser")
    report = scan(repo, "--base", base)
    assert report["verdict"] == "failed"
    assert "may only shrink" in str(report["reasons"])


def test_touched_files_must_be_clean_where_policy_says_so(repo: GitRepo) -> None:
    repo.write(".pregate.toml", "[baseline]\nclean-touched = true\n").commit("policy")
    base = repo.head
    repo.branch("topic").write("a.py", CALL + "\n\nx = 1\n").commit("touched")
    report = scan(repo, "--base", base)
    assert report["verdict"] == "failed"
    assert "clean-touched" in str(report["reasons"])


def test_a_broken_baseline_is_named_with_its_line(repo: GitRepo) -> None:
    repo.write(PATH, '{"version":1}\n<<<<<<< HEAD\n').commit("conflict")
    made = run(repo, "scan")
    assert (made.code, ".pregate/baseline.jsonl:2: a merge conflict" in made.err) == (2, True)


def test_a_linked_folder_is_not_written_through(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (repo.path / ".pregate").symlink_to(tmp_path / "elsewhere")
    made = run(repo, "baseline", "create")
    assert (made.code, list((tmp_path / "elsewhere").iterdir())) == (3, [])


def test_an_incomplete_scan_makes_no_baseline(repo: GitRepo) -> None:
    repo.write("broken.py", "def (:\n").commit("broken")
    made = run(repo, "baseline", "create")
    assert (made.code, "could not be scanned in full" in made.err) == (3, True)


def test_a_report_of_the_whole_tree_serves_as_well(repo: GitRepo, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    run(repo, "scan", "--output", f"json={report}")
    assert run(repo, "baseline", "create", "--from", str(report)).code == 0
    assert ("a.py", "python/B602") in entries(repo)
    report.write_text("{}")
    assert run(repo, "baseline", "update", "--from", str(report)).code == 2


def test_show_counts_by_check_and_rule(repo: GitRepo) -> None:
    created(repo)
    shown = pregate("baseline", "show", "-C", repo.path).out
    assert f"{PATH}: " in shown
    assert "python/B602" in shown


def test_before_the_first_commit_there_is_no_baseline_to_make(tmp_path: Path) -> None:
    unborn = GitRepo(tmp_path / "unborn").write("app.py", "x = 1\n")
    made = pregate("baseline", "create", "-C", unborn.path, "--no-cache")
    assert (made.code, "no commit yet" in made.err) == (2, True)
    assert not (unborn.path / ".pregate").exists()


def test_an_update_that_changes_nothing_asks_for_no_commit(repo: GitRepo) -> None:
    pregate("baseline", "create", "-C", repo.path, "--no-cache")
    updated = pregate("baseline", "update", "-C", repo.path, "--no-cache")
    assert "as before: there is nothing to change" in updated.out
    assert "commit it" not in updated.out
