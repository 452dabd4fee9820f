from __future__ import annotations

from typing import Any

import pytest
import yaml

from pregate import config
from pregate.entry.inputs import (
    INPUTS,
    OUTPUTS,
    parse_inputs,
    render_inputs_markdown,
    render_metadata,
    render_outputs_markdown,
)
from pregate.errors import UsageError
from tests.hooktools import ROOT

METADATA = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def test_the_actions_metadata_holds_what_the_table_gives() -> None:
    assert render_metadata() in (ROOT / "action.yml").read_text(encoding="utf-8")


def test_no_input_has_a_default_that_would_overrule_the_configuration() -> None:
    assert {name: entry["default"] for name, entry in METADATA["inputs"].items() if "default" in entry} == {
        "github-token": "${{ github.token }}"
    }


def test_every_input_is_documented() -> None:
    assert render_inputs_markdown() in (ROOT / "docs/action.md").read_text(encoding="utf-8")


def test_every_output_is_documented() -> None:
    assert render_outputs_markdown() in (ROOT / "docs/action.md").read_text(encoding="utf-8")
    assert list(METADATA["outputs"]) == list(OUTPUTS)


@pytest.mark.parametrize(
    ("name", "text", "overrides"),
    [
        ("fail-on", " low ", {"fail-on": "low"}),
        ("checks", "secrets, python\niam", {"checks": ("secrets", "python", "iam")}),
        ("exclude", "a b/**\n\n {x,y}/*.py \n", {"exclude": ("a b/**", "{x,y}/*.py")}),
        ("offline", "true", {"offline": True}),
        ("offline", "False", {"offline": False}),
        ("unknown-severity", "fail", {"dependencies": {"unknown-severity": "fail"}}),
        ("max-file-size", "1024", {"max-file-size": 1024}),
    ],
)
def test_an_input_overrules_its_configuration_key(name: str, text: str, overrides: dict[str, Any]) -> None:
    inputs = parse_inputs({f"INPUT_{name.upper()}": text})
    assert inputs.overrides == overrides
    config.load([("inputs", inputs.overrides)])


def test_every_configuration_key_of_an_input_exists() -> None:
    texts = {
        "fail-on": "low",
        "min-confidence": "low",
        "extends": f"github://octo-org/security/pregate.toml@{'0' * 40}",
        "checks": "iam",
        "plugins": "images",
        "require": "iam",
        "tolerate-unread": "binary",
        "unknown-severity": "warn",
        "confusable-names": "ignore",
        "iam-engine": "local",
        "session-policy": "none",
        "dependency-sources": "inspector",
        "security-hub": "always",
        "s3-bucket": "reports",
        "s3-bucket-owner": "111122223333",
        "sns-topic": "arn:aws:sns:eu-west-1:111122223333:verdicts",
        "sns-when": "always",
    }
    for entry in INPUTS:
        if entry.key:
            default = {"flag": "true", "number": "1"}.get(entry.kind.name.lower(), "x")
            value = parse_inputs({f"INPUT_{entry.name.upper()}": texts.get(entry.name, default)})
            config.load([("inputs", value.overrides)])


def test_an_empty_input_is_unset() -> None:
    inputs = parse_inputs({"INPUT_FAIL-ON": "", "INPUT_SCAN": "  ", "INPUT_ANNOTATIONS": ""})
    assert not inputs.overrides
    assert inputs.text("scan", "auto") == "auto"
    assert inputs.flag("annotations", default=True) is True


def test_an_input_of_the_action_alone_is_no_configuration() -> None:
    inputs = parse_inputs({"INPUT_SCAN": "all", "INPUT_SUMMARY": "FALSE"})
    assert not inputs.overrides
    assert inputs.text("scan") == "all"
    assert inputs.flag("summary", default=True) is False


def test_an_unknown_input_names_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        parse_inputs({"INPUT_FAIL_ON": "low"})
    assert error.value.hint == "Did you mean fail-on?"


def test_an_unknown_input_without_a_neighbour_lists_all() -> None:
    with pytest.raises(UsageError, match="fail-on, min-confidence"):
        parse_inputs({"INPUT_ZZZ": "low"})


def test_the_runners_own_keys_and_other_variables_are_left_alone() -> None:
    inputs = parse_inputs({"INPUT_ARGS": "x", "INPUT_ENTRYPOINT": "y", "PATH": "/bin", "MY_INPUT_X": "z"})
    assert not inputs.overrides
    assert not inputs.values


@pytest.mark.parametrize(
    ("name", "text"),
    [("offline", "yes"), ("offline", "1"), ("max-file-size", "5 MB"), ("max-file-size", "-1")],
)
def test_a_value_of_the_wrong_kind_is_an_error_that_shows_a_right_one(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"the input {name}") as error:
        parse_inputs({f"INPUT_{name.upper()}": text})
    assert f"`{name}: " in error.value.hint
