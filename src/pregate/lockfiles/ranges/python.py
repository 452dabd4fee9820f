"""
The constraints of Python: PEP 440's specifiers by ``packaging``, and Poetry's notation over them.

Poetry (https://python-poetry.org/docs/dependency-specification/): ``^``, ``~``, ``1.*``, a bare version for
``==``, alternatives with ``||``; each is translated to specifiers.
"""

from __future__ import annotations

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from pregate.expressions import expression

_OPERATED = expression(r"(===|==|!=|~=|<=|>=|<|>|\^|~|=)?\s*((?:[0-9]+!)?[^\s,<>=~^!]+)")
_JOINT = expression(r"[\s,]+")


def admits(constraint: str, version: str) -> bool | None:
    """
    Whether the specifiers hold the version; a marker behind ``;`` is not looked at. None for a pre-release
    within specifiers that name none: whether it is taken depends on what else there is.
    """
    try:
        ours = Version(version)
        sets = [_specifiers(part) for part in constraint.partition(";")[0].replace("||", "|").split("|")]
    except (InvalidVersion, InvalidSpecifier):
        return None
    found = [s for s in sets if s is not None]
    if len(found) != len(sets):
        return None
    holding = [s for s in found if s.contains(ours, prereleases=True)]
    if not holding:
        return False
    return None if ours.is_prerelease and not any(s.prereleases for s in holding) else True


def _specifiers(text: str) -> SpecifierSet | None:
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    translated: list[str] = []
    at = 0
    for found in _OPERATED.finditer(text):
        if _JOINT.sub("", text[at : found.start()]):
            return None
        at = found.end()
        translated += _translated(found[1] or "", found[2])
    return None if _JOINT.sub("", text[at:]) else SpecifierSet(",".join(translated))


def _translated(operator: str, version: str) -> list[str]:
    if operator in ("", "=", "==") and version == "*":
        return []
    match operator:
        case "" | "=":
            return [f"=={version}"]
        case "^":
            release = Version(version).release
            place = next((i for i, n in enumerate(release) if n), len(release) - 1)
            return [f">={version}", f"<{_next(version, place)}"]
        case "~":
            return [f">={version}", f"<{_next(version, min(1, len(Version(version).release) - 1))}"]
    return [operator + version]


def _next(version: str, place: int) -> str:
    parsed = Version(version)
    numbers = [*parsed.release[:place], parsed.release[place] + 1]
    return (f"{parsed.epoch}!" if parsed.epoch else "") + ".".join(map(str, numbers))
