"""What is wrong with a policy by itself: local rules, and ``ValidatePolicy`` as far as it works offline."""

from __future__ import annotations

from pregate.checks.base import PolicyRemark
from pregate.checks.iam.access_rules import Severities
from pregate.checks.iam.findings import local_finding
from pregate.checks.iam.placing import Remarked
from pregate.config import IamConfig
from pregate.iam import PolicyDocument, lint
from pregate.iam.validation.codes import CODES
from pregate.iam.validation.locations import Layout
from pregate.iam.validation.validate import validate
from pregate.model import Finding


def validates(config: IamConfig) -> bool:
    """Whether policies are validated offline."""
    return config.engine != "aws" and "validate" in config.checks


def findings_on(document: PolicyDocument, config: IamConfig) -> tuple[Finding, ...]:
    """What is found on a policy without asking anybody; what two ways of looking say, once."""
    findings = tuple(local_finding(document, remark) for remark in lint(document))
    if not validates(config):
        return findings
    severities, remarked = Severities(config), Remarked(document, document)
    for remark in remarks_on(document)[0]:
        findings = remarked.with_remark(findings, remark, severities, ())
    return findings


def remarks_on(document: PolicyDocument) -> tuple[tuple[PolicyRemark, ...], frozenset[str]]:
    """The issues of a policy in the form of the service's remarks, and the codes that were looked for."""
    validation = validate(document)
    layout = Layout(document.text, document.root)
    remarks = tuple(
        PolicyRemark(
            kind=CODES[issue.code].type.value,
            code=issue.code,
            message=issue.details,
            link=CODES[issue.code].learn_more,
            spans=tuple(layout.span(spot) for spot in issue.spots),
        )
        for issue in validation.issues
    )
    return remarks, validation.evaluated


def evaluated_note(document: PolicyDocument) -> str:
    """How many issue codes are evaluated offline, for the summary."""
    return f"{len(remarks_on(document)[1])} of {len(CODES)} issue codes of ValidatePolicy evaluated offline"
