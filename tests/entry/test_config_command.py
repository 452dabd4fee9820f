"""``pregate config``: what is in force, whose word it is, and what is wrong with a file."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from pregate.config.extending import digest_of
from tests.entry.cli import pregate
from tests.fakehub.hub import FakeHub
from tests.gitrepo import GitRepo

POLICY = 'locked = ["fail-on", "exclude"]\nfail-on = "high"\nexclude = ["vendor/**"]\n'


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "project").write("a.txt", "x\n").commit("first")


@pytest.fixture
def extending(repo: GitRepo, hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    """A repository that extends the policy of an organisation on the fake GitHub."""
    home = GitRepo(tmp_path / "security").write("gate.toml", POLICY).commit("policy")
    hub.add_repository("octo-org/security", git=home.path)
    monkeypatch.setenv("GITHUB_API_URL", hub.api_url)
    monkeypatch.setenv("GITHUB_TOKEN", hub.token(contents="read"))
    monkeypatch.setenv("PREGATE_CACHE_DIR", str(tmp_path / "cache"))
    digest = digest_of(POLICY.encode())
    extends = f'extends = "github://octo-org/security/gate.toml@main#sha256={digest}"\n'
    return repo.write(".pregate.toml", extends + 'fail-on = "critical"\n').commit("extends")


def test_every_value_is_shown_with_its_source(repo: GitRepo) -> None:
    repo.write(".pregate.toml", '# ours\nfail-on = "low"\n\n[dependencies]\ngrace-days = 3\n')
    lines = pregate("config", "show", "-C", repo.path).out.splitlines()
    assert 'fail-on = "low"  # .pregate.toml:2' in lines
    assert "grace-days = 3  # .pregate.toml:5" in lines
    assert 'min-confidence = "low"  # default' in lines
    assert "# max-high is not set (default)" in lines


def test_what_is_shown_is_a_configuration_file(repo: GitRepo) -> None:
    text = (
        '[iam.severity]\nERROR = "low"\n[[tools]]\nname = "x"\nrun = ["a \\" b"]\n[[paths]]\nmatch = "a/**"\n'
    )
    repo.write("pyproject.toml", text.replace("[iam", "[tool.pregate.iam").replace("[[", "[[tool.pregate."))
    shown = pregate("config", "show", "-C", repo.path).out
    assert tomllib.loads(shown)["tools"] == [{"name": "x", "run": ['a " b']}]
    assert "paths = [" in shown
    assert "# pyproject.toml:6" in shown
    repo.write("again.toml", shown)
    assert tomllib.loads(shown)["plugin"] == {}
    assert pregate("config", "validate", repo.path / "again.toml").code == 0


def test_only_what_was_changed_is_shown(repo: GitRepo) -> None:
    assert "everything is as by default" in pregate("config", "show", "--changed", "-C", repo.path).out
    repo.write(".pregate.toml", 'advisories = "db"\nfail-on = "high"\n')
    shown = pregate("config", "show", "--changed", "-C", repo.path).out
    assert shown == '[advisories]\nsource = "db"  # .pregate.toml:1\n'


def test_flags_are_a_source_too(repo: GitRepo) -> None:
    repo.write(".pregate.toml", 'fail-on = "medium"\n')
    shown = pregate("config", "show", "--changed", "--fail-on", "low", "--max-high", "3", "-C", repo.path).out
    assert shown == 'fail-on = "low"  # command line\nmax-high = 3  # command line\n'


def test_the_base_shows_what_would_judge_a_change(repo: GitRepo) -> None:
    base = repo.write(".pregate.toml", 'fail-on = "low"\n').commit("base").head
    repo.write(".pregate.toml", 'fail-on = "none"\n').commit("head")
    shown = pregate("config", "show", "--base", base, "--changed", "--output", "json", "-C", repo.path)
    (key,) = json.loads(shown.out)["keys"]
    assert (key["key"], key["value"], key["source"]) == ("fail-on", "low", f".pregate.toml, at {base[:12]}")
    assert (key["line"], key["default"], key["locked"]) == (1, "high", False)


def test_credentials_in_an_address_are_not_shown(repo: GitRepo) -> None:
    repo.write(".pregate.toml", 'advisories = "https://name:word@osv.example/v1"\n')
    for command in (("show",), ("show", "--output", "json"), ("explain", "advisories.source")):
        shown = pregate("config", *command, "-C", repo.path).out
        assert "https://***@osv.example/v1" in shown
        assert "word@" not in shown


def test_a_key_is_explained(repo: GitRepo) -> None:
    repo.write(".pregate.toml", '[suppressions]\nexpired = "fail"\n')
    told = pregate("config", "explain", "suppressions.expired", "-C", repo.path).out
    assert "values     report, fail, ignore" in told
    assert 'default    "report"' in told
    assert "in [suppressions] of .pregate.toml" in told
    assert "lets through only a stricter word" in told
    assert 'now        "fail" (.pregate.toml:2)' in told
    assert "in each [[paths]]" in pregate("config", "explain", "paths.match", "-C", repo.path).out


def test_a_key_that_is_not_there_names_the_nearest(repo: GitRepo) -> None:
    run = pregate("config", "explain", "grace-days", "-C", repo.path)
    assert (run.code, "Did you mean dependencies.grace-days?" in run.err) == (2, True)


def test_everything_that_is_wrong_is_told_at_once(repo: GitRepo) -> None:
    text = (
        'fail_on = 1\njobs = -1\nlocked = ["x"]\n[secrets]\nfail-on = "x"\n'
        '[[paths]]\nmatch = "a"\n[[paths]]\nmatch = "b"\nfail-onn = "low"\n'
    )
    run = pregate("config", "validate", "-C", repo.write(".pregate.toml", text).path)
    assert run.code == 2
    for words in (
        ".pregate.toml:1: unknown key 'fail_on'",
        ".pregate.toml:2: jobs must not be negative",
        ".pregate.toml:3: locked: there is no key 'x'",
        ".pregate.toml:5: secrets.fail-on has no value 'x'",
        ".pregate.toml:10: unknown key 'paths.fail-onn'",
        "  Did you mean paths.fail-on?",
        ".pregate.toml:3: locked has a meaning in an organisation's policy only",
    ):
        assert words in run.out.splitlines()
    assert run.out.splitlines()[-1] == ".pregate.toml: 6 to mend"


def test_a_file_that_is_right_and_none_at_all(repo: GitRepo) -> None:
    assert "everything is as by default" in pregate("config", "validate", "-C", repo.path).out
    repo.write("pyproject.toml", "[tool.pregate]\njobs = 1\n")
    run = pregate("config", "validate", "-C", repo.path)
    assert (run.code, run.out) == (0, "pyproject.toml: nothing is wrong\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (POLICY, "nothing is wrong"),
        ('locked = ["fail-no"]\n', "Did you mean fail-on?"),
        (
            f'extends = "github://o/r/p@{"0" * 40}"\n',
            ":1: an organisation's policy cannot extend another one",
        ),
        ('[dependencies]\nallow-licenses = ["Nonsense"]\n', "is no licence"),
    ],
)
def test_an_organisations_policy_is_validated(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(text)
    run = pregate("config", "validate", "--policy", file)
    assert words in run.out
    assert run.code == (0 if "nothing" in words else 2)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert pregate("config", "validate", tmp_path / "none.toml").code == 2
    assert pregate("config", "validate", "--policy").code == 2


def test_loosening_a_locked_key_is_wrong(extending: GitRepo) -> None:
    run = pregate("config", "validate", "-C", extending.path)
    assert run.code == 2
    assert '.pregate.toml:2: fail-on = "critical" in .pregate.toml is looser' in run.out
    told = pregate("config", "explain", "fail-on", "-C", extending.path).out
    assert 'now        "high" (github://octo-org/security/gate.toml@main:2, locked)' in told
    shown = pregate("config", "show", "--changed", "-C", extending.path)
    assert 'exclude = ["vendor/**"]  # github://octo-org/security/gate.toml@main:3, locked' in shown.out
    assert "is looser than the organisation's locked" in shown.err


def test_a_policy_that_is_not_to_be_had_hides_no_mistake(extending: GitRepo) -> None:
    run = pregate("config", "validate", "--offline", "-C", extending.path)
    assert (run.code, "not in the cache" in run.err) == (3, True)
    extending.write(".pregate.toml", extending.file(".pregate.toml").read_text() + "jobs = -1\n")
    run = pregate("config", "validate", "--offline", "-C", extending.path)
    assert (run.code, ".pregate.toml:3: jobs must not be negative" in run.out) == (2, True)


def test_a_hook_works_offline_with_what_was_fetched(
    extending: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(extending.path)
    extending.write("b.txt", "y\n").add()
    first = pregate("hook", "pre-commit")
    assert first.code == 3
    assert "pregate config fetch" in first.err
    fetched = pregate("config", "fetch")
    assert (fetched.code, "octo-org/security/gate.toml@main: kept in" in fetched.out) == (0, True)
    monkeypatch.delenv("GITHUB_TOKEN")
    assert pregate("hook", "pre-commit").code == 0


def test_a_scan_is_judged_by_the_policy_and_says_what_it_held(extending: GitRepo) -> None:
    run = pregate("scan", "-C", extending.path, "--check", "python", "--all")
    assert run.code == 0
    assert "is looser than the organisation's locked" in run.out
    assert "at or over" in run.out or "scanned" in run.out


def test_without_a_policy_there_is_nothing_to_fetch(repo: GitRepo, tmp_path: Path) -> None:
    run = pregate("config", "fetch", "-C", repo.path, "--cache-dir", tmp_path / "cache")
    assert (run.code, "extends no policy" in run.err) == (3, True)
    assert pregate("config", "fetch", "-C", repo.path, "--no-cache").code == 2


def test_the_schema_is_printed() -> None:
    assert json.loads(pregate("config", "schema").out)["title"] == "Configuration of pregate"


def test_a_table_is_explained_by_its_keys(repo: GitRepo) -> None:
    run = pregate("config", "explain", "baseline", "-C", repo.path)
    assert run.code == 0
    assert run.out.startswith("[baseline]\n")
    assert "baseline.ratchet" in run.out


def test_a_file_that_sets_nothing_is_there_all_the_same(repo: GitRepo) -> None:
    repo.write(".pregate.toml", '# fail-on = "high"\n')
    run = pregate("config", "validate", "-C", repo.path)
    assert (run.code, run.out) == (0, ".pregate.toml: no key is set: everything is as by default\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('fail-on = "low\n', ".pregate.toml:1: not TOML"),
        ('jobs = 1\n<<<<<<< HEAD\nfail-on = "low"\n', ".pregate.toml:2: a merge conflict"),
        ("jobs = ", ".pregate.toml:1: not TOML"),
        ("jobs = [\n\n", ".pregate.toml:1: not TOML"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(repo: GitRepo, text: str, told: str) -> None:
    repo.write(".pregate.toml", text)
    run = pregate("config", "validate", "-C", repo.path)
    assert (run.code, told in run.err) == (2, True)
