"""
Conditions as tests of condition keys.

Sources: IAM User Guide, "IAM JSON policy elements: Condition operators" (operators, ``IfExists``, ``Null``)
and "Set operators for multi-valued context keys" (``ForAllValues``, ``ForAnyValue``). A test that cannot be
looked into (numbers known only at deployment, a key that is compared as text and as a number) becomes a
proposition: the same wording means the same thing, and nothing else is known of it.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from pregate.iam.document import TOKEN
from pregate.iam.reasoning.patterns import Pattern, exact, folded
from pregate.iam.reasoning.points import (
    Interval,
    Intervals,
    date,
    is_sure_date,
    is_sure_number,
    network,
    number,
)
from pregate.iam.reasoning.states import Mode, Space, Test
from pregate.iam.reasoning.strings import Strings
from pregate.iam.reasoning.unions import Union
from pregate.iam.statements import Condition
from pregate.records import dataclass, field


class Domain(enum.Enum):
    """What the values of a key are compared as."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "address"


_BOOLEANS = Union((exact("true"), exact("false")))
_COMPARISONS: dict[str, Callable[[Fraction], Interval]] = {
    "equals": lambda point: Interval(point, point),
    "lessthan": lambda point: Interval(None, point, (True, False)),
    "lessthanequals": lambda point: Interval(None, point),
    "greaterthan": lambda point: Interval(point, None, (False, True)),
    "greaterthanequals": lambda point: Interval(point, None),
}
_TEXT_OPERATORS = {
    "stringequals": "same",
    "stringequalsignorecase": "same_in_any_case",
    "stringlike": "like",
    "arnequals": "arn",
    "arnlike": "arn",
    "bool": "bool",
    "binaryequals": "binary",
}


def split_negation(operator: str) -> tuple[str, bool]:
    """The operator without its "not", and whether it had one: ``stringnotlike`` is ``stringlike``."""
    if operator == "notipaddress":
        return "ipaddress", True
    for kind in ("string", "arn", "numeric", "date"):
        if operator.startswith(f"{kind}not"):
            return kind + operator[len(kind) + 3 :], True
    return operator, False


def domain_of(operator: str) -> Domain | None:
    """What an operator (lower-case, without qualifier) compares values as; None for ``null``."""
    base, _ = split_negation(operator)
    if base in _TEXT_OPERATORS:
        return Domain.TEXT
    if base.startswith("numeric"):
        return Domain.NUMBER
    if base.startswith("date"):
        return Domain.DATE
    return Domain.ADDRESS if base == "ipaddress" else None


@dataclass
class Keys:
    """How the keys of all policies of one question are used."""

    domains: dict[str, Domain] = field(default_factory=dict)
    bags: set[str] = field(default_factory=set)
    truths: set[str] = field(default_factory=set)
    mixed: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, conditions: Iterable[Condition]) -> Keys:
        """What the conditions say of their keys, and the table of known keys."""
        from pregate.iam.keys import key_type

        found = cls()
        used: dict[str, Counter[Domain]] = {}
        operators: dict[str, set[str]] = {}
        qualified: set[str] = set()
        for condition in conditions:
            domain = domain_of(condition.operator)
            if domain:
                used.setdefault(condition.key, Counter())[domain] += 1
                operators.setdefault(condition.key, set()).add(condition.operator)
            if condition.qualifier:
                qualified.add(condition.key)
        for key, domains in used.items():
            known = key_type(key)
            found.domains[key] = domains.most_common(1)[0][0]
            if len(domains) > 1:
                found.mixed.add(key)
            if (known and known.is_multi_valued) or (known is None and key in qualified):
                found.bags.add(key)
            if operators[key] == {"bool"} or (known and known.type == "bool"):
                found.truths.add(key)
        found.bags |= {key for key in qualified - set(used) if key_type(key) is None}
        return found


@dataclass
class Conditions:
    """Makes tests of conditions for one question."""

    space: Space
    strings: Strings
    keys: Keys

    def tests(self, condition: Condition) -> Iterator[Test]:
        """The tests that a condition is."""
        base, negated = split_negation(condition.operator)
        key = condition.key
        self._prepare(key)
        if base == "null":
            yield self._null(condition)
            return
        domain = domain_of(base)
        is_sure = all(self._is_sure(domain, base, value.text) for value in condition.values)
        if TOKEN.search(key) or domain is None or domain is not self.keys.domains.get(key) or not is_sure:
            yield self._proposition(condition)
            return
        mode = {"forallvalues": Mode.EVERY, "foranyvalue": Mode.SOME}.get(condition.qualifier, Mode.ONE)
        if mode is Mode.ONE and key in self.keys.bags:
            self.strings.touched["any_value_is_enough"] = None
            some = self.strings.reading.any_value_is_enough is not negated
            mode = Mode.SOME if some else Mode.EVERY
        absent = condition.if_exists or condition.qualifier == "forallvalues"
        if not condition.qualifier:
            absent = absent or negated
        content = self._content(domain, base, condition, negated=negated)
        yield self.space.test(key, content, positive=not negated, absent=absent, mode=mode)

    def _is_sure(self, domain: Domain | None, base: str, text: str) -> bool:
        """Whether it is known which values a value means: not of what is documented for no operator."""
        if domain is Domain.TEXT:
            if base == "bool":
                return text.lower() in ("true", "false") or not ("${" in text or TOKEN.search(text))
            return base != "binaryequals" or not TOKEN.search(text)
        if domain is Domain.ADDRESS:
            return network(text) is not None
        return (is_sure_date if domain is Domain.DATE else is_sure_number)(text)

    def _prepare(self, key: str) -> None:
        if key in self.keys.bags:
            self.space.bags.add(key)
        if key in self.keys.truths and key not in self.space.bases:
            self.space.bases[key] = self.space.test(key, _BOOLEANS, absent=True, mode=Mode.EVERY)

    def _null(self, condition: Condition) -> Test:
        words = {value.text.lower() for value in condition.values}
        if not words <= {"true", "false"} or TOKEN.search(condition.key):
            return self._proposition(condition)
        return self.space.test(
            condition.key,
            None,
            positive="false" in words,
            absent="true" in words or condition.if_exists,
            mode=Mode.EVERY,
        )

    def _proposition(self, condition: Condition) -> Test:
        """Something about the request that is true or false, and the same wherever it is worded the same."""
        words = [
            self.strings.worded(text) for text in (condition.key, *sorted(v.text for v in condition.values))
        ]
        head = f"{condition.qualifier}:{condition.operator}:{condition.if_exists}"
        if any("${" in value.text for value in condition.values):
            head += f":{self.strings.has_variables}"
        return self.space.test("\0".join(("proposition", head, *words)), None)

    def _content(
        self, domain: Domain, base: str, condition: Condition, *, negated: bool
    ) -> Union | Intervals:
        texts = [value.text for value in condition.values]
        if domain is Domain.TEXT:
            return Union(tuple(dict.fromkeys(self._patterns(base, texts, negated=negated))))
        if domain is Domain.ADDRESS:
            return Intervals(tuple(n for text in texts if (n := network(text))), whole=True)
        read = date if domain is Domain.DATE else number
        compare = _COMPARISONS[base.removeprefix("numeric").removeprefix("date")]
        return Intervals(tuple(compare(point) for text in texts if (point := read(text)) is not None))

    def _patterns(self, base: str, texts: Iterable[str], *, negated: bool) -> Iterator[Pattern]:
        for text in texts:
            match _TEXT_OPERATORS[base]:
                case "same":
                    found = self.strings.same(text, negated=negated)
                case "same_in_any_case":
                    found = self.strings.same_in_any_case(text, negated=negated)
                case "like":
                    found = self.strings.like(text, negated=negated)
                case "arn":
                    found = self.strings.arn(text, negated=negated)
                case "bool":
                    found = folded(text) if text.lower() in ("true", "false") else None
                case _:
                    found = exact(text)
            if found is not None:
                yield found
