"""What a ``.gitleaks.toml`` allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from pregate.secrets.gitleaks.expressions import matches
from pregate.secrets.gitleaks.model import Allowlist, CustomRules


class Allowing:
    """What is allowed in one file; its path and each of its lines are held against an allowlist once."""

    def __init__(self, custom: CustomRules, path: str, lines: Sequence[str]) -> None:
        self._lists = cache(custom.allowlists_of)
        self._by_path = cache(lambda allowlist: _any(allowlist.paths, path))
        self._by_lines = cache(
            lambda allowlist, first, last: _any(allowlist.regexes, "\n".join(lines[first : last + 1]))
        )

    def allows(self, detector: str, secret: str, match: str | None, first: int, last: int) -> bool:
        """
        Whether a finding is allowed: its secret, the match around it (None: its lines), and the lines from
        ``first`` to ``last``, from 0, both inclusive.
        """
        return any(self._allows(a, secret, match, first, last) for a in self._lists(detector))

    def _allows(self, allowlist: Allowlist, secret: str, match: str | None, first: int, last: int) -> bool:
        if allowlist.has_commits and allowlist.needs_all:
            return False  # the commits are not known here
        answers = []
        if allowlist.paths:
            answers.append(self._by_path(allowlist))
        if allowlist.regexes:
            answers.append(self._by_regex(allowlist, secret, match, first, last))
        if allowlist.stopwords:
            lowered = secret.lower()
            answers.append(any(word in lowered for word in allowlist.stopwords))
        return bool(answers) and (all(answers) if allowlist.needs_all else any(answers))

    def _by_regex(self, allowlist: Allowlist, secret: str, match: str | None, first: int, last: int) -> bool:
        if allowlist.target == "secret":
            return _any(allowlist.regexes, secret)
        if allowlist.target == "match" and match is not None:
            return _any(allowlist.regexes, match)
        return self._by_lines(allowlist, first, last)


def _any(expressions: Iterable[str], text: str) -> bool:
    return any(matches(expression, text) for expression in expressions)
