"""Who answers questions about access: pregate itself, a service, or both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pregate.checks.base import AccessAnswer
from pregate.checks.iam.desk import Desk
from pregate.checks.iam.question import (
    BudgetError,
    Question,
    UnknownError,
    for_service,
)
from pregate.errors import NotEvaluatedError
from pregate.iam import PolicyDocument, PolicyKind
from pregate.iam.linter import BOUNDING_TYPES
from pregate.records import replace

if TYPE_CHECKING:
    from pregate.checks.iam.local import LocalEngine

_LISTED = 5
_Outcome = AccessAnswer | NotEvaluatedError


class Later:
    """The local engine, made for the first question: most changes of policies leave none to reason about."""

    def __init__(self) -> None:
        self._engine: LocalEngine | None = None

    def ask(self, question: Question) -> AccessAnswer:
        """As :meth:`LocalEngine.ask`."""
        if self._engine is None:
            from pregate.checks.iam.local import LocalEngine

            self._engine = LocalEngine()
        return self._engine.ask(question)

    def notes(self) -> Iterator[str]:
        """As :meth:`LocalEngine.notes`."""
        return self._engine.notes() if self._engine else iter(())


class Panel:
    """
    Asks by the word of ``iam.engine``. ``local`` is None where only the service may answer, ``desk`` where it
    cannot be asked.
    """

    def __init__(self, engine: str, local: LocalEngine | Later | None, desk: Desk | None) -> None:
        self._both = engine == "both"
        self._local = local
        self._desk = desk
        self._disagreements: list[str] = []

    def knows_public(self, document: PolicyDocument) -> bool:
        """Whether anybody can tell if this resource or trust policy lets the public in."""
        if self._local is not None:
            return document.resource_type not in BOUNDING_TYPES
        return self._service_knows(document)

    def ask(self, question: Question) -> AccessAnswer:
        """
        The answer. Raises NotEvaluatedError when there is none, AwsError when the service must be asked and
        cannot.
        """
        if self._local is None:
            return self._ask_service(replace(question, within=()))
        if self._both:
            return self._ask_both(question, self._local)
        try:
            return self._local.ask(question)
        except UnknownError:
            if self._desk is None:
                raise
            answer = _outcome(self._ask_service, question)
            if isinstance(answer, AccessAnswer | BudgetError):
                return _given(answer)
            raise

    def notes(self) -> Iterator[str]:
        """What was asked and answered, for the summary."""
        if self._local is not None:
            yield from self._local.notes()
        if self._desk is not None:
            yield from self._desk.notes()
        found = self._disagreements
        yield from found[:_LISTED]
        if len(found) > _LISTED:
            yield f"{len(found) - _LISTED} more disagreements between pregate and AWS Access Analyzer"

    def _service_knows(self, document: PolicyDocument) -> bool:
        trust = document.kind is PolicyKind.TRUST
        return trust or (self._desk is not None and self._desk.checker.knows_public(document.resource_type))

    def _ask_service(self, question: Question) -> AccessAnswer:
        """
        A service knows of no bounds: what is not granted without them is not granted within, and nothing else
        follows.
        """
        if self._desk is None or (
            question.check == "no-public-access" and not self._service_knows(question.document)
        ):
            raise NotEvaluatedError("nobody can be asked", "")
        answer = self._desk.ask(for_service(question))
        if answer.granted and question.within:
            raise NotEvaluatedError("a service cannot be asked about access within boundaries", "")
        return answer

    def _ask_both(self, question: Question, local: LocalEngine | Later) -> AccessAnswer:
        """Access that one of them sees is access; where they say different things, that is noted."""
        mine, theirs = _outcome(local.ask, question), _outcome(self._ask_service, question)
        if isinstance(theirs, AccessAnswer) and not isinstance(mine, UnknownError):
            self._compare(question, mine, theirs)
        for answer in (mine, theirs):
            if isinstance(answer, AccessAnswer) and answer.granted:
                return answer
        return _given(mine if isinstance(mine, AccessAnswer) or not _is_answer(theirs) else theirs)

    def _compare(self, question: Question, mine: _Outcome, theirs: AccessAnswer) -> None:
        words = {True: "FAIL", False: "PASS"}
        said = words[mine.granted] if isinstance(mine, AccessAnswer) else "INVALID"
        if said != words[theirs.granted]:
            document = question.document
            where = f"{document.name} in {document.path}" if document.name else document.path
            self._disagreements.append(
                f"pregate and AWS Access Analyzer disagree about {where} ({question.check}): pregate says "
                f"{said}, AWS {words[theirs.granted]}"
            )


def _outcome(ask: Callable[[Question], AccessAnswer], question: Question) -> _Outcome:
    try:
        return ask(question)
    except NotEvaluatedError as error:
        return error


def _is_answer(outcome: _Outcome) -> bool:
    return isinstance(outcome, AccessAnswer | BudgetError)


def _given(outcome: _Outcome) -> AccessAnswer:
    if isinstance(outcome, NotEvaluatedError):
        raise outcome
    return outcome
