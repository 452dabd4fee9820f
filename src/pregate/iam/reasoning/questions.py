"""
The questions of Access Analyzer's custom policy checks, decided here.

PASS is said only when no request is possible, under every reading that matters; FAIL only with a request that
an independent evaluation (:mod:`pregate.iam.evaluation`) confirms. docs/iam-engine.md has the model.
"""

from __future__ import annotations

from collections.abc import Sequence

from pregate.iam.comparable import is_anonymous
from pregate.iam.document import PolicyDocument
from pregate.iam.reasoning.cases import Case, Documents
from pregate.iam.reasoning.deciding import Decider, Tests
from pregate.iam.reasoning.model import Decision, Doubt, Limits, Result
from pregate.iam.reasoning.patterns import glob
from pregate.iam.reasoning.policies import TOO_LARGE, errors_of, has_open_version, is_too_large
from pregate.iam.reasoning.public import has_open_principals, strangers
from pregate.iam.reasoning.states import ACTION, RESOURCE, Test
from pregate.iam.reasoning.strings import Strings
from pregate.iam.reasoning.unions import Union
from pregate.iam.statements import statements_of
from pregate.records import replace

_LIMITS = Limits()


def check_no_new_access(
    new: PolicyDocument,
    existing: PolicyDocument,
    *,
    within: Sequence[PolicyDocument] = (),
    limits: Limits = _LIMITS,
) -> Decision:
    """
    Whether ``new`` allows nothing that ``existing`` does not: PASS, or FAIL with a request that only the new
    one allows.

    ``within`` bound both: permission boundaries, service control policies; a request counts only if each of
    them allows it.
    """
    return decide(Documents(new, existing, tuple(within)), limits)


def check_access_not_granted(
    document: PolicyDocument,
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    within: Sequence[PolicyDocument] = (),
    limits: Limits = _LIMITS,
) -> Decision:
    """
    Whether the policy allows none of the actions on any of the resources (no actions: any action; no
    resources: any resource). Wildcards in both mean every one that matches.
    """

    def listed(case: Case) -> tuple[Test, ...]:
        tests = []
        if actions:
            tests.append(case.space.test(ACTION, Union(tuple(glob(action.lower()) for action in actions))))
        if resources:
            arns = (Strings(has_variables=False).arn(resource) or () for resource in resources)
            tests.append(case.space.test(RESOURCE, Union(tuple(arns))))
        return tuple(tests)

    if not actions and not resources:
        return Decision(Result.INVALID, errors=("Neither actions nor resources are listed.",))
    if any(":" not in action and "*" not in action for action in actions):
        return Decision(Result.INVALID, errors=("A listed action is not of the form service:action.",))
    return decide(Documents(document, None, tuple(within), listed, (*actions, *resources)), limits)


def check_no_public_access(document: PolicyDocument, *, limits: Limits = _LIMITS) -> Decision:
    """Whether the policy of a resource (or the trust policy of a role) lets no stranger in."""
    found = decide(
        Documents(document, None, (), lambda case: strangers(case, certain=False)),
        limits,
        certain=lambda case: strangers(case, certain=True),
    )
    if found.result is Result.PASS and has_open_principals(document):
        words = "whether every service, or every identity of a provider, is the public is not documented"
        return Decision(Result.UNKNOWN, doubts=((Doubt.TRUST, words),))
    return found


def decide(documents: Documents, limits: Limits, certain: Tests | None = None) -> Decision:
    """
    The decision about a question. ``certain``: the tests of requests that are asked for by any reading, where
    those of ``documents`` are asked for by some.
    """
    # Before the form is looked at, which takes time on what is huge; strings can be read only after it.
    if any(len(document.text) > limits.characters for document in documents.all):
        return Decision(Result.UNKNOWN, doubts=(TOO_LARGE,))
    errors = tuple(dict.fromkeys(error for document in documents.all for error in errors_of(document)))
    if errors:
        return Decision(Result.INVALID, errors=errors)
    if any(is_too_large(document, limits) for document in documents.all):
        return Decision(Result.UNKNOWN, doubts=(TOO_LARGE,))
    if any("${" in document.text and has_open_version(document) for document in documents.all):
        words = "whether there are policy variables depends on a version that is known only at deployment"
        return Decision(Result.UNKNOWN, doubts=((Doubt.TEMPLATE, words),))
    if documents.existing and _is_same(documents.new, documents.existing):
        return Decision(Result.PASS)
    own = len(statements_of(documents.new))
    documents = documents.guarded()
    decider = Decider(documents, limits, certain)
    decision = decider.decide()
    # What allows everything beside a control policy is no statement of it.
    decision = replace(decision, statements=tuple(n for n in decision.statements if n < own))
    if decision.result is not Result.UNKNOWN or not any(d.unknowns for d in documents.all):
        return decision
    return _with_values(documents, limits, certain, decision) if decider.is_certain() else decision


def _is_same(new: PolicyDocument, existing: PolicyDocument) -> bool:
    same = new.kind is existing.kind and new.text == existing.text and new.unknowns == existing.unknowns
    return same and not is_anonymous(new)


def _with_values(
    documents: Documents, limits: Limits, certain: Tests | None, undecided: Decision
) -> Decision:
    """
    An example of access that is new whatever a template's values will be: with values that nobody names.
    """
    concrete = documents.filled()
    if concrete is None:
        return undecided
    found = decide(concrete, limits, certain)
    if found.result is Result.FAIL:
        return found
    words = "it depends on a value that is known only at deployment"
    return Decision(Result.UNKNOWN, doubts=((Doubt.TEMPLATE, words), *undecided.doubts))
