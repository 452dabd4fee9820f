"""The secrets of a file with what the repository's own files say of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from pregate.levels import Confidence
from pregate.secrets import allowlist
from pregate.secrets.document import Document
from pregate.secrets.found import Secret, SecretValue
from pregate.secrets.gitleaks import matching
from pregate.secrets.gitleaks.allowing import Allowing
from pregate.secrets.gitleaks.model import CustomRules
from pregate.secrets.given import Given


def with_given(
    document: Document, secrets: Sequence[Secret], given: Given, disabled: Collection[str], *, is_own: bool
) -> tuple[Secret, ...]:
    """
    ``secrets`` and what the user's rules find, in order of place; what is allowed, or in the baseline, is
    suppressed by the file that says so.

    Where detectors of our own (``is_own``) and a user's rule mean the same text, the surer of the two is
    told. What ``disabled`` detectors found is told by nobody.
    """
    found = list(secrets)
    if given.rules is not None:
        allowing = Allowing(given.rules, document.path, document.lines)
        found = [_allowed(secret, allowing, given.rules) for secret in found]
        # The file holds what its rules are made of; gitleaks leaves it out too.
        is_source = document.path in (given.rules.path, *given.rules.extended)
        customs = [] if is_source else list(_customs(document, given.rules, allowing))
        found = _merged(found, customs, disabled) if is_own else found + customs
    if given.known is not None:
        lines, known = document.lines, given.known
        found = [
            s._replace(suppressed_by=known.path)
            if not s.suppressed_by and known.holds(document.path, s, lines[s.line - 1] if lines else "")
            else s
            for s in found
        ]
    return tuple(sorted(found, key=lambda s: (s.line, s.start, s.end, s.detector)))


def _allowed(secret: Secret, allowing: Allowing, rules: CustomRules) -> Secret:
    if secret.suppressed_by:
        return secret
    last = max((line for line, _, _ in secret.body), default=secret.line)
    is_allowed = allowing.allows(secret.detector, secret.value.reveal(), None, secret.line - 1, last - 1)
    return secret._replace(suppressed_by=rules.path) if is_allowed else secret


def _customs(document: Document, rules: CustomRules, allowing: Allowing) -> Iterator[Secret]:
    comments = allowlist.Comments(document.lines)
    pragmas: dict[int, str] = {}
    for found in matching.find(document, rules):
        hit, value = found.hit, found.hit.value
        if hit.row not in pragmas and document.lines:
            previous = document.lines[hit.row - 1] if hit.row else ""
            line = document.lines[hit.row].rstrip()
            pragmas[hit.row] = allowlist.pragma(line, previous, document.extension)
        by = pragmas.get(hit.row, "") if hit.is_value else ""
        by = by or (comments.among(found.first, found.last) if hit.is_value else "")
        if not by and allowing.allows(hit.detector, value, found.match, found.first, found.last):
            by = rules.path
        yield Secret(
            hit.detector,
            hit.row + 1,
            hit.start + 1,
            hit.end + 1,
            SecretValue(value),
            by,
            tuple((row + 1, start + 1, end + 1) for row, start, end in hit.body),
            Confidence.HIGH,
            hit.is_value,
            hit.note,
        )


def _merged(own: Sequence[Secret], customs: Iterable[Secret], disabled: Collection[str]) -> list[Secret]:
    """
    All of ours and what a user's rules add. What a rule finds that ours is less sure of is masked still, but
    told by the rule.
    """
    found = list(own)
    rows: dict[int, list[int]] = {}
    for index, secret in enumerate(own):
        if secret.detector not in disabled:
            for line, _, _ in _spans(secret):
                rows.setdefault(line, []).append(index)
    for custom in customs:
        near = {index for line, _, _ in _spans(custom) for index in rows.get(line, ())}
        same = [index for index in near if _overlap(found[index], custom)]
        told = [index for index in same if found[index].confidence != Confidence.LOW]
        if told if custom.suppressed_by else any(_is_sure(found[index]) for index in told):
            continue
        found.append(custom)
        for index in same:
            found[index] = found[index]._replace(confidence=Confidence.LOW)
    return found


def _is_sure(secret: Secret) -> bool:
    return not secret.suppressed_by and secret.confidence in (None, Confidence.HIGH)


def _spans(secret: Secret) -> list[tuple[int, int, int]]:
    return [(secret.line, secret.start, secret.end), *secret.body]


def _overlap(one: Secret, other: Secret) -> bool:
    return any(a == b and s < e and t < f for a, s, f in _spans(one) for b, t, e in _spans(other))
