"""
The desk where questions about access are asked: each once, from memory where it was asked before, and at a
price only as long as the budget lasts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pregate.checks.base import MAX_ACCESS, AccessAnswer, AccessChecker, AccessReason, AnswerStore
from pregate.checks.iam.question import BudgetError, Question
from pregate.errors import NotEvaluatedError
from pregate.iam import PolicyDocument
from pregate.iam.comparable import statements_in
from pregate.positions import Object, Scalar

_SID = "\ue000"  # stands for a statement's id in what is kept: private use, so no service says it


class Desk:
    """Asks ``checker`` at most ``budget`` charged questions; ``asked`` and ``recalled`` count the answers."""

    def __init__(self, checker: AccessChecker, store: AnswerStore | None, budget: int) -> None:
        self._checker = checker
        self._store = store
        self._budget = budget
        self._answers: dict[tuple[str, ...], AccessAnswer | NotEvaluatedError] = {}
        self.recalled = 0
        self.refused = 0

    @property
    def checker(self) -> AccessChecker:
        """Who answers."""
        return self._checker

    def ask(self, question: Question) -> AccessAnswer:
        """
        The answer; a question about more actions or resources than fit into one call becomes several.

        Raises NotEvaluatedError when it cannot be given (BudgetError: was not paid for), AwsError when
        nothing can be asked.
        """
        granted: list[AccessAnswer] = []
        missing: NotEvaluatedError | None = None
        for part in _parts(question):
            try:
                answer = self._one(part)
            except NotEvaluatedError as error:
                missing = missing or error
                continue
            if answer.granted:
                granted.append(answer)
        if granted:
            return _joined(granted)
        if missing:
            raise missing
        return AccessAnswer(granted=False)

    def notes(self) -> Iterator[str]:
        """What was asked, for the summary."""
        calls = self._checker.charged_calls
        if calls or self.recalled:
            words = f"{calls} charged {'call' if calls == 1 else 'calls'}"
            yield f"custom policy checks: {words} to {self._checker.name}, {self.recalled} from the cache"
        if self.refused:
            count = f"{self.refused} {'question was' if self.refused == 1 else 'questions were'}"
            yield f"{count} not asked: iam.max-custom-checks is {self._budget}"

    def _one(self, question: Question) -> AccessAnswer:
        key = question.key
        known = self._answers.get(key)
        if known is None:
            known = self._recall(question)
        if known is None:
            try:
                known = self._send(question)
            except BudgetError:
                self.refused += 1
                raise
            except NotEvaluatedError as error:
                known = error
        self._answers[key] = known
        if isinstance(known, NotEvaluatedError):
            raise known
        return known

    def _send(self, question: Question) -> AccessAnswer:
        if self._checker.charged_calls >= self._budget:
            raise BudgetError(
                f"the budget of {self._budget} custom policy checks is used up",
                "Raise iam.max-custom-checks on the trusted branch, or split the change.",
            )
        match question.check:
            case "no-new-access" if question.existing is not None:
                answer = self._checker.no_new_access(question.existing, question.document)
            case "access-not-granted":
                answer = self._checker.access_not_granted(
                    question.document, question.actions, question.resources
                )
            case "no-public-access":
                answer = self._checker.no_public_access(question.document)
            case _:
                raise ValueError(question.check)
        if self._store is not None:
            self._store.keep(question.key, _dump(answer, question.document))
        return answer

    def _recall(self, question: Question) -> AccessAnswer | None:
        kept = self._store.recall(question.key) if self._store is not None else None
        answer = _load(kept, question.document) if kept is not None else None
        self.recalled += answer is not None
        return answer


def _parts(question: Question) -> Iterator[Question]:
    """The question in pieces of at most ``MAX_ACCESS`` actions and resources."""
    for actions in _pieces(question.actions):
        for resources in _pieces(question.resources):
            yield Question(question.check, question.document, question.existing, actions, resources)


def _pieces(values: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield values[:MAX_ACCESS]
    for start in range(MAX_ACCESS, len(values), MAX_ACCESS):
        yield values[start : start + MAX_ACCESS]


def _joined(answers: Sequence[AccessAnswer]) -> AccessAnswer:
    """One answer of several that say yes: every reason once."""
    reasons = {(r.statement, r.description): r for answer in answers for r in answer.reasons}
    messages = dict.fromkeys(answer.message for answer in answers if answer.message)
    return AccessAnswer(granted=True, message=" ".join(messages), reasons=tuple(reasons.values()))


def _dump(answer: AccessAnswer, document: PolicyDocument) -> str:
    """
    Without the ids of statements: they are the policy's words, and what is kept on disk holds none of them.
    """
    reasons = []
    for reason in answer.reasons:
        sid = _sid(document, reason.statement)
        words = reason.description.replace(sid, _SID) if sid else reason.description
        reasons.append([words, reason.statement])
    return json.dumps([answer.granted, answer.message, reasons])


def _load(text: str, document: PolicyDocument) -> AccessAnswer | None:
    try:
        granted, message, reasons = json.loads(text)
        found = [
            AccessReason(str(words).replace(_SID, _sid(document, int(at))), int(at)) for words, at in reasons
        ]
    except (ValueError, TypeError):
        return None
    return AccessAnswer(granted is True, str(message), tuple(found)) if isinstance(granted, bool) else None


def _sid(document: PolicyDocument, index: int) -> str:
    statements = statements_in(document.root)
    node = statements[index] if 0 <= index < len(statements) else None
    sid = node.get("Sid") if isinstance(node, Object) else None
    return sid.text if isinstance(sid, Scalar) else ""
