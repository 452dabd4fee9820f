"""What a ``.gitleaks.toml`` allows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pregate.secrets.gitleaks.expressions import matches
from pregate.secrets.gitleaks.model import Allowlist, CustomRules


class Allowing:
    """The allowlists of a file's findings; those by path are asked once for each file."""

    def __init__(self, custom: CustomRules, path: str) -> None:
        self._custom = custom
        self._is_path_allowed = cache(lambda allowlist: any(matches(p, path) for p in allowlist.paths))
        self._lists = cache(custom.allowlists_of)

    def allows(self, detector: str, secret: str, match: str, lines: Sequence[str]) -> bool:
        """Whether a finding is allowed: its secret, the match around it, and the lines of that."""
        return any(self._allows(a, secret, match, lines) for a in self._lists(detector))

    def _allows(self, allowlist: Allowlist, secret: str, match: str, lines: Sequence[str]) -> bool:
        answers = []
        if allowlist.has_commits and allowlist.needs_all:
            return False  # the commits are not known here
        if allowlist.paths:
            answers.append(self._is_path_allowed(allowlist))
        if allowlist.regexes:
            target = {"match": match, "line": "\n".join(lines)}.get(allowlist.target, secret)
            answers.append(any(matches(regex, target) for regex in allowlist.regexes))
        if allowlist.stopwords:
            lowered = secret.lower()
            answers.append(any(word in lowered for word in allowlist.stopwords))
        return bool(answers) and (all(answers) if allowlist.needs_all else any(answers))
