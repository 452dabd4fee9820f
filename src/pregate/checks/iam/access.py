"""
What a change does to access, asked of a judge of whole policies (``AccessChecker``).

A policy that the change alters is compared with its own version before it; a new one, and every one where no
change is looked at, with the organisation's reference policy. Where that shows no new access, nothing else is
asked; else whether it grants what is listed as sensitive, and whether it lets the public in. The questions
that matter most come first, since a charged one may be one too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pregate.checks.base import (
    AccessAnswer,
    AccessChecker,
    AccessReason,
    AnswerStore,
    Compared,
    Comparison,
    Pair,
)
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
from pregate.checks.iam.desk import BudgetError, Desk, Question
from pregate.checks.iam.findings import in_order, unread_at
from pregate.checks.iam.matching import Match, match_policies
from pregate.checks.iam.reference import Reference
from pregate.config import IamConfig
from pregate.errors import NotEvaluatedError
from pregate.iam import PolicyDocument, PolicyKind
from pregate.iam.comparable import Parts, allows_something, as_guard, comparable, parts_of, statements_in
from pregate.model import Finding, Unread, UnreadReason

_GUARDS = (PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL)
_OPENING = (PolicyKind.RESOURCE, PolicyKind.TRUST)
_OPEN = "a value that decides it is known only at deployment"
_LISTED = 5


@dataclass(frozen=True, slots=True)
class Judge:
    """What the comparison needs from outside: who answers, what remembers, and the reference policies."""

    checker: AccessChecker
    store: AnswerStore | None = None
    references: tuple[Reference, ...] = ()


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
        self._desk = Desk(judge.checker, judge.store, config.max_custom_checks)
        self._results: list[_Result] = []
        self._harmless: set[int] = set()  # matches that were shown to bring no new access
        self._unlike = 0
        self._untyped = 0

    def compare(self, pairs: Sequence[Pair], removed: Sequence[Pair], *, compared: bool) -> Comparison:
        """What the change does to access, file by file."""
        matching = match_policies(pairs, removed)
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
        notes = (*self._desk.notes(), *self._remarks(compared), *_removed_note(matching.removed))
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
            found = self._answer(match, _both("no-new-access", match.document, base), "new access")
            if found is None:
                return
            if not found.granted:
                self._harmless.add(id(match))
                return
            answer = found
        was = _whereabouts(match.bases[0], match.document)
        sentence = f"The version before this change{f' ({was})' if was else ''} did not allow it."
        ruling = Ruling(NEW_ACCESS, self._severities.of_rule(NEW_ACCESS), sentence, was)
        pointing = whatever_is_new(match.document, match.bases)
        self._results[match.index].introduced += access_findings(match.document, answer, ruling, pointing)

    def _compare_with_reference(self, match: Match) -> None:
        reference = next((r for r in self._judge.references if r.is_for(match.document)), None)
        if reference is None:
            self._unlike += 1
            return
        question = _both("no-new-access", match.document, reference.document)
        answer = self._answer(match, question, "access beyond the reference policy")
        if answer is None or not answer.granted:
            return
        sentence = f"The reference policy {reference.path} does not allow it."
        ruling = Ruling(
            BEYOND_REFERENCE, self._severities.of_rule(BEYOND_REFERENCE), sentence, reference.path
        )
        findings = access_findings(match.document, answer, ruling, lambda _: iter(()))
        self._results[match.index].introduced += findings

    # ------------------------------------------------------------------------------------ no-public-access

    def _ask_who_comes_in(self, match: Match) -> None:
        document = match.document
        if document.kind not in _OPENING or not allows_something(document):
            return
        trust = document.kind is PolicyKind.TRUST
        if not trust and not self._desk.checker.knows_public(document.resource_type):
            self._untyped += 1
            return
        answer = self._answer(match, _alone("no-public-access", document), "public access")
        if answer is None or not answer.granted:
            return
        before = any(self._granted(_alone("no-public-access", base)) for base in match.bases)
        ruling = Ruling(PUBLIC_ACCESS, self._severities.of_rule(PUBLIC_ACCESS), _newly(match, before))
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
        ruling = Ruling(
            SENSITIVE_ACCESS,
            self._severities.of_rule(SENSITIVE_ACCESS),
            "It is listed as sensitive (iam.sensitive-actions, iam.sensitive-resources).",
        )
        pointing = whatever_is_listed(document, config.sensitive_actions, config.sensitive_resources)
        known = [parts for base in match.bases for parts in self._sensitive_before(base)]
        statements = statements_in(document.root)
        for reason in answer.reasons or (AccessReason(""),):
            part = AccessAnswer(granted=True, message=answer.message, reasons=(reason,))
            named = statements[reason.statement] if 0 <= reason.statement < len(statements) else None
            found = access_findings(document, part, ruling, pointing)
            self._file(match, found, standing=parts_of(document, named) in known)

    def _sensitive(self, document: PolicyDocument) -> Question | None:
        asked = comparable(document, widest=bool(self._config.sensitive_resources), alone=True)
        if asked is None:
            return None
        lists = (self._config.sensitive_actions, self._config.sensitive_resources)
        return Question("access-not-granted", asked, None, *lists)

    def _sensitive_before(self, base: PolicyDocument) -> Iterator[Parts]:
        """The statements of a version before the change that granted something sensitive already."""
        answer = self._quietly(self._sensitive(base))
        statements = statements_in(base.root)
        for reason in answer.reasons if answer and answer.granted else ():
            if 0 <= reason.statement < len(statements):
                yield parts_of(base, statements[reason.statement])

    # --------------------------------------------------------------------------------------------- asking

    def _answer(self, match: Match, question: Question | None, about: str) -> AccessAnswer | None:
        """The answer, or None with a word in the file's gaps."""
        reason = UnreadReason.NOT_AUDITED
        try:
            if question is not None:
                return self._desk.ask(question)
            why = _OPEN
        except BudgetError as error:
            # Not tolerated as what nobody can know is: else a change hides one policy behind twenty others.
            why, reason = f"{error.message} ({error.hint.rstrip('.')})", UnreadReason.NOT_ASKED
        except NotEvaluatedError as error:
            why = f"{error.message} ({error.hint.rstrip('.')})" if error.hint else error.message
        detail = f"not checked for {about}: {why}"
        self._results[match.index].unread.append(unread_at(match.document.locate(""), detail, reason))
        return None

    def _quietly(self, question: Question | None) -> AccessAnswer | None:
        """About a version before the change: without an answer, what it may have granted counts as new."""
        try:
            return self._desk.ask(question) if question else None
        except NotEvaluatedError:
            return None

    def _granted(self, question: Question | None) -> bool:
        answer = self._quietly(question)
        return answer is not None and answer.granted

    def _file(self, match: Match, findings: Iterable[Finding], *, standing: bool) -> None:
        result = self._results[match.index]
        (result.standing if standing else result.introduced).extend(findings)

    def _remarks(self, compared: bool) -> Iterator[str]:
        if self._unlike and (compared or self._judge.references):
            which = "new" if compared else ""
            yield _counted(
                self._unlike, which, "no reference policy (iam.reference-policies) to compare with"
            )
        if self._untyped:
            yield _counted(
                self._untyped,
                "resource",
                "a resource type that cannot be asked about for public access; the local rules judged "
                + ("it" if self._untyped == 1 else "them"),
            )


def _both(check: str, document: PolicyDocument, base: PolicyDocument) -> Question | None:
    """A question about two versions; None when a value that decides it is not known in one of them."""
    new, existing = comparable(as_guard(document)), comparable(as_guard(base))
    return Question(check, new, existing) if new and existing else None


def _alone(check: str, document: PolicyDocument) -> Question | None:
    asked = comparable(document, alone=True)
    return Question(check, asked) if asked else None


def _whereabouts(base: PolicyDocument, document: PolicyDocument) -> str:
    """Where the policy stood before, if not where it stands now."""
    path, now = base.places[0].value.path, document.places[0].value.path
    if (path, base.name) == (now, document.name):
        return ""
    return f"{base.name} in {path}" if base.name and base.name != document.name else path


def _newly(match: Match, before: bool) -> str:
    if before:
        return "The version before this change did so, too."
    return "The version before this change did not." if match.bases else "The policy is new."


def _removed_note(removed: Sequence[PolicyDocument]) -> Iterator[str]:
    if not removed:
        return
    paths = sorted({document.places[0].value.path for document in removed})
    shown = ", ".join(paths[:_LISTED]) + (", …" if len(paths) > _LISTED else "")
    denies = any(not allows_something(document) or _denies(document) for document in removed)
    warning = "; what a removed Deny forbade may be allowed now" if denies else ""
    count = f"{len(removed)} {'policy was' if len(removed) == 1 else 'policies were'}"
    yield f"{count} removed ({shown}){warning}"


def _denies(document: PolicyDocument) -> bool:
    return any(text.lower() == "deny" for path, text in parts_of(document) if path == "/effect")


def _counted(count: int, which: str, what: str) -> str:
    name = f"{which} {'policy has' if count == 1 else 'policies have'}".strip()
    return f"{count} {name} {what}"


def _compared(result: _Result) -> Compared:
    return Compared(
        in_order(result.introduced), in_order(result.standing), tuple(dict.fromkeys(result.unread))
    )
