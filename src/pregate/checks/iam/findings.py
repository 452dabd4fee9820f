"""From remarks on policies to findings on lines of the file."""

from __future__ import annotations

from collections.abc import Iterable

from pregate.checks.base import Analysis
from pregate.digests import sha256
from pregate.iam import Extraction, PolicyDocument, Reference, breadth_of
from pregate.iam.environment import CODEBUILD_CREDENTIAL, Exposure
from pregate.iam.remark import Remark, shown
from pregate.iam.rules import BROAD_MANAGED_POLICY
from pregate.iam.undecided import undecided
from pregate.model import Finding, Location, Related, Rule, Unread, UnreadReason
from pregate.records import replace


def unread_at(location: Location, detail: str, reason: UnreadReason = UnreadReason.NOT_AUDITED) -> Unread:
    """The entry for a part of a policy that was not judged."""
    return Unread(location.path, reason, detail, location.start_line)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place; what several variants of a policy have in common, once."""
    distinct = {(f.rule.id, f.location, f.message): f for f in findings}
    return tuple(sorted(distinct.values(), key=lambda f: (f.location, f.rule.id)))


def completed(analysis: Analysis, extraction: Extraction, findings: Iterable[Finding]) -> Analysis:
    """
    The analysis with the ``findings`` on its documents, those on what the file only names, and what was not
    judged.
    """
    found = [*findings, *(f for reference in extraction.references for f in reference_finding(reference))]
    found += map(exposure_finding, extraction.exposures)
    gaps = [(gap.location, gap.detail) for gap in extraction.gaps]
    gaps += [gap for document in extraction.documents for gap in undecided(document)]
    return replace(
        analysis,
        findings=in_order(found),
        unread=tuple(dict.fromkeys(unread_at(location, detail) for location, detail in gaps)),
        sensitive=written(extraction.exposures),
    )


def anchor_of(document: PolicyDocument, rule: Rule, parts: Iterable[str]) -> str:
    """
    A digest of what makes it the same finding elsewhere: rule, policy, statement id, offending texts.

    No index of a statement and no line, so that moving statements changes nothing; unknown values by their
    kind.
    """
    texts = (rule.id, document.name, *(document.readable(part) for part in parts))
    return sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def local_finding(document: PolicyDocument, remark: Remark) -> Finding:
    """A local rule's remark where it stands in the file; the engine adds what all findings have."""
    location = document.locate(remark.pointer, key=remark.on_key)
    related = [Related(document.locate(pointer), words) for pointer, words in remark.related]
    if remark.statement:
        related.append(Related(start_of(document.locate(remark.statement)), "in this statement"))
    return Finding(
        rule=remark.rule,
        message=remark.message,
        location=location,
        severity=remark.severity,
        related=tuple(related),
        properties=properties_of(document),
        anchor=anchor_of(document, remark.rule, remark.anchor),
    )


def reference_finding(reference: Reference) -> Iterable[Finding]:
    """A finding for a policy that is only named, if it is known to be broad."""
    broad = breadth_of(reference)
    if broad:
        severity, words = broad
        boundary = "As a permissions boundary " if reference.boundary else ""
        anchor = "\0".join((BROAD_MANAGED_POLICY.id, reference.name.rpartition(".")[0], reference.arn))
        yield Finding(
            rule=BROAD_MANAGED_POLICY,
            message=f"{boundary}{shown(reference.arn)} {words}.",
            location=reference.location,
            severity=severity,
            properties=(("policy", reference.name), *reference.labels),
            anchor=sha256(anchor.encode("utf-8", "surrogatepass")).hexdigest(),
        )


def exposure_finding(exposure: Exposure) -> Finding:
    """A finding for a credential in a build's environment; neither it nor its anchor holds the value."""
    anchor = "\0".join((CODEBUILD_CREDENTIAL.id, exposure.resource, exposure.variable))
    return Finding(
        rule=CODEBUILD_CREDENTIAL,
        message=exposure.message,
        location=exposure.location,
        severity=exposure.severity,
        properties=(("resource", exposure.resource),),
        anchor=sha256(anchor.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def written(exposures: Iterable[Exposure]) -> tuple[Location, ...]:
    """Where the values of credentials stand themselves."""
    return tuple(exposure.location for exposure in exposures if exposure.is_written)


def start_of(location: Location) -> Location:
    """The first character of a region: a whole statement is too much to show."""
    line, column = location.start_line, location.start_column
    return Location(location.path, line, column, line, column + 1)


def properties_of(document: PolicyDocument) -> tuple[tuple[str, str], ...]:
    """Which policy of the file, and of what kind."""
    name = (("policy", document.name),) if document.name else ()
    return (*name, ("policy-kind", document.kind.value), *document.labels)
