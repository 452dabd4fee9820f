"""``pregate fix dependencies`` on real repositories, with a local database."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pregate.engine.ports import Progress
from pregate.pipeline import Request, Result, run
from tests.entry.cli import ADVISORIES, Run, pregate
from tests.gitrepo import GitRepo

HASHED = "Pillow==9.0.0 --hash=sha256:" + "a" * 64
PINS = f"requests==2.30.0  # why\r\nPyYAML==5.3\r\nnothing==1\r\nDjango>=3\r\n{HASHED}\r\njinja2==3.1.2"
MENDED = PINS.replace("2.30.0", "2.31.0").replace("5.3", "5.4").replace("3.1.2", "3.1.3")
BY_HAND = "Write `Pillow==10.0.0` in place of `Pillow==9.0.0`, and renew its hashes."
LOCK = """{"name": "a", "lockfileVersion": 3, "packages": {"": {"name": "a"},
  "node_modules/lodash": {"version": "4.17.20", "resolved": "https://registry.npmjs.org/lodash.tgz"}}}
"""


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("requirements.txt", PINS).commit("first")


def fix(repo: GitRepo, *words: str | Path) -> Run:
    return pregate(
        "fix", "dependencies", "-C", repo.path, "--offline", "--advisories", ADVISORIES, "--no-cache", *words
    )


def data(repo: GitRepo, name: str = "requirements.txt") -> str:
    return repo.file(name).read_bytes().decode()


def test_pins_are_written_and_the_rest_is_told(repo: GitRepo) -> None:
    run = fix(repo)
    assert data(repo) == MENDED
    assert run.out.splitlines() == [
        "requirements.txt:1: requests 2.30.0 -> 2.31.0 clears GHSA-j8r2-6x86-q33q",
        "requirements.txt:2: PyYAML 5.3 -> 5.4 clears GHSA-6757-jp84-gxfx, GHSA-8q59-q68h-6hv4",
        "requirements.txt:6: jinja2 3.1.2 -> 3.1.3 clears GHSA-h5c8-rqwp-cp95",
        f"requirements.txt:5: Pillow 9.0.0 has GHSA-8ghj-p4vj-mr35. {BY_HAND}",
        "pregate: 3 packages upgraded in 1 file; 1 package left to upgrade by hand",
    ]
    assert run.code == 1


def test_what_was_mended_is_clean_the_next_time(repo: GitRepo) -> None:
    repo.write("requirements.txt", "requests==2.30.0\n")
    assert fix(repo).code == 0
    again = fix(repo)
    assert (again.code, again.out) == (0, "pregate: 0 packages upgraded in 0 files\n")


def test_a_dry_run_writes_nothing_and_its_diff_applies(repo: GitRepo) -> None:
    run = fix(repo, "--dry-run")
    assert data(repo) == PINS
    assert run.code == 1
    assert "-requests==2.30.0  # why" in run.out
    assert "requests 2.30.0 -> 2.31.0" in run.err
    repo.git("apply", "--whitespace=nowarn", stdin=run.out.encode())
    assert data(repo) == MENDED


def test_other_managers_get_their_command_and_their_files_stay(repo: GitRepo) -> None:
    repo.write("requirements.txt", "").write("package-lock.json", LOCK)
    run = fix(repo)
    assert run.code == 1
    assert "lodash 4.17.20 has GHSA-35jh-r3h4-6jhm." in run.out
    assert "npm" in run.out
    assert data(repo, "package-lock.json") == LOCK


def test_only_what_is_named_is_mended(repo: GitRepo) -> None:
    repo.write("requirements.txt", "requests==2.30.0\n").write("dev/requirements.txt", "requests==2.30.0\n")
    assert fix(repo, "dev").code == 0
    assert data(repo) == "requests==2.30.0\n"
    assert data(repo, "dev/requirements.txt") == "requests==2.31.0\n"


def test_mode_and_file_beside_it_stay(repo: GitRepo) -> None:
    repo.file("requirements.txt").chmod(0o640)
    before = sorted(repo.path.iterdir())
    fix(repo)
    assert stat.S_IMODE(repo.file("requirements.txt").stat().st_mode) == 0o640
    assert sorted(repo.path.iterdir()) == before


def test_nothing_is_written_through_a_symbolic_link(repo: GitRepo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "requirements.txt").write_text("requests==2.30.0\n")
    repo.write("requirements.txt", "").link("constraints.txt", str(outside / "requirements.txt"))
    repo.link("linked", str(outside))
    fix(repo)
    fix(repo, "constraints.txt")
    fix(repo, "linked/requirements.txt")
    assert (outside / "requirements.txt").read_text() == "requests==2.30.0\n"


def test_a_file_outside_the_repository_is_left_alone(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("requests==2.30.0\n")
    assert fix(repo, "../requirements.txt").code in (2, 3)
    assert (tmp_path / "requirements.txt").read_text() == "requests==2.30.0\n"


def test_a_folder_without_git_is_mended_too(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("requests==2.30.0\n")
    words = ("--offline", "--advisories", ADVISORIES, "--no-cache")
    run = pregate("fix", "dependencies", "-C", tmp_path, *words)
    assert run.code == 0
    assert (tmp_path / "requirements.txt").read_text() == "requests==2.31.0\n"


def test_a_file_that_cannot_be_written_leaves_the_run_incomplete(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pregate.changes.disk.os.replace", full)
    before = sorted(repo.path.iterdir())
    run = fix(repo)
    assert run.code == 3
    assert "INCOMPLETE: requirements.txt: cannot be written: No space left on device" in run.err
    assert data(repo) == PINS
    assert sorted(repo.path.iterdir()) == before


def test_without_a_database_nothing_is_called_mended(repo: GitRepo) -> None:
    run = pregate("fix", "dependencies", "-C", repo.path, "--offline", "--no-cache")
    assert run.code == 3
    assert "was not asked" in run.err


def test_without_dependencies_nothing_is_to_do(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").write("app.py", "x = 1\n").commit("first")
    assert pregate("fix", "dependencies", "-C", repo.path, "--offline", "--no-cache").code == 0


def test_a_hostile_name_of_a_file_is_shown_and_quoted(repo: GitRepo) -> None:
    name = "requirements-\x1b[31m\n::error::.txt"
    repo.write("requirements.txt", "").write(name, "requests==2.30.0\n")
    run = fix(repo, "--dry-run")
    assert "\x1b" not in run.out + run.err
    repo.git("apply", stdin=run.out.encode())
    assert data(repo, name) == "requests==2.31.0\n"


def test_a_file_that_has_gone_since_leaves_the_run_incomplete(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judged(request: Request, progress: Progress | None = None) -> Result:
        result = run(request, progress)
        repo.file("requirements.txt").unlink()
        return result

    monkeypatch.setattr("pregate.pipeline.run", judged)
    done = fix(repo)
    assert done.code == 3
    assert "requirements.txt: it cannot be read any more" in done.err


def test_the_runner_finds_no_command_in_what_is_told(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    repo.write("requirements.txt", "").write("::error::-requirements.txt", "requests==2.30.0\n")
    assert "requests 2.30.0 -> 2.31.0" in (out := fix(repo, "::error::-requirements.txt").out)
    assert not any(line.startswith("::") for line in out.splitlines())


def test_what_to_mend_must_be_said() -> None:
    assert pregate("fix").code == 2
