"""
Amazon Inspector as a vulnerability database: locked packages as a CycloneDX document in, what is known of
them out.

Sources: Amazon Inspector Scan API Reference, ``ScanSbom`` (CycloneDX 1.5, at most 2,000 components); Amazon
Inspector User Guide, "Using CycloneDX namespaces with Amazon Inspector". The service says of a version that
it is affected and names a fixed one; it gives no ranges.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pregate import __version__
from pregate.aws.calls import Need, Service
from pregate.aws.clients import Clients
from pregate.errors import AdvisoryError
from pregate.lockfiles.cyclonedx import document_of, purl_sent, reference
from pregate.lockfiles.ecosystems import CRATES, GO, MAVEN, NPM, NUGET, PACKAGIST, PYPI, RUBYGEMS
from pregate.lockfiles.model import Advisory, Affected, Event, Package, Range
from pregate.lockfiles.osv import is_advisory_id, plain

NAME = "Amazon Inspector"
COMPONENTS_MAX = 2000
# Fewer than it takes, so that a request stays small.
BATCH = 1000
VULNERABILITIES_MAX = 100_000
FIXED = "amazon:inspector:sbom_scanner:fixed_version:"
# Amazon Inspector User Guide, "Supported operating systems and programming languages": scans of SBOMs.
COVERED = frozenset({PYPI, NPM, GO, CRATES, RUBYGEMS, PACKAGIST, NUGET, MAVEN})
MALICIOUS = "amazon:inspector:sbom_scanner:is_malicious"
HINT = 'Run again later, or leave "inspector" out of dependencies.sources.'
_METHODS = {"CVSSv4": "CVSS_V4", "CVSSv31": "CVSS_V3", "CVSSv3": "CVSS_V3", "CVSSv2": "CVSS_V2"}
_WORDS = frozenset({"critical", "high", "medium", "low", "info", "none"})


def actions() -> tuple[str, ...]:
    """The IAM actions that this takes."""
    return ("inspector-scan:ScanSbom",)


def resources() -> tuple[str, ...]:
    """The action knows no resources."""
    return ("*",)


class Inspector:
    """The port ``AdvisorySource`` on Amazon Inspector."""

    def __init__(self, clients: Clients, region: str = "", service: Service | None = None) -> None:
        self._clients = clients
        self._region = region
        self._service = service or Service(NAME)
        self._client: Any = None
        self._asked = ""

    def advisories_for(self, packages: Sequence[Package]) -> tuple[tuple[Advisory, ...], ...]:
        """
        The advisories for each package, in order; raises AwsError, or AdvisoryError for an answer that cannot
        be relied on.
        """
        found: list[tuple[Advisory, ...]] = []
        for start in range(0, len(packages), BATCH):
            found += self._scan(packages[start : start + BATCH])
        self._asked = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
        return tuple(found)

    def covers(self, ecosystem: str) -> bool:
        """Whether the ecosystem is one of those that Inspector's user guide names for SBOM scans."""
        return ecosystem in COVERED

    def describe(self) -> str:
        """The service and when it was asked."""
        return NAME + (f", asked {self._asked}" if self._asked else "")

    def _scan(self, packages: Sequence[Package]) -> list[tuple[Advisory, ...]]:
        if not any(map(purl_sent, packages)):
            return [()] * len(packages)
        need = Need("inspector-scan:ScanSbom")
        if self._client is None:
            open_client = functools.partial(self._clients.client, "inspector-scan", self._region)
            self._client = self._service.call(open_client, need)
        document = document_of(packages, __version__)
        act = functools.partial(self._client.scan_sbom, sbom=document, outputFormat="CYCLONE_DX_1_5")
        answer = self._service.call(act, need, HINT)
        return _advisories(answer.get("sbom"), packages)


def _advisories(answer: object, packages: Sequence[Package]) -> list[tuple[Advisory, ...]]:
    """What an answer says of each package; its components have our references, or others with our purls."""
    if not isinstance(answer, Mapping):
        raise _nonsense("no document")
    positions = _positions(answer, packages)
    found: list[dict[str, Advisory]] = [{} for _ in packages]
    for entry in _list(answer.get("vulnerabilities"), "vulnerabilities"):
        for ref in _affected(entry):
            if ref not in positions:
                raise _nonsense("a component that was not asked about")
            for position in positions[ref]:
                advisory = _advisory(entry, ref, packages[position])
                found[position][advisory.id] = advisory
    return [tuple(by_id[i] for i in sorted(by_id)) for by_id in found]


def _positions(answer: Mapping[str, Any], packages: Sequence[Package]) -> dict[str, list[int]]:
    by_purl: dict[str, list[int]] = {}
    for position, package in enumerate(packages):
        by_purl.setdefault(purl_sent(package), []).append(position)
    positions = {reference(n): [n] for n in range(len(packages))}
    for component in _list(answer.get("components"), "components"):
        ref, purl = component.get("bom-ref"), component.get("purl")
        if isinstance(ref, str) and isinstance(purl, str) and purl in by_purl:
            positions[ref] = by_purl[purl]
    return positions


def _affected(entry: Mapping[str, Any]) -> Iterator[str]:
    for item in _list(entry.get("affects"), "affects"):
        ref = item.get("ref")
        if not isinstance(ref, str):
            raise _nonsense("a vulnerability of nothing")
        yield ref


def _advisory(entry: Mapping[str, Any], ref: str, package: Package) -> Advisory:
    identifier = entry.get("id")
    if not is_advisory_id(identifier):
        raise _nonsense("a vulnerability without a usable id")
    properties = _properties(entry)
    fixed = plain(properties.get(FIXED + ref, ""), 100)
    names = [r.get("id") for r in _list(entry.get("references"), "references")]
    ratings = _list(entry.get("ratings"), "ratings")
    events = (Event("introduced", "0"), *((Event("fixed", fixed),) if fixed else ()))
    ecosystem, _, release = package.ecosystem.partition(":")
    return Advisory(
        id=str(identifier),
        aliases=tuple(sorted({n for n in names if isinstance(n, str) and _is_alias(n) and n != identifier})),
        details=_text(entry.get("description")),
        published=_text(entry.get("created"), 40),
        modified=_text(entry.get("updated"), 40),
        severity=tuple(_vectors(ratings)),
        severity_word="critical" if properties.get(MALICIOUS) == "true" else _word(ratings),
        cwe=tuple(sorted({c for c in _cwes(entry) if isinstance(c, int) and 0 < c < 1_000_000})),
        affected=(
            Affected(
                ecosystem,
                package.name,
                release=release,
                ranges=(Range("ECOSYSTEM", events),),
                versions=(package.version,),
            ),
        ),
        references=tuple(_urls(entry)),
    )


def _is_alias(name: str) -> bool:
    """Names that several databases share; a vendor's note on many vulnerabilities would tie them together."""
    return name.startswith(("CVE-", "GHSA-", "PYSEC-", "MAL-")) and is_advisory_id(name)


def _properties(entry: Mapping[str, Any]) -> dict[str, str]:
    pairs = ((p.get("name"), p.get("value")) for p in _list(entry.get("properties"), "properties"))
    return {n: v for n, v in pairs if isinstance(n, str) and isinstance(v, str)}


def _vectors(ratings: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for rating in ratings[:50]:
        kind = _METHODS.get(str(rating.get("method")))
        vector = rating.get("vector")
        if kind and isinstance(vector, str) and len(vector) <= 400:
            yield kind, vector


def _word(ratings: Sequence[Mapping[str, Any]]) -> str:
    """The first word of a rating of how bad it is; EPSS rates how likely it is used, and says none."""
    words = [str(r.get("severity", "")).lower() for r in ratings if _source(r) != "EPSS"]
    return next((word for word in words if word in _WORDS), "")


def _source(rating: Mapping[str, Any]) -> str:
    source = rating.get("source")
    return str(source.get("name", "")) if isinstance(source, Mapping) else ""


def _cwes(entry: Mapping[str, Any]) -> Sequence[object]:
    found = entry.get("cwes")
    return found[:100] if isinstance(found, list) else ()


def _urls(entry: Mapping[str, Any]) -> Iterator[str]:
    for item in _list(entry.get("advisories"), "advisories")[:200]:
        url = item.get("url")
        if isinstance(url, str) and url.startswith("https://") and len(url) <= 2048 and url.isprintable():
            yield url


def _list(value: object, field: str) -> list[Mapping[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > VULNERABILITIES_MAX:
        raise _nonsense(f"{field} that are no list")
    if not all(isinstance(item, Mapping) for item in value):
        raise _nonsense(f"{field} that are no objects")
    return value


def _text(value: object, limit: int = 20_000) -> str:
    return plain(value, limit) if isinstance(value, str) else ""


def _nonsense(what: str) -> AdvisoryError:
    return AdvisoryError(f"{NAME} answers with {what}", HINT)
