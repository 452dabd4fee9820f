"""The questions of ``pregate iam``: from options to answers."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from pregate.config import nearest
from pregate.entry.iam_access import access_of
from pregate.entry.iam_answers import Answer, CheckWords, decided, with_index
from pregate.entry.iam_readings import difference, explanation
from pregate.entry.policies import KINDS, Given, MalformedError, Wanted, read_policy
from pregate.errors import UsageError
from pregate.iam import reasoning
from pregate.iam.document import PolicyDocument, PolicyKind
from pregate.iam.reasoning import Limits
from pregate.iam.resource_types import PUBLIC_TYPES
from pregate.records import replace

_NEW_ACCESS = CheckWords(
    "The modified permissions do not grant new access compared to your existing policy.",
    "The modified permissions grant new access compared to your existing policy.",
    with_index("New access in the statement with"),
    "the existing policy does not allow it",
)
_PUBLIC_ACCESS = CheckWords(
    "The resource policy does not grant public access for the given resource type.",
    "The resource policy grants public access for the given resource type.",
    with_index("Public access granted in the following statement with"),
)


def check_no_new_access(args: argparse.Namespace, environ: Mapping[str, str]) -> Answer:
    """NEW and EXISTING, each in its place or by its flag. Raises UsageError unless there are two."""
    named = [args.new_policy_document, args.existing_policy_document]
    placed = [word for word in (args.new, args.existing) if word is not None]
    filled = (placed.pop(0) if word is None and placed else word for word in named)
    words: list[str] = [word for word in filled if word is not None]
    if placed or len(words) != 2:
        hint = "pregate iam check-no-new-access --help"
        raise UsageError("there must be two policies, NEW and EXISTING.", hint)
    new, existing = _alike(*(_read(args, word, environ) for word in words))
    within = _bounds(args, environ)
    decision = reasoning.check_no_new_access(
        new.document, existing.document, within=_documents(within), limits=_limits(args)
    )
    return decided(new, decision, _NEW_ACCESS, (existing, *within))


def check_access_not_granted(args: argparse.Namespace, environ: Mapping[str, str]) -> Answer:
    """The policy with the actions and resources; raises UsageError when there are none of both."""
    actions, resources = access_of(args.action, args.resource, args.access)
    given, within = _only(args, environ), _bounds(args, environ)
    decision = reasoning.check_access_not_granted(
        given.document, actions, resources, within=_documents(within), limits=_limits(args)
    )
    if actions and resources:
        what, listed = "perform the listed actions or resources", "actions on the listed resources"
    elif actions:
        what, listed = "perform one or more of the listed actions", "actions"
    else:
        what, listed = "one or more of the listed resources", "resources"
    words = CheckWords(
        f"The policy document does not grant access to {what}.",
        f"The policy document grants access to {what}.",
        with_index(f"One or more of the listed {listed} in the statement with"),
    )
    return decided(given, decision, words, within)


def check_no_public_access(args: argparse.Namespace, environ: Mapping[str, str]) -> Answer:
    """The policy of a resource: one without principals is refused, not taken for an identity policy."""
    if args.resource_type and args.resource_type not in PUBLIC_TYPES:
        near = nearest(args.resource_type, PUBLIC_TYPES, 0.8)
        hint = f"Did you mean {near}? " if near else ""
        message = f"--resource-type: {args.resource_type!r} is none that the question is about."
        raise UsageError(message, f"{hint}Types: {', '.join(sorted(PUBLIC_TYPES))}.")
    given = _only(args, environ)
    if given.document.kind is PolicyKind.IDENTITY and not args.policy_type:
        given = replace(given, document=replace(given.document, kind=PolicyKind.RESOURCE))
    decision = reasoning.check_no_public_access(given.document, limits=_limits(args))
    return decided(given, decision, _PUBLIC_ACCESS)


def validate(args: argparse.Namespace, environ: Mapping[str, str]) -> Answer:
    """What is wrong with the policy."""
    from pregate.entry.iam_validation import validated, validated_text

    try:
        given = _only(args, environ)
    except MalformedError as error:
        return validated_text(error.path, error.text, args.fail_on)
    return validated(given, args.fail_on)


def diff(args: argparse.Namespace, environ: Mapping[str, str]) -> Answer:
    """From OLD to NEW."""
    old, new = _alike(*(_read(args, word, environ) for word in (args.old, args.new)))
    return difference(old, new, _bounds(args, environ), _limits(args))


def explain(args: argparse.Namespace, environ: Mapping[str, str]) -> Answer:
    """What the policy says."""
    return explanation(_only(args, environ), _limits(args))


def _only(args: argparse.Namespace, environ: Mapping[str, str]) -> Given:
    if (args.policy is None) == (args.policy_document is None):
        raise UsageError("there must be one policy.", f"pregate iam {args.question} --help")
    return _read(args, args.policy if args.policy is not None else args.policy_document, environ)


def _read(args: argparse.Namespace, word: str, environ: Mapping[str, str]) -> Given:
    kind = KINDS[args.policy_type] if args.policy_type else None
    return read_policy(word, Wanted(kind, args.resource_type), environ)


def _bounds(args: argparse.Namespace, environ: Mapping[str, str]) -> tuple[Given, ...]:
    return tuple(read_policy(word, Wanted(), environ) for word in args.within)


def _documents(given: Sequence[Given]) -> tuple[PolicyDocument, ...]:
    return tuple(each.document for each in given)


def _alike(one: Given, other: Given) -> tuple[Given, Given]:
    """Two policies as of one kind: one without statements says nothing of its kind."""
    kinds = [each.document.kind for each in (one, other)]
    kind = next((kind for kind in kinds if kind is not PolicyKind.IDENTITY), PolicyKind.IDENTITY)
    first, second = (replace(each, document=replace(each.document, kind=kind)) for each in (one, other))
    return first, second


def _limits(args: argparse.Namespace) -> Limits:
    if not 0 < args.time_limit < 1e6:
        raise UsageError("--time-limit is a number of seconds over 0.", "--time-limit 10")
    return Limits(seconds=args.time_limit)
