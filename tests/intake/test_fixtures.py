"""Documents of many producers, as they are and after all kinds of damage."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pregate.errors import PregateError
from pregate.intake import Intake, read_sarif
from tests.intake.sample import FILES, MADE, REAL, document, texts

ALL = (*REAL, *MADE)

# tool → results, the worst severity, the files that they are in
EXPECTED: dict[str, tuple[int, str, set[str]]] = {
    "bandit": (3, "high", {"app/run.py"}),
    "cfn-lint": (3, "high", {"infra/bucket.yml"}),
    "checkov": (10, "high", {"infra/main.tf"}),
    "eslint": (4, "high", {"app/index.js"}),
    "hadolint": (6, "high", {"Dockerfile"}),
    "semgrep": (2, "high", {"app/run.py"}),
    "zizmor": (5, "high", {".github/workflows/ci.yml"}),
    "ash": (2, "high", {"app/run.py", "app/settings.py"}),
    "cfn-guard": (1, "high", {"infra/bucket.yml"}),
    "codeql": (2, "critical", {"app/run.py"}),
    "gitleaks": (1, "high", {"app/settings.py"}),
    "gosec": (1, "medium", {"main.go"}),
    "grype": (1, "high", {"package-lock.json"}),
    "kics": (2, "high", {"infra/main.tf"}),
    "opengrep": (2, "high", {"app/run.py", "app/index.js"}),
    "osv-scanner": (1, "high", {"package-lock.json"}),
    "snyk-open-source": (1, "high", {"package.json"}),
    "snyk-code": (1, "high", {"app/run.py"}),
    "tfsec": (1, "high", {"infra/main.tf"}),
    "trivy": (4, "critical", {"package-lock.json", "Dockerfile", "app/settings.py"}),
}


def read(path: Path) -> tuple[Intake, ...]:
    return read_sarif(document(path), path.name, texts=texts)


def test_every_producer_is_read_in_full() -> None:
    intakes = [intake for path in ALL for intake in read(path)]
    told = {
        i.tool: (
            len(i.findings),
            max(f.severity for f in i.findings).word,
            {f.location.path for f in i.findings},
        )
        for i in intakes
    }
    assert told == EXPECTED
    assert {i.tool for i in intakes if i.unread} == {"opengrep"}
    assert not any(i.failure for i in intakes)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_places_are_in_the_files_and_texts_are_whole(path: Path) -> None:
    for intake in read(path):
        for finding in intake.findings:
            lines = FILES[finding.location.path].splitlines()
            place = finding.location
            assert 1 <= place.start_line <= place.end_line <= len(lines)
            assert 1 <= place.start_column <= len(lines[place.start_line - 1]) + 1
            assert 1 <= place.end_column <= len(lines[place.end_line - 1]) + 1
            assert finding.message
            assert finding.rule.title
            assert "\n" not in finding.message
            assert not finding.snippet
            assert finding.rule.id.startswith(f"{intake.tool}/")


def test_what_is_flagged_is_what_the_producer_meant() -> None:
    flagged = {}
    for path in REAL:
        for intake in read(path):
            for finding in intake.findings:
                place = finding.location
                line = FILES[place.path].splitlines()[place.start_line - 1]
                end = place.end_column - 1 if place.end_line == place.start_line else len(line)
                flagged[finding.rule.id] = line[place.start_column - 1 : end]
    assert flagged["bandit/B602"] == 'subprocess.call("ls " + name, shell=True)'
    assert flagged["semgrep/rules.no-eval"] == "eval(text)"
    assert flagged["zizmor/template-injection"] == "github.event.pull_request.title"
    assert flagged["cfn-lint/E3002"] == "BucketNam"
    assert flagged["eslint/eqeqeq"] == "=="
    assert flagged["hadolint/DL3020"] == "ADD app /srv/app"
    assert flagged["checkov/CKV_AWS_24"] == 'resource "aws_security_group" "open" {'


def spots(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every value within a document."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    found = [(*at, key) for key, _ in children]
    return found + [
        spot
        for key, child in (value.items() if isinstance(value, dict) else enumerate(value) if found else ())
        for spot in spots(child, (*at, key))
    ]


def damaged(value: Any, spot: tuple[str | int, ...], other: Any) -> Any:
    made = copy.deepcopy(value)
    inner = made
    for key in spot[:-1]:
        inner = inner[key]
    if other is Ellipsis:
        del inner[spot[-1]]
    else:
        inner[spot[-1]] = other
    return made


DOCUMENTS = [json.loads(document(path)) for path in ALL]
SPOTS = [spots(value) for value in DOCUMENTS]
JUNK = st.one_of(
    st.just(Ellipsis),
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["%", "file:", "..", "\0", "\ud800", "{0", "[a](b", "\x1b[31m", "CWE-", "error"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["uri", "text", "index", "id"]), st.integers(), max_size=2),
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_anywhere_raises_nothing_of_its_own(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(DOCUMENTS) - 1))
    spot = data.draw(st.sampled_from(SPOTS[number]))
    made = damaged(DOCUMENTS[number], spot, data.draw(JUNK))
    caught = None
    try:
        read_sarif(json.dumps(made).encode(), "out.sarif", texts=texts)
    except PregateError as error:
        caught = error
    assert caught is None or (spot[0] in ("version", "runs", "$schema") and caught.hint)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_to_one_result_leaves_the_others_as_they_were(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(DOCUMENTS) - 1))
    results = [spot for spot in SPOTS[number] if len(spot) > 3 and spot[2] == "results"]
    spot = data.draw(st.sampled_from(results))
    whole = DOCUMENTS[number]
    made = damaged(whole, spot, data.draw(JUNK))
    alone = damaged(whole, spot[:4], ...)
    kept = {f for i in read_sarif(json.dumps(alone).encode(), "o", texts=texts) for f in i.findings}
    found = {f for i in read_sarif(json.dumps(made).encode(), "o", texts=texts) for f in i.findings}
    # A rule whose only severity was a result's may get that of the next one.
    assert {(f.rule.id, f.location, f.message) for f in kept} <= {
        (f.rule.id, f.location, f.message) for f in found
    }


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ALL), st.data())
def test_cut_and_flipped_bytes_raise_nothing_of_their_own(path: Path, data: st.DataObject) -> None:
    whole = bytearray(document(path))
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    caught = None
    try:
        read_sarif(bytes(whole[: data.draw(st.integers(0, len(whole)))]), "out.sarif", texts=texts)
    except PregateError as error:
        caught = error
    assert caught is None or caught.message.startswith("out.sarif ")
