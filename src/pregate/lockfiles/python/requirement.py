"""One requirement: a name, what it asks for, and whether that is exactly one version."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pregate.expressions import expression
from pregate.lockfiles.python.logical_lines import LogicalLine
from pregate.lockfiles.python.pinned_line import around_version
from pregate.model import Location
from pregate.records import dataclass, replace

MAX_REQUIREMENT = 4096
VARIABLE = expression(r"\$\{[A-Z0-9_]{1,200}\}")
_HASHES = expression(r"\s-")
# An address (git+https:, file:), a path (./x, /x, .), or the name of an archive.
_ELSEWHERE = expression(
    r"[A-Za-z][A-Za-z0-9+.-]{0,40}:|\.{0,2}/|\.{1,2}$|[^\s;@=<>!~]{1,400}\.(?:whl|zip|tar\.|tgz)|[^\s;@=<>!~]{1,400}/"
)
# The plainest pin, which needs no parser: half of a hook's time for a requirements file is importing one.
_PLAIN = expression(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)==([0-9]{1,9}(?:\.[0-9]{1,9}){0,5})", re.ASCII
)
# The plainest range as well, with the plainest conditions: whatever else stands there is for the parser.
_BOUND = r"(?:>=|<=|!=|<|>) ?[0-9]{1,9}(?:\.[0-9]{1,9}){0,5}"
_CONDITION = (
    r"(?:python_version|sys_platform|platform_system|os_name|extra) ?(?:==|!=|>=|<=|<|>) ?"
    r"(?:'[A-Za-z0-9._-]{1,50}'|\"[A-Za-z0-9._-]{1,50}\")"
)
_RANGED = expression(
    rf"([A-Za-z0-9](?:[A-Za-z0-9._-]{{0,200}}[A-Za-z0-9])?)(?: ?{_BOUND}(?:, ?{_BOUND}){{0,5}})?"
    rf"(?: ?; ?{_CONDITION}(?: (?:and|or) {_CONDITION}){{0,5}})?",
    re.ASCII,
)
_EXACT = expression(r"={2,3}\s*+([^\s,;()]++)")


@dataclass(frozen=True, slots=True)
class Pin:
    """
    A requirement: ``version`` is ``""`` when it is not pinned to one; ``why`` says why it cannot be audited.
    """

    name: str
    version: str
    location: Location
    hashed: bool = False
    why: str = ""
    around: tuple[str, ...] = ()


def parse_pin(path: str, line: LogicalLine, lines: Sequence[str] = ()) -> Pin | None:
    """
    The requirement that ``line`` holds, with the options of pip behind it; None when it is not one.

    ``lines`` are those of the file, where a version may be written in the place of another.
    """
    options = _HASHES.search(line.text)
    text = (line.text[: options.start()] if options else line.text).rstrip()
    hashed = "--hash" in line.text[len(text) :]
    place = line.location(path, 0, len(text))
    if VARIABLE.search(text):
        return Pin("", "", place, why="depends on an environment variable")
    if _ELSEWHERE.match(text):
        return Pin("", "", place, why="required by address or path: not from a package index")
    pin = _parse(text, line, path, hashed) if len(text) <= MAX_REQUIREMENT else None
    if pin is None or not pin.version or hashed or len(text) != len(line.text):
        return pin
    return replace(pin, around=around_version(lines, line, pin.version))


def _parse(text: str, line: LogicalLine, path: str, hashed: bool) -> Pin | None:
    plain = _PLAIN.fullmatch(text)
    if plain:
        return Pin(plain[1], plain[2], line.location(path, 0, len(text)), hashed)
    if ranged := _RANGED.fullmatch(text):
        return Pin(ranged[1], "", line.location(path, 0, len(text)), why=_unpinned(ranged[1]))
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None
    name = requirement.name
    place = line.location(path, 0, len(text))
    if requirement.url:
        return Pin("", "", place, why=f"{name} is required by address: not from a package index")
    equal = [s.version for s in requirement.specifier if s.operator in ("==", "===")]
    exact = {version for version in equal if not version.endswith(".*")}
    if len(exact) != 1:
        return Pin(name, "", place, why=_unpinned(name))
    version = exact.pop()
    written = next((m for m in _EXACT.finditer(text.partition(";")[0]) if m.group(1) == version), None)
    end = written.end() if written else len(text)
    return Pin(name, version, line.location(path, 0, end), hashed)


def _unpinned(name: str) -> str:
    return f"{name} is not pinned to one version"
