"""``pregate init``: what it finds, what it shows, what it writes and what it leaves alone."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from pregate.config import Config, load, parse_file
from pregate.entry.drafts import WORKFLOW, config_text, workflow_text
from pregate.entry.new_files import make_file
from pregate.entry.survey import Survey, survey
from tests.entry.cli import pregate
from tests.gitrepo import GitRepo
from tests.hooktools import ROOT
from tests.test_artifacts import lint

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}],
}
EXAMPLE = (ROOT / "examples/workflows/pregate.yml").read_text("utf-8")
FULL = Survey(
    Path("/r"),
    files=9,
    python=3,
    locks=("uv.lock", "web/package-lock.json"),
    lock_count=3,
    policies=("infra/role.json",),
    large=("data/world [1].json",),
    vendored=("vendor",),
)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "repo")
    return repo.write("app.py", "x = 1\n").write("uv.lock", "version = 1\n").commit()


def files(repo: GitRepo) -> set[str]:
    return set(repo.text("ls-files", "--cached", "--others").splitlines())


# -------------------------------------------------------------------------------------------------- finding


def test_languages_lock_files_and_policies_are_found_whether_committed_or_not(repo: GitRepo) -> None:
    repo.write("infra/role.json", json.dumps(POLICY)).write("settings.json", "{}")
    repo.write("ignored/b.py").write(".gitignore", "ignored/\n")
    found = survey(repo.path, {})
    assert (found.files, found.python, found.locks, found.policies) == (
        5,
        1,
        ("uv.lock",),
        ("infra/role.json",),
    )
    assert (found.config, found.framework, found.workflow) == ("", "", "")


@pytest.mark.parametrize("name", ["main.tf", "stack.yaml"])
def test_terraform_and_cloudformation_count_as_policies(repo: GitRepo, name: str) -> None:
    document = json.dumps(json.dumps(POLICY))
    written = {
        "main.tf": f'resource "aws_iam_policy" "p" {{\n  policy = {document}\n}}\n',
        "stack.yaml": json.dumps(
            {
                "Resources": {
                    "P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": POLICY}}
                }
            }
        ),
    }
    repo.write(name, written[name])
    assert survey(repo.path, {}).policies == (name,)


def test_large_files_and_folders_of_others_are_found(repo: GitRepo) -> None:
    repo.write("data.csv", b"1\n" * (Config().max_file_size // 2 + 1)).write("web/vendor/a/b.js")
    found = survey(repo.path, {})
    assert (found.large, found.vendored) == (("data.csv",), ("web/vendor",))


def test_the_branch_is_the_remotes_default_else_main_else_the_one_at_hand(
    tmp_path: Path, repo: GitRepo
) -> None:
    assert survey(repo.branch("work").path, {}).branch == "main"
    repo.git("branch", "-q", "-D", "main")
    assert survey(repo.path, {}).branch == "work"
    assert survey(repo.clone(tmp_path / "clone").branch("other").path, {}).branch == "work"


def test_a_repository_without_a_commit_is_surveyed(tmp_path: Path) -> None:
    found = survey(GitRepo(tmp_path / "new").write("a.py").path, {})
    assert (found.python, found.branch) == (1, "main")


def test_a_folder_below_the_root_means_the_repository(repo: GitRepo) -> None:
    repo.write("deep/b.py")
    assert survey(repo.path / "deep", {}).root == repo.path.resolve()


def test_no_more_than_some_names_are_shown_of_what_is_found(repo: GitRepo) -> None:
    for number in range(5):
        repo.write(f"p{number}.json", json.dumps(POLICY)).write(f"r{number}/requirements.txt", "a==1\n")
    repo.write("big.csv", b"1\n" * (Config().max_file_size // 2 + 1))
    first = pregate("init", "-C", repo.path).out.splitlines()[0]
    assert (
        "packages locked in r0/requirements.txt, r1/requirements.txt, r2/requirements.txt and 3 more" in first
    )
    assert "AWS policies in p0.json, p1.json, p2.json; 1 over the size limit" in first


def test_a_pyproject_that_is_no_toml_holds_no_configuration(repo: GitRepo) -> None:
    repo.write("pyproject.toml", "[tool.pregate\n")
    assert survey(repo.path, {}).config == ""


def test_a_checkout_of_no_branch_is_taken_for_main(repo: GitRepo) -> None:
    repo.checkout(repo.head).git("branch", "-q", "-D", "main")
    assert survey(repo.path, {}).branch == "main"


def test_without_a_working_tree_there_is_an_error(tmp_path: Path) -> None:
    bare = GitRepo(tmp_path / "bare", "--bare")
    run = pregate("init", "-C", bare.path)
    assert run.code == 3
    assert "bare repository" in run.err
    assert pregate("init", "-C", tmp_path).code == 3


# ------------------------------------------------------------------------------------------ what is written


@pytest.mark.parametrize("found", [FULL, Survey(Path("/r"))], ids=["full", "empty"])
def test_the_configuration_loads(found: Survey) -> None:
    config = load([(".pregate.toml", parse_file(".pregate.toml", config_text(found).encode()))])
    large = ("data/world [[]1].json",) if found.large else ()
    assert config == Config(allow_unread=large)


def test_the_examples_in_the_configurations_comments_are_valid() -> None:
    lines = config_text(FULL).splitlines()
    settings = [
        line[2:] for line in lines if line.startswith("# ") and (" = " in line or line.startswith("# ["))
    ]
    config = load([("x", parse_file(".pregate.toml", "\n".join(settings).encode()))])
    assert config.exclude == ("vendor/*",)
    assert config.python.skip == ("B101",)
    assert config.dependencies.grace_days == 7
    assert config.iam.reference_policies


@pytest.mark.parametrize("name", ["a\nfail-on = 'none'", 'b"\\', "\udcff", "c\u2028d"])
def test_a_files_name_cannot_write_settings(name: str) -> None:
    found = Survey(Path("/r"), locks=(name,), lock_count=1, policies=(name,), large=(name,), vendored=(name,))
    config = load([("x", parse_file(".pregate.toml", config_text(found).encode()))])
    assert config == Config(allow_unread=config.allow_unread)
    assert set(config.allow_unread) <= {name}


def test_the_workflow_is_the_example_with_the_threshold_left_to_the_configuration() -> None:
    first, _, rest = EXAMPLE.partition("\n")
    assert first.startswith("# Copy to")
    written = workflow_text(Survey(Path("/r"))).partition("\n")[2]
    assert written == rest.replace("          fail-on: high\n", "")


def test_where_there_are_policies_the_workflow_shows_what_a_role_takes_but_does_not_ask_for_it() -> None:
    text = workflow_text(FULL)
    assert "# role-to-assume:" in text
    assert yaml.safe_load(text) == yaml.safe_load(workflow_text(Survey(Path("/r"))))
    shown = "\n".join(
        line.replace("# id-", "id-").replace("# role-to", "role-to") for line in text.splitlines()
    )
    job = yaml.safe_load(shown)["jobs"]["gate"]
    assert job["permissions"]["id-token"] == "write"
    assert job["steps"][1]["with"]["role-to-assume"].startswith("arn:aws:iam::")


def test_the_workflow_passes_the_linters(tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "pregate.yml"
    file.parent.mkdir(parents=True)
    file.write_text(workflow_text(replace(FULL, branch="release/2.0")), "utf-8")
    lint("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(file))
    lint("actionlint", str(file))
    rules = ("--config", ".github/zizmor.yml")  # which let pregate's own version stand: people replace it
    lint("zizmor", "--persona=pedantic", "--offline", "--no-progress", *rules, str(file))


def test_a_branch_that_yaml_reads_otherwise_is_quoted() -> None:
    written = yaml.safe_load(workflow_text(Survey(Path("/r"), branch="1.10")))
    assert written[True]["push"]["branches"] == ["1.10"]


# ----------------------------------------------------------------------------------------- showing, writing


def test_without_a_terminal_it_only_shows(repo: GitRepo) -> None:
    before = files(repo)
    run = pregate("init", "-C", repo.path)
    assert run.code == 0
    assert ".pregate.toml (new)\n  + # pregate's configuration." in run.out
    assert f"{WORKFLOW} (new)\n" in run.out
    assert "Hook: pregate hook install" in run.out
    assert run.out.endswith("nothing was written; pregate init --yes writes 2 files\n")
    assert files(repo) == before


def test_yes_writes_what_is_shown_and_a_second_time_nothing(repo: GitRepo) -> None:
    run = pregate("init", "-C", repo.path, "--yes")
    assert run.code == 0
    assert "wrote .pregate.toml\nwrote .github/workflows/pregate.yml\n" in run.out
    assert repo.file(".pregate.toml").read_text() == config_text(survey(repo.path, {}))
    stamps = [repo.file(name).stat().st_mtime_ns for name in (".pregate.toml", WORKFLOW)]
    again = pregate("init", "-C", repo.path, "--yes")
    assert again.out.endswith("pregate init: nothing to write\n")
    assert [repo.file(name).stat().st_mtime_ns for name in (".pregate.toml", WORKFLOW)] == stamps


def test_a_scan_runs_with_what_was_written(repo: GitRepo) -> None:
    pregate("init", "-C", repo.path, "--yes")
    repo.commit()
    run = pregate("scan", "-C", repo.path, "--offline", "--no-cache")
    assert run.code == 0
    assert "PASSED" in run.out


def test_one_file_alone_can_be_asked_for(repo: GitRepo) -> None:
    pregate("init", "-C", repo.path, "--yes", "--only", "workflow")
    assert files(repo) == {"app.py", "uv.lock", WORKFLOW}


def test_a_file_that_is_there_is_left_and_what_it_would_hold_is_shown(repo: GitRepo) -> None:
    repo.write(".pregate.toml", 'fail-on = "low"\n')
    out = pregate("init", "-C", repo.path, "--yes").out
    assert ".pregate.toml is left as it is: it is there already. What it would hold:" in out
    assert repo.file(".pregate.toml").read_text() == 'fail-on = "low"\n'
    assert WORKFLOW in files(repo)


def test_a_configuration_in_pyproject_is_not_shadowed(repo: GitRepo) -> None:
    repo.write("pyproject.toml", '[tool.pregate]\nfail-on = "low"\n')
    out = pregate("init", "-C", repo.path, "--yes").out
    assert "pyproject.toml holds the configuration" in out
    assert ".pregate.toml" not in files(repo)
    repo.write("pyproject.toml", "[tool.other]\n")
    assert ".pregate.toml (new)" in pregate("init", "-C", repo.path).out


def test_a_workflow_that_runs_pregate_is_enough(repo: GitRepo) -> None:
    repo.write(".github/workflows/ci.yml", "jobs: {a: {steps: [{uses: pregate/pregate@v0.1.0}]}}\n")
    assert ".github/workflows/ci.yml runs pregate" in pregate("init", "-C", repo.path, "--yes").out
    assert WORKFLOW not in files(repo)


def test_with_pre_commit_its_entry_is_shown_and_its_file_left(repo: GitRepo) -> None:
    text = "repos:\n  - repo: local\n    hooks: []\n"
    repo.write(".pre-commit-config.yaml", text)
    out = pregate("init", "-C", repo.path, "--yes").out
    entry = out.partition("and run pre-commit install:\n")[2].partition("\nwrote")[0]
    both = yaml.safe_load("repos:\n" + "\n".join(line[4:] for line in entry.splitlines() if line.strip()))
    assert both["repos"][0]["hooks"] == [{"id": "pregate"}]
    assert repo.file(".pre-commit-config.yaml").read_text() == text
    assert "pregate hook install" not in out


def test_a_framework_that_runs_pregate_is_told(repo: GitRepo) -> None:
    repo.write(".pre-commit-config.yaml", "repos:\n  - repo: https://github.com/pregate/pregate\n")
    assert "Hook: .pre-commit-config.yaml runs pregate already." in pregate("init", "-C", repo.path).out


# ----------------------------------------------------------------------------------------------- in the way


@pytest.mark.parametrize("link", [".github", ".github/workflows", WORKFLOW])
def test_no_symbolic_link_is_followed(repo: GitRepo, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    repo.link(link, str(outside if link != WORKFLOW else outside / "file"))
    out = pregate("init", "-C", repo.path, "--yes").out
    assert f"{WORKFLOW} is left as it is" in out
    assert list(outside.iterdir()) == []
    assert ".pregate.toml" in files(repo)


def test_a_dangling_link_is_in_the_way_too(repo: GitRepo, tmp_path: Path) -> None:
    repo.link(".pregate.toml", str(tmp_path / "nowhere"))
    assert (
        ".pregate.toml is left as it is: it is there already" in pregate("init", "-C", repo.path, "--yes").out
    )
    assert not (tmp_path / "nowhere").exists()


def test_a_file_where_a_folder_should_be_is_told(repo: GitRepo) -> None:
    repo.write(".github", "")
    assert ".github is no folder" in pregate("init", "-C", repo.path, "--yes").out


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "link/x"])
def test_nothing_is_made_outside_the_root(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(OSError):
        make_file(root, path, "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["root"]


def test_a_folder_that_cannot_be_written_is_an_error(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pregate.entry.init.make_file", fail)
    run = pregate("init", "-C", repo.path, "--yes")
    assert run.code == 3
    assert ".pregate.toml cannot be written: Permission denied" in run.err


def test_what_cannot_be_written_whole_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None: ...

        def write(self, data: bytes) -> None:
            raise OSError(28, "No space left on device")

    def opened(handle: int, mode: str) -> Full:
        os.close(handle)
        return Full()

    monkeypatch.setattr("pregate.entry.new_files.os.fdopen", opened)
    with pytest.raises(OSError, match="No space"):
        make_file(tmp_path, "a", "x")
    assert list(tmp_path.iterdir()) == []


# -------------------------------------------------------------------------------------------- on a terminal


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("", False)])
def test_on_a_terminal_it_asks(repo: GitRepo, answer: str, written: bool) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pregate", "init", "--only", "config"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        command, cwd=repo.path, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    )
    os.close(theirs)
    seen = b""
    while b"[y/N]" not in seen and select.select([ours], [], [], 60)[0]:
        seen += os.read(ours, 4096)
    os.write(ours, f"{answer}\n".encode())
    assert process.wait(60) == 0
    os.close(ours)
    assert b"Write 1 file? [y/N]" in seen
    assert (".pregate.toml" in files(repo)) is written
