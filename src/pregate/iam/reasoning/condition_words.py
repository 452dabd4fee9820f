"""
Conditions in words. Source of their meaning: IAM User Guide, "IAM JSON policy elements: Condition operators"
and "Multivalued context keys".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pregate.iam.reasoning.names import key_name
from pregate.iam.reasoning.words import plain
from pregate.iam.statements import Condition

MOST_VALUES = 8

# operator: the words before its values
_WORDS: Mapping[str, str] = {
    "arnequals": "matches",
    "arnlike": "matches",
    "arnnotequals": "does not match",
    "arnnotlike": "does not match",
    "binaryequals": "is",
    "bool": "is",
    "dateequals": "is",
    "dategreaterthan": "is after",
    "dategreaterthanequals": "is not before",
    "datelessthan": "is before",
    "datelessthanequals": "is not after",
    "datenotequals": "is not",
    "ipaddress": "is in",
    "notipaddress": "is not in",
    "numericequals": "is",
    "numericgreaterthan": "is more than",
    "numericgreaterthanequals": "is at least",
    "numericlessthan": "is less than",
    "numericlessthanequals": "is at most",
    "numericnotequals": "is not",
    "stringequals": "is",
    "stringequalsignorecase": "is, in any case of its letters,",
    "stringlike": "matches",
    "stringnotequals": "is not",
    "stringnotequalsignorecase": "is not, in any case of its letters,",
    "stringnotlike": "does not match",
}


def condition_words(condition: Condition, readable: Callable[[str], str] = str) -> str:
    """
    One key under one operator: ``aws:SourceIp is in 203.0.113.0/24``.

    What happens when the key is absent is said where it is not what one would think.
    """
    key = plain(key_name(readable(condition.key)))
    texts = [plain(readable(value.text)) or "empty" for value in condition.values]
    if condition.operator == "null":
        return f"{key} is {'absent' if texts == ['true'] else 'there'}"
    relation = _WORDS.get(condition.operator)
    if relation is None:
        return f"{plain(readable(condition.operator))} holds of {key}"
    negated = condition.operator in _NEGATED
    values = _choice(texts, "nor" if negated else "or")
    if negated and len(texts) > 1:
        relation = relation.replace("does not match", "matches neither").replace("is not", "is neither")
    if condition.qualifier == "forallvalues":
        return f"every value of {key} {relation} {values}, or there is none"
    if condition.qualifier == "foranyvalue":
        return f"a value of {key} {relation} {values}"
    end = ", or is absent" if negated or condition.if_exists else ""
    return f"{key} {relation} {values}{end}"


_NEGATED = frozenset(operator for operator, words in _WORDS.items() if " not" in words) - {
    "dategreaterthanequals",
    "datelessthanequals",
}


def _choice(texts: list[str], word: str) -> str:
    shown = texts[:MOST_VALUES]
    if len(texts) > MOST_VALUES:
        shown.append(f"one of {len(texts) - MOST_VALUES} more")
    if len(shown) < 2:
        return "".join(shown) or "one of no values"
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}"
