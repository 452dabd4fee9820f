"""What is wrong with a policy by itself: local rules, and ``ValidatePolicy`` as far as it works offline."""

from __future__ import annotations

from pregate.checks.base import PolicyRemark
from pregate.checks.iam.access_rules import Severities
from pregate.checks.iam.equivalents import Gathered
from pregate.checks.iam.findings import local_finding
from pregate.checks.iam.placing import Remarked
from pregate.config import IamConfig
from pregate.iam import PolicyDocument, lint
from pregate.iam.validation.codes import CODES
from pregate.iam.validation.issue import Issue
from pregate.iam.validation.locations import Layout
from pregate.iam.validation.validate import validate
from pregate.model import Finding


def validates(config: IamConfig) -> bool:
    """Whether policies are validated offline."""
    return config.engine != "aws" and "validate" in config.checks


def findings_on(document: PolicyDocument, config: IamConfig) -> tuple[Finding, ...]:
    """What is found on a policy without asking anybody; what two ways of looking say, once."""
    gathered = Gathered(local_finding(document, remark) for remark in lint(document))
    if validates(config):
        severities, remarked = Severities(config), Remarked(document, document)
        layout = Layout(document.text, document.root)
        for issue in validate(document).issues:
            places = [(spot.pointer, spot.on_key) for spot in issue.spots] or [("", False)]
            remarked.add(_remark(issue, layout), places, gathered, severities)
    return gathered.findings


def codes_of(document: PolicyDocument) -> tuple[frozenset[str], frozenset[str]]:
    """The issue codes found in a policy, and those that were looked for."""
    validation = validate(document)
    return frozenset(issue.code for issue in validation.issues), validation.evaluated


def _remark(issue: Issue, layout: Layout) -> PolicyRemark:
    """An issue in the form of the service's remarks."""
    code = CODES[issue.code]
    spans = tuple(layout.span(spot) for spot in issue.spots)
    return PolicyRemark(code.type.value, code.name, issue.details, code.learn_more, spans)
