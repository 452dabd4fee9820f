"""Baselines of other tools, as they write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pregate.baseline.foreign import FORMATS, Accepted, matched, read_foreign
from pregate.errors import UsageError
from pregate.model import Finding, Location, Rule, Severity
from pregate.secrets.detectors import plugins_by_type

PLUGINS = {"Secret Keyword": "KeywordDetector"}


def found(rule: str, path: str, line: int) -> Finding:
    return Finding(Rule(rule, "t", "d", "r", Severity.HIGH), "m", Location(path, line), Severity.HIGH)


DETECT_SECRETS = {
    "version": "1.5.0",
    "plugins_used": [{"name": "KeywordDetector"}],
    "results": {
        "src\\app.py": [{"type": "Secret Keyword", "line_number": 3, "hashed_secret": "0" * 40}],
        "b.py": [{"type": "A later kind"}],
    },
}
BANDIT = {"results": [{"filename": "./src/app.py", "test_id": "B602", "line_number": 7}], "metrics": {}}
GITLEAKS = [{"RuleID": "generic-api-key", "File": "src/app.py", "StartLine": 3, "Commit": "1" * 40}]
CHECKOV = {
    "failed_checks": [
        {
            "file": "/iam/main.tf",
            "findings": [{"resource": "aws_x.y", "check_ids": ["CKV_AWS_1", "CKV2_AWS_2"]}],
        }
    ]
}


@pytest.mark.parametrize(
    ("value", "kind", "accepted"),
    [
        (
            DETECT_SECRETS,
            "detect-secrets",
            [
                Accepted("src/app.py", 3, ("secrets/KeywordDetector", "secrets/*")),
                Accepted("b.py", 0, ("secrets/*",)),
            ],
        ),
        (BANDIT, "bandit", [Accepted("src/app.py", 7, ("python/B602",))]),
        (GITLEAKS, "gitleaks", [Accepted("src/app.py", 3, ("secrets/*", "gitleaks/generic-api-key"))]),
        (
            CHECKOV,
            "checkov",
            [
                Accepted("iam/main.tf", 0, ("checkov/CKV_AWS_1",)),
                Accepted("iam/main.tf", 0, ("checkov/CKV2_AWS_2",)),
            ],
        ),
    ],
)
def test_each_format_is_known_by_its_content(value: Any, kind: str, accepted: list[Accepted]) -> None:
    assert read_foreign(json.dumps(value).encode(), "x", PLUGINS) == (kind, tuple(accepted))


def test_an_ignore_file_of_gitleaks_is_read() -> None:
    text = f"# known\n{'1' * 40}:src/app.py:aws-access-token:4\n\nsrc/b.py:jwt:9\n"
    kind, accepted = read_foreign(text.encode(), ".gitleaksignore", PLUGINS)
    assert (kind, [(a.path, a.line) for a in accepted]) == ("gitleaks", [("src/app.py", 4), ("src/b.py", 9)])


@pytest.mark.parametrize("text", ["", "hello", "{}", "[1]", '{"results": 3}'])
def test_what_is_no_baseline_is_an_error(text: str) -> None:
    with pytest.raises(UsageError, match="x:"):
        read_foreign(text.encode(), "x", PLUGINS)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "results",
                    "failed_checks",
                    "findings",
                    "check_ids",
                    "file",
                    "File",
                    "RuleID",
                    "test_id",
                    "type",
                ]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=12,
)


@given(json_values, st.sampled_from(FORMATS))
def test_entries_of_another_shape_are_left_out(value: Any, kind: str) -> None:
    assert read_foreign(json.dumps(value).encode(), "x", PLUGINS, kind)[0] == kind


def test_the_nearest_finding_of_the_kind_is_meant_and_each_one_once() -> None:
    near, far, other = (
        found("python/B602", "a.py", 9),
        found("python/B602", "a.py", 90),
        found("python/B1", "a.py", 7),
    )
    one = Accepted("a.py", 7, ("python/B602",))
    assert matched([one], [far, near, other]) == ((near,), 0)
    chosen, lost = matched([one, one, one], [far, near, other])
    assert (list(chosen), lost) == ([near, far], 1)
    every = Accepted("a.py", 0, ("python/*",))
    assert matched([every], [far, near, other]) == ((far, near, other), 0)


def test_the_types_of_the_installed_detect_secrets_are_known() -> None:
    assert plugins_by_type()["AWS Access Key"] == "AWSKeyDetector"


def test_baselines_of_the_real_scanners_are_taken_over(tmp_path: Path) -> None:
    import subprocess
    import sys

    from tests.entry.cli import pregate
    from tests.gitrepo import GitRepo

    password = "Tr0ub4dor" + "-kq7Zw"
    source = f'import subprocess\n\npassword = "{password}"\nsubprocess.run("x" + password, shell=True)\n'
    repo = GitRepo(tmp_path / "r").write("app.py", source)
    repo.commit("first")
    for name, command in (
        (".secrets.baseline", ["detect_secrets", "scan", "app.py"]),
        ("bandit.json", ["bandit", "-q", "-f", "json", "--exit-zero", "app.py"]),
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=repo.path, capture_output=True, check=True, timeout=120
        )
        (tmp_path / name).write_bytes(done.stdout)
        run = pregate("baseline", "migrate", tmp_path / name, "-C", repo.path, "--no-cache", "--offline")
        assert run.code == 0, run.err
    listed = pregate("baseline", "show", "--list", "-C", repo.path).out
    assert "secrets/AssignedSecretDetector" in listed
    assert "python/B602" in listed
    assert password not in (repo.path / ".pregate" / "baseline.jsonl").read_text()
