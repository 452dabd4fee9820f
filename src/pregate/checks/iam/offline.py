"""What is wrong with a policy by itself: local rules, and ``ValidatePolicy`` as far as it works offline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pregate.iam.linter import lint
from pregate.iam.validation.issues import issues_of

if TYPE_CHECKING:
    from pregate.config import IamConfig
    from pregate.iam.document import PolicyDocument
    from pregate.iam.remark import Remark
    from pregate.iam.validation.issue import Issue
    from pregate.model import Finding


def validates(config: IamConfig) -> bool:
    """Whether policies are validated offline."""
    return config.engine != "aws" and "validate" in config.checks


def findings_on(document: PolicyDocument, config: IamConfig) -> tuple[Finding, ...]:
    """What is found on a policy without asking anybody; what two ways of looking say, once."""
    remarks = lint(document)
    issues = issues_of(document) if validates(config) else ()
    return _findings(document, config, remarks, issues) if remarks or issues else ()


def codes_of(document: PolicyDocument) -> tuple[frozenset[str], frozenset[str]]:
    """The issue codes found in a policy, and those that were looked for."""
    from pregate.iam.validation.validate import validate

    validation = validate(document)
    return frozenset(issue.code for issue in validation.issues), validation.evaluated


def _findings(
    document: PolicyDocument, config: IamConfig, remarks: Sequence[Remark], issues: Sequence[Issue]
) -> tuple[Finding, ...]:
    # Most policies have none, and need nothing of what makes them.
    from pregate.checks.base import PolicyRemark
    from pregate.checks.iam.access_rules import Severities
    from pregate.checks.iam.equivalents import Gathered
    from pregate.checks.iam.findings import local_finding
    from pregate.checks.iam.placing import Remarked
    from pregate.iam.validation.codes import CODES
    from pregate.iam.validation.locations import Layout

    gathered = Gathered(local_finding(document, remark) for remark in remarks)
    if issues:
        severities, remarked = Severities(config), Remarked(document, document)
        layout = Layout(document.text, document.root)
        for issue in issues:
            places = [(spot.pointer, spot.on_key) for spot in issue.spots] or [("", False)]
            code, spans = CODES[issue.code], tuple(layout.span(spot) for spot in issue.spots)
            remark = PolicyRemark(code.type.value, code.name, issue.details, code.learn_more, spans)
            remarked.add(remark, places, gathered, severities)
    return gathered.findings
