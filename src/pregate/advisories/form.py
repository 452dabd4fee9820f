"""
How an index holds what it knows: advisories in a compact form, and every piece with its checksum.

A piece is a checksum over its kind, its number and its content, then the content; one that was altered, or
stands where another should, is seen by whoever reads it. That guards against damage: who may write the file
may write a checksum too, so what comes out is checked like any foreign text.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii
from typing import Any

from pregate.lockfiles.model import Advisory, Affected, Event, Range
from pregate.lockfiles.osv import is_advisory_id

SUM = 16
MAX_PIECE = 32 * 1024 * 1024
# What most records hold: a record alone is too short to find repetitions in.
_COMMON = (
    b'"Packagist","RubyGems","crates.io","NuGet","Maven","Go","SEMVER","ECOSYSTEM",[["introduced","0"],'
    b'["last_affected","["fixed","1.0.0"]]]],["0.1.0","1.0.0","1.0.1","1.1.0","2.0.0","],[],"",[]]],'
    b'"https://access.redhat.com/security/cve/CVE-","https://security.netapp.com/advisory/ntap-",'
    b'"https://lists.debian.org/debian-lts-announce/20","https://github.com/pypa/advisory-database/tree/main/'
    b'vulns/","https://pypi.org/project/","https://www.npmjs.com/package/","/security/advisories/GHSA-",'
    b'"/releases/tag/v","/commit/","/pull/","https://github.com/","https://nvd.nist.gov/vuln/detail/CVE-202",'
    b'"Malicious code in  (npm)","This package was found to contain malicious code. Any computer that has '
    b"this package installed or running should be considered fully compromised. The vulnerability allows an "
    b'attacker to cause a denial of service, cross-site scripting (XSS) in versions prior to ",[["CVSS_V4",'
    b'"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"],["CVSS_V3","CVSS:3.1/AV:N/AC:L/PR:N/UI:N/'
    b'S:U/C:H/I:H/A:H"]],"CRITICAL","MODERATE","HIGH","LOW",[79,400,506],[["npm","[["PyPI","["GHSA-","CVE-202'
)


def seal(kind: str, number: int, content: bytes) -> bytes:
    """The piece that holds ``content``."""
    return checksum(kind, number, content) + content


def unseal(kind: str, number: int, piece: object) -> bytes:
    """The content of a piece; ValueError when it is not the one that was written there."""
    if not isinstance(piece, bytes) or piece[:SUM] != checksum(kind, number, piece[SUM:]):
        raise ValueError(f"{kind} {number} is damaged")
    return piece[SUM:]


def checksum(kind: str, number: int, content: bytes) -> bytes:
    """``SUM`` bytes."""
    return hashlib.blake2b(content, digest_size=SUM, key=f"{kind} {number}".encode()).digest()


def pack(advisory: Advisory) -> bytes:
    """The advisory as an index holds it: a list in the order of its fields, as JSON, compressed."""
    affected = [
        [
            f"{a.ecosystem}:{a.release}" if a.release else a.ecosystem,
            a.name,
            [[r.kind, [[e.kind, e.version] for e in r.events]] for r in a.ranges],
            a.versions,
            a.severity,
            a.severity_word,
            a.functions,
        ]
        for a in advisory.affected
    ]
    fields = [
        advisory.id,
        advisory.aliases,
        advisory.summary,
        advisory.details,
        advisory.published,
        advisory.modified,
        advisory.withdrawn,
        advisory.severity,
        advisory.severity_word,
        advisory.cwe,
        affected,
        advisory.references,
    ]
    packer = zlib.compressobj(9, zdict=_COMMON)
    return packer.compress(json.dumps(fields, separators=(",", ":")).encode()) + packer.flush()


def unpack(content: bytes) -> Advisory:
    """The inverse of :func:`pack`; ValueError for anything else."""
    unpacker = zlib.decompressobj(zdict=_COMMON)
    try:
        data = unpacker.decompress(content, MAX_PIECE)
        if not unpacker.eof:
            raise ValueError("a record is cut short or too large")
        return _advisory(json.loads(data.decode()))
    except (zlib.error, RecursionError, TypeError) as error:
        raise ValueError("a record cannot be unpacked") from error


def _advisory(fields: Any) -> Advisory:
    (
        identifier,
        aliases,
        summary,
        details,
        published,
        modified,
        withdrawn,
        severity,
        word,
        cwe,
        affected,
        links,
    ) = fields
    if not all(map(is_advisory_id, (identifier, *aliases))) or not all(isinstance(n, int) for n in cwe):
        raise ValueError("a record has no usable id")
    return Advisory(
        identifier,
        tuple(aliases),
        _plain(summary),
        _plain(details),
        _plain(published),
        _plain(modified),
        _plain(withdrawn),
        _pairs(severity),
        _plain(word),
        tuple(cwe),
        tuple(map(_affected, affected)),
        tuple(map(_plain, links)),
    )


def _affected(fields: Any) -> Affected:
    ecosystem, name, ranges, versions, severity, word, functions = fields
    if not isinstance(ecosystem, str) or not isinstance(name, str):
        raise TypeError("no name")
    spans = tuple(
        Range(_text(kind), tuple(Event(_text(k), _text(v)) for k, v in events)) for kind, events in ranges
    )
    severities = _pairs(severity) if severity else ()
    named = tuple(map(_plain, functions)) if functions else ()
    base, _, release = ecosystem.partition(":")
    listed = tuple(map(_text, versions))
    return Affected(base, name, spans, listed, severities, _plain(word), named, release)


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    return tuple((_text(kind), _text(score)) for kind, score in value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("no text")


def _plain(value: Any) -> str:
    if isinstance(value, str) and value.isprintable():
        return value
    raise TypeError("no plain text")


def key_of(ecosystem: str, name: str) -> str:
    """
    The key of a package whose ``name`` is normalised; what follows a colon in the ecosystem is its release.
    """
    return f"{ecosystem.partition(':')[0]}\n{name}"


def bucket_of(key: str, buckets: int) -> int:
    """Which of ``buckets`` (a power of two) holds the records of a key."""
    return zlib.crc32(key.encode("utf-8", "surrogatepass")) & (buckets - 1)


def pack_bucket(number: int, names: Mapping[str, list[int]]) -> bytes:
    """The piece that tells which records name the packages of a bucket, by their keys."""
    parts = (_needle(key) + ",".join(map(str, names[key])).encode() + b"]" for key in sorted(names))
    return seal("bucket", number, b"".join(parts))


def find_numbers(bucket: bytes, key: str) -> tuple[int, ...]:
    """
    The records of one key in an unsealed bucket, without looking at its others; ValueError when it is
    damaged.

    A comma before a quote stands nowhere but at the beginning of a key: within one, quotes are escaped.
    """
    needle = _needle(key)
    at = bucket.find(needle)
    if at < 0:
        return ()
    start = at + len(needle)
    return _numbers(bucket[start : bucket.index(b"]", start)])


def unpack_bucket(number: int, piece: object) -> dict[str, tuple[int, ...]]:
    """The inverse of :func:`pack_bucket`; ValueError for anything else."""
    body = unseal("bucket", number, piece)
    names = json.loads(b"{" + body[1:] + b"}")
    if body[:1] not in (b",", b"") or not isinstance(names, dict):
        raise ValueError(f"bucket {number} is none")
    return {key: find_numbers(body, key) for key in names}


def _needle(key: str) -> bytes:
    return f",{encode_basestring_ascii(key)}:[".encode()


def _numbers(text: bytes) -> tuple[int, ...]:
    return tuple(map(int, text.split(b",")))
