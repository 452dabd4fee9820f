"""A ``.gitleaks.toml`` and a ``.secrets.baseline`` through the whole pipeline on real repositories."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pregate.changes import Everything, Range, Staged
from pregate.engine.intake import Document
from pregate.engine.ports import Shard
from pregate.errors import PregateError
from pregate.model import Completed, Decision, Failed, Outcome, State, Verdict
from pregate.pipeline import Request, run, warm
from tests.gitrepo import ENVIRONMENT, GitRepo

VALUE = "corp" + "_ab12cd34"
LINE = f"token: {VALUE}\n"
RULE = "[[rules]]\nid = 'corp'\ndescription = 'Corporate token.'\nregex = '''corp_[a-z0-9]{8}'''\n"
ALLOWED = f"{RULE}[allowlist]\npaths = ['''^docs/''']\n"


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write(".gitleaks.toml", ALLOWED).commit("first").branch("topic")


def judge(repo: GitRepo, base: str = "main", **overrides: Any) -> Verdict:
    told = {"checks": ("secrets",), "offline": True, "jobs": 1, **overrides}
    return run(Request(repo.path, Range(base, "HEAD"), told, environ=ENVIRONMENT)).verdict


def states(verdict: Verdict) -> list[tuple[str, State, str]]:
    return [(j.finding.location.path, j.state, j.finding.suppressed_by) for j in verdict.findings]


def outcome(verdict: Verdict) -> Outcome:
    (summary,) = verdict.checks
    return summary.outcome


def baseline(value: str, path: str = "a.yml", **entry: Any) -> str:
    digest = hashlib.sha1(value.encode()).hexdigest()
    row = {"type": "Secret Keyword", "filename": path, "hashed_secret": digest, "line_number": 9, **entry}
    return json.dumps({"version": "1.5.0", "results": {path: [row]}})


def test_custom_rule_of_the_base_fails_the_gate(repo: GitRepo) -> None:
    verdict = judge(repo.write("a.yml", LINE).commit("leak"))
    assert verdict.decision is Decision.FAILED
    (finding,) = [j.finding for j in verdict.findings]
    assert (finding.rule.id, finding.message) == ("secrets/gitleaks-corp", "Corporate token in `a.yml`")
    assert VALUE not in repr(verdict)
    assert finding.snippet == "token: ***"


def test_allowlist_of_the_base_suppresses_whatever_policy_says_of_comments(repo: GitRepo) -> None:
    repo.write("docs/a.yml", LINE).commit("leak")
    for suppressions in ({}, {"from-change": "refuse"}, {"scanner-pragmas": False}):
        verdict = judge(repo, suppressions=suppressions)
        assert states(verdict) == [("docs/a.yml", State.SUPPRESSED, ".gitleaks.toml")]


def test_comment_that_a_change_adds_is_refused_where_policy_says_so(repo: GitRepo) -> None:
    repo.write("a.yml", f"{LINE.rstrip()} # gitleaks:allow\n").commit("leak")
    assert states(judge(repo)) == [("a.yml", State.SUPPRESSED, "gitleaks:allow")]
    assert [s[1] for s in states(judge(repo, suppressions={"from-change": "refuse"}))] == [State.NEW]
    assert [s[1] for s in states(judge(repo, suppressions={"scanner-pragmas": False}))] == [State.NEW]


def test_change_cannot_allow_itself_anything_and_is_told(repo: GitRepo) -> None:
    repo.write(".gitleaks.toml", "[allowlist]\npaths = ['.*']\n").write("a.yml", LINE).commit("leak")
    verdict = judge(repo)
    assert [s[1] for s in states(verdict)] == [State.NEW]
    assert ".gitleaks.toml: changed by this change; what the base says counts until then" in (
        verdict.policy_changes
    )


def test_change_of_an_extended_file_is_told_and_does_not_count(repo: GitRepo) -> None:
    repo.write(".gitleaks.toml", "[extend]\npath = './ci/more.toml'\n").write("ci/more.toml", RULE).commit(
        "two"
    )
    base = repo.head
    repo.write("ci/more.toml", "[allowlist]\npaths = ['.*']\n").write("a.yml", LINE).commit("leak")
    verdict = judge(repo, base)
    assert [s[1] for s in states(verdict)] == [State.NEW]
    assert verdict.policy_changes == (
        "ci/more.toml: changed by this change; what the base says counts until then",
    )


def test_first_commit_alters_nothing(tmp_path: Path) -> None:
    made = GitRepo(tmp_path / "new").write(".gitleaks.toml", RULE).add()
    request = Request(made.path, Staged(), {"checks": ("secrets",), "offline": True}, environ=ENVIRONMENT)
    assert run(request).verdict.policy_changes == ()


def test_change_that_names_a_file_that_cannot_be_used_is_refused(repo: GitRepo) -> None:
    repo.write(".pregate.toml", "[secrets]\ngitleaks-config = 'ci/bad.toml'\n")
    repo.write("ci/bad.toml", "[[rules").commit("break")
    with pytest.raises(PregateError, match=r"ci/bad\.toml: not TOML"):
        judge(repo)


def test_link_in_the_place_of_the_file_fails_the_check(repo: GitRepo) -> None:
    (repo.path / ".gitleaks.toml").unlink()
    (repo.path / ".gitleaks.toml").symlink_to("ci/leaks.toml")
    repo.commit("link")
    base = repo.head
    failed = outcome(judge(repo.write("a.yml", LINE).commit("leak"), base))
    assert isinstance(failed, Failed)
    assert failed.message == ".gitleaks.toml: a link is not followed"


def test_change_that_breaks_the_file_is_refused(repo: GitRepo) -> None:
    repo.write(".gitleaks.toml", "[[rules").commit("break")
    with pytest.raises(PregateError, match=r"\.gitleaks\.toml: not TOML"):
        judge(repo)


def test_wrong_rule_in_the_base_makes_the_run_incomplete(repo: GitRepo) -> None:
    repo.write(".gitleaks.toml", f"{RULE}[[rules]]\nid = 'bad'\nregex = '('\n").commit("bad rule")
    base = repo.head
    verdict = judge(repo.write("a.yml", LINE).commit("leak"), base)
    assert verdict.decision is Decision.INCOMPLETE
    done = outcome(verdict)
    assert isinstance(done, Completed)
    ((path, line, words),) = [(u.path, u.line, u.detail) for u in done.unread]
    assert (path, line) == (".gitleaks.toml", 5)
    assert words.startswith("rule 'bad': regex is no expression of RE2's: missing )")
    assert [s[1] for s in states(verdict)] == [State.NEW]


def test_broken_file_in_the_base_fails_the_check(repo: GitRepo) -> None:
    repo.write(".gitleaks.toml", "x = [").commit("broken")
    base = repo.head
    failed = outcome(judge(repo.write("a.yml", LINE).commit("leak"), base))
    assert isinstance(failed, Failed)
    assert failed.message.startswith(".gitleaks.toml: not TOML")


def test_another_file_or_none_can_be_named(repo: GitRepo) -> None:
    repo.write("ci/leaks.toml", RULE).commit("another")
    base = repo.head
    repo.write("docs/a.yml", LINE).commit("leak")
    verdict = judge(repo, base, secrets={"gitleaks-config": "ci/leaks.toml"})
    assert states(verdict) == [("docs/a.yml", State.NEW, "")]
    assert states(judge(repo, base, secrets={"gitleaks-config": ""})) == []
    failed = outcome(judge(repo, base, secrets={"gitleaks-config": "none.toml"}))
    assert isinstance(failed, Failed)
    assert "there is no file none.toml" in failed.message


def test_value_of_a_custom_rule_is_masked_in_what_other_checks_say(repo: GitRepo) -> None:
    repo.write("a.py", f"import subprocess\nsubprocess.call('x {VALUE}', shell=True)\n").commit("leak")
    verdict = judge(repo, checks=("secrets", "python"))
    assert {j.finding.rule.check for j in verdict.findings} == {"secrets", "python"}
    assert VALUE not in repr(verdict)


def test_what_was_kept_before_there_was_a_rule_is_not_shown(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("a.py", f"import subprocess\nsubprocess.call('x {VALUE}' + y, shell=True)\n").commit("leak")
    told = {"checks": ("secrets", "python"), "offline": True, "jobs": 1}

    def judged(gitleaks: str) -> str:
        options = {**told, "secrets": {"gitleaks-config": gitleaks}}
        request = Request(repo.path, Everything(), options, environ=ENVIRONMENT, cache_dir=tmp_path / "cache")
        return repr(run(request).verdict)

    assert VALUE in judged("")
    assert VALUE not in judged(".gitleaks.toml")


def test_value_of_a_custom_rule_is_masked_in_parts(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("a.py", f"import subprocess\nsubprocess.call('x {VALUE}' + y, shell=True)\n").commit("leak")
    told = {"checks": ("secrets", "python"), "offline": True, "jobs": 1}
    part = tmp_path / "part"
    warm(Request(repo.path, Everything(), told, environ=ENVIRONMENT, cache_dir=part), Shard(1, 1))
    assert not any(VALUE.encode() in file.read_bytes() for file in part.iterdir())


def test_value_of_a_custom_rule_is_masked_in_what_other_tools_say(repo: GitRepo) -> None:
    repo.write("a.py", f"call('{VALUE}')\n").commit("leak")
    place = {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 1}}}
    result = {"ruleId": "x", "message": {"text": f"calls {VALUE}"}, "locations": [place]}
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "other"}}, "results": [result]}]}
    told = {"checks": ("secrets",), "offline": True, "jobs": 1}
    document = Document("other.sarif", json.dumps(log).encode())
    request = Request(repo.path, Everything(), told, environ=ENVIRONMENT, foreign=(document,))
    verdict = run(request).verdict
    assert {j.finding.rule.check for j in verdict.findings} == {"secrets", "other"}
    assert VALUE not in repr(verdict)


def test_secret_that_only_a_commit_holds_is_found_by_a_custom_rule(repo: GitRepo) -> None:
    from pregate.changes import Commits

    repo.write("a.yml", LINE).commit("leak").write("a.yml", "x\n").commit("clean")
    told = {"checks": ("secrets",), "offline": True, "jobs": 1}
    request = Request(
        repo.path, Range("main", "HEAD"), told, environ=ENVIRONMENT, history=Commits("main", "HEAD")
    )
    (judged,) = run(request).verdict.findings
    assert judged.finding.rule.id == "secrets/gitleaks-corp"
    assert judged.finding.commit


@pytest.mark.parametrize("entry", [{}, {"is_secret": False}])
def test_secret_of_the_bases_baseline_is_suppressed(repo: GitRepo, entry: dict[str, Any]) -> None:
    repo.write(".secrets.baseline", baseline(VALUE, **entry)).commit("baseline")
    base = repo.head
    repo.write("a.yml", LINE).write("b.yml", LINE).commit("leak")
    assert states(judge(repo, base)) == [
        ("b.yml", State.NEW, ""),
        ("a.yml", State.SUPPRESSED, ".secrets.baseline"),
    ]


def test_baseline_that_a_change_brings_does_not_count(repo: GitRepo) -> None:
    repo.write(".secrets.baseline", baseline(VALUE)).write("a.yml", LINE).commit("leak")
    verdict = judge(repo)
    assert [s[1] for s in states(verdict)] == [State.NEW]
    assert ".secrets.baseline: added by this change; it counts from then on" in verdict.policy_changes


def test_results_are_not_taken_from_the_cache_of_other_rules(repo: GitRepo, tmp_path: Path) -> None:
    base = repo.head
    repo.write("a.yml", LINE).commit("leak")
    told = {"checks": ("secrets",), "offline": True, "jobs": 1}
    counts = []
    for path in (".gitleaks.toml", ""):
        options = {**told, "secrets": {"gitleaks-config": path}}
        request = Request(
            repo.path, Range(base, "HEAD"), options, environ=ENVIRONMENT, cache_dir=tmp_path / "cache"
        )
        counts.append(len(run(request).verdict.findings))
    assert counts == [1, 0]
