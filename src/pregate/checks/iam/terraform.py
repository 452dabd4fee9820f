"""The first step over a Terraform file: findings on the lines of its module's files."""

from __future__ import annotations

from pregate.checks.base import Analysis, Target
from pregate.checks.iam.findings import exposure_finding, in_order, unread_at, written
from pregate.checks.iam.offline import findings_on
from pregate.checks.iam.suffixes import is_terraform
from pregate.config import IamConfig
from pregate.iam.terraform import Extracted, extract_plan, extract_terraform
from pregate.iam.undecided import undecided
from pregate.model import Unread, UnreadReason
from pregate.positions import PositionError, decode


def analyse_terraform(target: Target, config: IamConfig) -> Analysis:
    """
    Findings of the policies that a file answers for; what its other files find on their own is left to them.
    """
    if not is_terraform(target):
        return Analysis(concerned=False)
    extracted = extract_terraform(target.path, {target.path: target.data, **dict(target.included)})
    return _analysis(target, extracted, config)


def analyse_plan(target: Target, config: IamConfig) -> Analysis:
    """Findings of the policies of a plan in JSON."""
    try:
        text = decode(target.data)
    except PositionError as error:
        return _analysis(target, Extracted(errors=((error.line, error.message),)), config)
    return _analysis(target, extract_plan(target.path, text), config)


def _analysis(target: Target, extracted: Extracted, config: IamConfig) -> Analysis:
    documents = extracted.documents
    gaps = [*extracted.gaps, *(gap for document in documents for gap in undecided(document))]
    findings = [finding for document in documents for finding in findings_on(document, config)]
    told = {
        (found.rule.id, found.location, found.message)
        for document in extracted.elsewhere
        for found in findings_on(document, config)
    }
    mine = [f for f in findings if (f.rule.id, f.location, f.message) not in told]
    mine += map(exposure_finding, extracted.exposures)
    unread = [unread_at(location, detail) for location, detail in gaps]
    for line, message in extracted.errors:
        detail = f"Terraform does not parse: {message}"
        unread.append(Unread(target.path, UnreadReason.UNPARSABLE, detail, line))
    return Analysis(
        findings=in_order(mine),
        unread=tuple(dict.fromkeys(unread)),
        facts=documents,
        sensitive=written(extracted.exposures),
        concerned=bool(documents or unread or mine),
    )
