"""
Whether the installed Bandit is the one whose tests the conditions in :mod:`.walk` were made for.

A wheel's ``RECORD`` names every file with its SHA-256
(https://packaging.python.org/en/latest/specifications/recording-installed-packages/), so that one short file
tells of a test that was added or altered, without an import. That is no defence against somebody who alters
what is installed, who could as well alter this.
"""

from __future__ import annotations

from binascii import crc32
from functools import cache

from pregate.checks.python.distribution import distribution_file, version

# Release: digests of the names of its tests, and of what its wheel installs.
_PROVEN = {"1.9.4": ("3519-b0a69302", "5991-885a588a")}


@cache
def doubt() -> str:
    """Why the conditions are not to be trusted for what is installed; ``""`` when they are."""
    found = version()
    known = _PROVEN.get(found)
    if known is None:
        return f"bandit {found} is not the release that was looked into"
    try:
        if tests_digest(distribution_file("entry_points.txt")) != known[0]:
            return f"this bandit {found} has other tests than the release that was looked into"
        if content_digest(distribution_file("RECORD")) not in ("", known[1]):
            return f"the source of this bandit {found} is not that of the release that was looked into"
    except (ImportError, OSError, UnicodeDecodeError) as error:
        return f"bandit's list of tests cannot be read ({type(error).__name__})"
    return ""


@cache
def has_record() -> bool:
    """Whether its files are known to be those of the release; else its tables have to be looked at."""
    try:
        return bool(content_digest(distribution_file("RECORD")))
    except (ImportError, OSError, UnicodeDecodeError):
        return False


def tests_digest(entry_points: str) -> str:
    """A digest of the names and places of all tests in an ``entry_points.txt``."""
    lines, section = [], ""
    for line in entry_points.splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif "=" in line and section in ("bandit.plugins", "bandit.blacklists"):
            lines.append("".join(line.split()))
    return _digest(lines)


def content_digest(record: str) -> str:
    """A digest of the hashes of the modules in a ``RECORD``; ``""`` when it has none."""
    lines = [line for line in record.splitlines() if line.startswith("bandit/") and ".py,sha256=" in line]
    return _digest(lines) if lines else ""


def _digest(lines: list[str]) -> str:
    # Not hashlib, which loads OpenSSL: nobody gains by two lists with the same sum.
    text = "\n".join(sorted(lines)).encode()
    return f"{len(text)}-{crc32(text):08x}"
