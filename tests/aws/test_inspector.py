"""Amazon Inspector as a source of advisories, with the real boto3; and answers that cannot be relied on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pregate.aws import inspector as module
from pregate.aws.inspector import Inspector, actions, resources
from pregate.checks.base import Target
from pregate.checks.dependencies import DependenciesCheck
from pregate.config import DependenciesConfig
from pregate.errors import AdvisoryError, AwsError
from pregate.lockfiles.ecosystems import NPM, PYPI
from pregate.lockfiles.model import Package
from pregate.model import Location, Severity
from tests.fakeaws import FakeAws

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
JINJA = Package(PYPI, "Jinja2", "2.4.1", Location("requirements.txt"))
LEFT = Package(NPM, "left-pad", "1.0.0", Location("package-lock.json"))
ODD = Package("Pub", "x", "1.0.0", Location("Cargo.lock"))
ENTRY: dict[str, Any] = {
    "bom-ref": "vuln-1",
    "id": "CVE-2014-1402",
    "references": [{"id": "GHSA-8r7q-cvjq-x353"}, {"id": "USN-1"}, {"id": 3}],
    "ratings": [
        {"source": {"name": "EPSS"}, "score": 0.1, "severity": "none", "method": "other"},
        {
            "source": {"name": "NVD"},
            "score": 9.8,
            "severity": "critical",
            "method": "CVSSv31",
            "vector": VECTOR,
        },
    ],
    "cwes": [264, "x", -1],
    "description": "The default configuration of the cache does not create temporary files properly.",
    "advisories": [{"url": "https://nvd.nist.gov/vuln/detail/CVE-2014-1402"}, {"url": "javascript:x"}],
    "created": "2014-05-19T14:55:00Z",
    "properties": [{"name": "amazon:inspector:sbom_scanner:fixed_version:comp-1", "value": "2.7.2"}],
}


def source(aws: FakeAws) -> Inspector:
    return Inspector(aws.clients())


def test_it_covers_the_ecosystems_that_its_guide_names(aws: FakeAws) -> None:
    assert [name for name in ("PyPI", "npm", "Go", "Hex", "Conda") if source(aws).covers(name)] == [
        "PyPI",
        "npm",
        "Go",
    ]


def test_what_the_service_knows_of_a_package_becomes_an_advisory(aws: FakeAws) -> None:
    aws.advisories["pkg:pypi/jinja2@2.4.1"] = [ENTRY]
    (known,), nothing = source(aws).advisories_for([JINJA, LEFT])
    assert nothing == ()
    assert (known.id, known.aliases) == ("CVE-2014-1402", ("GHSA-8r7q-cvjq-x353",))
    assert known.severity == (("CVSS_V3", VECTOR),)
    assert known.cwe == (264,)
    assert known.references == ("https://nvd.nist.gov/vuln/detail/CVE-2014-1402",)
    (call,) = aws.calls("inspector-scan", "ScanSbom")
    assert [c["purl"] for c in call.request["sbom"]["components"]] == [
        "pkg:pypi/jinja2@2.4.1",
        "pkg:npm/left-pad@1.0.0",
    ]


def test_the_check_finds_it_with_its_fix(aws: FakeAws) -> None:
    aws.advisories["pkg:pypi/jinja2@2.4.1"] = [ENTRY]
    check = DependenciesCheck(DependenciesConfig(), source(aws))
    analysis = check.analyse(Target("requirements.txt", b"Jinja2==2.4.1\n"))
    done = check.conclude([analysis])
    (found,) = done.analyses[0].findings
    assert (found.rule.id, found.severity) == ("dependencies/GHSA-8r7q-cvjq-x353", Severity.CRITICAL)
    assert dict(found.properties)["upgrade"] == "2.7.2"
    assert done.notes[0].startswith("Amazon Inspector, asked ")


def test_many_packages_go_in_several_documents(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    aws.advisories["pkg:npm/left-pad@1.0.0"] = [{"id": "CVE-1"}]
    answers = source(aws).advisories_for([JINJA, JINJA, LEFT, ODD, ODD])
    assert [len(a) for a in answers] == [0, 0, 1, 0, 0]
    assert len(aws.calls("inspector-scan")) == 2


def test_nothing_is_asked_of_packages_that_have_no_purl(aws: FakeAws) -> None:
    assert source(aws).advisories_for([ODD]) == ((),)
    assert source(aws).describe() == "Amazon Inspector"
    assert not aws.log


def test_a_malicious_package_is_critical() -> None:
    properties = [{"name": "amazon:inspector:sbom_scanner:is_malicious", "value": "true"}]
    (known,) = answered({"vulnerabilities": [{"id": "MAL-1", "affects": [{"ref": "comp-1"}],
                                              "properties": properties}]})  # fmt: skip
    assert known.severity_word == "critical"


def test_references_of_the_services_own_are_known_by_their_purl() -> None:
    (known,) = answered(
        {
            "components": [{"bom-ref": "c-77", "purl": "pkg:pypi/jinja2@2.4.1"}, {"bom-ref": 3}],
            "vulnerabilities": [{"id": "CVE-1", "affects": [{"ref": "c-77"}]}],
        }
    )
    assert known.id == "CVE-1"


class Canned:
    """A client with one answer."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.answer = answer

    def client(self, service: str, region: str = "") -> Any:
        return self

    def scan_sbom(self, **_: object) -> Mapping[str, Any]:
        return self.answer


def answered(sbom: object) -> Any:
    (advisories,) = Inspector(Canned({"sbom": sbom})).advisories_for([JINJA])
    return advisories


@pytest.mark.parametrize(
    "sbom",
    [
        None,
        {"vulnerabilities": {}},
        {"vulnerabilities": ["x"]},
        {"vulnerabilities": [{"id": "CVE-1", "affects": [{"ref": "comp-9"}]}]},
        {"vulnerabilities": [{"id": "CVE-1", "affects": [{}]}]},
        {"vulnerabilities": [{"id": "../x", "affects": [{"ref": "comp-1"}]}]},
        {"vulnerabilities": [{"id": "CVE-1", "affects": [{"ref": "comp-1"}], "ratings": "x"}]},
        {"components": "x"},
    ],
)
def test_an_answer_that_cannot_be_relied_on_is_a_failure(sbom: object) -> None:
    with pytest.raises(AdvisoryError, match="Amazon Inspector answers with"):
        answered(sbom)


def test_texts_of_the_answer_are_plain_and_what_illustrates_may_be_missing() -> None:
    (known,) = answered(
        {
            "vulnerabilities": [
                {
                    "id": "CVE-1",
                    "affects": [{"ref": "comp-1"}],
                    "description": "a\x1b[31m\u202eb",
                    "cwes": 3,
                    "ratings": [
                        {"method": "CVSSv31", "vector": 3},
                        {"severity": "odd"},
                        {"severity": "none", "source": {"name": "EPSS"}},
                    ],
                    "properties": [{"name": 1, "value": 2}],
                }
            ]
        }
    )
    assert known.details == "a[31mb"
    assert (known.cwe, known.severity, known.severity_word) == ((), (), "")


def test_a_refusal_names_the_permission(aws: FakeAws) -> None:
    user = aws.user("narrow", [{"Version": "2012-10-17", "Statement": []}])
    with pytest.raises(AwsError) as caught:
        Inspector(aws.clients(user)).advisories_for([JINJA])
    assert f'"Action": "{actions()[0]}", "Resource": "{resources()[0]}"' in caught.value.hint
