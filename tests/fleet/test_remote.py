"""One repository from its address: which commit it is at, and that commit without history or working tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pregate.errors import ChangesError
from pregate.fleet.model import Record, Repository
from pregate.fleet.remote import Remote, _hint, server_of
from pregate.fleet.tasks import Job, Options, scan_one
from pregate.model import Decision
from tests.entry.git_server import serving
from tests.gitrepo import GitRepo, git

TOKEN = "ghs_" + "x" * 36


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    made = GitRepo(tmp_path / "repo").write("a.py", "x = 1\n").commit("one")
    made.git("tag", "-a", "-m", "v", "v1")
    return (
        made.write("a.py", "x = 2\n")
        .commit("two")
        .branch("topic")
        .write("b.py")
        .commit("three")
        .checkout("main")
    )


def remote(repo: GitRepo, folder: Path, revision: str = "") -> Remote:
    folder.mkdir()
    return Remote(Repository("x", f"file://{repo.path}", revision), folder, os.environ, seconds=60)


def record(repository: Repository, **options: float) -> Record:
    answer = scan_one(Job(repository, Options({"checks": ["secrets"]}, **options)))  # type: ignore[arg-type]
    assert answer.record is not None
    return answer.record


def test_a_revision_is_a_branch_a_tag_or_a_commit(repo: GitRepo, tmp_path: Path) -> None:
    wanted = {"": "main", "topic": "topic", "v1": "v1^{commit}", repo.head: "main"}
    for number, (revision, name) in enumerate(wanted.items()):
        assert remote(repo, tmp_path / f"c{number}", revision).commit() == repo.text("rev-parse", name)


def test_a_clone_holds_one_commit_and_no_working_tree(repo: GitRepo, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    remote(repo, clone).fetch(repo.head)
    assert git(clone, "rev-list", "--count", "HEAD") == b"1\n"
    assert git(clone, "rev-parse", "--is-bare-repository") == b"true\n"
    assert not (clone / "a.py").exists()
    assert not (clone / "hooks").exists()


def test_a_revision_that_is_not_there_is_told(repo: GitRepo) -> None:
    made = record(Repository("x", f"file://{repo.path}", "nowhere"))
    assert made.decision is None
    assert made.reasons[0] == "It has no such branch or tag."
    assert not made.is_final


def test_a_repository_that_is_not_there_is_told(tmp_path: Path) -> None:
    made = record(Repository("x", f"file://{tmp_path}/nothing"))
    assert made.reasons[-1].startswith("Is its address right")


def test_an_empty_repository_passes_and_says_so(tmp_path: Path) -> None:
    made = record(Repository("x", f"file://{GitRepo(tmp_path / 'empty').path}"))
    assert (made.decision, made.reasons, made.commit) == (Decision.PASSED, ("the repository is empty",), "")


def test_a_default_branch_that_is_not_there_is_no_empty_repository(repo: GitRepo) -> None:
    repo.git("symbolic-ref", "HEAD", "refs/heads/gone")
    assert record(Repository("x", f"file://{repo.path}")).reasons[0] == "Its default branch is not there."


def test_a_repository_of_long_ids_is_scanned(tmp_path: Path) -> None:
    made = GitRepo(tmp_path / "long", "--object-format=sha256").write("a.py").commit()
    found = record(Repository("x", f"file://{made.path}"))
    assert (found.decision, found.commit) == (Decision.PASSED, made.head)


def test_a_task_that_takes_too_long_is_ended(repo: GitRepo) -> None:
    made = record(Repository("x", f"file://{repo.path}"), seconds=0.001)
    assert not made.decision
    assert "0.001 seconds" in made.reasons[0] or "was ended" in made.reasons[0]


def test_nothing_that_a_repository_configures_is_run(repo: GitRepo, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    repo.write(".gitattributes", "* filter=x\n").write(
        ".gitmodules", '[submodule "s"]\n\tpath=s\n\turl=ext::x\n'
    )
    repo.commit("hostile")
    for key in ("uploadpack.packObjectsHook", "core.fsmonitor", "filter.x.smudge", "core.sshCommand"):
        repo.configure(key, f"touch {marker}")
    assert record(Repository("x", f"file://{repo.path}")).decision is Decision.PASSED
    assert not marker.exists()


def test_the_token_goes_to_its_server_in_a_header_alone(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    with serving(tmp_path, TOKEN) as server:
        place = Repository("x", f"{server.address}/repo")
        ours = scan_one(Job(place, Options({"checks": ["secrets"]}, server=server.address))).record
        assert ours is not None
        assert ours.decision is Decision.PASSED
        assert {given for _, given in server.seen} == {(server.expected,)}
        server.seen.clear()
        other = record(place)
        assert other.decision is None
        assert {given for _, given in server.seen} == {()}
        assert "GITHUB_TOKEN" in other.reasons[-1]
        server.redirect, server.seen = "http://127.0.0.1:9", []
        away = scan_one(Job(place, Options(server=server.address))).record
        assert away is not None
        assert "Redirects are not followed" in away.reasons[-1]
    assert TOKEN not in repr((ours, other, away))


@pytest.mark.parametrize(
    ("variables", "server"),
    [
        ({}, "https://github.com"),
        ({"GITHUB_API_URL": "https://api.github.com"}, "https://github.com"),
        ({"GITHUB_API_URL": "https://ghe.example.org/api/v3"}, "https://ghe.example.org"),
        ({"GITHUB_API_URL": "https://api.octo.ghe.com"}, "https://octo.ghe.com"),
        (
            {"GITHUB_SERVER_URL": "https://a.example.org/", "GITHUB_API_URL": "https://b"},
            "https://a.example.org",
        ),
    ],
)
def test_the_server_of_the_token(variables: dict[str, str], server: str) -> None:
    assert server_of(variables) == server


def test_a_repository_around_the_clone_has_no_say(repo: GitRepo, tmp_path: Path) -> None:
    around = GitRepo(tmp_path / "around").configure(
        f"url.file://{tmp_path}/nothing.insteadOf", f"file://{repo.path}"
    )
    assert remote(repo, around.path / "clone").commit() == repo.head


def test_what_git_says_is_told(tmp_path: Path) -> None:
    made = GitRepo(tmp_path / "repo").commit()
    with pytest.raises(ChangesError, match="git fetch failed"):
        remote(made, tmp_path / "clone").fetch("1" * 40)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("403", "contents: read"),
        ("429", "asks for fewer requests"),
        ("301", "Redirects are not followed"),
    ],
)
def test_what_to_do_where_a_server_refuses(status: str, words: str) -> None:
    hint = _hint(f"fatal: unable to access 'https://h/x/': The requested URL returned error: {status}")
    assert words in hint
