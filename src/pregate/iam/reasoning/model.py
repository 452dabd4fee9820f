"""
What the reasoning about policies says: requests, readings of the policy language, and decisions.

A request is one call to AWS, as its authorisation sees it. Strings of requests are plain: no wildcard in them
means anything.
"""

from __future__ import annotations

import enum

from pregate.records import dataclass, fields, replace


class Result(enum.StrEnum):
    """The answer to a question about policies, in the words of Access Analyzer's custom policy checks."""

    PASS = "PASS"  # noqa: S105 - no password
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    INVALID = "INVALID"


class Doubt(enum.StrEnum):
    """Why there is no answer."""

    PRINCIPAL = "ambiguous-principal"
    VARIABLE = "variable-vs-constant"
    QUALIFIER = "mixed-qualifier"
    TYPES = "mixed-types"
    OPERATOR = "unsupported-operator"
    VALUE = "unsupported-value"
    WILDCARD = "ambiguous-wildcard"
    TRUST = "ambiguous-trust-key"
    LINKED = "linked-keys"
    BUDGET = "budget"
    TEMPLATE = "unresolved-template-value"
    WITNESS = "unconfirmed-request"


@dataclass(frozen=True, slots=True)
class Principal:
    """
    Who asks. ``kind`` is ``AWS`` (``text`` is an ARN: user, role, assumed-role session, root), ``Service``
    (``lambda.amazonaws.com``), ``Federated`` (a provider's name or ARN), ``CanonicalUser``, or ``Anonymous``
    (``text`` is empty).
    """

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """
    One request. ``context`` holds the values of condition keys by lower-case name, sorted; a key that is not
    there is absent from the request, one with several values is multi-valued.
    """

    principal: Principal
    action: str
    resource: str
    context: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def values(self, key: str) -> tuple[str, ...]:
        """The values of a key (lower-case name); none when it is absent."""
        return dict(self.context).get(key, ())


@dataclass(frozen=True, slots=True)
class Reading:
    """
    How to read what AWS does not document. Every field is a switch; an answer that depends on one is no
    answer (docs/iam-engine.md has each with its reasons).

    ``star_crosses_fields``: a wildcard in one of the first five fields of an ARN pattern matches colons too.
    ``aws_star_is_everybody``: ``{"AWS": "*"}`` means services and federated users too, as ``"*"`` does.
    ``role_covers_sessions``: a role as principal means its sessions too.
    ``account_covers_members``: in NotPrincipal, an account means every principal of it, not just its root.
    ``any_value_is_enough``: an operator without qualifier on a key with several values is met by one of them,
    not by all only.
    """

    star_crosses_fields: bool = False
    aws_star_is_everybody: bool = False
    role_covers_sessions: bool = True
    account_covers_members: bool = True
    any_value_is_enough: bool = True

    def variants(self, names: tuple[str, ...]) -> tuple[Reading, ...]:
        """Every combination of the named switches, the others as here."""
        found: tuple[Reading, ...] = (self,)
        for name in names:
            found += tuple(replace(reading, **{name: not getattr(reading, name)}) for reading in found)
        return found


SWITCHES = tuple(switch.name for switch in fields(Reading))


@dataclass(frozen=True, slots=True)
class Decision:
    """
    The answer to a question about one policy.

    ``statements`` are the 0-based indices of the statements that matter (FAIL: those that grant it).
    ``request`` is the example of a FAIL, which an independent evaluation confirmed. ``doubts`` say why the
    result is UNKNOWN, each with words; ``errors`` why it is INVALID. ``assumptions`` are names of switches of
    :class:`Reading` that the answer rests on.
    """

    result: Result
    statements: tuple[int, ...] = ()
    request: Request | None = None
    doubts: tuple[tuple[Doubt, str], ...] = ()
    errors: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


class ExhaustedError(Exception):
    """The limits of a question are used up."""


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How much work one question may take: seconds of processor time, and steps of the search; the characters of
    a policy (AWS takes no more than some ten thousands), and of one string with wildcards. What a search
    keeps in memory has a limit of its own (``texts.MOST_BYTES``).
    """

    seconds: float = 5.0
    steps: int = 2_000_000
    characters: int = 500_000
    longest: int = 5_000
