"""pregate's own reasoning as a judge of access: free, offline, and silent where it is not certain."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator

from pregate.checks.base import AccessAnswer, AccessReason
from pregate.checks.iam.question import BudgetError, InvalidPolicyError, Question, UnknownError
from pregate.iam import PolicyDocument, PolicyKind
from pregate.iam.comparable import restored, statements_in
from pregate.iam.document import to_text
from pregate.iam.plain import is_all_of_a_kind
from pregate.iam.reasoning import (
    Decision,
    Limits,
    Request,
    Result,
    check_access_not_granted,
    check_no_new_access,
    check_no_public_access,
)
from pregate.iam.reasoning.cases import Documents
from pregate.iam.reasoning.gravity import Gravity, gravest
from pregate.iam.reasoning.words import ALL_BUT, Written, sentence_for, written_in
from pregate.iam.statements import statements_of
from pregate.model import Severity
from pregate.positions import Object, Scalar
from pregate.records import replace

_GUARDS = (PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL)
_MOST_EXAMPLES = 20
_MOST_REASONS = 200
_TOO = "This statement allows it, too"
_MOST_SECONDS = 1.0  # of a question about an example: none is needed
_WEIGHTS = {Gravity.LOOK: Severity.MEDIUM, Gravity.ESCALATION: Severity.CRITICAL}


class LocalEngine:
    """
    Answers questions about policies, whatever a template leaves open. ``seconds`` of processor time are there
    for all questions of a run together.
    """

    def __init__(self, seconds: float = 60.0) -> None:
        self._left = seconds
        self._started = 0.0
        self._counts: Counter[Result] = Counter()

    def ask(self, question: Question) -> AccessAnswer:
        """
        The answer. Raises UnknownError when there is no certain one, InvalidPolicyError when AWS would not
        take the policies, BudgetError when other questions have used up the time.
        """
        if self._left <= 0:
            raise BudgetError("other policies have used up the time for reasoning", "Split the change.")
        self._started = time.process_time()
        try:
            decision = self._decide(question)
            self._counts[decision.result] += 1
            return self._answer(question, decision)
        finally:
            self._left -= time.process_time() - self._started

    def notes(self) -> Iterator[str]:
        """How many questions were decided, for the summary."""
        asked = self._counts.total()
        if asked:
            decided = self._counts[Result.PASS] + self._counts[Result.FAIL]
            yield f"access: {decided} of {asked} {'question' if asked == 1 else 'questions'} decided offline"

    def _limits(self, most: float = Limits().seconds) -> Limits:
        left = self._left - (time.process_time() - self._started)
        return Limits(seconds=max(0.0, min(most, left)))

    def _decide(self, question: Question, most: float = Limits().seconds) -> Decision:
        document, within, limits = question.document, question.within, self._limits(most)
        match question.check:
            case "no-new-access" if question.existing is not None:
                return check_no_new_access(document, question.existing, within=within, limits=limits)
            case "access-not-granted":
                actions, resources = question.actions, question.resources
                return check_access_not_granted(document, actions, resources, within=within, limits=limits)
            case "no-public-access":
                return check_no_public_access(document, limits=limits)
            case _:
                raise ValueError(question.check)

    def _answer(self, question: Question, decision: Decision) -> AccessAnswer:
        match decision.result:
            case Result.PASS:
                return AccessAnswer(granted=False)
            case Result.FAIL:
                return AccessAnswer(granted=True, reasons=tuple(self._reasons(question, decision)))
            case Result.UNKNOWN:
                raise UnknownError([(doubt.value, words) for doubt, words in decision.doubts])
            case Result.INVALID:
                document = question.document
                alone = check_no_new_access(document, document, limits=self._limits())
                raise InvalidPolicyError(decision.errors, is_new=alone.result is Result.INVALID)

    def _reasons(self, question: Question, decision: Decision) -> Iterator[AccessReason]:
        """One for each statement that grants it; the first ones with the gravest example of their own."""
        for index in decision.statements[:_MOST_EXAMPLES]:
            part = replace(question, document=_with_one_grant(question.document, index))
            found = self._decide(part, _MOST_SECONDS) if len(decision.statements) > 1 else decision
            severity = Severity.UNKNOWN
            if question.check == "no-new-access" and found.result is Result.FAIL:
                documents = Documents(part.document, part.existing, part.within)
                gravity, found = gravest(documents, found, self._limits(_MOST_SECONDS))
                severity = _severity(question.document, index, gravity, found)
            if found.request is None:
                yield AccessReason(_TOO, index)
                continue
            words = _words(question.document, index, found.request)
            yield AccessReason(words, index, found.request.action, severity)
        yield from (AccessReason(_TOO, index) for index in decision.statements[_MOST_EXAMPLES:_MOST_REASONS])


def _severity(document: PolicyDocument, index: int, gravity: Gravity, found: Decision) -> Severity:
    """More rights on a named resource only are as bad as other access; a control policy grants nothing."""
    if gravity is Gravity.ESCALATION and (
        document.kind in _GUARDS or not _is_wide(_written(document, index, found.request))
    ):
        return Severity.HIGH
    return _WEIGHTS.get(gravity, Severity.HIGH)


def _is_wide(written: Written) -> bool:
    resource = written.resource
    return not resource or is_all_of_a_kind(resource) or resource.startswith(ALL_BUT)


def _written(document: PolicyDocument, index: int, request: Request | None) -> Written:
    statements = statements_of(document)
    if request is None or not 0 <= index < len(statements):
        return Written()
    return written_in(statements[index], request)


def _words(document: PolicyDocument, index: int, request: Request) -> str:
    """The request in words, with expressions of the template in the place of values made up for them."""
    written = _written(document, index, request)
    shown = replace(
        request,
        principal=replace(request.principal, text=restored(document, request.principal.text)),
        resource=restored(document, request.resource),
        context=tuple(
            (key, tuple(restored(document, value) for value in values)) for key, values in request.context
        ),
    )
    return sentence_for(document, shown, written, closing="")


def _with_one_grant(document: PolicyDocument, index: int) -> PolicyDocument:
    """The policy with all its Deny statements, but only one that allows."""
    root = document.root
    statements = statements_in(root)
    if not isinstance(root, Object) or len(statements) < 2:
        return document
    kept = [to_text(node) for at, node in enumerate(statements) if at == index or not _allows(node)]
    members = [(k.text, to_text(v)) for k, v in root if k.text != "Statement"]
    members.append(("Statement", f"[{','.join(kept)}]"))
    text = "{" + ",".join(f"{json.dumps(key)}:{value}" for key, value in members) + "}"
    return replace(document, text=text)


def _allows(node: object) -> bool:
    effect = node.get("Effect") if isinstance(node, Object) else None
    return isinstance(effect, Scalar) and effect.text.lower() != "deny"
