"""
The symbolic engine against the plain evaluator: what the engine passes, no request made from the policies may
break; what it fails, its own request must show.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from pregate.iam.evaluation import UndecidedError, allows
from pregate.iam.evaluation.patterns import Piece, matches_arn
from pregate.iam.reasoning import (
    Decision,
    Reading,
    Request,
    Result,
    check_access_not_granted,
    check_no_new_access,
    check_no_public_access,
)
from pregate.iam.reasoning.model import SWITCHES
from tests.iam.reasoning.universe import (
    ACTIONS,
    ARNS,
    PLAIN,
    SHAPES,
    STRANGERS,
    TRUST_KEYS,
    Json,
    Shape,
    changed_policy,
    document,
    fill,
    random_policy,
    requests,
)

# Resources to ask about: wildcards stand in the last field only.
LISTED = [arn for arn in ARNS if arn.startswith("arn:aws:s3:::")]
Breaks = Callable[[Request, Reading], bool]


@dataclass
class Tally:
    """What a run has seen: results and doubts by question, and descriptions of what is wrong."""

    results: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    found: int = 0  # examples of a FAIL that the requests would have found, too

    def share(self, question: str, result: Result) -> float:
        """The part of a question's answers that are such a result."""
        asked = sum(count for name, count in self.results.items() if name.startswith(f"{question} "))
        return self.results[f"{question} {result}"] / asked


@dataclass(frozen=True)
class Case:
    """One question: policies (the first is judged) and what is asked of them, in words."""

    question: str
    asked: Json
    breaks: Breaks
    tries: Callable[[], Iterable[Request]]

    def judge(self, rng: Random, decision: Decision, tally: Tally) -> None:
        """Counts the decision and holds it against the evaluator."""
        tally.results[f"{self.question} {decision.result}"] += 1
        tally.doubts.update(f"{self.question} {doubt}" for doubt, _words in decision.doubts)
        if decision.result is Result.FAIL:
            if not self._is_shown(decision.request):
                tally.wrong.append(self._words("FAIL without its request", decision.request))
            tally.found += self._refutation(rng, decision) is not None
        elif decision.result is Result.PASS:
            words = self._refutation(rng, decision)
            tally.wrong += [words] if words else []

    def _is_shown(self, request: Request | None) -> bool:
        try:
            return request is not None and self.breaks(request, Reading())
        except UndecidedError:
            return False

    def _refutation(self, rng: Random, decision: Decision) -> str | None:
        """
        A request against a PASS, which must hold in the reading by default, and in any that it does not say
        it rests on.
        """
        others = Reading().variants(tuple(name for name in SWITCHES if name not in decision.assumptions))
        for request in self.tries():
            for reading in (Reading(), rng.choice(others)):
                try:
                    if self.breaks(request, reading):
                        return self._words(f"PASS is broken in {reading}", request)
                except UndecidedError:
                    continue
        return None

    def _words(self, title: str, request: Request | None) -> str:
        asked = "".join(f"\n  {name}: {json.dumps(value)}" for name, value in self.asked.items())
        return f"{title}{asked}\n  {request}"


def run(pairs: int, seed: int, tried: int = 48) -> Tally:
    """Asks all three questions about so many pairs of policies, ``tried`` requests against each PASS."""
    rng, tally = Random(seed), Tally()
    for number in range(pairs):
        shape = SHAPES[number % len(SHAPES)]
        new = random_policy(rng, shape)
        existing = changed_policy(rng, shape, new) if rng.random() < 0.6 else random_policy(rng, shape)
        within = [random_policy(rng, Shape(keys=shape.keys))] if rng.random() < 0.15 else []
        no_new_access(rng, shape, [new, existing, *within], tally, tried)
        if number % 4 == 0:
            not_granted(rng, shape, [new, *within], tally, tried)
        if shape.principals:
            no_public_access(rng, new, tally, tried)
    return tally


def no_new_access(rng: Random, shape: Shape, policies: list[Json], tally: Tally, tried: int) -> None:
    """CheckNoNewAccess of the first policy against the second, within the others."""
    resource = shape.principals
    new, existing, *within = policies
    decision = check_no_new_access(
        document(new, resource=resource),
        document(existing, resource=resource),
        within=[document(one) for one in within],
    )

    def breaks(request: Request, reading: Reading) -> bool:
        return allows(new, request, reading, within=within) and not allows(existing, request, reading)

    asked = {"new": new, "existing": existing, "within": within}
    case = Case("new", asked, breaks, lambda: requests(rng, policies, tried, resource=resource))
    case.judge(rng, decision, tally)


def not_granted(rng: Random, shape: Shape, policies: list[Json], tally: Tally, tried: int) -> None:
    """CheckAccessNotGranted of the first policy within the others, for random actions, resources or both."""
    resource = shape.principals
    policy, *within = policies
    which = rng.randrange(3)
    actions = rng.sample(_plain(ACTIONS), k=rng.randint(1, 2)) if which != 1 else []
    named = rng.sample(LISTED if shape.arns else PLAIN, k=1) if which else []
    decision = check_access_not_granted(
        document(policy, resource=resource), actions, named, within=[document(one) for one in within]
    )

    def breaks(request: Request, reading: Reading) -> bool:
        asked = not actions or request.action.lower() in [action.lower() for action in actions]
        if named and asked:
            pattern, crossing = [Piece(named[0])], reading.star_crosses_fields
            asked = matches_arn(pattern, request.resource, crossing=crossing)
        return asked and allows(policy, request, reading, within=within)

    def tries() -> Iterable[Request]:
        for one in requests(rng, policies, tried, resource=resource):
            action = rng.choice(actions) if actions else one.action
            target = fill(rng, named) if named else one.resource
            yield Request(one.principal, action, target, one.context)

    asked = {"policy": policy, "actions": actions, "resources": named, "within": within}
    Case("granted", asked, breaks, tries).judge(rng, decision, tally)


def no_public_access(rng: Random, policy: Json, tally: Tally, tried: int) -> None:
    """
    CheckNoPublicAccess of one policy. That a PASS is right is tried with strangers, and without any key by
    which a policy could trust them.
    """
    decision = check_no_public_access(document(policy, resource=True))

    def breaks(request: Request, reading: Reading) -> bool:
        return allows(policy, request, reading)

    def tries() -> Iterable[Request]:
        for one in requests(rng, [policy], tried, resource=True):
            context = tuple((key, values) for key, values in one.context if key not in TRUST_KEYS)
            yield Request(rng.choice(STRANGERS), one.action, one.resource, context)

    Case("public", {"policy": policy}, breaks, tries).judge(rng, decision, tally)


def _plain(patterns: list[str]) -> list[str]:
    return [text for text in patterns if not set(text) & set("*?")]
