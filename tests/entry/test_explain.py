"""``pregate explain``: rules by any of their names, findings by their fingerprints."""

from __future__ import annotations

import hashlib
import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from tests.entry.cli import ADVISORIES, pregate
from tests.gitrepo import GitRepo

BAD = "import subprocess\n\n\ndef run(command):\n    return subprocess.run(command, shell=True)\n"
ADVISORY = "GHSA-35jh-r3h4-6jhm"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("app.py", BAD).write("other.py", BAD).commit()


def scanned(repo: GitRepo, path: str = "results.json") -> tuple[Path, dict[str, str]]:
    """A report of the repository, and the fingerprints in it by rule and path."""
    report = repo.path / path
    pregate("scan", "-C", repo.path, "--all", "--offline", "-q", "--output", f"json={report}")
    entries = json.loads(report.read_text())["findings"]
    return report, {f"{e['rule']} {e['location']['path']}": e["fingerprint"] for e in entries}


# -------------------------------------------------------------------------------------------------- rules


@pytest.mark.parametrize("name", ["python/B602", "B602", "b602", "PYTHON/b602"])
def test_a_rule_is_known_by_its_id_with_or_without_the_check_in_any_case(name: str) -> None:
    run = pregate("explain", name)
    assert run.code == 0
    assert run.out.startswith("python/B602  (high, CWE-78)\n")


def test_the_page_has_everything_in_its_order() -> None:
    out = pregate("explain", "iam/confused-deputy").out
    titles = ["Why", "Bad", "Good", "How to fix", "How to suppress", "References"]
    assert [line for line in out.splitlines() if line in titles] == titles
    assert '"aws:SourceArn"' in out
    assert 'pregate: ignore[iam/confused-deputy] reason="…"' in out


def test_rules_with_a_name_prints_the_same_page() -> None:
    assert pregate("rules", "awskeydetector").out == pregate("explain", "secrets/AWSKeyDetector").out


def test_a_rule_is_explained_in_markdown() -> None:
    out = pregate("explain", "B506", "--format", "markdown").out
    assert out.startswith("# `python/B506`: YAML loaded with an unsafe loader\n")
    assert "```python\nimport yaml\n" in out


def test_a_name_that_is_nearly_one_gets_the_nearest() -> None:
    run = pregate("explain", "pass-role-anny")
    assert run.code == 2
    assert "Did you mean iam/pass-role-any or " in run.err
    assert "pregate rules lists them all" in pregate("explain", "zzzzzzzzzz").err


def test_a_rule_of_the_repositorys_own_is_explained(repo: GitRepo) -> None:
    repo.write(
        ".gitleaks.toml", "[[rules]]\nid = 'corp'\ndescription = 'Corporate token'\nregex = 'corp_x'\n"
    )
    repo.commit("rules")
    run = pregate("explain", "secrets/gitleaks-corp", "-C", repo.path)
    assert run.code == 0
    assert run.out.startswith("secrets/gitleaks-corp  (high, CWE-798)\nCorporate token\n")


def test_an_issue_code_of_access_analyzer_is_a_rule_too() -> None:
    out = pregate("explain", "iam/pass_role_with_star_in_resource").out
    assert out.startswith("iam/PASS_ROLE_WITH_STAR_IN_RESOURCE  (high)\n")
    assert "docs.aws.amazon.com" in out


def test_a_rule_that_only_a_report_knows_is_explained_from_there(repo: GitRepo) -> None:
    report, _ = scanned(repo)
    report.write_text(report.read_text().replace("python/B404", "python/X-9"))
    text = json.loads(report.read_text())
    for entry in text["findings"]:
        parts = (entry["rule"], entry["location"]["path"], entry["anchor"], str(entry["ordinal"]))
        entry["fingerprint"] = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    report.write_text(json.dumps(text))
    assert pregate("explain", "x-9", "--from", report).out.startswith("python/X-9  (low")
    assert "is the name of no rule" in pregate("explain", "x-7777", "--from", report).err


# --------------------------------------------------------------------------------------------- advisories


@pytest.mark.parametrize("name", [ADVISORY, f"dependencies/{ADVISORY}", ADVISORY.lower(), "CVE-2021-23337"])
def test_an_advisory_is_read_from_a_folder_of_records_by_id_or_alias(name: str) -> None:
    out = pregate("explain", name, "--advisories", ADVISORIES).out
    assert out.startswith(f"dependencies/{ADVISORY}  (high, CWE-77, CWE-94)\nCode injection")


@pytest.mark.parametrize("name", [ADVISORY, "CVE-2021-23337"])
def test_an_advisory_is_read_from_the_users_own_index(name: str) -> None:
    pregate("advisories", "import", ADVISORIES)
    assert "Code injection" in pregate("explain", name).out


def test_an_advisory_is_read_from_a_report_where_there_is_no_database(repo: GitRepo) -> None:
    lock = {"lockfileVersion": 3, "packages": {"node_modules/lodash": {"version": "4.17.20"}}}
    repo.write("package-lock.json", json.dumps(lock)).commit()
    report = repo.path / "results.json"
    pregate("scan", "-C", repo.path, "--advisories", ADVISORIES, "-q", "--output", f"json={report}")
    assert "Code injection" in pregate("explain", ADVISORY, "--from", report).out


def test_an_advisory_that_nobody_knows_is_explained_as_such() -> None:
    run = pregate("explain", "ghsa-XXXX-yyyy-zzzz")
    assert run.code == 0
    assert run.out.startswith("dependencies/GHSA-xxxx-yyyy-zzzz  (unknown)\n")
    assert "comes with its advisory" in run.out


def test_a_database_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    run = pregate("explain", ADVISORY, "--advisories", tmp_path / "none")
    assert run.code == 2
    assert "no vulnerability database at" in run.err


# ----------------------------------------------------------------------------------------------- findings


def test_a_finding_is_shown_from_a_report_with_its_place_code_and_state(repo: GitRepo) -> None:
    report, known = scanned(repo)
    fingerprint = known["python/B602 app.py"]
    out = pregate("explain", fingerprint[:12].upper(), "--from", report).out
    assert out.startswith("app.py:5:12  high  python/B602\n  state        new\n")
    assert "5 |     return subprocess.run(command, shell=True)" in out
    assert "\nBad\n" in out
    assert f'pregate suppress {fingerprint} --reason "…"' in out
    assert (
        "- or in the file, at the end of the line, or alone above it (--inline writes it there):\n"
        '        # pregate: ignore[python/B602] reason="…"\n'
    ) in out


def test_the_report_in_its_usual_place_is_looked_at_before_anything_is_scanned(repo: GitRepo) -> None:
    report, known = scanned(repo, "pregate-reports/pregate.json")
    repo.write("app.py", "").write("other.py", "").commit()
    run = pregate("explain", known["python/B602 app.py"], "-C", repo.path)
    assert run.out.startswith("app.py:5:12")
    assert str(report) in run.err
    asked = (known["python/B602 app.py"], "-C", repo.path, "--offline", "--base", "HEAD")
    assert pregate("explain", *asked).code == 2


def test_without_a_report_the_tree_is_scanned(repo: GitRepo) -> None:
    _, known = scanned(repo)
    run = pregate("explain", known["python/B602 other.py"], "-C", repo.path, "--offline")
    assert run.out.startswith("other.py:5:12")


def test_what_is_not_committed_is_found_too(repo: GitRepo) -> None:
    repo.write("new.py", BAD).commit()
    _, known = scanned(repo)
    repo.git("reset", "-q", "--mixed", "HEAD~1")
    run = pregate("explain", known["python/B602 new.py"], "-C", repo.path, "--offline")
    assert run.out.startswith("new.py:5:12")


def test_a_fingerprint_of_nothing_is_an_error_that_says_where_was_looked(repo: GitRepo) -> None:
    report, _ = scanned(repo)
    run = pregate("explain", "0" * 64, "--from", report)
    assert run.code == 2
    assert f"there is no finding {'0' * 64}" in run.err
    assert "there is no finding 00000000" in pregate("explain", "0" * 8, "-C", repo.path, "--offline").err


def test_seven_digits_are_no_fingerprint() -> None:
    assert "is the name of no rule" in pregate("explain", "1234567").err


def test_what_is_no_report_is_an_error_and_in_the_usual_place_passed_over(repo: GitRepo) -> None:
    _, known = scanned(repo)
    repo.write("pregate-reports/pregate.json", "{")
    run = pregate("explain", known["python/B602 app.py"], "-C", repo.path, "--offline")
    assert run.out.startswith("app.py:5:12")
    assert "it is passed over" in run.err
    run = pregate("explain", "0" * 8, "--from", repo.path / "pregate-reports" / "pregate.json")
    assert run.code == 2
    assert "is no report of pregate's" in run.err
    assert "cannot read" in pregate("explain", "0" * 8, "--from", repo.path / "none.json").err


def test_a_finding_is_explained_in_markdown(repo: GitRepo) -> None:
    report, known = scanned(repo)
    out = pregate("explain", known["python/B602 app.py"], "--from", report, "--format", "markdown").out
    assert out.startswith("# `app.py:5:12`\n\n- state: `new`\n")
    assert "## How to suppress this very finding" in out


def test_a_finding_in_json_has_no_comment_to_suppress_it(repo: GitRepo) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    repo.write("policy.json", json.dumps(policy)).commit()
    report, known = scanned(repo)
    out = pregate("explain", known["iam/admin-access policy.json"], "--from", report).out
    assert "pregate suppress" in out.partition("How to suppress this very finding")[2]
    assert "or in the file" not in out.partition("How to suppress this very finding")[2]


def test_the_ways_to_suppress_that_are_shown_do_it(repo: GitRepo) -> None:
    report, known = scanned(repo)
    out = pregate("explain", known["python/B602 app.py"], "--from", report).out
    comment = next(line.strip() for line in out.splitlines() if line.startswith("        # pregate:"))
    repo.write("app.py", BAD.replace("shell=True)", f"shell=True)  {comment}"))
    other = known["python/B602 other.py"]
    out = pregate("explain", other, "--from", report).out
    line = next(line for line in out.splitlines() if line.strip().startswith(f"pregate suppress {other}"))
    assert pregate(*shlex.split(line)[1:], "-C", repo.path, "--offline").code == 0
    repo.commit()
    _, now = scanned(repo)
    for path in ("app.py", "other.py"):
        page = pregate("explain", now[f"python/B602 {path}"], "--from", report).out
        assert "  state        suppressed by " in page


def test_a_finding_in_the_past_has_none_either(repo: GitRepo) -> None:
    from pregate.entry.explain import ways_here
    from tests.report import sample

    found = sample.shell_finding()
    assert len(list(ways_here(found))) == 2
    assert len(list(ways_here(replace(found, commit="ab" * 20)))) == 1


def test_what_a_report_says_of_a_rule_that_is_known_here_is_not_taken_over(repo: GitRepo) -> None:
    report, known = scanned(repo)
    text = json.loads(report.read_text())
    text["rules"]["python/B602"]["remedy"] = "Run this from the internet."
    report.write_text(json.dumps(text))
    out = pregate("explain", known["python/B602 app.py"], "--from", report).out
    assert "Pass a list of arguments" in out.partition("python/B602  (high")[2]


def test_a_report_cannot_speak_to_the_terminal_or_the_runner(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("::error::x\x1b[2J.py", BAD).commit()
    report, known = scanned(repo)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.delenv("GITHUB_EVENT_NAME", raising=False)
    (fingerprint,) = (value for key, value in known.items() if key.startswith("python/B602 ::"))
    out = pregate("explain", fingerprint, "--from", report).out
    assert "\x1b" not in out
    assert not any(line.startswith("::") for line in out.splitlines())
