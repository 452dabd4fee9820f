"""
Private keys as text: PEM blocks (RFC 7468, RFC 4880 section 6.2), PuTTY's files, .NET's XML, JSON Web Keys
(RFC 7517), WireGuard's and NATS's.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from functools import cache

from pregate.expressions import expression
from pregate.levels import Confidence
from pregate.secrets import pem
from pregate.secrets.document import Document
from pregate.secrets.found import Hit
from pregate.secrets.places import values
from pregate.secrets.places.model import Place
from pregate.secrets.places.pattern import hit, matches_at, places_of

DETECTOR = "PrivateKeyDetector"
_HEADER = expression(r"-----BEGIN ((?:[A-Z0-9]{2,12} ){0,3})PRIVATE KEY(?: BLOCK)?-----")
_SHORTEST = 64
_LEAST_DIFFERENT = 12
_ENCRYPTED = ("Proc-Type: 4,ENCRYPTED", "DEK-Info:")
_PREAMBLE = 6
_OPENSSH = b"openssh-key-v1\0"
_UNENCRYPTED = b"\0\0\0\x04none"
_PUTTY_LINES = 200
_WINDOW = 6000
_CRC_BITS, _CRC_TOP, _CRC_MASK, _CRC_POLYNOMIAL = 8, 0x8000, 0xFFFF, 0x1021


def _private_keys(document: Document) -> Iterator[Hit]:
    for match in _HEADER.finditer(document.text):
        row = document.row(match.start())
        start = match.start() - document.starts[row]
        end = match.end() - document.starts[row]
        body = tuple(pem.body(document.lines, row, end))
        if not _is_material(document, body):
            continue
        value = "\n".join(document.lines[i][first:last] for i, first, last in body)
        locked = "ENCRYPTED" in match[1] or _is_locked(document, row, end, value)
        yield _key(row, start, end, body, value, is_locked=locked)


def _key(row: int, start: int, end: int, body: tuple[pem.Span, ...], value: str, *, is_locked: bool) -> Hit:
    sure = Confidence.MEDIUM if is_locked else Confidence.HIGH
    note = ", encrypted" if is_locked else ""
    return Hit(DETECTOR, row, start, end, sure, note, value, body, is_value=False)


def _is_material(document: Document, body: tuple[pem.Span, ...]) -> bool:
    """Whether the body is a key's: long enough, and not the same few characters again and again."""
    text = "".join(document.lines[row][first:last] for row, first, last in body)
    return (
        len(text) >= _SHORTEST
        and "EXAMPLE" not in text[:_SHORTEST]
        and len(set(text[:400])) >= _LEAST_DIFFERENT
    )


def _is_locked(document: Document, row: int, end: int, value: str) -> bool:
    """Whether a passphrase guards the key: RFC 1421 headers, or the cipher in OpenSSH's own format."""
    after = [document.lines[row][end : end + 200], *document.lines[row + 1 : row + _PREAMBLE]]
    if any(mark in line[:200] for line in after for mark in _ENCRYPTED):
        return True
    first = value.partition("\n")[0].lstrip("n")[:64]
    try:
        data = binascii.a2b_base64(first[: len(first) // 4 * 4])
    except binascii.Error:
        return False
    return data.startswith(_OPENSSH) and not data.startswith(_OPENSSH + _UNENCRYPTED)


@cache
def _compiled(expression: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(expression, flags)


def _putty_keys(document: Document) -> Iterator[Hit]:
    """PuTTY's own files (putty.org.ru/htmldoc/AppendixC.html), versions 2 and 3."""
    lines = document.lines
    for match in _compiled(r"PuTTY-User-Key-File-[123]: [a-z0-9@.-]{3,40}").finditer(document.text):
        row = document.row(match.start())
        start = match.start() - document.starts[row]
        end = match.end() - document.starts[row]
        locked, body = False, []
        left = 0
        for index in range(row + 1, min(len(lines), row + _PUTTY_LINES)):
            line = lines[index][:200]
            text = line.strip(" \t\"'\\n,+")
            if "PuTTY-User-Key-File-" in line:
                break
            if "Encryption:" in line:
                locked = "none" not in line
            elif "Private-Lines:" in line:
                digits = line.rpartition(":")[2].strip(" \t\"'\\n,+")
                left = min(int(digits), _PUTTY_LINES) if digits.isdecimal() and len(digits) < _CRC_BITS else 0
            elif left and text:
                column = line.find(text)
                body.append((index, column, column + len(text)))
                left -= 1
            elif "Private-MAC:" in line:
                break
        if _is_material(document, tuple(body)):
            value = "\n".join(lines[i][first:last] for i, first, last in body)
            yield _key(row, start, end, tuple(body), value, is_locked=locked)


def _xml_keys(document: Document) -> Iterator[Hit]:
    """The private exponent in .NET's XML of an RSA key (RSA.ToXmlString)."""
    for match in _compiled(r"<D>\s{0,8}(?P<value>[A-Za-z0-9+/]{40,1400}={0,2})\s{0,8}</D>").finditer(
        document.text
    ):
        yield from hit(document, DETECTOR, *match.span("value"), _shaped)


def _web_keys(document: Document) -> Iterator[Hit]:
    """The private member of a JSON Web Key: ``d`` of RSA and elliptic curves, ``k`` of symmetric ones."""
    expression = r'\\?"(?P<name>[dk])\\?"\s{0,8}:\s{0,8}\\?"(?P<value>[A-Za-z0-9_-]{22,1400})\\?"'
    for match in _compiled(expression).finditer(document.text):
        around = document.data[max(0, match.start() - _WINDOW) : match.end() + _WINDOW]
        at = around.find(b"kty")
        if at < 0 or (
            match["name"] == "k"
            and not _compiled(r'kty\\?"\s{0,8}:\s{0,8}\\?"oct').search(around.decode("ascii"))
        ):
            continue
        yield from hit(document, DETECTOR, *match.span("value"), _shaped)


def _shaped(value: str, path: str) -> tuple[Confidence, str, str] | None:  # noqa: ARG001
    return None if len(set(value)) < _LEAST_DIFFERENT or "..." in value else (Confidence.HIGH, "", "")


_WIREGUARD = (b"privatekey", b"presharedkey")


def _wireguard_keys(document: Document) -> Iterator[Hit]:
    expression = r"\b(?:private|preshared)key[ \t]{0,8}[=:][ \t]{0,8}[\"']?"
    expression += r"(?P<value>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)"
    for match in matches_at(document, _compiled(expression, re.IGNORECASE), _WIREGUARD):
        if not values.is_reference(match["value"]):
            yield from hit(document, "WireGuardKeyDetector", *match.span("value"), _shaped)


_SEED = 58
# In lower case, as a file is first searched.
_SEEDS = (b"sua", b"saa", b"soa", b"sna", b"sca", b"sxa")


def _nats_seeds(document: Document) -> Iterator[Hit]:
    expression = _compiled(r"(?<![A-Z0-9])(?P<value>S[ACNOUX]A[A-Z2-7]{55})(?![A-Z0-9])")
    for needle in _SEEDS if document.has_run(_SEED) else ():
        for at in places_of(document.data, needle.upper()):
            match = expression.match(document.text, at)
            if match and is_nats_seed(match["value"]):
                yield from hit(document, "NatsSeedDetector", *match.span("value"), _shaped)


def is_nats_seed(value: str) -> bool:
    """Whether the check digits of a seed are right: CRC-16 (XMODEM), github.com/nats-io/nkeys."""
    from base64 import b32decode  # a hook needs it for nothing else

    data = b32decode(value + "=" * (-len(value) % 8))
    crc = 0
    for byte in data[:-2]:
        crc ^= byte << 8
        for _ in range(_CRC_BITS):
            crc = (crc << 1 ^ (_CRC_POLYNOMIAL if crc & _CRC_TOP else 0)) & _CRC_MASK
    return crc == int.from_bytes(data[-2:], "little")


PLACES = (
    Place((DETECTOR,), (b"private key",), _private_keys),
    Place((DETECTOR,), (b"putty-user-key-file-",), _putty_keys),
    Place((DETECTOR,), (b"<rsakeyvalue>",), _xml_keys),
    Place((DETECTOR,), (b'"kty"', b'\\"kty\\"'), _web_keys),
    Place(("WireGuardKeyDetector",), _WIREGUARD, _wireguard_keys),
    Place(("NatsSeedDetector",), _SEEDS, _nats_seeds, run=_SEED),
)
