"""
Baselines of other tools: which of our findings they mean.

They name findings by file and line, or by a digest that only they can make; ours are matched by file, kind
and the nearest line, each at most once. Sources of the formats: detect-secrets, "docs/design.md" and
``core/baseline.py``; Bandit, "JSON formatter" and ``--baseline``; gitleaks, "Creating a baseline" and
``.gitleaksignore``; Checkov, "Using baseline" (``.checkov.baseline``).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pregate.errors import UsageError
from pregate.model import Finding
from pregate.records import dataclass

FORMATS = ("detect-secrets", "bandit", "gitleaks", "checkov")
ANY_LINE = 0


@dataclass(frozen=True, slots=True)
class Accepted:
    """
    One finding that another tool's baseline accepts: a file, a line (:data:`ANY_LINE` where it has none), and
    which rules of ours may be meant: ids, or one with a ``*`` at its end.
    """

    path: str
    line: int
    rules: tuple[str, ...]

    def means(self, finding: Finding) -> bool:
        """Whether the finding may be it, wherever it stands in the file."""
        same = finding.location.path == self.path
        return same and any(
            finding.rule.id.startswith(rule[:-1]) if rule.endswith("*") else finding.rule.id == rule
            for rule in self.rules
        )


def read_foreign(
    data: bytes, origin: str, plugins: Mapping[str, str], kind: str = ""
) -> tuple[str, tuple[Accepted, ...]]:
    """
    The format of a baseline and what it accepts. ``plugins`` are detect-secrets' plugins by the type that its
    baselines name (``AWS Access Key``); ``kind`` is one of :data:`FORMATS`, or ``""`` to see by the content.

    Raises UsageError for what is none of them. Entries of another shape are left out.
    """
    value: Any = None
    if not data.strip():
        raise UsageError(f"{origin}: is empty", "See whether the tool that made it did its work.")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        if kind not in ("", "gitleaks") or not _is_ignore_file(data):
            raise UsageError(
                f"{origin}: neither JSON nor a .gitleaksignore",
                f"Baselines of {', '.join(FORMATS)} can be taken over.",
            ) from None
        return "gitleaks", tuple(_gitleaks_ignore(data.decode("utf-8", "replace")))
    kind = kind or _kind(value)
    readers: Mapping[str, Callable[[Any], Iterable[Accepted]]] = {
        "detect-secrets": lambda v: _detect_secrets(v, plugins),
        "bandit": _bandit,
        "gitleaks": _gitleaks,
        "checkov": _checkov,
    }
    if kind not in readers:
        raise UsageError(
            f"{origin}: not a baseline that is known", f"Name its format: --format {'|'.join(FORMATS)}."
        )
    return kind, tuple(readers[kind](value))


def matched(accepted: Sequence[Accepted], findings: Sequence[Finding]) -> tuple[tuple[Finding, ...], int]:
    """The findings that are accepted, and how much of ``accepted`` has none (any more)."""
    by_path: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_path[finding.location.path].append(finding)
    chosen: dict[int, Finding] = {}
    lost = 0
    for item in accepted:
        free = [f for f in by_path[item.path] if id(f) not in chosen and item.means(f)]
        if not free:
            lost += 1
            continue
        nearest = min(
            free, key=lambda f: (abs(f.location.start_line - item.line) if item.line else 0, f.location)
        )
        for finding in [nearest] if item.line else free:
            chosen[id(finding)] = finding
    return tuple(chosen.values()), lost


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "gitleaks" if all(isinstance(v, dict) and "RuleID" in v for v in value) else ""
    if not isinstance(value, dict):
        return ""
    if "plugins_used" in value or isinstance(value.get("results"), dict):
        return "detect-secrets"
    if "failed_checks" in value:
        return "checkov"
    return "bandit" if isinstance(value.get("results"), list) else ""


def _path(value: Any) -> str:
    return value.replace("\\", "/").removeprefix("./").lstrip("/") if isinstance(value, str) else ""


def _line(value: Any) -> int:
    return value if type(value) is int and value > 0 else ANY_LINE


def _rows(value: Any) -> Iterator[dict[str, Any]]:
    yield from (row for row in value if isinstance(row, dict)) if isinstance(value, list) else ()


def _detect_secrets(value: Any, plugins: Mapping[str, str]) -> Iterator[Accepted]:
    results = value.get("results") if isinstance(value, dict) else None
    for path, rows in results.items() if isinstance(results, dict) else ():
        for row in _rows(rows):
            plugin = plugins.get(str(row.get("type")))
            # Detectors of our own may have found it under another name.
            rules = (f"secrets/{plugin}", "secrets/*") if plugin else ("secrets/*",)
            yield Accepted(_path(path), _line(row.get("line_number")), rules)


def _bandit(value: Any) -> Iterator[Accepted]:
    for row in _rows(value.get("results") if isinstance(value, dict) else None):
        test = row.get("test_id")
        if isinstance(test, str):
            yield Accepted(_path(row.get("filename")), _line(row.get("line_number")), (f"python/{test}",))


def _gitleaks(value: Any) -> Iterator[Accepted]:
    for row in _rows(value):
        yield Accepted(_path(row.get("File")), _line(row.get("StartLine")), _leaks(row.get("RuleID")))


def _is_ignore_file(data: bytes) -> bool:
    """``.gitleaksignore``: fingerprints, one a line, ``[commit:]file:rule:line``."""
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    return bool(lines) and all(
        len(line.split(":")) >= 3 and line.rpartition(":")[2].isdigit() for line in lines
    )


def _gitleaks_ignore(text: str) -> Iterator[Accepted]:
    for line in text.splitlines():
        parts = line.strip().split(":")
        if len(parts) >= 3 and not line.startswith("#"):
            yield Accepted(_path(parts[-3]), int(parts[-1]), _leaks(parts[-2]))


def _leaks(rule: Any) -> tuple[str, ...]:
    return ("secrets/*", f"gitleaks/{rule}")


def _checkov(value: Any) -> Iterator[Accepted]:
    for row in _rows(value.get("failed_checks") if isinstance(value, dict) else None):
        for item in _rows(row.get("findings")):
            ids = item.get("check_ids")
            for check in ids if isinstance(ids, list) else ():
                yield Accepted(_path(row.get("file")), ANY_LINE, (f"checkov/{check}",))
