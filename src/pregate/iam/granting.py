"""
What an identity policy grants too widely: the widest reading of each action of an Allow statement.

A whole account or service is told of whatever other statements say. What single actions do is weighed against
them (:mod:`pregate.iam.weighing`), and paths of several actions take the place of remarks on these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pregate.iam import rules
from pregate.iam.breadth import (
    broad_resource,
    covered,
    is_every_action,
    is_every_resource,
    narrows_resource,
    service_of,
)
from pregate.iam.document import PolicyDocument
from pregate.iam.escalation import path_remarks
from pregate.iam.exposing import EXPOSING_ACTIONS
from pregate.iam.globs import has_wildcard
from pregate.iam.remark import Remark, shown
from pregate.iam.statements import Element, Statement
from pregate.iam.tables import (
    ESCALATION_ACTIONS,
    POWERFUL_SERVICES,
    READING,
    SENSITIVE_ACTIONS,
    SENSITIVE_SERVICES,
)
from pregate.iam.weighing import Weigher
from pregate.model import Rule, Severity

_SINGLE_STEPS = (rules.PASS_ROLE, rules.ESCALATION, rules.ASSUME_ROLE)


def grant_remarks(
    document: PolicyDocument, statements: Sequence[Statement]
) -> tuple[dict[str, list[Remark]], list[Remark]]:
    """
    Remarks on the actions of an identity policy by the pointer of their statement, and those on paths of
    several actions.
    """
    weigher = Weigher(document, statements)
    paths = list(path_remarks(statements, weigher))
    told = {pointer for _, pointers in paths for pointer in pointers}
    granted: dict[str, list[Remark]] = {}
    for statement in statements:
        if statement.allows:
            found = (r for action in statement.actions for r in _Grant(weigher, statement, action).remarks())
            granted[statement.pointer] = [
                r for r in found if r.pointer not in told or r.rule not in _SINGLE_STEPS
            ]
    return granted, [remark for remark, _ in paths]


class _Grant:
    """One action (pattern) of an Allow statement, with the first resource that is broad."""

    def __init__(self, weigher: Weigher, statement: Statement, action: Element) -> None:
        self.weigher, self.statement, self.action = weigher, statement, action
        self.broad = broad_resource(statement)
        self.is_guarded = narrows_resource(statement)
        readable = weigher.document.readable
        self.written = shown(readable(action.text))
        self.where = shown(readable(self.broad.text)) if self.broad else ""

    def remark(self, rule: Rule, message: str, severity: Severity | None = None) -> Remark:
        """A remark that stands on the action."""
        texts = (self.broad.text,) if self.broad else ()
        anchor = (self.statement.sid, self.action.text, *texts)
        related = ((self.broad.pointer, "on these resources"),) if self.broad else ()
        pointer = self.action.pointer
        return Remark(
            rule, message, pointer, severity or rule.severity, self.statement.pointer, anchor, related
        )

    def remarks(self) -> Iterator[Remark]:
        """The widest reading only."""
        broad = self.broad is not None and not self.is_guarded
        if is_every_action(self.action.text):
            yield self._everything()
            return
        service, whole = service_of(self.action.text)
        if has_wildcard(service):
            message = f"{self.written} has a wildcard in its service part."
            yield self.remark(rules.WILDCARD_IN_SERVICE, message, Severity.HIGH if broad else None)
        elif whole and broad:
            yield self._whole_service(service)
        elif whole:
            message = f"{self.written} allows every action of {service}."
            yield self.remark(rules.SERVICE_WILDCARD, message)
        else:
            specific = list(self._specific(self.broad)) if broad and self.broad else []
            yield from specific or self._some_of(service)

    def _everything(self) -> Remark:
        if self.broad is not None and is_every_resource(self.broad.text) and not self.is_guarded:
            return self.remark(rules.ADMIN_ACCESS, f"{self.written} on `*` is full administrator access.")
        rule = rules.SERVICE_ON_ANYTHING if self.broad else rules.SERVICE_WILDCARD
        return self.remark(rule, f"{self.written} allows every action of every service.")

    def _whole_service(self, service: str) -> Remark:
        everywhere = self.broad is not None and is_every_resource(self.broad.text)
        severity = None if everywhere else Severity.MEDIUM
        message = f"{self.written} allows every action of {service} on {self.where}."
        if service in POWERFUL_SERVICES:
            severity = Severity.CRITICAL
            message += f" Whoever controls {service} can become an administrator."
        return self.remark(rules.SERVICE_ON_ANYTHING, message, severity)

    def _some_of(self, service: str) -> Iterator[Remark]:
        """A wildcard within a service whose actions are worth a name each."""
        name = self.action.text.partition(":")[2].lower()
        if service in SENSITIVE_SERVICES and has_wildcard(name) and not name.startswith(READING):
            severity = None if self.broad and not self.is_guarded else Severity.LOW
            message = f"{self.written} stands for several actions of {service}, today's and later ones."
            yield self.remark(rules.SENSITIVE_WILDCARD, message, severity)

    def _specific(self, broad: Element) -> Iterator[Remark]:
        written, where = self.written, self.where
        if self._granted(("iam:PassRole",), broad):
            message = f"{written} on {where} lets the holder pass every role to a service."
            yield self.remark(rules.PASS_ROLE, message)
        if self._granted(("sts:AssumeRole",), broad):
            message = f"{written} on {where} lets the holder assume every role that trusts the account."
            yield self.remark(rules.ASSUME_ROLE, message)
        if gained := self._granted(ESCALATION_ACTIONS, broad):
            message = f"{written} on {where} {ESCALATION_ACTIONS[gained[0]]}{_others(gained)}."
            yield self.remark(rules.ESCALATION, message)
        if exposed := self._granted(EXPOSING_ACTIONS, broad):
            severity = max(EXPOSING_ACTIONS[name][0] for name in exposed)
            message = f"{written} on {where} {EXPOSING_ACTIONS[exposed[0]][1]}{_others(exposed)}."
            yield self.remark(rules.RESOURCE_EXPOSURE, message, severity)
        if read := self._granted(SENSITIVE_ACTIONS, broad):
            severity = max(SENSITIVE_ACTIONS[name] for name in read)
            exact = read[0].lower() == self.action.text.lower()
            what = "" if exact else f" covers {read[0]}{_others(read)} and"
            message = f"{written} on {where}{what} reads data or secrets of every resource."
            yield self.remark(rules.SENSITIVE_DATA, message, severity)

    def _granted(self, known: Iterable[str], broad: Element) -> list[str]:
        """Those of the known actions that are covered, and not prevented elsewhere in the policy."""
        found = covered(self.action.text, known)
        return [name for name in found if not self.weigher.prevents(name, self.statement, broad.text)]


def _others(names: list[str]) -> str:
    return f" (and {len(names) - 1} more)" if len(names) > 1 else ""
