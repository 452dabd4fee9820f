"""``pregate scan --sarif-in`` and the action's ``sarif-in``, in real repositories, into every report."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from pregate.entry import foreign
from pregate.entry.foreign import documents_in
from pregate.report.reading import read_report
from tests.entry.cli import Run, pregate
from tests.entry.test_action import Job
from tests.gitrepo import GitRepo
from tests.harness.runner import Runner
from tests.hooktools import CLEAN
from tests.intake.made import location, log, result, run
from tests.intake.sample import FILES, MADE, MARKED, REAL, document

SCHEMA = Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json"
ALL = (*REAL, *MADE)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    """The tree that the fixtures speak of."""
    repo = GitRepo(tmp_path_factory.mktemp("shop") / "shop")
    for path, text in FILES.items():
        repo.write(path, text)
    return repo.commit("first")


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    lines = "".join(f"line {n}\n" for n in range(1, 6))
    return GitRepo(tmp_path / "repo").write("a.py", lines).write("b.py", lines).commit("first")


def scan(repo: GitRepo, *words: str | Path) -> Run:
    return pregate("scan", "-C", repo.path, "--no-cache", "--offline", "--check", "secrets", *words)


def write(path: Path, *results: Any, **more: Any) -> Path:
    path.write_bytes(log(run(*results, **more)))
    return path


def report(repo: GitRepo, *words: str | Path) -> dict[str, Any]:
    made = scan(repo, "--output", "json=-", *words)
    value: dict[str, Any] = json.loads(made.out)
    return value


def states(value: dict[str, Any]) -> list[tuple[str, int, str]]:
    return sorted((f["location"]["path"], f["location"]["start_line"], f["state"]) for f in value["findings"])


def test_every_fixture_goes_through_the_gate_into_every_report(shop: GitRepo, tmp_path: Path) -> None:
    words: list[str | Path] = []
    for path in ALL:
        copy = tmp_path / path.name
        copy.write_bytes(document(path))
        words += ["--sarif-in", copy]
    for form in ("sarif", "json", "csv", "markdown", "ocsf"):
        words += ["--output", f"{form}={tmp_path / f'out.{form}'}"]
    done = scan(shop, "--all", "--verbose", *words)
    assert done.code == 3, done.err  # a timeout that opengrep tells of
    texts = [
        done.out,
        done.err,
        *((tmp_path / f"out.{f}").read_text() for f in ("sarif", "json", "csv", "ocsf")),
    ]
    assert all(MARKED not in text for text in texts)
    written = json.loads((tmp_path / "out.sarif").read_text())
    assert list(Draft4Validator(json.loads(SCHEMA.read_text())).iter_errors(written)) == []
    categories = {r["automationDetails"]["id"]: len(r["results"]) for r in written["runs"]}
    assert categories["pregate/semgrep/"] == 2
    assert categories["pregate/checkov/"] == 10
    assert len(categories) == 21
    read = read_report((tmp_path / "out.json").read_bytes())
    assert len(read.verdict.findings) == sum(categories.values())


def test_a_finding_of_another_scanner_fails_the_gate_by_its_severity(repo: GitRepo, tmp_path: Path) -> None:
    path = write(tmp_path / "x.sarif", result(level="warning"))
    assert scan(repo, "--sarif-in", path).code == 0
    assert scan(repo, "--sarif-in", path, "--fail-on", "medium").code == 1


def test_new_is_what_stands_on_lines_that_the_change_adds(repo: GitRepo, tmp_path: Path) -> None:
    base = repo.head
    repo.write("a.py", "line 1\nline 2\nnew\nline 3\nline 4\nline 5\n").write("c.py", "c\n").commit("second")
    places = [("a.py", 2), ("a.py", 3), ("b.py", 1), ("c.py", 1)]
    path = write(tmp_path / "x.sarif", *(result(locations=[location(p, startLine=n)]) for p, n in places))
    assert states(report(repo, "--base", base, "--sarif-in", path)) == [
        ("a.py", 2, "pre-existing"),
        ("a.py", 3, "new"),
        ("b.py", 1, "pre-existing"),
        ("c.py", 1, "new"),
    ]


def test_new_is_what_a_report_of_the_base_does_not_have_in_renamed_files_too(
    repo: GitRepo, tmp_path: Path
) -> None:
    base = repo.head
    text = "line 0\n" + "".join(f"line {n}\n" for n in range(1, 6))
    repo.git("mv", "a.py", "moved.py")
    repo.write("moved.py", text).commit("second")
    head = write(
        tmp_path / "head.sarif",
        *(result(locations=[location("moved.py", startLine=n)]) for n in (3, 4)),
    )
    before = write(tmp_path / "base.sarif", result(locations=[location("a.py", startLine=2)]))
    value = report(repo, "--base", base, "--sarif-in", head, "--sarif-in-base", before)
    assert states(value) == [("moved.py", 3, "pre-existing"), ("moved.py", 4, "new")]


def test_paths_that_start_where_pregate_was_started_are_found(repo: GitRepo, tmp_path: Path) -> None:
    base = repo.head
    repo.write("sub/c.py", "c\n").commit("second")
    path = write(tmp_path / "x.sarif", result(locations=[location("c.py", startLine=1)]))
    words = ("scan", "--no-cache", "--offline", "--check", "secrets", "--base", base, "--sarif-in", path)
    lost = pregate(*words, "-C", repo.path)
    assert lost.code == 0
    assert "Is the report of another folder?" in lost.out.replace("\n", " ")
    assert pregate(*words, "-C", repo.path / "sub").code == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "cannot be opened"),
        (b"", "is empty"),
        (log(run(result()))[:60], "truncated"),
        (b"<html>", "HTML"),
    ],
)
def test_a_report_that_cannot_be_read_is_never_a_pass(
    repo: GitRepo, tmp_path: Path, data: bytes | None, words: str
) -> None:
    path = tmp_path / "trivy.sarif"
    if data is not None:
        path.write_bytes(data)
    done = scan(repo, "--sarif-in", path)
    assert done.code == 3
    assert words in done.out
    assert "the trivy check failed" in done.out.replace("\n", " ")


def test_a_folder_is_no_report(repo: GitRepo, tmp_path: Path) -> None:
    assert "is no file" in scan(repo, "--sarif-in", tmp_path).out


def test_a_clean_report_is_no_finding_and_was_read(repo: GitRepo, tmp_path: Path) -> None:
    done = scan(repo, "--sarif-in", write(tmp_path / "x.sarif"))
    assert done.code == 0
    assert "some-tool  completed" in done.out


def test_suppressions_of_another_scanner_are_ours_to_judge(repo: GitRepo, tmp_path: Path) -> None:
    path = write(tmp_path / "x.sarif", result(suppressions=[{"kind": "inSource"}]))
    assert states(report(repo, "--sarif-in", path)) == [("a.py", 2, "suppressed")]


def test_our_own_comment_suppresses_a_finding_of_another_scanner(repo: GitRepo, tmp_path: Path) -> None:
    comment = "# pregate: ignore[some-tool/R1] reason='only ours'"
    repo.write("c.py", f"x = 1\neval(x)  {comment}\neval(x)\n").commit("c")
    made = [result(locations=[location("c.py", startLine=n)]) for n in (2, 3)]
    value = report(repo, "--sarif-in", write(tmp_path / "x.sarif", *made))
    assert states(value) == [("c.py", 2, "suppressed"), ("c.py", 3, "new")]


def test_taking_a_comment_away_makes_its_finding_new_against_a_report_of_the_base(
    repo: GitRepo, tmp_path: Path
) -> None:
    base = repo.write("c.py", "eval(x)  # pregate: ignore[R1] reason='only ours'\n").commit("c").head
    repo.write("c.py", "eval(x)\n").commit("taken away")
    path = write(tmp_path / "x.sarif", result(locations=[location("c.py", startLine=1)]))
    value = report(repo, "--base", base, "--sarif-in", path, "--sarif-in-base", path)
    assert states(value) == [("c.py", 1, "new")]


# ------------------------------------------------------------------------------------------------ the action


@pytest.fixture
def job(tmp_path: Path) -> Job:
    repo = GitRepo(tmp_path / "workspace").write("app.py", CLEAN).commit("first")
    return Job(repo, repo.head, Runner(tmp_path / "runner", repo.path))


def test_the_action_reads_globs_of_the_workspace(job: Job) -> None:
    event = job.merge(new_py="a = 1\n")
    (job.repo.path / "reports").mkdir()
    made = result(locations=[location("/home/runner/work/x/x/new.py", startLine=1)])
    write(job.repo.path / "reports" / "one.sarif", made)
    write(job.repo.path / "reports" / "two.sarif", made, name="Other")
    done = job.run(event, sarif_in="reports/*.sarif")
    assert done.exit_code == 1
    assert {a.properties["file"] for a in done.of_kind("error")} == {"new.py"}
    assert done.outputs["failing"] == "2"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("reports/*.sarif", "matches no file"),
        ("semgrep.sarif", "cannot be opened"),
        ("folder", "is no file"),
        ("pipe", "is no file"),
        ("../outside.sarif", "leads out of the workspace"),
        ("../*.sarif", "leads out of the workspace"),
        ("link.sarif", "leads out of the workspace"),
        ("link*", "leads out of the workspace"),
        ("/etc/*.conf", "leads out of the workspace"),
        ("/etc/hostname", "leads out of the workspace"),
    ],
)
def test_the_action_does_not_leave_the_workspace(tmp_path: Path, name: str, words: str) -> None:
    workspace = tmp_path / "workspace"
    (workspace / "folder").mkdir(parents=True)
    os.mkfifo(workspace / "pipe")
    (workspace / "link.sarif").symlink_to(write(tmp_path / "outside.sarif", result()))
    (workspace / "loop").symlink_to(workspace)
    (made,) = documents_in(workspace, (name,))
    assert made.data is None
    assert words in made.why


def test_globs_find_files_of_any_depth_and_no_folders(tmp_path: Path) -> None:
    (tmp_path / "a" / "b.sarif").mkdir(parents=True)
    (tmp_path / "loop").symlink_to(tmp_path)
    write(tmp_path / "a" / "b.sarif" / "c.sarif", result())
    write(tmp_path / "base.sarif", result())
    made = documents_in(tmp_path, ("**/c.sarif",), ("base.sarif",))
    assert [(d.name, d.is_base, bool(d.data)) for d in made] == [
        ("a/b.sarif/c.sarif", False, True),
        ("base.sarif", True, True),
    ]


def test_a_glob_that_means_very_many_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "_FILES_MAX", 2)
    for n in range(3):
        write(tmp_path / f"{n}.sarif")
    (made,) = documents_in(tmp_path, ("*.sarif",))
    assert "matches more than 2 files" in made.why


def test_a_report_that_the_pull_request_brings_is_not_believed(job: Job) -> None:
    done = job.run(job.merge(**{"semgrep.sarif": log(run()).decode()}), sarif_in="semgrep.sarif")
    assert done.exit_code == 3
    assert "under version control" in done.text
