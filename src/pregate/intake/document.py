"""From bytes to a JSON object: what programs and shells make of a SARIF file on its way here."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from pregate.errors import ScannerError

LIMIT = 50 * 1024 * 1024
VALUES_MAX = 6_000_000
VERSION = "2.1.0"
_DIGITS_MAX = 40
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HTML = re.compile(r"\s{0,1000}<(?:!doctype|html|head|\?xml)", re.IGNORECASE)
_HINT = "Have the scanner write SARIF 2.1.0 to a file, and see in its log whether it did."


def load_document(data: bytes, origin: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """
    The SARIF log in ``data``, whose runs are still to be looked at, and notes on how it was written.

    UTF-8 with or without a byte order mark, UTF-16 and UTF-32; bytes that are none of these are replaced.
    Raises ScannerError for a document that is no SARIF 2.1.0; ``origin`` names it there.
    """
    if len(data) > LIMIT:
        raise ScannerError(
            f"{origin} is over the limit of {LIMIT // 1024**2} MiB", "Split it, or have fewer files scanned."
        )
    words, notes = _decode(data)
    if not words.strip("\0 \t\r\n"):
        raise ScannerError(f"{origin} is empty", _HINT)
    if _HTML.match(words):
        raise ScannerError(f"{origin} is a page of HTML or XML, not SARIF", _HINT)
    if sum(map(words.count, ",[{")) > VALUES_MAX:
        raise ScannerError(f"{origin} has more values than a report can have", "Split it.")
    value = _parsed(words, origin)
    if not isinstance(value, dict):
        raise ScannerError(f"{origin} is JSON, but no SARIF log", _HINT)
    _check_version(value, origin)
    return value, notes


def _decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    encoding = "utf-8"
    for mark, name in _MARKS:
        if data.startswith(mark):
            encoding, data = name, data[len(mark) :]
            break
    else:
        encoding = _unmarked(data)
    notes = [] if encoding == "utf-8" else [f"written in {encoding.upper()}"]
    try:
        words = data.decode(encoding)
    except UnicodeDecodeError:
        words = data.decode(encoding, "replace")
        notes.append("bytes that are no text were replaced")
    return words, tuple(notes)


def _unmarked(data: bytes) -> str:
    """JSON begins with an ASCII character: where the zeros stand tells the encoding (RFC 4627 §3)."""
    if len(data) >= 4 and data[0] and not data[1] and data[2] and not data[3]:
        return "utf-16-le"
    if len(data) >= 4 and not data[0] and data[1] and not data[2] and data[3]:
        return "utf-16-be"
    return "utf-8"


def _parsed(words: str, origin: str) -> Any:
    try:
        return json.loads(words, strict=False, parse_int=_integer, parse_constant=lambda _: None)
    except RecursionError:
        raise ScannerError(f"{origin} is nested too deep to be SARIF", _HINT) from None
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        offset = getattr(error, "pos", 0)
        if "<<<<<<< " in words[:offset] or words.startswith("<<<<<<<", offset):
            raise ScannerError(f"{origin} holds a merge conflict", _HINT) from None
        if offset >= len(words.rstrip()) or "Unterminated" in str(error):
            raise ScannerError(
                f"{origin} is truncated: it ends in the middle, at line {line}", _HINT
            ) from None
        raise ScannerError(f"{origin} is no JSON: line {line}", _HINT) from None


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS_MAX else None


def _check_version(value: dict[str, Any], origin: str) -> None:
    version, runs = value.get("version"), value.get("runs")
    schema = value.get("$schema")
    if version is None and isinstance(schema, str) and "2.1.0" in schema and isinstance(runs, list):
        version = VERSION
    if not isinstance(version, str) or not isinstance(runs, list):
        raise ScannerError(
            f"{origin} is JSON, but no SARIF log",
            "A SARIF log has the keys version and runs; the scanner may call the format sarif.",
        )
    # Errata and drafts of 2.1.0 differ by what follows: 2.1.0-rtm.5, 2.1.0-beta.
    if not (version == VERSION or version.startswith(f"{VERSION}-")):
        shown = version if re.fullmatch(r"[0-9A-Za-z.-]{1,20}", version) else "another version"
        raise ScannerError(
            f"{origin} is SARIF {shown}, and only {VERSION} is read",
            "Choose 2.1.0 where the scanner has a choice of versions, or convert it: "
            "sarif transform --sarif-output-version Current (Microsoft's Sarif.Multitool).",
        )
