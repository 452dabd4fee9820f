"""``pregate report``: what it makes of a JSON report is what the scan itself would have written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pregate.model import Rule, Verdict
from pregate.report import BILLS, FORMATS
from tests.entry.cli import ADVISORIES, Run, pregate
from tests.gitrepo import GitRepo

KEY = "AK" + "IA" + "IOSFODNN7QZWXECR"
FROM_JSON = sorted(FORMATS.keys() - BILLS)
STATEMENT = '{Effect: Allow, Action: "*", Resource: "*"}'
TEMPLATE = (
    "Resources:\n  Role:\n    Type: AWS::IAM::Policy\n    Properties:\n"
    f"      PolicyDocument:\n        Statement:\n          - {STATEMENT}\n"
)


ENTRY = (
    '[[suppress]]\nrule = "python/B602"\npath = "gone.py"\nanchor = "0123456789abcdef"\nreason = "old"\n'
    'owner = "a@example.org"\nuntil = 2020-01-31\n'
)


def repository(folder: Path) -> GitRepo:
    """
    Findings of every check and state, suppressions of every kind, thresholds of a path, a file that cannot be
    read and a name that is no text.
    """
    old = 'import subprocess\nsubprocess.call("ls " + x, shell=True)\n'
    settings = '[[paths]]\nmatch = "mild.py"\nfail-on = "none"\n'
    repo = (
        GitRepo(folder / "repo")
        .write(".pregate.toml", settings)
        .write("old.py", old)
        .write("requirements.txt", "six==1.0\n")
        .commit("old")
    )
    repo.write(b"n\xff\x1b\n.py", f'key = "{KEY}"\n').write("old.py", f"{old}assert x\n")
    repo.write("new.py", f"{old}{old}".replace("call(", "run(")).write("calm.py", f"{old[:-1]}  # nosec\n")
    repo.write("mild.py", old).write(
        "mine.py", f'{old[:-1]}  # pregate: ignore[python/B602] reason="checked"\n'
    )
    repo.write(".pregate/suppressions.toml", "version = 1\n" + ENTRY)
    repo.write("stack.yaml", TEMPLATE).write("broken.py", "def f(:\n")
    return repo.write("requirements.txt", "requests==2.30.0\nsix\n").add()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every report as the scan writes it, by its format's name."""
    folder = tmp_path_factory.mktemp("written")
    outputs = [f"--output={name}={folder / name}" for name in FORMATS]
    run = pregate("scan", "-C", repository(folder).path, "--staged", "--offline", "--no-cache", "-q",
                  "--advisories", ADVISORIES, *outputs)  # fmt: skip
    assert run.code == 3, run
    document = json.loads((folder / "json").read_text())
    states = {f["state"] for f in document["findings"]}
    assert states == {"new", "below-threshold", "pre-existing", "suppressed"}
    assert sorted(s["standing"] for s in document["suppressions"]) == ["expired", "used"]
    assert any(f["why"] for f in document["findings"])
    return folder


def report(source: Path | str, *words: str | Path, stdin: bytes = b"") -> Run:
    return pregate("report", "--from", source, *words, stdin=stdin)


def test_every_format_equals_what_the_scan_wrote(folder: Path, tmp_path: Path) -> None:
    outputs = [word for name in FROM_JSON for word in ("--to", f"{name}={tmp_path / name}")]
    assert report(folder / "json", *outputs) == Run(0, "", "")
    for name in FROM_JSON:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_run_without_a_database_of_advisories_comes_out_the_same(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "repo").write("README.md", "read me\n").commit("first")
    words = ("--all", "--offline", "--no-cache", "-q")
    outputs = (f"--output=sarif={tmp_path / 'a'}", f"--output=json={tmp_path / 'j'}")
    assert pregate("scan", "-C", repo.path, *words, *outputs).code == 0
    assert report(tmp_path / "j", "--to", f"sarif={tmp_path / 'b'}").code == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_scan_that_writes_json_alone_is_enough_for_code_scanning(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    pregate("scan", "-C", repo.path, "--staged", "--offline", "-q", f"--output=json={tmp_path / 'j'}")
    (run, *_) = json.loads(report(tmp_path / "j", "--to", "sarif=-").out)["runs"]
    assert run["results"][0]["partialFingerprints"]["primaryLocationLineHash"]


def test_without_a_format_it_is_the_report_for_people(folder: Path) -> None:
    shown = report(folder / "json")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == (folder / "console").read_text()
    assert "(below-threshold)" in report(folder / "json", "-v").out


@pytest.mark.parametrize(("option", "code"), [((), 0), (("--exit-code",), 3)])
def test_the_exit_code_is_the_verdicts_where_that_is_asked(
    folder: Path, option: Sequence[str], code: int
) -> None:
    assert report(folder / "json", "--to", "junit=-", *option).code == code


def test_the_report_may_come_from_standard_input(folder: Path) -> None:
    data = (folder / "json").read_bytes()
    assert report("-", "--to", "csv=-", stdin=data).out.encode() == (folder / "csv").read_bytes()
    refused = report("-", stdin=data[:-100])
    assert refused.code == 2
    assert "standard input: no report of pregate" in refused.err


@pytest.mark.parametrize("name", ["sarif", "csv", "markdown", "junit", "gitlab-code-quality"])
def test_another_file_is_refused_by_its_name(folder: Path, name: str) -> None:
    run = report(folder / name, "--to", "csv=-")
    assert (run.code, run.out) == (2, "")
    assert f"{folder / name}: no report of pregate: the report is " in run.err


def test_a_report_that_was_changed_is_refused_where_it_contradicts_itself(
    folder: Path, tmp_path: Path
) -> None:
    forged = json.loads((folder / "json").read_text()) | {"verdict": "passed"}
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    run = report(tmp_path / "forged.json", "--to", f"junit={tmp_path / 'x.xml'}")
    assert run.code == 2
    assert "forged.json: no report of pregate: /verdict does not follow" in run.err
    assert not (tmp_path / "x.xml").exists()


def test_words_of_a_known_rule_are_not_the_reports(folder: Path, tmp_path: Path) -> None:
    forged = json.loads((folder / "json").read_text())
    forged["rules"]["python/B602"] |= {"title": "all is well", "help_uri": "https://evil.example/"}
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    out = report(tmp_path / "forged.json").out
    assert "Subprocess started through a shell" in out
    assert "all is well" not in out
    assert "evil" not in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--from is missing"),
        (("--from", "missing.json"), "missing.json: cannot be read: No such file"),
        (("--from", "/"), "/: cannot be read: Is a directory"),
        (("--from", "x", "--to", "xls=y"), "--to 'xls=y': there is no format 'xls'"),
        (("--from", "x", "--to", "csv"), "--to 'csv': not FORMAT=PATH"),
        (("--from", "x", "--to", "csv=-", "--to", "junit=-"), "cannot share standard output"),
        (("--from", "x", "--to", "cyclonedx=y"), "--to cyclonedx: a JSON report holds no inventory"),
        (("--from", "x", "--to", "spdx=y"), "--to spdx: a JSON report holds no inventory"),
        (("--from", "x", "--schema"), "--schema goes alone"),
    ],
)
def test_wrong_words_are_usage_errors(words: Sequence[str], told: str) -> None:
    run = pregate("report", *words)
    assert (run.code, run.out) == (2, "")
    assert told in run.err


def test_earlier_reports_go_to_the_formats_that_show_them(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trend(verdict: Verdict, rules: Sequence[Rule], earlier: Sequence[bytes]) -> str:
        return f"{verdict.decision.value} {len(rules) > 9} {[json.loads(e)['verdict'] for e in earlier]}"

    monkeypatch.setattr("pregate.report.HISTORIES", {"csv": trend})
    source = folder / "json"
    run = report(source, "--to", "csv=-", "--history", source, source)
    assert run.out == "incomplete True ['incomplete', 'incomplete']"
    refused = report(source, "--to", "csv=-", "--history", source, folder / "csv")
    assert (refused.code, refused.out) == (2, "")
    assert f"{folder / 'csv'}: no report of pregate" in refused.err
    unshown = report(source, "--to", "junit=-", "--history", source)
    assert unshown.code == 2
    assert "no report of --to shows earlier runs" in unshown.err


def test_a_report_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    run = report(folder / "json", "--to", f"csv={tmp_path}")
    assert run.code == 3
    assert f"cannot write {tmp_path}" in run.err


def test_the_schema_is_printed_as_it_is_published_and_every_report_fits_it(folder: Path) -> None:
    run = pregate("report", "--schema")
    assert run.code == 0
    assert run.out.encode() == files("pregate.report").joinpath("report.schema.json").read_bytes()
    Draft202012Validator(json.loads(run.out)).validate(json.loads((folder / "json").read_text()))
