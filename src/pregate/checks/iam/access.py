"""
What a change does to access, asked of a judge of whole policies (:mod:`pregate.checks.iam.panel`).

A policy that the change alters is compared with its own version before it; a new one, and every one where no
change is looked at, with the organisation's reference policy. Where that shows no new access, nothing else is
asked; else whether it grants what is listed as sensitive, and whether it lets the public in. The questions
that matter most come first, since a charged one may be one too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pregate.checks.base import AccessAnswer, AccessReason, Compared, Comparison, Pair
from pregate.checks.iam.access_findings import (
    Ruling,
    access_findings,
    whatever_is_listed,
    whatever_is_new,
    whoever_is_named,
)
from pregate.checks.iam.access_rules import (
    BEYOND_REFERENCE,
    NEW_ACCESS,
    PUBLIC_ACCESS,
    SENSITIVE_ACCESS,
    Severities,
)
from pregate.checks.iam.desk import Desk
from pregate.checks.iam.findings import in_order
from pregate.checks.iam.gaps import gap_of, invalid_policy, is_told_public
from pregate.checks.iam.judge import Judge
from pregate.checks.iam.matching import Match, match_policies
from pregate.checks.iam.panel import Later, Panel
from pregate.checks.iam.question import InvalidPolicyError, Question
from pregate.checks.iam.remarks import removed_note, unlike_note, untyped_note
from pregate.config import IamConfig
from pregate.errors import NotEvaluatedError
from pregate.iam import PolicyDocument, PolicyKind
from pregate.iam.comparable import Parts, allows_something, as_guard, parts_of, statements_in
from pregate.model import Finding, Unread
from pregate.records import dataclass, field

_GUARDS = (PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL)
_OPENING = (PolicyKind.RESOURCE, PolicyKind.TRUST)


@dataclass(slots=True)
class _Result:
    introduced: list[Finding] = field(default_factory=list)
    standing: list[Finding] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


class Comparer:
    """One comparison of a change; use once."""

    def __init__(self, config: IamConfig, judge: Judge) -> None:
        self._config = config
        self._judge = judge
        self._severities = Severities(config)
        desk = Desk(judge.checker, judge.store, config.max_custom_checks) if judge.checker else None
        local = None if config.engine == "aws" else Later()
        self._panel = Panel(config.engine, local, desk)
        self._results: list[_Result] = []
        self._pairs: Sequence[Pair] = ()
        self._harmless: set[int] = set()  # matches that were shown to bring no new access
        self._invalid: set[int] = set()  # matches that AWS would refuse, told once
        self._unlike = 0
        self._untyped = 0

    def compare(self, pairs: Sequence[Pair], removed: Sequence[Pair], *, compared: bool) -> Comparison:
        """What the change does to access, file by file."""
        matching = match_policies(pairs, removed)
        self._pairs = pairs
        self._results = [_Result() for _ in pairs]
        open_ones = [match for match in matching.matches if not compared or not match.is_unchanged]
        steps = {
            "no-new-access": self._ask_what_is_new,
            "no-public-access": self._ask_who_comes_in,
            "access-not-granted": self._ask_what_is_sensitive,
        }
        for check, step in steps.items():
            if check in self._config.checks:
                for match in open_ones:
                    if id(match) not in self._harmless:
                        step(match)
        notes = (*self._panel.notes(), *self._remarks(compared), *removed_note(matching.removed))
        return Comparison(tuple(_compared(result) for result in self._results), notes)

    # --------------------------------------------------------------------------------------- no-new-access

    def _ask_what_is_new(self, match: Match) -> None:
        if match.bases:
            self._compare_with_bases(match)
        else:
            self._compare_with_reference(match)

    def _compare_with_bases(self, match: Match) -> None:
        """New is what no version before the change allowed: a merge commit has several."""
        answer = AccessAnswer(granted=False)
        for base in match.bases:
            found = self._answer(match, self._against(match.document, base), "new access")
            if found is None:
                return
            if not found.granted:
                self._harmless.add(id(match))
                return
            answer = found
        was = _whereabouts(match.bases[0], match.document)
        sentence = f"The base version{f' ({was})' if was else ''} did not allow it."
        ruling = Ruling(NEW_ACCESS, self._severities, sentence, "The change", was)
        pointing = whatever_is_new(match.document, match.bases)
        self._results[match.index].introduced += access_findings(match.document, answer, ruling, pointing)

    def _compare_with_reference(self, match: Match) -> None:
        reference = next((r for r in self._judge.references if r.is_for(match.document)), None)
        if reference is None:
            self._unlike += 1
            return
        question = self._against(match.document, reference.document)
        answer = self._answer(match, question, "access beyond the reference policy")
        if answer is None or not answer.granted:
            return
        sentence = f"The reference policy {reference.path} does not allow it."
        ruling = Ruling(BEYOND_REFERENCE, self._severities, sentence, compared_with=reference.path)
        findings = access_findings(match.document, answer, ruling, lambda _: iter(()))
        self._results[match.index].introduced += findings

    def _against(self, document: PolicyDocument, other: PolicyDocument) -> Question:
        within = self._bounds_of(document)
        return Question("no-new-access", as_guard(document), as_guard(other), within=within)

    def _bounds_of(self, document: PolicyDocument) -> tuple[PolicyDocument, ...]:
        return tuple(bound.document for bound in self._judge.bounds if bound.is_for(document))

    # ------------------------------------------------------------------------------------ no-public-access

    def _ask_who_comes_in(self, match: Match) -> None:
        document = match.document
        if document.kind not in _OPENING or not allows_something(document):
            return
        if not self._panel.knows_public(document):
            self._untyped += 1
            return
        answer = self._answer(match, Question("no-public-access", document), "public access")
        if answer is None or not answer.granted:
            return
        reasons = tuple(r for r in answer.reasons if not is_told_public(self._head(match), document, r))
        if answer.reasons and not reasons:
            return
        answer = AccessAnswer(granted=True, message=answer.message, reasons=reasons)
        before = any(self._granted(Question("no-public-access", base)) for base in match.bases)
        ruling = Ruling(PUBLIC_ACCESS, self._severities, _newly(match, before))
        found = access_findings(document, answer, ruling, whoever_is_named(document))
        self._file(match, found, standing=before)

    # ---------------------------------------------------------------------------------- access-not-granted

    def _ask_what_is_sensitive(self, match: Match) -> None:
        config, document = self._config, match.document
        if not (config.sensitive_actions or config.sensitive_resources):
            return
        if document.kind in _GUARDS or not allows_something(document):
            return
        answer = self._answer(match, self._sensitive(document), "sensitive access")
        if answer is None or not answer.granted:
            return
        sentence = "It is listed as sensitive (iam.sensitive-actions, iam.sensitive-resources)."
        ruling = Ruling(SENSITIVE_ACCESS, self._severities, sentence)
        pointing = whatever_is_listed(document, config.sensitive_actions, config.sensitive_resources)
        known = [parts for base in match.bases for parts in self._sensitive_before(base)]
        statements = statements_in(document.root)
        for reason in answer.reasons or (AccessReason(""),):
            part = AccessAnswer(granted=True, message=answer.message, reasons=(reason,))
            named = statements[reason.statement] if 0 <= reason.statement < len(statements) else None
            found = access_findings(document, part, ruling, pointing)
            self._file(match, found, standing=parts_of(document, named) in known)

    def _sensitive(self, document: PolicyDocument) -> Question:
        lists = (self._config.sensitive_actions, self._config.sensitive_resources)
        return Question("access-not-granted", document, None, *lists, self._bounds_of(document))

    def _sensitive_before(self, base: PolicyDocument) -> Iterator[Parts]:
        """The statements of a version before the change that granted something sensitive already."""
        answer = self._quietly(self._sensitive(base))
        statements = statements_in(base.root)
        for reason in answer.reasons if answer and answer.granted else ():
            if 0 <= reason.statement < len(statements):
                yield parts_of(base, statements[reason.statement])

    # --------------------------------------------------------------------------------------------- asking

    def _answer(self, match: Match, question: Question, about: str) -> AccessAnswer | None:
        """The answer, or None with a word in the file's gaps."""
        try:
            return self._panel.ask(question)
        except NotEvaluatedError as error:
            result = self._results[match.index]
            result.unread.append(gap_of(match.document, error, about))
            if isinstance(error, InvalidPolicyError) and error.is_new and id(match) not in self._invalid:
                self._invalid.add(id(match))
                result.introduced += invalid_policy(
                    match.document, error, self._head(match), self._severities
                )
        return None

    def _head(self, match: Match) -> Sequence[Finding]:
        return self._pairs[match.index].head.findings

    def _quietly(self, question: Question) -> AccessAnswer | None:
        """About a version before the change: without an answer, what it may have granted counts as new."""
        try:
            return self._panel.ask(question)
        except NotEvaluatedError:
            return None

    def _granted(self, question: Question) -> bool:
        answer = self._quietly(question)
        return answer is not None and answer.granted

    def _file(self, match: Match, findings: Iterable[Finding], *, standing: bool) -> None:
        result = self._results[match.index]
        (result.standing if standing else result.introduced).extend(findings)

    def _remarks(self, compared: bool) -> Iterator[str]:
        asks_service = self._judge.checker is not None
        if self._unlike and (self._judge.references or (compared and asks_service)):
            yield unlike_note(self._unlike, "new" if compared else "")
        if self._untyped and asks_service:
            yield untyped_note(self._untyped)


def _whereabouts(base: PolicyDocument, document: PolicyDocument) -> str:
    """Where the policy stood before, if not where it stands now."""
    path, now = base.places[0].value.path, document.places[0].value.path
    if (path, base.name) == (now, document.name):
        return ""
    return f"{base.name} in {path}" if base.name and base.name != document.name else path


def _newly(match: Match, before: bool) -> str:
    if before:
        return "The base version did so, too."
    return "The base version did not." if match.bases else "The policy is new."


def _compared(result: _Result) -> Compared:
    return Compared(
        in_order(result.introduced), in_order(result.standing), tuple(dict.fromkeys(result.unread))
    )
