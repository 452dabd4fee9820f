"""``pregate selftest`` and the action's canaries: what is planted is found, and what is not is told."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from pregate.checks.base import Analysis
from pregate.checks.dependencies import DependenciesCheck
from pregate.checks.iam import IamCheck
from pregate.checks.python import PythonCheck
from pregate.checks.secrets import SecretsCheck
from pregate.config import CHECKS
from pregate.entry.canary import Sight, Sighting, blinded, own
from pregate.levels import Confidence
from pregate.model import (
    CheckSummary,
    Completed,
    Counts,
    Decision,
    Failed,
    Skipped,
    SkipReason,
    Verdict,
)
from pregate.secrets.scan import scan
from tests.entry.cli import Run, pregate
from tests.entry.test_action import Job, job
from tests.gitrepo import GitRepo
from tests.plugins import planted

OF = {"secrets": SecretsCheck, "python": PythonCheck, "dependencies": DependenciesCheck, "iam": IamCheck}
__all__ = ["job"]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo(tmp_path / "repo").write("a.txt", "x\n").commit("first")


def selftest(repo: GitRepo, configuration: str = "", *words: str) -> Run:
    if configuration:
        repo.write(".pregate.toml", configuration).commit("policy")
    return pregate("selftest", "-C", repo.path, *words)


def lines(run: Run) -> dict[str, str]:
    return {line.split()[0]: line for line in run.out.splitlines() if not line.startswith("pregate:")}


def test_every_check_finds_its_canary(repo: GitRepo) -> None:
    run = selftest(repo)
    assert run.code == 0, run
    assert list(lines(run)) == list(CHECKS)
    assert all("  found (" in line and line.endswith(" s") for line in lines(run).values())
    assert run.out.splitlines()[-1] == "pregate: every canary was found"


@pytest.mark.parametrize("engine", ["pregate", "detect-secrets"])
def test_each_rule_of_the_canary_of_secrets_finds_it(engine: str) -> None:
    (canary,) = (c for c in own() if c.check == "secrets")
    ((path, data),) = canary.files
    found = scan(path, data, engine=engine).secrets
    sure = {f"secrets/{s.detector}" for s in found if s.confidence in (None, Confidence.HIGH)}
    assert sure >= set(canary.rules)


def test_files_that_the_repository_names_are_not_wanted(repo: GitRepo) -> None:
    repo.write("ci/x.toml", "[[rules]]\nid = 'a'\nregex = 'a_b'\n").write("ci/b.json", '{"results": {}}')
    run = selftest(
        repo, "[secrets]\ngitleaks-config = 'ci/x.toml'\nbaseline = 'ci/b.json'\n", "--check", "secrets"
    )
    assert run.code == 0, run


def test_without_a_repository_the_defaults_count(tmp_path: Path) -> None:
    assert pregate("selftest", "-C", tmp_path).code == 0


@pytest.mark.parametrize("check", CHECKS)
def test_a_scanner_that_sees_nothing_is_found_out(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, check: str
) -> None:
    monkeypatch.setattr(OF[check], "analyse", lambda self, target: Analysis())
    run = selftest(repo)
    assert run.code == 3
    told = {name for name, line in lines(run).items() if "NOT FOUND (expected " in line}
    assert told == {check}
    assert "INCOMPLETE" in run.out


def test_a_scanner_that_breaks_is_told(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, target: object) -> Analysis:
        raise ModuleNotFoundError("no such module")

    monkeypatch.setattr(PythonCheck, "analyse", broken)
    run = selftest(repo)
    assert run.code == 3
    assert (
        "NOT FOUND (the check failed: the scanner of the python check does not work" in lines(run)["python"]
    )


def test_a_check_that_is_switched_off_is_no_failure(repo: GitRepo) -> None:
    run = selftest(repo, 'checks = ["secrets"]\n')
    assert run.code == 0
    assert [line.split(maxsplit=1)[1] for line in lines(run).values()][1:] == ["off by configuration"] * 3


def test_the_flag_chooses_the_check(repo: GitRepo) -> None:
    assert "off by configuration" in lines(selftest(repo, "", "--check", "iam"))["secrets"]


def test_a_configuration_that_hides_all_files_is_told(repo: GitRepo) -> None:
    run = selftest(repo, 'exclude = ["*"]\n')
    assert run.code == 3
    assert all("the configuration excludes its files: exclude = *" in line for line in lines(run).values())


def test_rules_that_are_switched_off_are_told_when_none_is_left(repo: GitRepo) -> None:
    run = selftest(repo, '[python]\nskip = ["B602", "B301", "B307", "B506"]\n')
    assert run.code == 3
    assert "the configuration switches these rules off" in lines(run)["python"]


def test_one_rule_that_is_left_is_enough(repo: GitRepo) -> None:
    disable = '[secrets]\ndisable = ["AWSKeyDetector", "PrivateKeyDetector"]\n[python]\nskip = ["B602"]\n'
    run = selftest(repo, disable)
    assert run.code == 0
    assert "found (secrets/GitHubTokenDetector)" in lines(run)["secrets"]


def test_files_that_are_too_large_are_told(repo: GitRepo) -> None:
    run = selftest(repo, "max-file-size = 1\n")
    assert run.code == 3
    assert "over max-file-size = 1" in lines(run)["secrets"]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "site").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path / "site"


@pytest.mark.parametrize(
    ("canary", "code", "words"),
    [
        ("canary = {'a.txt': b'word'}", 0, "found (words/WORD)"),
        ("canary = {'a.txt': b'nothing'}", 3, "NOT FOUND (expected a finding of words)"),
        ("canary = {}", 0, "no canary"),
        (
            "canary = {'../a.txt': b'word'}",
            3,
            "answers nonsense: a canary is no file of a plain relative path",
        ),
        ("canary = {'.git/hooks/post-commit': b'word'}", 3, "answers nonsense"),
    ],
)
def test_a_plug_in_may_offer_one(site: Path, repo: GitRepo, canary: str, code: int, words: str) -> None:
    module = re.sub(r"\W", "_", site.parent.name)
    text = planted.CHECK.replace("{name}", "words")
    text = text.replace("    def rules", f"    {canary}\n\n    def rules", 1)
    planted.check(site, "words", module, text)
    run = selftest(repo, 'plugins = ["words"]\n')
    assert run.code == code, run
    assert words in lines(run)["words"]


def test_a_plug_in_that_is_not_installed_is_not_found(repo: GitRepo) -> None:
    run = selftest(repo, 'plugins = ["nowhere"]\n')
    assert run.code == 3
    assert "the plug-in nowhere is not installed" in lines(run)["nowhere"]


# --------------------------------------------------------------------------------------------- the verdict

PASSED = Verdict(
    Decision.PASSED,
    ("no new findings",),
    (),
    (
        CheckSummary("secrets", Completed("secrets", (), (), Counts(3, 3)), ()),
        CheckSummary("iam", Skipped("iam", SkipReason.NO_TARGETS), ()),
    ),
    "high",
    "a change",
    True,
    "0" * 40,
)


def test_a_blind_check_makes_the_verdict_incomplete() -> None:
    seen = blinded(PASSED, (Sighting("secrets", Sight.NOT_FOUND, "expected a secret"),))
    assert seen.decision is Decision.INCOMPLETE
    assert seen.reasons == ("the canary of the secrets check was not found",)
    assert isinstance(seen.checks[0].outcome, Failed)
    assert not seen.checks[0].is_whole


def test_a_blind_check_that_had_nothing_to_see_counts_as_well() -> None:
    seen = blinded(PASSED, (Sighting("iam", Sight.NOT_FOUND, "expected a policy"),))
    assert isinstance(seen.checks[1].outcome, Failed)


def test_why_it_failed_stays_told() -> None:
    failed = dataclasses.replace(PASSED, decision=Decision.FAILED, reasons=("1 new finding",))
    seen = blinded(failed, (Sighting("iam", Sight.NOT_FOUND),))
    assert seen.reasons == ("the canary of the iam check was not found", "1 new finding")


@pytest.mark.parametrize("sight", [Sight.FOUND, Sight.OFF, Sight.NONE])
def test_nothing_else_changes_the_verdict(sight: Sight) -> None:
    assert blinded(PASSED, (Sighting("secrets", sight),)) == PASSED


def test_the_action_looks_for_them_when_asked(job: Job) -> None:
    result = job.run(job.merge(fine_txt="fine\n"), canary="true")
    assert result.exit_code == 0
    assert any(line.startswith("pregate: canary: secrets  found (") for line in result.log)


def test_the_action_is_incomplete_when_one_is_not_found(job: Job) -> None:
    result = job.run(job.merge(fine_txt="fine\n"), canary="true", exclude="pregate-canary/*")
    assert result.exit_code == 3
    assert result.outputs["verdict"] == "incomplete"
    assert "the canary of the secrets check was not found" in result.outputs["reason"]
