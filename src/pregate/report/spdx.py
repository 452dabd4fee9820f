"""
The verdict's inventory as SPDX 2.3 in JSON.

Source: SPDX specification 2.3 (https://spdx.github.io/spdx-spec/v2.3/) and its JSON schema. The namespace is
made from the content: the same verdict gives the same document. What could not be read is told in the
document's comment, and each gap in an annotation.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pregate import __version__
from pregate.model import License, Rule, Verdict
from pregate.report import HOME_PAGE
from pregate.report.bill import ROOT, SUBJECT, Entry, dumped, entries_of, gap_words, inventory_of, timestamp
from pregate.report.visible import one_line, place

VERSION = "SPDX-2.3"
DOCUMENT = "SPDXRef-DOCUMENT"
NO_ASSERTION = "NOASSERTION"
_TOOL = f"Tool: pregate-{__version__}"
_NO_ID = re.compile(r"[^A-Za-z0-9.-]+")


def render(verdict: Verdict, rules: Sequence[Rule] = ()) -> str:  # noqa: ARG001 - as every report
    """The document as ASCII JSON that ends in a line feed."""
    return dumped(document_of(verdict))


def document_of(verdict: Verdict) -> dict[str, Any]:
    """The document as dictionaries and lists."""
    inventory = inventory_of(verdict)
    entries = entries_of(inventory.components)
    subject = one_line(inventory.subject) or SUBJECT
    moment = timestamp(verdict.ended)
    root = _root(subject, verdict)
    content: dict[str, Any] = {
        "packages": [root, *map(_package, entries)],
        "relationships": list(_relationships(entries)),
    }
    gaps = [gap_words(gap) for gap in inventory.gaps]
    if gaps:
        annotation = {"annotationDate": moment, "annotationType": "OTHER", "annotator": _TOOL}
        content["annotations"] = [annotation | {"comment": f"unread: {words}"} for words in gaps]
    text = json.dumps([content, subject, verdict.head, verdict.change], sort_keys=True)
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()
    return {
        "spdxVersion": VERSION,
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT,
        "name": subject,
        "documentNamespace": f"{HOME_PAGE}spdx/{digest}",
        "creationInfo": {"created": moment, "creators": [_TOOL]},
        "comment": _comment(verdict, len(gaps)),
        "documentDescribes": [root["SPDXID"]],
        **content,
    }


def _comment(verdict: Verdict, gaps: int) -> str:
    parts = [f"What lock files hold: {one_line(verdict.change)}."]
    parts += ["Only files of the change were read."] if verdict.compared else []
    parts += [f"Incomplete: {gaps} entries or files could not be read; see the annotations."] if gaps else []
    return " ".join(parts)


def _root(subject: str, verdict: Verdict) -> dict[str, Any]:
    head = one_line(verdict.head)
    version = {"versionInfo": head} if head and not head.startswith(":") else {}
    return {
        "SPDXID": identifier(ROOT, SUBJECT),
        "name": subject,
        **version,
        "downloadLocation": NO_ASSERTION,
        "filesAnalyzed": False,
        "licenseConcluded": NO_ASSERTION,
        "licenseDeclared": NO_ASSERTION,
        "copyrightText": NO_ASSERTION,
        "primaryPackagePurpose": "APPLICATION",
    }


def _package(entry: Entry) -> dict[str, Any]:
    component = entry.component
    declared, comment = license_of(component.license)
    places = ", ".join(dict.fromkeys(place(spot) for spot in entry.places))
    made: dict[str, Any] = {
        "SPDXID": identifier(entry.ref, component.name),
        "name": one_line(component.name),
        "versionInfo": one_line(component.version),
        "downloadLocation": NO_ASSERTION,
        "filesAnalyzed": False,
        "licenseConcluded": NO_ASSERTION,
        "licenseDeclared": declared,
        "copyrightText": NO_ASSERTION,
        "primaryPackagePurpose": "LIBRARY",
        "sourceInfo": f"locked in {places}",
    }
    made |= {"licenseComments": comment} if comment else {}
    if component.purl:
        reference = {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl"}
        made["externalRefs"] = [reference | {"referenceLocator": component.purl}]
    return made


def license_of(known: License) -> tuple[str, str]:
    """What is declared, and a comment where SPDX has no way to say it."""
    words = known.id or known.expression
    # A reference needs the licence's text in the document, which nobody has here.
    if words and "licenseref-" not in words.lower():
        return words, ""
    other = one_line(words or known.name)
    return NO_ASSERTION, f"The lock file says: {other}" if other else ""


def identifier(ref: str, name: str) -> str:
    """An identifier in SPDX's alphabet, the same for the same reference."""
    digest = hashlib.sha256(ref.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    readable = _NO_ID.sub("-", name)[:60].strip("-.") or "package"
    return f"SPDXRef-{readable}-{digest}"


def _relationships(entries: Sequence[Entry]) -> Iterator[dict[str, str]]:
    root = identifier(ROOT, SUBJECT)
    known = {entry.ref: identifier(entry.ref, entry.component.name) for entry in entries}
    yield _relationship(DOCUMENT, "DESCRIBES", root)
    for entry in entries:
        own = known[entry.ref]
        if entry.is_top:
            match entry.dev, entry.optional:
                case True, _:
                    yield _relationship(own, "DEV_DEPENDENCY_OF", root)
                case _, True:
                    yield _relationship(own, "OPTIONAL_DEPENDENCY_OF", root)
                case _:
                    yield _relationship(root, "DEPENDS_ON", own)
        for ref in entry.requires:
            if ref in known:
                yield _relationship(own, "DEPENDS_ON", known[ref])


def _relationship(one: str, kind: str, other: str) -> dict[str, str]:
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
