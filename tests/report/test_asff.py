"""Findings for Security Hub: of the service's form, within its lengths, one identity with code scanning."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from hypothesis import given, settings

from pregate.model import Confidence, Decision, Finding, Severity, State, Verdict
from pregate.report import FORMATS
from pregate.report.asff import (
    SEVERITIES,
    About,
    cvss_number,
    cvss_version,
    finding_id,
    generator_prefix,
    identifiers,
    render,
    timestamp,
)
from tests.examples import examples
from tests.report import sample
from tests.report.strategies import verdicts

ABOUT = About(
    account="111122223333",
    region="eu-west-1",
    partition="aws",
    repository="octo-org/octo-repo",
    address="https://github.com/octo-org/octo-repo",
    commit="ab" * 20,
    moment=1_790_000_000_123,
    run_url="https://github.com/octo-org/octo-repo/actions/runs/7",
)


def verdict_of(*found: Finding, state: State = State.NEW) -> Verdict:
    judged = tuple(sample.judged(state, f) for f in found)
    return sample.verdict_of(judged, sample.outcomes()[:2], Decision.FAILED, head="ab" * 20)


def one(found: Finding, about: About = ABOUT) -> dict[str, Any]:
    (made,) = render(verdict_of(found), about)
    return made


def differences(value: Any, shape: Any, path: str = "$") -> list[str]:
    """Where a value differs from a shape of botocore's: unknown, missing and empty members, enums, kinds."""
    match shape.type_name:
        case "structure":
            wrong = [f"{path}: unknown {name}" for name in value.keys() - shape.members.keys()]
            wrong += [f"{path}: lacks {name}" for name in set(shape.required_members) - value.keys()]
            known = value.keys() & shape.members.keys()
            return wrong + [w for n in known for w in differences(value[n], shape.members[n], f"{path}.{n}")]
        case "list":
            return [w for n, v in enumerate(value) for w in differences(v, shape.member, f"{path}[{n}]")]
        case "map":
            return [w for k, v in value.items() for w in differences(v, shape.value, f"{path}.{k}")]
        case "string":
            bad = not isinstance(value, str) or not value.strip() or (shape.enum and value not in shape.enum)
            return [f"{path}: {value!r}"] if bad else []
        case "integer":
            return [] if type(value) is int else [f"{path}: {value!r}"]
        case "double":
            return [] if isinstance(value, float) else [f"{path}: {value!r}"]
        case kind:
            raise AssertionError(kind)


def shape() -> Any:
    session: Any = botocore.session.get_session()  # type: ignore[no-untyped-call]
    return session.get_service_model("securityhub").shape_for("AwsSecurityFinding")


def in_limits(finding: dict[str, Any]) -> bool:
    """The lengths of the API reference that the model does not hold."""
    recommendation = finding["Remediation"]["Recommendation"]
    return (
        len(finding["Id"]) <= 512
        and len(finding["GeneratorId"]) <= 512
        and 1 <= len(finding["Title"]) <= 256
        and 1 <= len(finding["Description"]) <= 1024
        and len(recommendation["Text"]) <= 512
        and len(finding["ProductFields"]) <= 50
        and all(len(k) <= 128 and len(v) <= 2048 for k, v in finding["ProductFields"].items())
        and all(len(r["Id"]) <= 512 for r in finding["Resources"])
        and all(
            len(k) <= 128 and len(v) <= 1024
            for r in finding["Resources"]
            for k, v in r["Details"].get("Other", {}).items()
        )
        and len(json.dumps(finding)) < 240_000
    )


def test_whole_findings(golden: Callable[[str, str], None]) -> None:
    policy = sample.finding(
        sample.WILDCARD, "infra/role.yaml", 9, "Action: '*'", 9, 12,
        properties=(("policy", "GateRole.Policies[0]"), ("policy-kind", "identity")),
    )  # fmt: skip
    package = sample.finding(
        sample.ADVISORY, "requirements.txt", 2, "example-package==1.0", 1, 21,
        aliases=("CVE-2026-0001",),
        properties=(
            ("package", "example-package"), ("version", "1.0"), ("ecosystem", "PyPI"), ("fixed-in", "2.0.1"),
            ("cvss-score", "9.8"), ("cvss-vector", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
        ),
    )  # fmt: skip
    link = {sample.shell_finding().fingerprint: f"{ABOUT.address}/blob/{ABOUT.commit}/src/app.py#L12"}
    made = render(
        verdict_of(sample.key_finding(), sample.shell_finding(), policy, package), replace(ABOUT, links=link)
    )
    golden("asff.json", json.dumps(made, indent=2) + "\n")


def test_findings_of_every_kind_are_of_the_services_form() -> None:
    made = render(sample.full(), ABOUT)
    assert len(made) == 7
    assert [w for f in made for w in differences(f, shape())] == []
    assert all(map(in_limits, made))


@given(verdicts())
@pytest.mark.long
@settings(max_examples=examples(15, 40))
def test_whatever_a_tree_holds_is_of_the_services_form(verdict: Verdict) -> None:
    made = render(verdict, ABOUT)
    assert [w for f in made for w in differences(f, shape())] == []
    assert all(map(in_limits, made))


def test_long_texts_are_cut_to_the_services_lengths() -> None:
    rule = replace(sample.SHELL, id="python/" + "x" * 900, title="t" * 900, remedy="r" * 9000)
    found = replace(
        sample.shell_finding(),
        rule=rule,
        message="m" * 9000,
        aliases=("a" * 900,) * 90,
        properties=tuple((f"key{n}" * 90, "v" * 9000) for n in range(90)),
    )
    assert in_limits(one(found))


def test_the_id_is_the_fingerprint_that_code_scanning_gets() -> None:
    verdict = verdict_of(sample.shell_finding())
    log = json.loads(FORMATS["sarif"](verdict, sample.RULES))
    prints = [r["partialFingerprints"]["pregate/v1"] for run in log["runs"] for r in run["results"]]
    (made,) = render(verdict, ABOUT)
    assert made["Id"] == f"pregate/octo-org/octo-repo/{prints[0]}" == finding_id(ABOUT.repository, prints[0])
    assert identifiers([made]) == {made["Id"]}


@pytest.mark.parametrize("severity", list(Severity))
def test_each_severity_has_a_label_and_a_number_that_go_together(severity: Severity) -> None:
    made = one(replace(sample.shell_finding(), severity=severity))
    label, number = SEVERITIES[severity]
    assert made["Severity"] == {"Label": label, "Normalized": number, "Original": severity.word}
    assert made["FindingProviderFields"]["Severity"]["Label"] == label
    ranges = {
        "INFORMATIONAL": (0, 0),
        "LOW": (1, 39),
        "MEDIUM": (40, 69),
        "HIGH": (70, 89),
        "CRITICAL": (90, 100),
    }
    assert ranges[label][0] <= number <= ranges[label][1]


@pytest.mark.parametrize("confidence", list(Confidence))
def test_confidence_is_a_number_up_to_100(confidence: Confidence) -> None:
    assert 0 < one(replace(sample.shell_finding(), confidence=confidence))["Confidence"] <= 100


def test_a_finding_that_was_sent_before_keeps_its_time_of_creation() -> None:
    identifier = finding_id(ABOUT.repository, sample.shell_finding().fingerprint)
    made = one(sample.shell_finding(), replace(ABOUT, created={identifier: "2026-01-01T00:00:00.000Z"}))
    assert made["CreatedAt"] == made["FirstObservedAt"] == "2026-01-01T00:00:00.000Z"
    assert (
        made["UpdatedAt"] == made["LastObservedAt"] == timestamp(ABOUT.moment) == "2026-09-21T14:13:20.123Z"
    )


def test_an_address_that_is_too_long_is_left_out() -> None:
    link = {sample.shell_finding().fingerprint: "https://github.com/" + "x" * 3000}
    made = one(sample.shell_finding(), replace(ABOUT, links=link))
    assert "SourceUrl" not in made
    assert "pregate/link" not in made["ProductFields"]


def test_what_is_suppressed_or_only_in_history_is_not_sent() -> None:
    assert render(verdict_of(sample.shell_finding(), state=State.SUPPRESSED), ABOUT) == ()
    assert render(verdict_of(replace(sample.shell_finding(), commit="ab" * 20)), ABOUT) == ()


def test_a_pull_request_sends_what_it_introduces_and_links_to_itself() -> None:
    about = replace(ABOUT, pull=12)
    assert render(verdict_of(sample.shell_finding(), state=State.PRE_EXISTING), about) == ()
    (made,) = render(verdict_of(sample.shell_finding()), about)
    assert made["ProductFields"]["pregate/pull-request"] == f"{ABOUT.address}/pull/12"
    assert made["ProductFields"]["pregate/scope"] == about.scope == "pull-request/12"


def test_text_of_the_tree_is_written_out() -> None:
    made = one(replace(sample.hostile_finding(), commit=""))
    assert json.dumps(made, ensure_ascii=False).isprintable()


def test_a_policys_resource_is_named_and_other_findings_have_the_repository_alone() -> None:
    plain = sample.finding(sample.WILDCARD, "a.json", 1, "x", 1, 2)
    assert [r["Type"] for r in one(plain)["Resources"]] == ["CodeRepository"]
    named = replace(plain, properties=(("policy", "P"), ("address", "aws_iam_policy.gate")))
    assert one(named)["Resources"][1]["Id"] == "octo-org/octo-repo/a.json#aws_iam_policy.gate"


def test_an_unknown_check_and_an_odd_address_do_no_harm() -> None:
    rule = replace(sample.SHELL, id="other/x", help_uri="http://plain.example", cwe=())
    made = one(replace(sample.shell_finding(), rule=rule))
    assert made["Types"] == ["Software and Configuration Checks"]
    assert "Url" not in made["Remediation"]["Recommendation"]
    assert "Vulnerabilities" not in made


def test_a_package_without_score_fix_or_other_names() -> None:
    found = sample.finding(
        sample.ADVISORY, "x.lock", 1, "x", 1, 2, properties=(("package", "p"), ("cvss-score", "odd"))
    )
    (entry,) = one(found)["Vulnerabilities"]
    assert entry["Id"] == "GHSA-aaaa-bbbb-cccc"
    assert entry["FixAvailable"] == "NO"
    assert not {"Cvss", "RelatedVulnerabilities"} & entry.keys()


def test_scores_and_their_versions() -> None:
    assert [cvss_number(text) for text in ("9.8", "", "x", "11", "nan")] == [9.8, None, None, None, None]
    assert cvss_version("CVSS:4.0/AV:N") == "4.0"
    assert cvss_version("AV:N/AC:L/Au:N/C:P/I:P/A:P") == "2.0"


def test_generators_begin_with_their_check() -> None:
    assert one(sample.shell_finding())["GeneratorId"].startswith(generator_prefix("python"))
