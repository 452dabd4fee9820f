"""What was accepted stays so through all that happens to a branch, and nothing else is accepted with it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from pregate.changes import Commits, Everything, Range, Selection
from pregate.model import Decision, Standing, State, Verdict
from pregate.pipeline import Request, run
from pregate.secrets.scan import scan
from pregate.suppressions.file import PATH, load_suppressions
from tests.entry.cli import pregate
from tests.gitrepo import GitRepo
from tests.secrets import samples

SHELL = "subprocess.call(command, shell=True)"
CODE = f"import subprocess\n\n\ndef act(command):\n    {SHELL}\n"
VALUE, OTHER = ("Tr0ub4dor" + tail for tail in ("-kq7Zw", "-pX3vn"))
SECRETS = f'db_password = "{VALUE}"\n'
FLAGS = ("--offline", "--no-cache", "--jobs", "1", "--check", "python", "--check", "secrets")


def judged(repo: GitRepo, selection: Selection | None = None, **options: object) -> Verdict:
    overrides = {"checks": ["secrets", "python"], "fail-on": "low", "offline": True, "jobs": 1, **options}
    return run(Request(repo.path, selection or Everything(), overrides)).verdict


def states(verdict: Verdict, rule: str) -> list[str]:
    return sorted(j.state.value for j in verdict.findings if j.finding.rule.id == rule)


def shell(repo: GitRepo, selection: Selection | None = None) -> list[str]:
    return states(judged(repo, selection), "python/B602")


def fingerprint(repo: GitRepo, rule: str) -> str:
    return next(j.finding.fingerprint for j in judged(repo).findings if j.finding.rule.id == rule)


def suppress(repo: GitRepo, rule: str, *words: str) -> None:
    done = pregate(
        "suppress", fingerprint(repo, rule), "--reason", "reviewed", "-C", repo.path, *FLAGS, *words
    )
    assert done.code == 0, done.err


Made = Mapping[str, Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Repositories in which something is accepted at HEAD, each made once."""
    folder = tmp_path_factory.mktemp("made")
    for name in ("file", "inline"):
        repo = GitRepo(folder / name).write("app.py", CODE).commit("code")
        suppress(repo, "python/B602", *(["--inline"] if name == "inline" else []))
        repo.commit("accepted")
    vault = GitRepo(folder / "vault").write("settings.conf", SECRETS).commit("code")
    suppress(vault, "secrets/AssignedSecretDetector")
    vault.commit("accepted")
    return {name: folder / name for name in ("file", "inline", "vault")}


def copy(made: Made, name: str, place: Path) -> GitRepo:
    shutil.copytree(made[name], place)
    return GitRepo(place)


@pytest.fixture(params=["file", "inline"])
def repo(request: pytest.FixtureRequest, made: Made, tmp_path: Path) -> GitRepo:
    """The shell of ``app.py`` is accepted at HEAD, in one way or the other."""
    return copy(made, request.param, tmp_path / "project")


def test_the_change_that_accepts_shows_it_and_passes(repo: GitRepo) -> None:
    verdict = judged(repo, Range("HEAD~1"), **{"fail-on": "high"})

    assert states(verdict, "python/B602") == ["suppressed"]
    assert [(w.standing, w.is_added, w.count) for w in verdict.waivers] == [(Standing.USED, True, 1)]
    assert verdict.decision is Decision.PASSED


def test_a_base_may_refuse_what_a_change_accepts(repo: GitRepo) -> None:
    verdict = judged(repo, Range("HEAD~1"), suppressions={"from-change": "refuse"})

    assert states(verdict, "python/B602") == ["pre-existing"]
    assert [w.standing for w in verdict.waivers] == [Standing.REFUSED]


def test_it_holds_after_a_rebase(repo: GitRepo) -> None:
    repo.git("switch", "-q", "-c", "topic")
    repo.write("more.py", "x = 1\n").commit("topic")
    repo.git("switch", "-q", "main")
    repo.write("app.py", "import os\n\n\n" + repo.file("app.py").read_text()).commit("main moves on")
    repo.git("switch", "-q", "topic")
    repo.git("rebase", "-q", "main")

    assert shell(repo) == ["suppressed"]
    assert shell(repo, Range("main~1")) == ["suppressed"]


def test_it_holds_after_a_squash_merge(repo: GitRepo) -> None:
    accepted = repo.head
    repo.git("switch", "-q", "-c", "trunk", "main~1")
    repo.git("merge", "-q", "--squash", accepted)
    repo.commit("squashed")

    assert shell(repo) == ["suppressed"]


def test_it_holds_where_each_commit_is_judged_by_itself(made: Made, tmp_path: Path) -> None:
    repo = copy(made, "file", tmp_path / "project")
    code, accepted = repo.text("rev-parse", "HEAD~1"), repo.head
    repo.git("switch", "-q", "--orphan", "again")
    root = repo.write("other", "").commit("root").head
    repo.git("cherry-pick", code, accepted)
    repo.write("app.py", f"import os\n{CODE}").commit("moved")

    assert shell(repo, Commits(root, "HEAD")) == ["suppressed", "suppressed"]


@pytest.mark.parametrize("code", [f"# new\n\n\n{CODE}", CODE])
def test_it_holds_through_a_rename_and_moved_lines(repo: GitRepo, code: str) -> None:
    text = repo.file("app.py").read_text()
    repo.move("app.py", "lib/tool.py").write("lib/tool.py", code.replace(CODE, text)).commit("moved")

    assert shell(repo) == ["suppressed"]
    assert shell(repo, Range("HEAD~1")) == ["suppressed"]


def test_it_holds_where_the_line_is_indented_anew(repo: GitRepo) -> None:
    text = repo.file("app.py").read_text().replace("    sub", "    if command:\n            sub")
    repo.write("app.py", text).commit("indented")

    assert shell(repo) == ["suppressed"]


def test_a_copy_of_the_finding_is_new(repo: GitRepo) -> None:
    repo.write("app.py", repo.file("app.py").read_text() + f"\n\ndef again(command):\n    {SHELL}\n").commit(
        "copy"
    )

    assert shell(repo, Range("HEAD~1")) == ["new", "suppressed"]
    assert shell(repo) == ["new", "suppressed"]


def test_a_copy_in_another_file_is_new(repo: GitRepo) -> None:
    repo.write("copy.py", CODE).commit("copy")

    assert shell(repo, Range("HEAD~1")) == ["new"]


def test_taken_away_the_finding_is_new(repo: GitRepo) -> None:
    repo.git("revert", "--no-edit", "HEAD")

    assert shell(repo, Range("HEAD~1")) == ["new"]
    assert shell(repo) == ["new"]


def test_a_mended_finding_leaves_it_unused(repo: GitRepo) -> None:
    repo.write("app.py", repo.file("app.py").read_text().replace(", shell=True", "")).commit("mended")

    for selection in (Everything(), Range("HEAD~1")):
        assert [w.standing for w in judged(repo, selection).waivers] == [Standing.UNUSED]


def test_a_second_suppression_of_equal_findings_means_both(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "project").write("app.py", f"{CODE}    {SHELL}\n").commit("code")
    for _ in range(2):
        open_ = [
            j for j in judged(repo).findings if j.state is State.NEW and j.finding.rule.id == "python/B602"
        ]
        words = ("--reason", "r", "-C", repo.path, *FLAGS)
        assert pregate("suppress", open_[0].finding.fingerprint, *words).code == 0
        repo.commit("accepted")

    assert shell(repo) == ["suppressed", "suppressed"]
    assert [s.count for s in load_suppressions(repo.file(PATH).read_bytes()).suppressions] == [2]


# ---------------------------------------------------------------------------------------------- secrets


@pytest.fixture
def vault(made: Made, tmp_path: Path) -> GitRepo:
    """A secret is accepted at HEAD."""
    return copy(made, "vault", tmp_path / "project")


def password(repo: GitRepo, selection: Selection | None = None) -> list[str]:
    return states(judged(repo, selection), "secrets/AssignedSecretDetector")


def test_an_accepted_secret_may_move(vault: GitRepo) -> None:
    vault.move("settings.conf", "etc/app.conf").write("etc/app.conf", f"# moved\n\n  {SECRETS}").commit(
        "moved"
    )

    assert password(vault) == ["suppressed"]
    assert password(vault, Range("HEAD~1")) == ["suppressed"]


def test_another_value_in_the_same_words_is_new(vault: GitRepo) -> None:
    vault.write("settings.conf", SECRETS.replace(VALUE, OTHER)).commit("changed")

    assert password(vault) == ["new"]
    assert password(vault, Range("HEAD~1")) == ["new"]


def test_the_file_holds_neither_a_secret_nor_a_plain_hash_of_it(vault: GitRepo) -> None:
    data = vault.file(PATH).read_bytes().lower()
    digits = data.replace(b"-", b"")
    (entry,) = load_suppressions(vault.file(PATH).read_bytes()).suppressions

    assert VALUE.lower().encode() not in data
    for text in (VALUE, f'"{VALUE}"', SECRETS, SECRETS.strip()):
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            known = hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()
            assert known[:8].encode() not in digits
    assert len(entry.witness) == 3


@pytest.mark.parametrize("seed", range(3))
def test_so_it_is_for_every_kind_of_secret(tmp_path: Path, seed: int) -> None:
    texts = [samples.file(seed * 10 + number) for number in range(10)]
    repo = GitRepo(tmp_path / "project")
    for number, (name, text) in enumerate(texts):
        repo.write(f"{number}/{name}", text)
    found = judged(repo.commit("code"), checks=["secrets"]).findings
    words = ("--reason", "r", "-C", repo.path, *FLAGS)
    assert (
        pregate(
            "suppress", *(j.finding.fingerprint for j in found if not j.finding.suppressed_by), *words
        ).code
        == 0
    )

    data = repo.file(PATH).read_text()
    digits = data.replace("-", "")
    values = {
        s.value.reveal() for name, text in texts for s in scan(name, text.encode()).secrets if s.is_value
    }
    for value in (v for v in values if len(v) > 6):
        assert value not in data
        for name in ("md5", "sha1", "sha256"):
            raw = value.encode("utf-8", "surrogatepass")
            assert hashlib.new(name, raw, usedforsecurity=False).hexdigest()[:12] not in digits
    repo.commit("accepted")
    assert {j.state for j in judged(repo, checks=["secrets"]).findings} == {State.SUPPRESSED}


def test_a_secret_that_only_the_history_has_is_accepted_too(vault: GitRepo) -> None:
    base = vault.head
    vault.write("other.conf", f'token_password = "{OTHER}"\n').commit("oops").write("other.conf", "").commit(
        "gone"
    )
    history = Commits(base, "HEAD")

    def past() -> list[tuple[str, str]]:
        overrides = {"checks": ["secrets"], "fail-on": "low", "jobs": 1}
        found = run(Request(vault.path, Range(base), overrides, history=history)).verdict.findings
        return [(j.state.value, j.finding.fingerprint) for j in found if j.finding.commit]

    ((state, word),) = past()
    assert state == "new"
    done = pregate("suppress", word, "--reason", "revoked", "--base", base, "-C", vault.path, *FLAGS)
    assert done.code == 0, done.err
    vault.commit("accepted")

    assert past() == [("suppressed", word)]


def test_the_witness_depends_on_the_repository(vault: GitRepo, tmp_path: Path) -> None:
    salts = {load_suppressions(vault.file(PATH).read_bytes()).salt}
    other = GitRepo(tmp_path / "other").write("settings.conf", SECRETS).commit("code")
    suppress(other, "secrets/AssignedSecretDetector")
    salts.add(load_suppressions(other.file(PATH).read_bytes()).salt)

    assert len(salts) == 2
    assert all(len(salt) == 16 for salt in salts)


def test_a_change_cannot_choose_the_salt(vault: GitRepo) -> None:
    text = vault.file(PATH).read_text()
    salt = load_suppressions(text.encode()).salt.hex()
    grouped = "-".join(salt[at : at + 8] for at in range(0, 32, 8))
    vault.write(PATH, text.replace(grouped, "0badcafe-" * 3 + "0badcafe"))
    vault.write("settings.conf", f"# here\n{SECRETS}").commit("another salt")

    assert password(vault, Range("HEAD~1")) == ["suppressed"]


def test_two_branches_that_accept_something_merge(made: Made, tmp_path: Path) -> None:
    repo = copy(made, "file", tmp_path / "project")
    repo.write("a.py", CODE).write("z.py", CODE).commit("more")
    repo.write("m.py", CODE).commit("m")
    suppress_at(repo, "m.py")
    repo.commit("m accepted")
    for branch, path in (("one", "a.py"), ("two", "z.py")):
        repo.git("switch", "-q", "-c", branch, "main")
        suppress_at(repo, path)
        repo.commit(branch)
    repo.git("merge", "-q", "--no-edit", "one")

    assert shell(repo) == ["suppressed"] * 4


def suppress_at(repo: GitRepo, path: str) -> None:
    found = next(
        j.finding
        for j in judged(repo).findings
        if j.finding.location.path == path and j.finding.rule.id == "python/B602"
    )
    assert pregate("suppress", found.fingerprint, "--reason", "r", "-C", repo.path, *FLAGS).code == 0


def test_a_broken_file_is_told_like_broken_configuration(vault: GitRepo) -> None:
    vault.write(PATH, "version = 1\n[[suppress]]\nrule = 'a/b'\n").commit("broken")
    done = pregate("scan", "--base", "HEAD~1", "-C", vault.path, *FLAGS)

    assert done.code == 2
    assert f"{PATH}:2: the entry has no path" in done.err

    vault.git("rm", "-q", PATH)
    vault.commit("mended")
    assert password(vault, Range("HEAD~1")) == []
